import Delivery
import HubMessages
import TestSupport
import Testing

private let ordinary = JournalEvent.clockChanged(ClockChanged(quality: .synchronized, jump: 0))
private let privileged = JournalEvent.hubStopped(HubStopped(uptime: 0))

@Suite struct EventLogTests {
    @Test func `places follow each other from where the journal ends`() {
        var log = EventLog(last: 41, limit: 100)
        #expect(log.append(ordinary).map(\.seq) == [42])
        #expect(log.append(ordinary).map(\.seq) == [43])
        #expect(log.waiting == 2)
        #expect(log.committed(upTo: 42) == [])
        #expect(log.waiting == 1)
    }

    @Test func `G2 G12: a full queue drops and counts, keeps a reserve, and tells the loss in the journal`() {
        var log = EventLog(last: 0, limit: 100)
        for _ in 0..<100 { #expect(log.append(ordinary).count == 1) }
        for _ in 0..<7 { #expect(log.append(ordinary).isEmpty) }
        for _ in 0..<10 { #expect(log.append(privileged).count == 1) }
        for _ in 0..<3 { #expect(log.append(privileged).isEmpty) }
        #expect(log.waiting == 110)
        #expect(log.committed(upTo: 59) == [])
        let told = log.committed(upTo: 60)
        #expect(
            told.map(\.event) == [
                .loss(Loss(cause: .journalQueueFull, source: "clock.changed", count: 7)),
                .loss(Loss(cause: .journalQueueFull, source: "hub.stopped", count: 3)),
            ])
        #expect(told.map(\.seq) == [111, 112])
        #expect(log.committed(upTo: 112) == [])
    }

    @Test func `G2: what a stop has not told yet it tells, however full the queue is`() {
        var log = EventLog(last: 0, limit: 100)
        for _ in 0..<103 { _ = log.append(ordinary) }
        #expect(
            log.tellLosses().map(\.event) == [
                .loss(Loss(cause: .journalQueueFull, source: "clock.changed", count: 3))
            ])
        #expect(log.tellLosses() == [])
    }

    @Test func `G2: random stalls of the disk leave no gap, use no place twice, and count every event`() {
        var random = SeededRandom.announced()
        for _ in 0..<200 {
            let limit = Int.random(in: 100...200, using: &random)
            var log = EventLog(last: 0, limit: limit)
            var places: [SequenceNumber] = []
            var committed: SequenceNumber = 0
            var kept = 0
            var lost: UInt64 = 0
            let events = Int.random(in: 0...2_000, using: &random)
            func take(_ entries: [EventLog.Entry]) {
                for entry in entries {
                    places.append(entry.seq)
                    if case .loss(let loss) = entry.event { lost += loss.count } else { kept += 1 }
                }
            }
            for _ in 0..<events {
                take(log.append(Bool.random(using: &random) ? ordinary : privileged))
                #expect(log.waiting <= limit + limit / 10)
                if Int.random(in: 0..<40, using: &random) == 0 {
                    committed = .random(in: committed...log.last, using: &random)
                    take(log.committed(upTo: committed))
                }
            }
            take(log.committed(upTo: log.last))
            #expect(places == Array(1...UInt64(max(places.count, 1))).prefix(places.count).map { $0 })
            #expect(kept + Int(lost) == events)
        }
    }
}
