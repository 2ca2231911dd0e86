import HubMessages
import TestSupport
import Testing
import Utilization

/// Whoever has all messages of many hubs, and tries to tell how many people were in a run whose numbers are left out: one, or
/// two? With the threshold of three these are the candidates; one is somebody's visit alone.
///
/// The attacker knows the method, the threshold, the opening hours, and how visits are distributed: it has seen a thousand
/// days of the same world in the clear, and learns from them, for every clue, which answer is the more frequent one. Clues
/// are what messages can give: what is published of the run before and after in the same space, of the other space at the
/// same time, of the same hub on that day, and the number of runs. What it may see anyway, because suppressed is distinguishable from zero by intention, is when somebody was there:
/// how long the run is, and at what time of day. Its guess from that alone is the prior. It succeeds where a clue makes its
/// guesses better than the prior's on days it has not seen.
@Suite struct DifferencingTests {
    private static let hub: HubID = name("polch")
    private static let day: Int64 = 86_400
    private static let start: Int64 = 1_795_392_000
    private static let spaces: [SpaceID] = [name("coworking"), name("besprechung")]

    /// A hidden run, and what the messages say around it.
    private struct Case {
        let isAlone: Bool
        let length: Int
        let hour: Int
        var clues: [String: Int] = [:]
    }

    @Test func `G10: no clue in all messages tells better than the prior whether somebody was alone`() {
        var random = SeededRandom.announced()
        let seen = world(days: 1_000, &random)
        let fresh = world(days: 1_000, &random)
        let prior = success(seen, fresh) { _ in 0 }
        print("\(fresh.count) hidden runs; prior right in \(percent(prior)), chance of 'alone' \(share(fresh))")
        #expect(fresh.count > 1_000)
        // Three standard deviations of the difference of two shares of that many cases.
        let noise = 3 * (2 * prior * (1 - prior) / Double(fresh.count)).squareRoot()
        for clue in (seen.first?.clues.keys.sorted()) ?? [] {
            let right = success(seen, fresh) { $0.clues[clue] ?? -1 }
            print("  with '\(clue)': \(percent(right))")
            #expect(right <= prior + noise, "\(clue)")
        }
        let all = success(seen, fresh) { item in
            item.clues.sorted { $0.key < $1.key }.reduce(17) { $0 &* 31 &+ $1.value }
        }
        print("  with all of them: \(percent(all))")
        #expect(all <= prior + noise)
    }

    @Test func `the same attacker isolates visits from quarter-hours that are rounded each by itself`() {
        // What the method is for: published as an earlier version did, every quarter-hour by its own threshold, a run's edges
        // and neighbours give the answer away.
        var random = SeededRandom.announced()
        let seen = world(days: 1_000, isNaive: true, &random)
        let fresh = world(days: 1_000, isNaive: true, &random)
        let prior = success(seen, fresh) { _ in 0 }
        let right = success(seen, fresh) { $0.clues["neighbours"] ?? -1 }
        print("quarter-hours by themselves: prior \(percent(prior)), with neighbours \(percent(right))")
        #expect(right > prior + 0.01)
    }

    // MARK: The world

    /// Days of two hubs with two spaces each: visits of one to four people, as bookings bring them.
    private func world(days: Int, isNaive: Bool = false, _ random: inout SeededRandom) -> [Case] {
        var cases: [Case] = []
        for day in 0..<Int64(days) {
            var peaks: [SpaceID: [Int]] = [:]
            var entries: [SpaceID: [Int]] = [:]
            for space in Self.spaces { (peaks[space], entries[space]) = visits(&random) }
            var cells: [SpaceID: [DistrictUtilization]] = [:]
            for space in Self.spaces {
                cells[space] = published(space, day, peaks[space] ?? [], entries[space] ?? [])
            }
            for space in Self.spaces {
                cases += hidden(space, peaks[space] ?? [], entries[space] ?? [], cells, isNaive: isNaive)
            }
        }
        return cases
    }

    /// How many are there in each quarter-hour of a day, and how many came in.
    private func visits(_ random: inout SeededRandom) -> ([Int], [Int]) {
        var present = Array(repeating: 0, count: 96)
        var entered = Array(repeating: 0, count: 96)
        for _ in 0..<Int.random(in: 0...7, using: &random) {
            let people = [1, 1, 1, 2, 2, 3, 4].randomElement(using: &random) ?? 1
            let from = Int.random(in: 32..<72, using: &random)
            let to = min(from + Int.random(in: 1...8, using: &random), 96)
            for quarter in from..<to { present[quarter] += people }
            entered[from] += people
        }
        return (present, entered)
    }

