import Foundation
import HubMessages
import TestSupport
import Testing
import Utilization

/// Whoever has all messages about a month and tries to tell of one given person whether they were there, had booked, or had
/// booked and did not come. A coin decides; who guesses is right in 50 %. That is the prior.
///
/// **Who has all messages** takes every month's number by itself, each less what the runs of the quarter-hours show (how many
/// there were, how long), against what such spaces publish in other months, and all of them together (naive Bayes), after
/// thousands of months of like spaces in the clear.
///
/// **Who knows everybody else** knows besides, in the clear, every other booking, visit and no-show of the month, the base load,
/// and what each other visitor used, up to what no one can know of a meter and of air (a twentieth of the base load, a tenth of
/// the bad air). They compute what would be published if the one was there and if not, and take what is more likely: there is no
/// better use of a message. This is the attacker against which rounding alone helps, and only in so far as the answer does not
/// fall on a step: one person moves a number rounded to *n* in one case out of *n*.
@Suite struct MonthDifferencingTests {
    private static let cases = 3_000
    /// What the test can see: four standard deviations of a coin of so many throws.
    private static let resolution = 0.04

    /// What the coin decides.
    private enum Target: String, CaseIterable {
        /// Whether a booking that nobody came for was made.
        case noShow = "a booking that nobody came for"
        /// Whether somebody who was there had booked.
        case booking = "the booking of somebody who was there"
        /// Whether a second one was with somebody who is seen.
        case second = "a second visitor"
    }

    private struct Case {
        let isSo: Bool
        let clues: [String: Int]
        /// What who knows everybody else answers; `nil` where both answers fit the message as well.
        let informed: Bool?
    }

    @Test(arguments: ["rare", "usual", "busy"])
    func `G10: months do not tell of one given person`(kind: String) {
        var random = SeededRandom.announced()
        for target in Target.allCases {
            let seen = (0..<Self.cases).compactMap { _ in draw(target, kind, &random) }
            let fresh = (0..<Self.cases).compactMap { _ in draw(target, kind, &random) }
            let most = 0.5 + Self.resolution
            var report = "\(kind), \(target.rawValue), \(fresh.count) months:"
            for clue in seen.first?.clues.keys.sorted() ?? [] {
                let right = success(fresh, votes(seen, [clue]))
                report += " \(clue) \(percent(right)),"
                #expect(right <= most, "\(kind), \(target.rawValue): \(clue)")
            }
            let all = success(fresh, bayes(seen))
            let informed = success(fresh) { $0.informed.map { $0 ? 1 : 0 } ?? 0.5 }
            let told = Double(fresh.count { $0.informed != nil }) / Double(fresh.count)
            report += " all \(percent(all)); who knows all others \(percent(informed))"
            print(report + " (the message differs or leans in \(percent(told)))")
            #expect(all <= most, "\(kind), \(target.rawValue): all clues")
            #expect(informed <= most, "\(kind), \(target.rawValue): who knows all others")
        }
    }

    @Test func `the world publishes what a hub would`() {
        var random = SeededRandom.announced()
        let traits = DistrictWorld.Traits(space: name("raum"), visits: 60, baseLoad: 40, hasMachines: false)
        let world = DistrictWorld(traits, season: 1.3, &random)
        let published = world.published
        let quarters = published.compactMap { if case .districtQuarter(let cell) = $0 { cell } else { nil } }
        let runs = quarters.filter(\.inUse).count
        #expect(quarters.count == DistrictWorld.days * 96)
        #expect(runs == world.runs.reduce(0) { $0 + $1.quarters.count })
        for run in world.runs {
            for quarter in run.quarters {
                #expect(quarters[quarter].people == run.numbers?.people && quarters[quarter].inUse)
                #expect(quarters[quarter].visits == run.numbers?.visits)
            }
        }
        let months = published.compactMap { if case .districtMonth(let month) = $0 { month } else { nil } }
        #expect(months == [DistrictWorld.month(of: world.summary)].compactMap(\.self))
    }

    // MARK: A month and its coin

    private func draw(_ target: Target, _ kind: String, _ random: inout SeededRandom) -> Case? {
        let traits = DistrictWorld.Traits(
            space: name("raum"), visits: kind == "rare" ? 4 : kind == "usual" ? 25 : 60,
            baseLoad: Double.random(in: 5...80, using: &random),
            hasMachines: Int.random(in: 0..<4, using: &random) == 0)
        let season: Double = [0.7, 1.0, 1.3].randomElement(using: &random) ?? 1
        var without = DistrictWorld(traits, season: season, &random)
        // The month before, of the same space, is public, too.
        let before = DistrictWorld(traits, season: season, &random)
        guard let place = without.free(on: Int.random(in: 0..<DistrictWorld.days, using: &random), &random) else {
            return nil
        }
        var with = without
        let one = without.event(
            place.day, place.range, isBooked: false, people: target == .noShow ? 0 : 1, &random)
        var other = one
        switch target {
        case .noShow:
            other.isBooked = true
            with.add(other)
        case .booking:
            without.add(one)
            other.isBooked = true
            with.add(other)
        case .second:
            without.add(one)
            other.people = 2
            with.add(other)
        }
        let isSo = Bool.random(using: &random)
        let deviation = DistrictWorld.Noise(energy: traits.baseLoad / 20, stale: without.stale / 10 + 0.5)
        let noise = DistrictWorld.Noise(
            energy: normal(&random) * deviation.energy, stale: normal(&random) * deviation.stale)
        let world = isSo ? with : without
        guard let month = DistrictWorld.month(of: world.summary, noise: noise) else { return nil }
        return Case(
            isSo: isSo, clues: clues(month, world, before),
            informed: informed(month, with: with, without: without, deviation))
    }

