import HubMessages
import TestSupport
import Testing
import Utilization

/// Where runs begin and end, and who is counted in a space with others inside it.
@Suite struct DistrictViewTests {
    private static let start: Int64 = 1_795_392_000

    /// What the district gets of a space that holds so many people in each quarter-hour; `nil` where the date is not known.
    /// `own`: how many of them are in none of the spaces inside it.
    private func told(_ people: [Int?], own: [Int]? = nil) -> [DistrictUtilization] {
        var use = SpaceUse(
            space: name("dorfladen"), module: .shop, rules: BookingUse.Rules(isBookable: false),
            district: SpaceUse.District(hub: name("polch"), threshold: 3))
        var events: [JournalEvent] = []
        for (quarter, count) in (people + [0, 0]).enumerated() {
            let seconds = Int64(quarter) * 900
            events += use.observe(
                UtilizationMeter.Reading(
                    estimate: count ?? 0, own: own.map { $0.indices.contains(quarter) ? $0[quarter] : 0 },
                    isPresent: false, isHealthy: true, entries: 0),
                at: Moment(
                    monotonic: .zero + .seconds(seconds),
                    wall: WallTime(milliseconds: (Self.start + seconds) * 1_000),
                    quality: count == nil ? .unknown : .synchronized), bookings: [], days: [])
        }
        return events.compactMap { if case .districtQuarter(let cell) = $0 { cell } else { nil } }
    }

    @Test func `who is in a space inside another is counted there and not in the outer one`() {
        #expect(told([0, 7, 9, 0], own: [0, 2, 4, 0]).prefix(4).map(\.people) == [0, 3, 3, 0])
        // Everybody is in a room: the outer one is in use, and nothing more is told of it.
        let cells = told([0, 7, 7, 0], own: [0, 0, 2, 0])
        #expect(cells.prefix(4).map(\.inUse) == [false, true, true, false])
        #expect(cells.prefix(4).map(\.people) == [0, nil, nil, 0])
        #expect(cells.filter(\.inUse).allSatisfy { $0.suppressed && $0.visits == nil && $0.run == nil })
        #expect(told([0, 7, 2, 0]).prefix(4).map(\.people) == [0, 6, 6, 0])
    }

    @Test func `the moment at which a sensor failed or worked again is not told`() {
        // Some faults begin or end with somebody's passing: the seconds would say when, and of which quarter-hour of a run.
        func cell(covered: Int, healthy: Int) -> DistrictUtilization {
            var use = UseNumbers()
            (use.covered, use.healthy, use.used, use.peak) = (covered, healthy, 300, 1)
            let record = UtilizationRecord(
                space: name("dorfladen"), module: .shop, start: WallTime(milliseconds: Self.start * 1_000), use: use)
            return DistrictUtilization(hub: name("polch"), record: record, run: record.start, numbers: nil)
        }
        #expect(cell(covered: 900, healthy: 900).healthy == 900 && cell(covered: 437, healthy: 437).healthy == 437)
        for healthy in [0, 1, 437, 899] { #expect(cell(covered: 900, healthy: healthy).healthy == 0) }
    }

    @Test func `a run that does not end is told after a day, and what follows by itself`() {
        let cells = told(Array(repeating: 7, count: 96) + [1, 1])
        #expect(cells.prefix(96).allSatisfy { $0.people == 6 && $0.run == cells[0].start })
        // Who stayed on are too few to be told of, by the numbers of the day before, too.
        #expect(cells[96...97].allSatisfy { $0.inUse && $0.suppressed && $0.run == nil })
        #expect(cells[98].people == 0 && !cells[98].inUse)
    }

    @Test func `time of which nobody knows the date ends a run`() {
        let cells = told([4, 4, nil, nil, 2, 2])
        // The second quarter-hour ends at a time that nobody knows.
        #expect(cells[0].people == 3 && cells[1].start == cells[0].start + .seconds(4 * 900))
        #expect(cells[1...2].allSatisfy { $0.inUse && $0.suppressed })
    }
}
