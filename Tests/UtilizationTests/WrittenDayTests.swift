import Foundation
import HubMessages
import Testing
import Utilization

/// One day of the workshop, written by hand and computed on paper. Times are minutes after 08:00 (07:00 UTC).
///
///     booking A  10–70 (party of Anna), B 90–150 (nobody comes), C 165–195 (known only at minute 200)
///     min   0      5      20     40     70     85     100    175    190    210
///     est.  0      0      2      3      1      0      0      1      1      0
///     why          two come early at 8 (see below), one more at 40, two leave at 70 (end of A), the last at 85;
///                  B is a no-show at 105; at 175 somebody without a known booking, gone at 210.
///
/// The meter's readings:  0: 0 · 8: 2 · 40: 3 · 70: 1 · 85: 0 · 175: 1 · 210: 0.
@Suite struct WrittenDayTests {
    private static let space: SpaceID = name("werkstatt")
    private static let start: Int64 = 1_795_417_200

    private func moment(_ minute: Double) -> Moment {
        let milliseconds = Int64(minute * 60_000)
        return Moment(
            monotonic: .zero + .milliseconds(milliseconds),
            wall: WallTime(milliseconds: Self.start * 1_000 + milliseconds), quality: .synchronized)
    }

    private func booking(_ id: String, _ from: Double, _ to: Double) -> Booking {
        guard let id = BookingID(id) else { preconditionFailure("legal") }
        return Booking(
            id: id, space: Self.space, from: moment(from).wall, to: moment(to).wall, credentials: [], source: .feed)
    }

    private var day: CalendarDay {
        let midnight = WallTime(milliseconds: (Self.start - 8 * 3_600) * 1_000)
        return CalendarDay(date: "2026-11-23", from: midnight, to: moment(225).wall)
    }

    private var nextDay: CalendarDay {
        CalendarDay(date: "2026-11-24", from: day.to, to: day.to + .seconds(86_400))
    }

    private struct Written {
        var use = SpaceUse(
            space: WrittenDayTests.space, module: .workshop, rules: BookingUse.Rules(),
            district: SpaceUse.District(hub: name("polch"), threshold: 3))
        var reading = UtilizationMeter.Reading(estimate: 0, isPresent: false, isHealthy: true, entries: 0, energy: 10)
        var journal: [JournalEvent] = []
        var minute = 0.0

        var records: [UtilizationRecord] {
            journal.compactMap { if case .utilization(let record) = $0 { record } else { nil } }
        }
    }

    /// Lives until `minute` with ticks at all deadlines and edges of bookings.
    private func live(_ day: inout Written, to minute: Double, _ bookings: [Booking], _ restartAt: Double? = nil) {
        let step = 0.5
        while day.minute < minute {
            day.minute += step
            if day.minute == restartAt {
                day.use = SpaceUse(
                    space: Self.space, module: .workshop, rules: BookingUse.Rules(), district: day.use.district,
                    memory: stored(day.use.memory))
                day.reading.entries = 0
            }
            day.journal += day.use.observe(
                day.reading, at: moment(day.minute), bookings: bookings, days: [self.day, nextDay])
        }
    }

    /// As it comes back from the disk.
    private func stored(_ memory: SpaceUse.Memory) -> SpaceUse.Memory? {
        guard let bytes = try? JSONEncoder().encode(memory) else { return nil }
        let back = try? JSONDecoder().decode(SpaceUse.Memory.self, from: bytes)
        #expect(back == memory)
        return back
    }