    private func clues(_ month: DistrictMonth, _ world: DistrictWorld, _ before: DistrictWorld) -> [String: Int] {
        let runs = world.runs
        let hours = runs.reduce(0) { $0 + $1.quarters.count } / 4
        let last = DistrictWorld.month(of: before.summary)
        let alike = before.runs.count
        func less(_ number: Int?, _ seen: Int) -> Int { number.map { $0 - seen } ?? -1_000 }
        return [
            "bookings": month.bookings ?? -1, "no-shows": month.noShows ?? -1,
            "comfort": month.comfort ?? -1, "energy": month.energy ?? -1,
            "covered": month.coveredHours,
            "bookings less runs": less(month.bookings, runs.count),
            "no-shows less what bookings and runs show": less(month.noShows, less(month.bookings, runs.count)),
            "energy less base load and hours in use": less(
                month.energy, Int(world.traits.baseLoad) + (world.traits.hasMachines ? hours : hours / 10)),
            "bad air by runs": less(month.comfort.map { 100 - $0 }, hours / 10),
            "bookings less those of the month before": less(month.bookings, last?.bookings ?? 0) - runs.count + alike,
            "runs without numbers": min(runs.count { $0.numbers == nil }, 12),
            "visits of the runs": runs.reduce(0) { $0 + ($1.numbers?.visits ?? 0) } / 5,
        ]
    }

    /// The answer that the message is more likely with, for who knows everything but it; `nil` for none.
    private func informed(
        _ month: DistrictMonth, with: DistrictWorld, without: DistrictWorld, _ deviation: DistrictWorld.Noise
    ) -> Bool? {
        let odds = chance(month, with.summary, deviation) - chance(month, without.summary, deviation)
        return abs(odds) < 1e-6 ? nil : odds > 0
    }

    /// How likely a month is to publish that, over the noise of meter and air.
    private func chance(
        _ month: DistrictMonth, _ summary: UtilizationSummary, _ deviation: DistrictWorld.Noise
    ) -> Double {
        // The two noises act on a number each: one walk over the deviations serves both.
        var energy = 0.0
        var comfort = 0.0
        for step in -15...15 {
            let z = Double(step) / 5
            let weight = exp(-z * z / 2)
            let noise = DistrictWorld.Noise(energy: z * deviation.energy, stale: z * deviation.stale)
            guard let made = DistrictWorld.month(of: summary, noise: noise), made.bookings == month.bookings,
                made.noShows == month.noShows, made.coveredHours == month.coveredHours
            else { return 0 }
            if made.energy == month.energy { energy += weight }
            if made.comfort == month.comfort { comfort += weight }
        }
        return energy * comfort
    }

    // MARK: Who has seen many months

    private struct Kind: Hashable { let clues: [Int] }

    /// The more frequent answer among the seen months with the same values.
    private func votes(_ seen: [Case], _ names: [String]) -> (Case) -> Double {
        var votes: [Kind: (so: Double, all: Double)] = [:]
        for item in seen {
            let kind = Kind(clues: names.map { item.clues[$0] ?? -1 })
            votes[kind, default: (0, 0)].so += item.isSo ? 1 : 0
            votes[kind, default: (0, 0)].all += 1
        }
        let table = votes
        return { item in
            guard let vote = table[Kind(clues: names.map { item.clues[$0] ?? -1 })], vote.all >= 10 else { return 0.5 }
            return vote.so / vote.all
        }
    }

    /// All clues together: each adds to the odds by how much more frequent its value is.
    private func bayes(_ seen: [Case]) -> (Case) -> Double {
        let names = seen.first?.clues.keys.sorted() ?? []
        let single = names.map { votes(seen, [$0]) }
        return { item in
            let odds = single.reduce(0) { odds, vote in
                let chance = min(max(vote(item), 0.001), 0.999)
                return odds + log(chance / (1 - chance))
            }
            return 1 / (1 + exp(-odds))
        }
    }

    /// The share of right answers; a coin where the clues say neither.
    private func success(_ fresh: [Case], _ chance: (Case) -> Double) -> Double {
        let right = fresh.reduce(0.0) { sum, item in
            let chance = chance(item)
            return sum + (chance == 0.5 ? 0.5 : (chance > 0.5) == item.isSo ? 1 : 0)
        }
        return right / Double(fresh.count)
    }
}
