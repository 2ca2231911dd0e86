import Delivery
import HubMessages
import TestSupport
import Testing

private let space = SpaceID("saal") ?? { preconditionFailure("a legal identifier") }()
private let sensor = SensorID("saal-pir") ?? { preconditionFailure("a legal identifier") }()
private let count = JournalEvent.presenceChanged(PresenceChanged(space: space, sensor: sensor, present: true))
private let system = JournalEvent.clockChanged(ClockChanged(quality: .synchronized, jump: 0))
private let alarm = JournalEvent.hubStopped(HubStopped(uptime: 0))

private func at(_ second: Int64) -> Moment {
    Moment(
        monotonic: .zero + .seconds(second), wall: WallTime(milliseconds: second * 1_000), quality: .synchronized)
}

@Suite struct EventLogTests {
    @Test func `places follow each other from where the journal ends`() {
        var log = EventLog(last: 41, limit: 100)
        #expect(log.append(system, at: at(1)).map(\.seq) == [42])
        #expect(log.append(system, at: at(2)).map(\.seq) == [43])
        #expect(log.waiting == 2)
        #expect(log.committed(upTo: 42, at: at(3)) == [])
        #expect(log.waiting == 1)
    }

    @Test func `what the writer has no room for is held without a place, and gets one with the time it happened at`() {
        var log = EventLog(last: 0, limit: 100)
        for second in 1...50 { #expect(log.append(system, at: at(Int64(second))).count == 1) }
        for second in 51...60 { #expect(log.append(system, at: at(Int64(second))).isEmpty) }
        #expect(log.waiting == 60)
        let released = log.committed(upTo: 7, at: at(99))
        #expect(released.map(\.seq) == Array(51...57))
        #expect(released.map(\.moment) == (51...57).map(at))
        #expect(log.committed(upTo: 57, at: at(99)).map(\.seq) == [58, 59, 60])
        #expect(log.append(system, at: at(100)).map(\.seq) == [61])
    }

    @Test func `G2 G12: when memory is full the oldest of the lowest class goes, and the loss is told in the journal`()
    {
        var log = EventLog(last: 0, limit: 100)
        for _ in 0..<50 { _ = log.append(system, at: at(0)) }
        for second in 1...30 { _ = log.append(count, at: at(Int64(second))) }
        for second in 31...50 { _ = log.append(system, at: at(Int64(second))) }
        #expect(log.waiting == 100)
        // Ten alarms: the ten oldest counts make way.
        for second in 51...60 { #expect(log.append(alarm, at: at(Int64(second))).isEmpty) }
        // One more count: the oldest count goes for it. A system event: again a count.
        _ = log.append(count, at: at(61))
        _ = log.append(system, at: at(62))
        #expect(log.waiting == 100)
        #expect(log.untold == 12)
        let first = log.committed(upTo: 50, at: at(70))
        #expect(first.map(\.seq) == Array(51...101))
        #expect(first.first?.moment == at(13), "counts 1 to 12 are gone")
        let losses = first.filter { if case .loss = $0.event { true } else { false } }
        #expect(
            losses.map(\.event) == [.loss(Loss(cause: .journalQueueFull, source: "presence.changed", count: 12))])
        #expect(first.filter { $0.event == alarm }.count == 10)
    }

    @Test func `only alarms wait: a new one takes the place of the oldest, anything else is dropped itself`() {
        var log = EventLog(last: 0, limit: 100)
        for second in 0..<100 { _ = log.append(alarm, at: at(Int64(second))) }
        _ = log.append(count, at: at(200))
        _ = log.append(alarm, at: at(201))
        let told = log.tellEverything(at: at(300))
        #expect(told.first?.moment == at(51))
        #expect(told.dropLast(2).last?.moment == at(201))
        #expect(
            told.suffix(2).map(\.event) == [
                .loss(Loss(cause: .journalQueueFull, source: "hub.stopped", count: 1)),
                .loss(Loss(cause: .journalQueueFull, source: "presence.changed", count: 1)),
            ])
        #expect(log.tellEverything(at: at(301)) == [])
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
            for second in 0..<events {
                let event = [count, system, alarm][Int.random(in: 0...2, using: &random)]
                take(log.append(event, at: at(Int64(second))))
                // The losses themselves, one per type, come on top.
                #expect(log.waiting <= limit + 3)
                if Int.random(in: 0..<40, using: &random) == 0 {
                    committed = .random(in: committed...log.last, using: &random)
                    take(log.committed(upTo: committed, at: at(Int64(second))))
                }
            }
            while log.waiting > 0 { take(log.committed(upTo: log.last, at: at(9_999))) }
            take(log.tellEverything(at: at(9_999)))
            #expect(places == Array(1...UInt64(max(places.count, 1))).prefix(places.count).map { $0 })
            #expect(kept + Int(lost) == events)
        }
    }
}
