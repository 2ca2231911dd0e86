import HubMessages
import TestSupport
import Testing
import Utilization

/// Bookings against people, event by event. Times are minutes.
@Suite struct BookingUseTests {
    private static let space: SpaceID = name("raum")

    private func moment(_ minute: Double, _ quality: ClockQuality = .synchronized) -> Moment {
        let milliseconds = Int64(minute * 60_000)
        return Moment(
            monotonic: .zero + .milliseconds(milliseconds),
            wall: WallTime(milliseconds: 1_795_417_200_000 + milliseconds),
            quality: quality)
    }

    private func booking(_ id: String, _ from: Double, _ to: Double) -> Booking {
        guard let id = BookingID(id) else { preconditionFailure("legal") }
        return Booking(
            id: id, space: Self.space, from: moment(from).wall, to: moment(to).wall, credentials: [], source: .feed)
    }

    /// What is found when somebody is there as `used` says, minute by minute, and the sensors work as `observed` says.
    private func found(
        until end: Int, _ bookings: [Booking], bookable: Bool = true, used: (Int) -> Bool,
        observed: (Int) -> Bool = { _ in true }
    ) -> [String] {
        var use = BookingUse(space: Self.space, rules: BookingUse.Rules(isBookable: bookable))
        return (0...end).flatMap { minute in
            use.observe(
                isUsed: used(minute), isObserved: observed(minute), at: moment(Double(minute)), bookings: bookings
            ).map { found in
                let text: String
                switch found.event {
                case .bookingArrived(let event):
                    text = "\(event.booking) arrived after \(event.after)\(event.late ? " late" : "")"
                case .bookingNoShow(let event): text = "\(event.booking) no-show"
                case .bookingOverstay(let event):
                    text = "\(event.booking) overstay \(event.seconds.map(String.init) ?? "begins")"
                case .walkIn(let event): text = "walk-in \(event.seconds.map(String.init) ?? "begins")"
                case _: text = "?"
                }
                return "\(minute): \(text)"
            }
        }
    }

    @Test func `who comes in time, early, late, not at all`() {
        let bookings = [booking("A", 30, 60)]
        #expect(found(until: 90, bookings) { (33..<60).contains($0) } == ["33: A arrived after 180"])
        // Ten minutes early is for the booking, and counts from its beginning.
        #expect(found(until: 90, bookings) { (21..<60).contains($0) } == ["30: A arrived after 0"])
        #expect(found(until: 90, bookings) { _ in false } == ["45: A no-show"])
        #expect(
            found(until: 90, bookings) { (50..<60).contains($0) } == ["45: A no-show", "50: A arrived after 1200 late"])
        // The last moment of the grace is too late, the one before is not.
        #expect(found(until: 90, bookings) { (45..<60).contains($0) }.first == "45: A no-show")
        #expect(found(until: 90, bookings) { (44..<60).contains($0) } == ["44: A arrived after 840"])
    }

    @Test func `a booking shorter than the grace is judged at its end`() {
        #expect(found(until: 60, [booking("A", 30, 40)]) { _ in false } == [])
        #expect(found(until: 60, [booking("A", 30, 46)]) { _ in false } == ["45: A no-show"])
    }

    @Test func `where the sensors do not work all the time there is no verdict`() {
        let blind = found(until: 90, [booking("A", 30, 60)], used: { _ in false }) { !(35..<38).contains($0) }
        #expect(blind == [])
        let arrived = found(until: 90, [booking("A", 30, 60)], used: { (40..<60).contains($0) }) { $0 > 38 }
        #expect(arrived == ["40: A arrived after 600"])
    }

    @Test func `who stays after the end stays over, who comes without a booking walks in`() {
        let bookings = [booking("A", 30, 60), booking("B", 120, 150)]
        #expect(
            found(until: 160, bookings) { (30..<80).contains($0) || (120..<150).contains($0) } == [
                "30: A arrived after 0", "70: A overstay begins", "80: A overstay 1200", "120: B arrived after 0",
            ])
        #expect(
            found(until: 160, bookings) { (5..<20).contains($0) || (80..<125).contains($0) } == [
                "15: walk-in begins", "20: walk-in 900", "45: A no-show", "90: walk-in begins", "110: walk-in 1800",
                "120: B arrived after 0",
            ])
        // Whoever is gone within ten minutes has only looked in.
        #expect(found(until: 29, bookings) { (5..<14).contains($0) } == [])
        #expect(found(until: 29, [], bookable: false) { _ in true } == [])
    }

    @Test func `while the time is not known nothing is found`() {
        var use = BookingUse(space: Self.space, rules: BookingUse.Rules())
        let bookings = [booking("A", 0, 60)]
        for minute in stride(from: 0.0, through: 30, by: 1) {
            #expect(
                use.observe(isUsed: false, isObserved: true, at: moment(minute, .unknown), bookings: bookings) == [])
        }
        // Known again in the middle of the booking: somebody may have come unseen.
        for minute in stride(from: 31.0, through: 90, by: 1) {
            #expect(use.observe(isUsed: false, isObserved: true, at: moment(minute), bookings: bookings) == [])
        }
    }
}