    private func lived(restartAt: Double? = nil) -> Written {
        let a = booking("A", 10, 70)
        let b = booking("B", 90, 150)
        let c = booking("C", 165, 195)
        var day = Written()
        day.journal += day.use.observe(day.reading, at: moment(0), bookings: [a, b], days: [self.day, nextDay])
        let changes: [(Double, Int, UInt64)] = [
            (8, 2, 2), (40, 3, 1), (70, 1, 0), (85, 0, 0), (175, 1, 1), (210, 0, 0),
        ]
        for (minute, estimate, entered) in changes {
            // At 200 the line is back, and C is known.
            if minute > 200 {
                live(&day, to: 200, [a, b], restartAt)
                day.journal += day.use.bookingsChanged([a, b, c], at: moment(200))
            }
            let known = minute > 200 ? [a, b, c] : [a, b]
            live(&day, to: minute, known, restartAt)
            day.reading.estimate = estimate
            day.reading.entries += entered
            if minute == 40 {
                day.reading.energy = 10.25
                day.use.observe(Climate(temperature: 20, co2: 600))
                day.use.observe(Climate(temperature: 21.5, co2: 1_000))
            }
            day.journal += day.use.observe(
                day.reading, at: moment(minute), bookings: known, days: [self.day, nextDay])
        }
        live(&day, to: 225, [a, b, c], restartAt)
        return day
    }

    private func paper(
        _ quarter: Int, booked: Int = 0, used: Int = 0, both: Int = 0, peak: Int = 0, mean: Double = 0,
        entries: Int = 0,
        bookings: Int = 0, revision: Int = 0, _ more: (inout UseNumbers) -> Void = { _ in }
    ) -> UtilizationRecord {
        var use = UseNumbers()
        (use.covered, use.healthy, use.booked, use.used, use.usedBooked) = (900, 900, booked, used, both)
        (use.peak, use.mean, use.entries, use.bookings) = (peak, mean, entries, bookings)
        use.energy = 0
        more(&use)
        return UtilizationRecord(
            space: Self.space, module: .workshop, start: moment(Double(quarter) * 15).wall, revision: revision, use: use
        )
    }

    @Test func `the day computed on paper, quarter by quarter, to the digit`() {
        // 0–15: A holds 10–15 = 300 s. Two are there 8–15 = 420 s; with A 300 s. 2 × 420 / 900 = 0.933 → 0.93.
        let expected = [
            paper(0, booked: 300, used: 420, both: 300, peak: 2, mean: 0.93, entries: 2, bookings: 1),
            paper(1, booked: 900, used: 900, both: 900, peak: 2, mean: 2),
            // 30–45: two until 40, three after: (2 × 600 + 3 × 300) / 900 = 2.333 → 2.33. 0.25 kWh; air at 40.
            paper(2, booked: 900, used: 900, both: 900, peak: 3, mean: 2.33, entries: 1) { use in
                use.energy = 0.25
                use.climate = ClimateSummary()
                use.climate?.temperature = .init(count: 2, mean: 20.75, minimum: 20, maximum: 21.5)
                use.climate?.co2 = .init(count: 2, mean: 800, minimum: 600, maximum: 1_000)
                // Under 1000 ppm is one of them.
                use.climate?.co2Comfortable = 1
            },
            paper(3, booked: 900, used: 900, both: 900, peak: 3, mean: 3),
            // 60–75: A holds until 70 = 600 s; three for 600 s, one for 300 s: 2100 / 900 = 2.333.
            paper(4, booked: 600, used: 900, both: 600, peak: 3, mean: 2.33),
            // 75–90: one until 85 = 600 s: 0.67. Still there 10 minutes after 70, at 80, but B begins at 90: whoever
            // comes ten minutes early has come for it, so nobody stays over.
            paper(5, used: 600, peak: 1, mean: 0.67),
            // 90–105 and on: B; nobody comes. The no-show is found at 105, in the next quarter-hour.
            paper(6, booked: 900, bookings: 1), paper(7, booked: 900) { $0.noShows = 1 }, paper(8, booked: 900),
            paper(9, booked: 900), paper(10),
            // 165–180: somebody from 175 on = 300 s: 0.33. C is not known yet.
            paper(11, used: 300, peak: 1, mean: 0.33, entries: 1),
            // 180–195: found as a walk-in at 185.
            paper(12, used: 900, peak: 1, mean: 1) { $0.walkIns = 1 },
            // Known at 200: C began at 165, so both quarter-hours are given out anew.
            paper(11, booked: 900, used: 300, both: 300, peak: 1, mean: 0.33, entries: 1, bookings: 1, revision: 1),
            paper(12, booked: 900, used: 900, both: 900, peak: 1, mean: 1, revision: 1) { $0.walkIns = 1 },
            paper(13, used: 900, peak: 1, mean: 1), paper(14),
        ]
        let day = lived()
        #expect(day.records.count == expected.count)
        for (record, paper) in zip(day.records, expected) { #expect(record == paper) }
    }

    @Test func `what bookings and people say of each other that day`() {
        let found = lived().journal.filter { event in
            switch event {
            case .bookingArrived, .bookingNoShow, .bookingOverstay, .walkIn: true
            case _: false
            }
        }
        let (a, b) = (booking("A", 10, 70), booking("B", 90, 150))
        #expect(
            found == [
                .bookingArrived(
                    BookingArrived(space: Self.space, booking: a.id, from: a.from, to: a.to, after: 0, late: false)),
                .bookingNoShow(BookingNoShow(space: Self.space, booking: b.id, from: b.from, to: b.to, grace: 900)),
                .walkIn(WalkIn(space: Self.space, since: moment(175).wall, active: true)),
                .walkIn(WalkIn(space: Self.space, since: moment(175).wall, active: false, seconds: 2_100)),
            ])
    }

