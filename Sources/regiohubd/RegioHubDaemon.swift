internal import ArgumentParser
internal import ConfigurationFile
internal import Glibc
internal import HubConfiguration
internal import HubMessages
internal import HubRuntime
internal import Logging

/// `regiohubd`: reads its configuration, opens what it names, runs the hub.
@main
struct RegioHubDaemon: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regiohubd",
        abstract: "Runs a RegioHub: doors, sensors, journal, and the connection to the network.",
        discussion: """
            Stops in order on SIGTERM or SIGINT: locks go to their rest state, and what is known is written and sent. \
            Reads its configuration again on SIGHUP.

            Exit status: 0 after an orderly stop, 1 where it could not start, where --check found mistakes, or where \
            something was still unwritten after the stop's time bound; 64 for wrong usage.
            """,
        version: SoftwareVersion.current)

    @Option(name: [.customLong("config"), .customShort("c")], help: "The configuration file.")
    var path = "/etc/regiohub/hub.toml"

    @Flag(help: "Check the configuration, print every mistake as file:line:column and what it leaves out, and exit.")
    var check = false

    @Option(
        help: "The least severe log lines to write: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("'\(text)' is no log level")
            }
            return level
        })
    var logLevel = Logger.Level.info

    func run() throws {
        let loaded: DaemonConfiguration
        do throws(ConfigurationFile.Failure) {
            loaded = try DaemonConfiguration.load(path)
        } catch {
            for line in error.lines { complain(line) }
            if case .mistakes(_, let mistakes) = error {
                complain("\(mistakes.count) \(mistakes.count == 1 ? "mistake" : "mistakes"); see docs/configuration.md")
            }
            throw ExitCode(1)
        }
        if check {
            let hub = loaded.hub
            for warning in hub.warnings { complain("\(path): warning: \(warning)") }
            print(
                "\(path): \(hub.name): \(hub.doors.count) doors, \(hub.spaces.count) spaces, \(hub.sensors.count) sensors; "
                    + "no mistakes")
            return
        }
        let isComplete: Bool
        do throws(DaemonError) {
            isComplete = try runDaemon(loaded)
        } catch {
            complain("regiohubd: \(error)")
            throw ExitCode(1)
        }
        if !isComplete { throw ExitCode(1) }
    }

    private func runDaemon(_ loaded: DaemonConfiguration) throws(DaemonError) -> Bool {
        // Readable by the daemon alone, whatever the account's default: journal, bookings and key are people's data.
        umask(0o077)
        let queue = try LogQueue.start()
        defer { queue.close() }
        let level = logLevel
        let log = Logger(label: "regiohubd") { _ in queue.handler(level: level) }
        if !CoreDumps.forbid() { log.warning("core dumps of this process could not be forbidden") }
        return try HubDaemon(loaded, path: path, version: SoftwareVersion.current, log: log).run()
    }

    private func complain(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