/// Days that have 23 or 25 hours, and months of them.
@Suite struct SummaryTests {
    private func at(_ text: String) -> WallTime {
        guard let time = WallTime(rfc3339: text) else { preconditionFailure(text) }
        return time
    }

    /// The summaries of a space that is in use all the time, from one local midnight to another.
    private func summaries(_ days: [CalendarDay]) -> [UtilizationSummary] {
        guard let first = days.first, let last = days.last else { return [] }
        var use = SpaceUse(
            space: name("laden"), module: .shop, rules: BookingUse.Rules(isBookable: false),
            district: SpaceUse.District(hub: name("polch"), threshold: 3))
        var events: [JournalEvent] = []
        let reading = UtilizationMeter.Reading(estimate: 1, isPresent: true, isHealthy: true, entries: 0)
        for quarter in 0...(last.to - first.from).milliseconds / 900_000 {
            events += use.observe(
                reading,
                at: Moment(
                    monotonic: .zero + .seconds(quarter * 900), wall: first.from + .seconds(quarter * 900),
                    quality: .synchronized), bookings: [],
                days: days + [CalendarDay(date: "2026-11-02", from: last.to, to: last.to + .seconds(86_400))])
        }
        return events.compactMap { if case .utilizationSummary(let summary) = $0 { summary } else { nil } }
    }

    @Test func `the day on which the clocks go back has 100 quarter-hours, the one on which they go forward 92`() {
        // Germany, 2026-10-25: 03:00 is 02:00 once more; 2026-03-29: 02:00 is 03:00.
        let autumn = summaries([
            CalendarDay(date: "2026-10-25", from: at("2026-10-24T22:00:00Z"), to: at("2026-10-25T23:00:00Z"))
        ])
        #expect(autumn.first.map { [$0.quarters, $0.use.used] } == [100, 90_000])
        let spring = summaries([
            CalendarDay(date: "2026-03-29", from: at("2026-03-28T23:00:00Z"), to: at("2026-03-29T22:00:00Z"))
        ])
        #expect(spring.first.map { [$0.quarters, $0.use.used] } == [92, 82_800])
    }

    @Test func `a month is the sum of its days and comes with the last quarter-hour of the last`() {
        let start = at("2026-10-30T23:00:00Z")
        let days = ["2026-10-31", "2026-11-01"].enumerated().map { index, date in
            CalendarDay(
                date: date, from: start + .seconds(Int64(index) * 86_400),
                to: start + .seconds(Int64(index + 1) * 86_400))
        }
        let all = summaries(days)
        #expect(all.map(\.name) == ["2026-10-31", "2026-10", "2026-11-01"])
        #expect(all[1].period == .month && all[1].quarters == 96 && all[1].use.used == 86_400)
        #expect(all.allSatisfy { $0.revision == 0 })
    }
}
