import AccessControl
import Hub
import HubConfiguration
import HubMessages
import Testing

/// What the hub does about its journal beside recording.
@Suite struct JournalCareTests {
    private static let heads = (1...2 as ClosedRange<UInt64>).map {
        JournalHead(seq: $0, hash: ChainHash(($0, 2, 3, 4)))
    }

    private func summaries(_ effects: [Hub.Effect]) -> [DaySummary] {
        effects.events.compactMap { event in if case .daySummary(let summary) = event { summary } else { nil } }
    }

    @Test func `each day's end is an event with the chain's head and how much was recorded and lost`() {
        var house = House()
        house.send(.lost(Loss(cause: .roomNeeded, source: "passage", count: 3, first: 1, last: 9)))
        house.send(.journalHead(Self.heads[0]))
        // Noon of the 23rd and the hundred seconds of the clock's beginning.
        #expect(summaries(house.pass(.seconds(12 * 3_600 - 101))) == [])
        let recorded = UInt64(house.journal.count)
        let first = summaries(house.pass(.seconds(2)))
        #expect(first.map(\.day) == ["2026-11-23"] && first.map(\.head) == [Self.heads[0]])
        #expect(first.first?.losses == 1)
        // What the midnight itself brought in front of it counts, too.
        #expect(first.first.map { $0.recorded >= recorded && $0.recorded < UInt64(house.journal.count) } == true)
        house.send(.journalHead(Self.heads[1]))
        let second = summaries(house.pass(.seconds(86_400)))
        #expect(second.map(\.day) == ["2026-11-24"] && second.map(\.head) == [Self.heads[1]])
        #expect(second.first?.losses == 0)
    }

    @Test func `without a known time no day ends`() {
        var house = House()
        house.send(.journalHead(Self.heads[0]))
        house.quality = .unknown
        #expect(summaries(house.pass(.seconds(86_400))) == [])
    }

    @Test func `the head that is shown is at most a quarter of an hour old, and one that is shown is not shown again`()
    {
        var house = House()
        func heads(_ effects: [Hub.Effect]) -> [JournalHead?] {
            effects.shown.compactMap { state in if case .status(let status) = state { status.journalHead } else { nil }
            }
        }
        house.pass(.seconds(1))
        house.send(.journalHead(Self.heads[0]))
        #expect(heads(house.pass(.seconds(900))) == [Self.heads[0]])
        house.send(.journalHead(Self.heads[1]))
        #expect(heads(house.pass(.seconds(900))).last == Self.heads[1])
        #expect(heads(house.pass(.seconds(900))).isEmpty)
    }

    @Test func `what is older than its kind is kept is asked for every hour, while the time is known for certain`() {
        var house = House()
        func limits(_ effects: [Hub.Effect]) -> [[Hub.Expiry]] {
            effects.compactMap { effect in if case .expire(let limits, _) = effect { limits } else { nil } }
        }
        let asked = limits(house.pass(.seconds(60 + 2 * 3_600)))
        #expect(asked.count == 3)
        let day = Duration.seconds(86_400)
        let periods: [EventClass: Int64] = [
            .access: 14, .counts: 14, .climate: 30, .system: 30, .alarm: 90, .utilization: 400,
        ]
        let last = asked.last ?? []
        #expect(Set(last.map(\.eventClass)) == Set(EventClass.allCases))
        for limit in last {
            #expect(limit.before == house.moment.wall - day * Int(periods[limit.eventClass] ?? 0), "\(limit)")
        }
        house.quality = .rtcOnly
        #expect(limits(house.pass(.seconds(2 * 3_600))).isEmpty)
    }

    @Test func `G12: bookings that have no room in memory are told as a loss, once`() {
        var house = House()
        house.deliver(house.feed(version: 5))
        let full = BookingWindow(version: 5, count: 100_000, omitted: 7)
        #expect(
            house.send(.bookings(full)).events == [.loss(Loss(cause: .bookingsOmitted, source: "bookings", count: 7))])
        #expect(house.send(.bookings(full)).events == [])
    }
}