    @Test func `the day's sum is that of its quarter-hours, and comes with the last of them`() throws {
        let day = lived()
        let summaries = day.journal.compactMap { event -> UtilizationSummary? in
            if case .utilizationSummary(let summary) = event { return summary }
            return nil
        }
        let sum = try #require(summaries.first)
        #expect(summaries.count == 1 && sum.name == "2026-11-23" && sum.quarters == 15 && sum.revision == 0)
        // 15 quarter-hours; booked 300 + 3 × 900 + 600 (A) + 4 × 900 (B) + 2 × 900 (C).
        #expect(sum.use.covered == 13_500 && sum.use.booked == 9_000)
        // 77 minutes and 35.
        #expect(sum.use.used == 6_720 && sum.use.usedBooked == 4_800)
        #expect(sum.use.peak == 3 && sum.use.entries == 4 && sum.use.bookings == 3)
        #expect(sum.use.noShows == 1 && sum.use.walkIns == 1 && sum.use.overstays == 0 && sum.use.energy == 0.25)
    }

    @Test func `the district sees one run with three people, one that is suppressed, and zeros`() {
        let cells = lived().journal.compactMap { event -> DistrictUtilization? in
            if case .districtQuarter(let cell) = event { return cell }
            return nil
        }
        #expect(
            cells.map(\.inUse) == Array(repeating: true, count: 6) + Array(repeating: false, count: 5)
                + [true, true, true, false])
        #expect(
            cells.map(\.people) == Array(repeating: 3, count: 6) + Array(repeating: 0, count: 5)
                + [nil, nil, nil, 0])
        // Three came in during the first run, one in the second.
        #expect(
            cells.map(\.visits) == Array(repeating: 3, count: 6) + Array(repeating: 0, count: 5)
                + [nil, nil, nil, 0])
        #expect(cells.map(\.suppressed) == cells.map { $0.people == nil })
        #expect(cells.prefix(6).allSatisfy { $0.run == moment(0).wall })
    }

    @Test func `a restart in the middle of a quarter-hour changes no number`() {
        let usual = lived()
        let restarted = lived(restartAt: 52.5)
        // Half a minute passes between two looks; that of the restart is not covered.
        for (left, right) in zip(
            usual.records.filter { $0.revision == 0 }, restarted.records.filter { $0.revision == 0 })
        {
            var right = right
            if left.start == moment(45).wall {
                #expect(right.use.covered == 870 && right.use.used == 870 && right.use.usedBooked == 870)
                right.use = left.use
            }
            #expect(left == right)
        }
    }
}
