import HubMessages
import TestSupport
import Testing
import Utilization

/// Bookings that become known late, over restarts. Times are minutes of a morning.
@Suite struct LateDataTests {
    private static let space: SpaceID = name("raum")
    private static let rules = BookingUse.Rules()
    private static let district = SpaceUse.District(hub: name("polch"), threshold: 3)

    private func moment(_ minute: Int64) -> Moment {
        Moment(
            monotonic: .zero + .seconds(minute * 60),
            wall: WallTime(milliseconds: 1_795_417_200_000 + minute * 60_000), quality: .synchronized)
    }

    private func id(_ text: String) -> BookingID {
        guard let id = BookingID(text) else { preconditionFailure("legal") }
        return id
    }

    private func booking(_ id: String, _ from: Int64, _ to: Int64) -> Booking {
        Booking(
            id: self.id(id), space: Self.space, from: moment(from).wall, to: moment(to).wall, credentials: [],
            source: .feed)
    }

    private func new() -> SpaceUse {
        SpaceUse(space: Self.space, module: .meeting, rules: Self.rules, district: Self.district)
    }

    /// What a restart makes of it.
    private func restarted(_ use: SpaceUse, module: SpaceModule = .meeting) -> SpaceUse {
        SpaceUse(
            space: Self.space, module: module, rules: Self.rules, district: Self.district, memory: use.memory,
            closed: use.closed)
    }

    /// Two people are there from the minute 5 to 25, looked at every minute.
    private func live(_ use: inout SpaceUse, _ minutes: ClosedRange<Int64>, _ bookings: [Booking] = []) {
        for minute in minutes {
            _ = use.observe(
                UtilizationMeter.Reading(
                    estimate: (5..<25).contains(minute) ? 2 : 0, isPresent: false, isHealthy: true, entries: 0),
                at: moment(minute), bookings: bookings, days: [])
        }
    }

    private func records(_ events: [JournalEvent]) -> [UtilizationRecord] {
        events.compactMap { if case .utilization(let record) = $0 { record } else { nil } }
    }

    @Test
    func `a booking that comes after a restart re-issues its quarter-hours, with every number and the next revision`() {
        var use = new()
        live(&use, 0...50)
        var again = restarted(use)
        for at: Int64 in [51, 52] {
            let late = at == 51 ? [booking("A", 10, 30)] : [booking("A", 10, 30), booking("B", 40, 44)]
            let told = use.bookingsChanged(late, at: moment(at))
            #expect(again.bookingsChanged(late, at: moment(at)) == told)
            // And over one more restart, the revisions go on.
            again = restarted(again)
            let records = records(told)
            if at == 51 {
                #expect(records.map(\.revision) == [1, 1] && records.map(\.use.booked) == [300, 900])
                #expect(records.map(\.use.usedBooked) == [300, 600] && records.map(\.use.bookings) == [1, 0])
                #expect(records.map(\.use.used) == [600, 600] && records.allSatisfy { $0.use.peak == 2 })
            } else {
                #expect(records.map(\.revision) == [1] && records.map(\.use.booked) == [240])
            }
        }
        let moved = again.bookingsChanged([booking("A", 12, 30), booking("B", 40, 44)], at: moment(53))
        #expect(records(moved).map(\.revision) == [2] && records(moved).map(\.use.booked) == [180])
    }

    @Test func `what is to be stored is what changed`() {
        var use = new()
        live(&use, 0...50)
        let first = use.takeUnstored()
        #expect(first == Set(use.closed.map(\.place)) && first.count == 3)
        #expect(use.takeUnstored().isEmpty)
        live(&use, 51...59)
        #expect(use.takeUnstored().isEmpty)
        _ = use.bookingsChanged([booking("A", 16, 29)], at: moment(59))
        #expect(use.takeUnstored() == [use.closed[1].place])
        #expect(use.closed[1].record.revision == 1)
        // A restart has nothing to store, and loses nothing.
        var again = restarted(use)
        #expect(again.takeUnstored().isEmpty && again.closed == use.closed)
        // A space that is equipped otherwise is another one.
        #expect(restarted(use, module: .workshop).closed.isEmpty)
    }

    @Test func `G10: an erased booking is stored no more, and still counts`() {
        var use = new()
        let bookings = [booking("CANARY", 10, 30), booking("B", 31, 40)]
        live(&use, 0...50, bookings)
        var again = restarted(use)
        _ = again.takeUnstored()
        again.forget([id("CANARY")])
        #expect(again.takeUnstored() == Set(use.closed.prefix(2).map(\.place)))
        #expect(!"\(again.closed) \(again.memory)".contains("CANARY"))
        #expect("\(use.closed)".contains("CANARY"))
        // The bookings without it change no number.
        #expect(again.bookingsChanged([bookings[1]], at: moment(51)) == [])
    }

    @Test func `a day later they are gone, over a restart too, and with a date that jumps nothing stays`() {
        var use = new()
        live(&use, 0...50)
        let places = use.takeUnstored()
        for later: Int64 in [2 * 1_440, 400 * 1_440, -400 * 1_440] {
            var again = restarted(use)
            _ = again.observe(
                UtilizationMeter.Reading(estimate: 0, isPresent: false, isHealthy: true, entries: 0),
                at: moment(later), bookings: [], days: [])
            // The quarter-hour that was running when it stopped is complete, and as old.
            #expect(again.closed.isEmpty)
            #expect(places.isSubset(of: again.takeUnstored()))
        }
        // 24 hours and no more.
        live(&use, 51...(1_440 + 50))
        #expect(use.closed.count == ClosedQuarter.places)
        #expect(use.closed.first?.record.start == moment(45).wall)
    }
}
