import HubMessages
import TestSupport
import Testing
import Utilization

/// Whoever has all messages of many hubs about people, and tries to tell of a run whose numbers are left out
/// whether one was there at a time or two. With the threshold of three these are the candidates; one is somebody's visit
/// alone.
///
/// **The world.** Four hubs with two spaces each, 360 days. Days are quiet, usual or busy; that is a season,
/// which lasts for weeks and is the same for all hubs, but for one day in five on which a hub is a step quieter or busier. On
/// busy days more come, in larger groups. So what one hub publishes does tell of the others. All are open from 8 to 20 h.
///
/// **The attacker** knows the method, the threshold and the opening hours, and has seen such a world in the clear: 360 days
/// with the numbers that are left out. From them it learns, for each clue and for all of them together (naive Bayes), which
/// answer is the more frequent one, and guesses that in a world that it has not seen. Clues are what messages give: what is
/// published of the runs before and after, of the other space at the time, of the hub on the day; of the other hubs at the
/// time, on the day, in the week around. Months hold nothing about visits (``DistrictMonth``).
///
/// **The priors.** Suppressed is distinguishable from zero by intention, so everybody sees when somebody was there: how long
/// the run is, and at what time of day. The guess from that alone is the first prior. The second one knows besides how busy
/// the day was, without a message: whoever lives there does. Messages of many hubs tell of the season, so an attacker may do
/// better than the first prior; of one person's visit it learned something if it does better than the second. That is what
/// fails the test, by three standard deviations, for an attacker who knows how busy the day was and for one who does not.
///
/// **Elsewhere**: rooms in a house and runs over a day, which are cut (HouseDifferencingTests), months with bookings, no-shows,
/// air and energy (MonthDifferencingTests), the days of the open formats (OpenFormatDifferencingTests); `status`, sensors that
/// fail, restarts, and when messages come (DistrictMessagesTests: nothing of it changes with a second person). **What it does not
/// try**: when messages arrive after an outage (docs/utilization.md), joining with knowledge of persons, and days that are not
/// independent of each other for other reasons than the season (the same regular visitor every Tuesday).
@Suite struct DifferencingTests {
    private static let day: Int64 = 86_400
    private static let start: Int64 = 1_795_392_000
    private static let hubs: [HubID] = [name("polch"), name("mayen"), name("mendig"), name("weibern")]
    private static let spaces: [SpaceID] = [name("coworking"), name("besprechung")]
    private static let days = 360

    @Test func `G10: no clue in all messages of many hubs tells better than the prior whether somebody was alone`() {
        var random = SeededRandom.announced()
        let seen = world(.usual, &random)
        let fresh = world(.usual, &random)
        let blind = Guesser(seen).success(fresh)
        let prior = Guesser(seen, knowsSeason: true).success(fresh)
        print(
            "\(fresh.count) hidden runs, alone in \(share(fresh)); right by length and time \(percent(blind)), "
                + "knowing the season \(percent(prior))")
        #expect(fresh.count > 1_500)
        // Three standard deviations of the difference of two shares of that many cases.
        let noise = 3 * (2 * prior * (1 - prior) / Double(fresh.count)).squareRoot()
        for clue in (seen.first?.clues.keys.sorted()) ?? [] {
            let right = Guesser(seen, clue: clue).success(fresh)
            let informed = Guesser(seen, knowsSeason: true, clue: clue).success(fresh)
            print("  with '\(clue)': \(percent(right)), knowing the season \(percent(informed))")
            #expect(right <= prior + noise && informed <= prior + noise, "\(clue)")
        }
        for knowsSeason in [false, true] {
            let all = Guesser.success(fresh, byAllCluesOf: seen, knowsSeason: knowsSeason)
            print("  with all of them\(knowsSeason ? ", knowing the season" : ""): \(percent(all))")
            #expect(all <= prior + noise)
        }
    }

