import Foundation
import Hub
import HubMessages
import Testing

/// A building in which it is known who is there: does the interval hold the truth, and is it of any use?
@Suite struct BuildingTruthTests {
    private static let besprechung: SpaceID = name("besprechung")
    /// Monday 2026-11-23, 00:00 UTC.
    private static let midnight = WallTime(milliseconds: 1_795_392_000_000)

    private static let house = configuration { _ in
        """
        [hub]
        id = "hub-1"
        name = "RegioHub"
        district = "mayen-koblenz"
        [[space]]
        id = "coworking"
        name = "Coworking"
        module = "coworking"
        capacity = 20
        [[space]]
        id = "besprechung"
        name = "Besprechung"
        module = "meeting"
        capacity = 8
        inside = "coworking"
        """
            + countedSensors(["coworking", "besprechung"], firstLine: 2)
    }

    @Test func `G11: over weeks the interval holds the truth in 99 of 100 minutes, and every night is empty`() {
        let fixed = ProcessInfo.processInfo.environment["REGIOHUB_SEED"].flatMap { UInt64($0) }
        let seeds = fixed.map { [$0] } ?? [UInt64.random(in: 0...(.max)), 1, 2, 3]
        var all = Tally()
        for seed in seeds {
            print("seed of a week: REGIOHUB_SEED=\(seed)")
            let week = live(seed)
            print(week.text)
            #expect(week.held * 1_000 >= week.minutes * 985, "seed \(seed): \(week.text)")
            #expect(week.lateNights == 0, "seed \(seed)")
            all.add(week)
        }
        print("all: \(all.text)")
        // A number that says nothing would hold every truth.
        if seeds.count > 1 {
            #expect(all.medianInUse <= 10)
            #expect(all.held * 100 >= all.minutes * 99)
        }
    }

    /// What a week came to.
    struct Tally {
        var minutes = 0
        var held = 0
        var exact = 0
        var inUse: [Int] = []
        var lateNights = 0
        var corrections: [String: Int] = [:]
        var happened: [String: Int] = [:]

        var medianInUse: Int { inUse.sorted()[inUse.count / 2] }

        mutating func add(_ other: Tally) {
            minutes += other.minutes
            held += other.held
            exact += other.exact
            inUse += other.inUse
            lateNights += other.lateNights
            corrections.merge(other.corrections) { $0 + $1 }
            happened.merge(other.happened) { $0 + $1 }
        }

        var text: String {
            let share = { (count: Int, of: Int) in "\((Double(count) / Double(of) * 10_000).rounded() / 100) %" }
            return "truth in the interval in \(share(held, minutes)) of \(minutes) minutes of spaces, "
                + "best estimate right in \(share(exact, minutes)), median width in use \(medianInUse); \(corrections) "
                + "\(happened)"
        }
    }

    private func live(_ seed: UInt64) -> Tally {
        var building = LivedBuilding(Self.house, midnight: Self.midnight, seed: seed)
        building.start()
        var tally = Tally()
        for day in 0..<7 as Range<Int64> {
            var plan = LivedDay(
                outer: coworking, inner: Self.besprechung, isQuiet: day == 6, random: &building.random)
            injectFaults(into: &plan, &building.random, &tally)
            tally.happened.merge(plan.happened) { $0 + $1 }
            live(plan, day, &building, &tally)
        }
        for case .occupancyChanged(let change) in building.journal where change.corrected != nil {
            tally.corrections[change.cause.rawValue, default: 0] += 1
        }
        return tally
    }

    private func live(_ plan: LivedDay, _ day: Int64, _ building: inout LivedBuilding, _ tally: inout Tally) {
        let start = MonotonicTime.zero + .seconds(day * 86_400)
        var next = plan.actions.startIndex
        for minute in 0..<1_440 as Range<Int64> {
            let end = start + .seconds(minute * 60 + 30)
            while next < plan.actions.endIndex, start + plan.actions[next].time <= end {
                building.pass(to: start + plan.actions[next].time)
                building.perform(plan.actions[next].action)
                next += 1
            }
            building.pass(to: end)
            look(at: building, isNight: minute == 240, &tally)
        }
    }

    private func look(at building: LivedBuilding, isNight: Bool, _ tally: inout Tally) {
        guard let states = building.hub?.spaceStates else { return }
        for state in states {
            var truth = building.truth[state.space] ?? 0
            // Children too small for the beams are people all the same, and so is who is in the inner space.
            truth = max(truth, 0)
            tally.minutes += 1
            if state.minimum <= truth, truth <= state.maximum { tally.held += 1 }
            if state.estimate == truth { tally.exact += 1 }
            if truth > 0 { tally.inUse.append(state.maximum - state.minimum) }
            if isNight, state.maximum != 0 { tally.lateNights += 1 }
        }
    }

    private func injectFaults(into plan: inout LivedDay, _ random: inout SplitMix64, _ tally: inout Tally) {
        let counters = [coworking, Self.besprechung].map { DeviceID.sensor(LivedDay.counter(of: $0)) }
        func time() -> Duration { .seconds(Int.random(in: 8 * 3_600...19 * 3_600, using: &random)) }
        for counter in counters {
            plan.add(.lose(counter, Int.random(in: 1...8, using: &random)), at: time())
            guard Int.random(in: 0..<3, using: &random) == 0 else { continue }
            let gone = time()
            plan.add(.unplug(counter), at: gone)
            plan.add(.plug(counter), at: gone + .seconds(Int.random(in: 60...600, using: &random)))
            tally.happened["unplugged", default: 0] += 1
        }
        guard Int.random(in: 0..<2, using: &random) == 0 else { return }
        let stop = time()
        plan.add(.stop, at: stop)
        plan.add(.start, at: stop + .seconds(Int.random(in: 5...120, using: &random)))
        tally.happened["restart", default: 0] += 1
    }
}
