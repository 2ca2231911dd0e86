import ConfigurationFile
import HubConfiguration
import Simulation
import Testing

@Suite struct SimulationTests {
    private func run(_ seed: UInt64, days: Int, house text: String = sampleHouse) throws -> SimulationReport {
        let house = try ConfigurationFile.parse(Array(text.utf8), path: "built-in house")
        var simulation = Simulation(configuration: house, seed: seed, days: days)
        return simulation.run()
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `G1 G2 G3 G7 G11: a day with people and faults breaks no guarantee`(seed: UInt64) throws {
        let report = try run(seed, days: 1)
        #expect(report.violation == nil, "seed \(seed)")
        #expect(report.rows > 100)
        #expect(report.releases > 0)
    }

    @Test(arguments: ["2804W", "C1k48s", "UID58-reversed"])
    func `G1 G3: a day with readers of another format, told nothing else, breaks no guarantee`(format: String) throws {
        let house = sampleHouse.replacing(
            "reader = {", with: "reader = { format = \"\(format)\", longest_gap = \"2ms\",")
        #expect(house != sampleHouse)
        let report = try run(5, days: 1, house: house)
        #expect(report.violation == nil, "\(format)")
        #expect(report.admissions > 0 && report.refusals > 0)
    }

    @Test func `one seed replays one run, another is another`() throws {
        let first = try run(77, days: 1)
        #expect(try run(77, days: 1) == first)
        #expect(try run(78, days: 1).digest != first.digest)
    }
}