    @Test func `the same attacker isolates visits from quarter-hours that are rounded each by itself`() {
        // What the method is for: published as an earlier version did, every quarter-hour by its own threshold, a run's edges
        // and neighbours give the answer away.
        var random = SeededRandom.announced()
        let seen = world(.naive, &random)
        let fresh = world(.naive, &random)
        let prior = Guesser(seen).success(fresh)
        let right = Guesser(seen, clue: "neighbours").success(fresh)
        print("quarter-hours by themselves: prior \(percent(prior)), with neighbours \(percent(right))")
        #expect(right > prior + 0.01)
    }

    // MARK: The world

    /// A space's day: how many are there in each quarter-hour, how many came in, and what is published.
    private struct Life {
        var peaks: [Int] = []
        var entries: [Int] = []
        var cells: [DistrictUtilization] = []
        var hidden: [Range<Int>] = []
        var visits = 0
    }

    private enum World {
        /// As described above.
        case usual
        /// Without seasons, and every quarter-hour published by itself.
        case naive
    }

    private func world(_ kind: World, _ random: inout SeededRandom) -> [GuessCase] {
        var season = 1
        var left = 0
        var seasons: [[Int]] = []
        var lives: [[[Life]]] = []
        for day in 0..<Self.days {
            if left == 0 {
                season = Int.random(in: 0...2, using: &random)
                left = Int.random(in: 14...40, using: &random)
            }
            left -= 1
            if kind != .usual { season = 1 }
            let own = Self.hubs.map { _ in
                kind != .usual || Int.random(in: 0..<5, using: &random) > 0
                    ? season : min(max(season + (Bool.random(using: &random) ? 1 : -1), 0), 2)
            }
            seasons.append(own)
            lives.append(
                Self.hubs.indices.map { hub in
                    Self.spaces.map { space in
                        life(Self.hubs[hub], space, Int64(day), own[hub], kind, &random)
                    }
                })
        }
        let week = (0..<Self.days).map { day in
            lives[max(day - 3, 0)...min(day + 3, Self.days - 1)].reduce(0) { sum, hubs in
                sum + hubs.reduce(0) { $0 + $1.reduce(0) { $0 + $1.visits } }
            }
        }
        var cases: [GuessCase] = []
        for day in 0..<Self.days {
            for hub in Self.hubs.indices {
                for space in Self.spaces.indices {
                    for run in lives[day][hub][space].hidden {
                        let length = min(run.count, 9)
                        var item = GuessCase(
                            isSo: lives[day][hub][space].peaks[run].max() == 1,
                            known: [[length, run.lowerBound / 16], [length], []], season: seasons[day][hub])
                        item.clues = clues(lives[day], hub, space, run)
                        item.clues["all hubs in the week"] = week[day] / 60
                        if kind == .naive {
                            // Each quarter-hour at or over the threshold says its number, exactly.
                            let peaks = lives[day][hub][space].peaks
                            let before = run.lowerBound > 0 ? peaks[run.lowerBound - 1] : 0
                            let after = run.upperBound < 96 ? peaks[run.upperBound] : 0
                            item.clues["neighbours"] = min(before, 6) * 10 + min(after, 6)
                        }
                        cases.append(item)
                    }
                }
            }
        }
        return cases
    }

    private func life(
        _ hub: HubID, _ space: SpaceID, _ day: Int64, _ season: Int, _ kind: World, _ random: inout SeededRandom
    ) -> Life {
        var life = Life()
        (life.peaks, life.entries) = visits(season, &random)
        life.cells = published(hub, space, day, life.peaks, life.entries)
        var quarter = 0
        while quarter < 96 {
            let start = quarter
            while quarter < 96, kind == .naive ? (1...2).contains(life.peaks[quarter]) : life.cells[quarter].suppressed
            {
                quarter += 1
            }
            if quarter > start { life.hidden.append(start..<quarter) } else { quarter += 1 }
        }
        life.visits = runs(of: life.cells).reduce(0) { $0 + ($1.visits ?? 0) }
        return life
    }