    private func published(
        _ space: SpaceID, _ day: Int64, _ peaks: [Int], _ entries: [Int]
    ) -> [DistrictUtilization] {
        var use = SpaceUse(
            space: space, module: .coworking, rules: BookingUse.Rules(isBookable: false),
            district: SpaceUse.District(hub: Self.hub, threshold: 3, isInner: false))
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

    private func hidden(
        _ space: SpaceID, _ peaks: [Int], _ entries: [Int], _ cells: [SpaceID: [DistrictUtilization]], isNaive: Bool
    ) -> [Case] {
        let own = cells[space] ?? []
        let others = cells.filter { $0.key != space }.flatMap(\.value)
        var cases: [Case] = []
        var quarter = 0
        while quarter < min(own.count, 96) {
            let isHidden = isNaive ? (1...2).contains(peaks[quarter]) : own[quarter].suppressed
            guard isHidden else {
                quarter += 1
                continue
            }
            var end = quarter
            while end < min(own.count, 96),
                isNaive ? (1...2).contains(peaks[end]) : own[end].suppressed
            { end += 1 }
            let highest = peaks[quarter..<end].max() ?? 0
            var item = Case(isAlone: highest == 1, length: end - quarter, hour: quarter / 16)
            item.clues = clues(own, others, quarter..<end)
            if isNaive {
                // Each quarter-hour at or over the threshold says its number, exactly.
                let before = quarter > 0 ? peaks[quarter - 1] : 0
                let after = end < 96 ? peaks[end] : 0
                item.clues["neighbours"] = min(before, 6) * 10 + min(after, 6)
            }
            cases.append(item)
            quarter = end
        }
        return cases
    }

    private func clues(
        _ own: [DistrictUtilization], _ others: [DistrictUtilization], _ range: Range<Int>
    ) -> [String: Int] {
        let runs = Dictionary(own.compactMap { cell in cell.run.map { ($0, cell) } }) { first, _ in first }
        let before = own[..<range.lowerBound].last { !($0.suppressed || $0.people == 0) }
        let after = own[range.upperBound...].first { !($0.suppressed || $0.people == 0) }
        let here = others.indices.filter { range.contains($0 % 97) }
        let visits = runs.values.reduce(0) { $0 + ($1.visits ?? 0) }
        return [
            "neighbours": (own.indices.contains(range.lowerBound - 1) ? own[range.lowerBound - 1].people ?? -1 : -2)
                * 100
                + (own.indices.contains(range.upperBound) ? own[range.upperBound].people ?? -1 : -2),
            "runs before and after": (before?.people ?? 0) * 100 + (after?.people ?? 0),
            "the other space then": here.map { others[$0].people ?? -1 }.max() ?? 0,
            "runs of the day": min(runs.count, 4),
            "visits of the day": min(visits, 15),
            "visits of the hub": min(visits + others.reduce(0) { max($0, $1.visits ?? 0) }, 15),
            "quality": own[range.lowerBound].covered / 300,
        ]
    }

    /// The share of fresh cases in which the more frequent answer among the seen ones of the same kind is right. Kinds that
    /// were seen too seldom to say anything are judged without the clue, then without anything.
    private func success(_ seen: [Case], _ fresh: [Case], _ clue: (Case) -> Int) -> Double {
        struct Kind: Hashable { let length, hour, clue: Int }
        struct Votes { var count = 0, alone = 0 }
        func kinds(_ item: Case) -> [Kind] {
            let length = min(item.length, 9)
            return [
                Kind(length: length, hour: item.hour, clue: clue(item)),
                Kind(length: length, hour: -1, clue: clue(item)),
                Kind(length: length, hour: item.hour, clue: .min), Kind(length: -1, hour: -1, clue: .min),
            ]
        }
        var votes: [Kind: Votes] = [:]
        for item in seen {
            for kind in kinds(item) {
                votes[kind, default: Votes()].count += 1
                votes[kind, default: Votes()].alone += item.isAlone ? 1 : 0
            }
        }
        let right = fresh.count { item in
            let known = kinds(item).compactMap { votes[$0] }.first { $0.count >= 20 }
            return (known.map { $0.alone * 2 > $0.count } ?? true) == item.isAlone
        }
        return Double(right) / Double(fresh.count)
    }

    private func share(_ cases: [Case]) -> String { percent(Double(cases.count { $0.isAlone }) / Double(cases.count)) }
    private func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
}
