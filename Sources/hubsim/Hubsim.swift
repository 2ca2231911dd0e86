internal import ArgumentParser
internal import ConfigurationFile
internal import Glibc
internal import HubConfiguration
internal import HubMessages
internal import Simulation

/// Runs a whole hub under a virtual clock, with people and faults that follow from one seed.
@main
struct Hubsim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hubsim",
        abstract: "Runs a whole hub under a virtual clock, with people and faults that follow from one seed.",
        discussion: """
            Everything but the hub's rules is simulated: visitors with and without bookings, doors, readers and sensors, \
            a disk that stalls and fails, a broker that goes away, power cuts, lost edges, unplugged chips, a clock that \
            jumps. The guarantees are checked all along. One seed replays one run to the byte.
            """,
        subcommands: [Run.self])
}

/// `hubsim run`.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lives through some days and says whether every guarantee held.",
        discussion: "Exit status: 0 when every guarantee held, 1 when one was broken or the configuration has mistakes."
    )

    @Option(help: ArgumentHelp("The number that the run follows from; a fresh one by default.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("How many days to live through, 1 to 3650.", valueName: "days"))
    var days = 1

    @Option(help: ArgumentHelp("The configuration of the house; by default one that is built in.", valueName: "file"))
    var config: String?

    func validate() throws {
        guard (1...3_650).contains(days) else { throw ValidationError("--days is \(days); expected 1 to 3650") }
    }

    func run() throws {
        let house: HubConfiguration
        do throws(ConfigurationFile.Failure) {
            house =
                if let config {
                    try ConfigurationFile.load(config)
                } else {
                    try ConfigurationFile.parse(Array(sampleHouse.utf8), path: "built-in house")
                }
        } catch {
            let text = Array(error.lines.map { $0 + "\n" }.joined().utf8)
            _ = write(STDERR_FILENO, text, text.count)
            throw ExitCode(1)
        }
        let seed = seed ?? .random(in: 0...(.max))
        print("seed \(seed)")
        var simulation = Simulation(configuration: house, seed: seed, days: days)
        let report = simulation.run()
        for line in lines(report) { print(line) }
        if report.violation != nil { throw ExitCode(1) }
    }

    private func lines(_ report: SimulationReport) -> [String] {
        let faults = report.injected.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
        var lines = [
            "days \(report.days), events \(report.events), effects \(report.effects), journal rows \(report.rows)",
            "releases \(report.releases), booked visitors let in \(report.admissions), strangers \(report.refusals)",
            "faults: " + (faults.isEmpty ? "none" : faults.joined(separator: ", ")),
            "archive: every row once after removing \(report.duplicates) duplicates",
            "digest \(String(report.digest, radix: 16))",
        ]
        if let violation = report.violation {
            lines[3] = "archive: not checked to the end"
            lines.append("BROKEN at \(report.violationTime?.rfc3339 ?? "?") of seed \(report.seed): \(violation)")
        }
        return lines
    }
}