    private func visits(_ season: Int, _ random: inout SeededRandom) -> ([Int], [Int]) {
        var present = Array(repeating: 0, count: 96)
        var entered = Array(repeating: 0, count: 96)
        let groups = [[1, 1, 1, 2, 2, 3], [1, 1, 1, 2, 2, 3, 4], [1, 1, 2, 2, 2, 3, 4, 5]][season]
        let range = [0...4, 0...7, 2...9][season]
        for _ in 0..<Int.random(in: range, using: &random) {
            let people = groups.randomElement(using: &random) ?? 1
            let from = Int.random(in: 32..<72, using: &random)
            let to = min(from + Int.random(in: 1...8, using: &random), 80)
            for quarter in from..<to { present[quarter] += people }
            entered[from] += people
        }
        return (present, entered)
    }

    private func published(
        _ hub: HubID, _ space: SpaceID, _ day: Int64, _ peaks: [Int], _ entries: [Int]
    ) -> [DistrictUtilization] {
        var use = SpaceUse(
            space: space, module: .coworking, rules: BookingUse.Rules(isBookable: false),
            district: SpaceUse.District(hub: hub, threshold: 3))
        var events: [JournalEvent] = []
        var total: UInt64 = 0
        for quarter in 0...97 {
            let seconds = Int64(quarter) * 900
            let isDay = quarter < 96
            if isDay { total += UInt64(entries[quarter]) }
            events += use.observe(
                UtilizationMeter.Reading(
                    estimate: isDay ? peaks[quarter] : 0, isPresent: false, isHealthy: true, entries: total),
                at: Moment(
                    monotonic: .zero + .seconds(seconds),
                    wall: WallTime(milliseconds: (Self.start + day * Self.day + seconds) * 1_000),
                    quality: .synchronized), bookings: [], days: [])
        }
        return events.compactMap { if case .districtQuarter(let cell) = $0 { cell } else { nil } }
    }

    // MARK: The attacker

    private func runs(of cells: [DistrictUtilization]) -> [DistrictUtilization] {
        Array(Dictionary(cells.compactMap { cell in cell.run.map { ($0, cell) } }) { first, _ in first }.values)
    }

    private func clues(_ lives: [[Life]], _ hub: Int, _ space: Int, _ range: Range<Int>) -> [String: Int] {
        let own = lives[hub][space].cells
        let here = lives[hub][1 - space].cells
        let others = lives.indices.filter { $0 != hub }.flatMap { lives[$0] }
        func people(_ cell: DistrictUtilization) -> Int { cell.people ?? -1 }
        func then(_ cells: [DistrictUtilization]) -> Int { cells[range].map(people).max() ?? 0 }
        let before = own[..<range.lowerBound].last { !($0.suppressed || $0.people == 0) }
        let after = own[range.upperBound...].first { !($0.suppressed || $0.people == 0) }
        return [
            "neighbours": (range.lowerBound > 0 ? people(own[range.lowerBound - 1]) : -2) * 100
                + (own.indices.contains(range.upperBound) ? people(own[range.upperBound]) : -2),
            "runs before and after": (before?.people ?? 0) * 100 + (after?.people ?? 0),
            "the other space then": then(here),
            "published runs of the day": min(runs(of: own).count, 4),
            "runs left out of the day": min(lives[hub][space].hidden.count, 6),
            "visits of the day": min(lives[hub][space].visits, 15),
            "visits of the hub": min(lives[hub].reduce(0) { $0 + $1.visits }, 30) / 3,
            "the other hubs then": others.map { then($0.cells) }.max() ?? 0,
            "how many of the other hubs' spaces then": others.count { then($0.cells) != 0 },
            "visits of the other hubs": min(others.reduce(0) { $0 + $1.visits }, 90) / 9,
            "quality": own[range.lowerBound].covered / 300,
        ]
    }

    private func share(_ cases: [GuessCase]) -> String {
        percent(Double(cases.count { $0.isSo }) / Double(cases.count))
    }
}
