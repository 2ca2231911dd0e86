import ConfigurationFile
import HubConfiguration
import Simulation
import Testing

@Suite struct SimulationTests {
    private func run(_ seed: UInt64, days: Int) throws -> SimulationReport {
        let house = try ConfigurationFile.parse(Array(sampleHouse.utf8), path: "built-in house")
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

    @Test func `one seed replays one run, another is another`() throws {
        let first = try run(77, days: 1)
        #expect(try run(77, days: 1) == first)
        #expect(try run(78, days: 1).digest != first.digest)
    }
}
