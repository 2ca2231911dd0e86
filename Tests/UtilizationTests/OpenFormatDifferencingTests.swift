import Foundation
import HubMessages
import Reports
import TestSupport
import Testing
import Utilization

/// Whoever reads what everybody may see of the air and the energy of a day, and tries to tell whether the one visit of that day was
/// one person's or two's. A coin decides.
///
/// They know how long the visit was (it is published), the weather, how well the room is aired on average, what a person breathes
/// out and uses up; not how the room was aired that day, and the rest to what such things vary by from day to day. With the first
/// 4,000 days they learn, for each number, where to draw the line; then they guess.
///
/// Of a person and hour there: 30 ppm of CO₂ and 0.3 points of humidity more in the day's mean, by half to double as the windows
/// go; 0.03 K; 0.1 kWh.
@Suite struct OpenFormatDifferencingTests {
    private static let days = 4_000
    private static let resolution = 0.04

    private struct Day {
        let isTwo: Bool
        /// What is published, less what the attacker expects of the day without anybody, by hours in use.
        let clues: [String: Double]
    }

    @Test func `G10: what everybody may see of a day's air does not count who breathed it`() {
        var random = SeededRandom.announced()
        let seen = (0..<Self.days).map { _ in draw(&random) { Observation(public: $0) } }
        let fresh = (0..<Self.days).map { _ in draw(&random) { Observation(public: $0) } }
        for clue in Set(fresh.flatMap(\.clues.keys)).sorted() {
            let right = success(seen, fresh, clue)
            print("one or two by the day's \(clue): \(percent(right))")
            #expect(right <= 0.5 + Self.resolution, "\(clue)")
        }
        #expect(fresh.contains { $0.clues["temperature"] != nil })
    }

    @Test func `the same reader counts people by what operators have of a day`() {
        var random = SeededRandom.announced()
        let full: (JournalEvent) -> Observation? = {
            guard case .utilizationSummary(let day) = $0 else { return nil }
            return Observation(
                full: UtilizationRecord(space: day.space, module: day.module, start: day.from, use: day.use))
        }
        let seen = (0..<Self.days).map { _ in draw(&random, full) }
        let fresh = (0..<Self.days).map { _ in draw(&random, full) }
        for clue in ["co2", "humidity", "energy"] {
            let right = success(seen, fresh, clue)
            print("one or two by the operators' \(clue): \(percent(right))")
            #expect(right > 0.5 + Self.resolution, "\(clue)")
        }
    }

    private func draw(_ random: inout SeededRandom, _ observed: (JournalEvent) -> Observation?) -> Day {
        let isTwo = Bool.random(using: &random)
        let hours = Double.random(in: 0.5...4, using: &random)
        let personHours = hours * (isTwo ? 2 : 1)
        let windows = Double.random(in: 0.5...1.5, using: &random)
        let weather = (
            temperature: Double.random(in: 17...24, using: &random),
            humidity: Double.random(in: 30...65, using: &random)
        )
        var use = UseNumbers()
        use.covered = 86_400
        use.used = Int(hours * 3_600)
        use.energy = 3 + normal(&random) * 0.15 + hours * 0.3 + personHours * 0.1
        var climate = ClimateSummary()
        climate.temperature = readings(weather.temperature + normal(&random) * 0.3 + personHours * 0.03)
        climate.humidity = readings(weather.humidity + normal(&random) * 2 + personHours * 0.3 * windows)
        climate.co2 = readings(430 + normal(&random) * 5 + personHours * 30 * windows)
        use.climate = climate
        let observation = observed(
            .utilizationSummary(
                UtilizationSummary(
                    space: name("raum"), module: .meeting, period: .day, name: "2026-11-25", from: DistrictWorld.start,
                    to: DistrictWorld.start + .seconds(86_400), revision: 0, quarters: 96, use: use)))
        var clues: [String: Double] = [:]
        clues["temperature"] = (observation?.climate?.temperature?.mean).map { ($0 - weather.temperature) / hours }
        clues["humidity"] = (observation?.climate?.humidity?.mean).map { ($0 - weather.humidity) / hours }
        clues["co2"] = (observation?.climate?.co2?.mean).map { ($0 - 430) / hours }
        clues["energy"] = (observation?.energy).map { ($0 - 3) / hours }
        return Day(isTwo: isTwo, clues: clues)
    }

    private func readings(_ mean: Double) -> ClimateSummary.Readings {
        ClimateSummary.Readings(count: 1_440, mean: UseNumbers.hundredths(mean), minimum: mean, maximum: mean)
    }

    /// Draws the line where most of the seen days are told apart, and tells the fresh ones by it.
    private func success(_ seen: [Day], _ fresh: [Day], _ clue: String) -> Double {
        let values = seen.compactMap { day in day.clues[clue].map { (value: $0, isTwo: day.isTwo) } }
            .sorted { $0.value < $1.value }
        var best = (right: 0, line: 0.0)
        var right = values.count(where: \.isTwo)
        for value in values {
            right += value.isTwo ? -1 : 1
            if right > best.right { best = (right, value.value) }
        }
        let told = fresh.count { (($0.clues[clue] ?? 0) > best.line) == $0.isTwo }
        return Double(told) / Double(fresh.count)
    }
}
