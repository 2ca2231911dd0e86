internal import ControlSocket
internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

/// The daemon is killed with SIGKILL at random moments under load, while the broker comes and goes. What a subscriber
/// has, what the journal has and what the relays did must tell the same story.
///
/// `REGIOHUB_CRASH_ROUNDS` sets how many lives the daemon has, `REGIOHUB_SEED` which run it is.
@Suite struct CrashTests {
    static let rounds = ProcessInfo.processInfo.environment["REGIOHUB_CRASH_ROUNDS"].flatMap { Int($0) } ?? 25

    @Test func `G2, G3: after kill -9 at any moment, subscriber, journal and relays agree`() throws {
        var load = try CrashLoad(random: .announced())
        try load.begin()
        var lives = 0
        var moves = 0
        var unrecorded = 0
        for _ in 0..<Self.rounds {
            try load.liveAndDie()
            let life = try load.takeLife()
            lives += life.isKnown ? 1 : 0
            moves += life.moves.count
            unrecorded += life.moves.count - life.recordedMoves.count
            check(life)
        }
        let final = try load.end()
        check(final.life)
        print("\(final.journal.count) events in \(lives + 1) lives, \(load.tally)")
        print("\(moves) movements of locks, of which kills kept \(unrecorded) out of the journal")

        #expect(final.journal.map(\.seq) == Array(1...UInt64(final.journal.count)), "the journal has a gap")
        let ids = try Set(final.journal.map { try load.envelope($0).journal })
        #expect(ids.count == 1, "the journal began anew")
        let last = try #require(final.journal.last)
        #expect(last.kind == "hub.stopped")

        compare(try ReceivedEvent.all(in: final.received), with: final.journal, id: try load.envelope(last).journal)
    }

    /// What one life left behind: its events on disk, and what its relays did.
    private func check(_ life: Life) {
        #expect(life.setAside == nil, "a killed daemon's journal could not be used")
        let recorded = life.recordedMoves
        // What was recorded of relays is a beginning of what they did, in the same order: nothing moved unseen before
        // something that was seen, and nothing is recorded that did not happen.
        #expect(
            life.moves.starts(with: recorded),
            "relays did \(life.moves), events say \(recorded)")
        // What they did in the last moments before the kill may lack its event, but not its reason: a decision or a
        // command is on disk before the relay moves (G3). The exit button needs no record (G7): its release may be lost.
        for (door, pulses) in life.unrecordedPulses where !CrashLoad.exitDoors.contains(door) {
            #expect(
                life.openReasons(of: door) >= pulses,
                "the lock of '\(door)' moved \(pulses) times without a reason on disk")
        }
        for unexplained in life.releasesWithoutReason {
            Issue.record("event \(unexplained) is a release without a decision or command before it")
        }
    }

    /// Every event exactly once after removing duplicates by (journal, seq), in order, byte for byte.
    private func compare(_ received: [ReceivedEvent], with journal: [JournalRow], id: JournalID) {
        var seen: [UInt64: [UInt8]] = [:]
        var order: [UInt64] = []
        for event in received {
            #expect(event.journal == id)
            if let before = seen[event.seq] {
                #expect(before == event.bytes, "event \(event.seq) was delivered with two contents")
            } else {
                seen[event.seq] = event.bytes
                order.append(event.seq)
            }
        }
        #expect(order == order.sorted(), "first deliveries are out of order")
        #expect(order == journal.map(\.seq), "missing: \(Set(journal.map(\.seq)).subtracting(order).sorted())")
        for row in journal {
            #expect(seen[row.seq] == row.payload, "event \(row.seq) was delivered with another content")
        }
    }
}
