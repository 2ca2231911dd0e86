internal import ConfigurationFile
internal import Glibc
internal import HubConfiguration
internal import HubMessages
internal import HubRuntime
internal import Logging

/// `regiohubd`: reads its configuration, opens what it names, runs the hub.
@main
enum RegioHubDaemon {
    /// Wrong usage (sysexits.h, EX_USAGE).
    private static let usageStatus: CInt = 64

    static func main() {
        let options: DaemonOptions
        do throws(DaemonOptions.Misuse) {
            options = try DaemonOptions()
        } catch {
            complain("Try 'regiohubd --help'.")
            exit(usageStatus)
        }
        switch options.task {
        case .showHelp: print(DaemonOptions.help)
        case .showVersion: print(SoftwareVersion.current)
        case .check: exit(check(options) ? 0 : 1)
        case .run: exit(run(options) ? 0 : 1)
        }
    }

    private static func check(_ options: DaemonOptions) -> Bool {
        guard let hub = load(options.path)?.hub else { return false }
        for warning in hub.warnings { complain("\(options.path): warning: \(warning)") }
        print(
            "\(options.path): \(hub.name): \(hub.doors.count) doors, \(hub.spaces.count) spaces, "
                + "\(hub.sensors.count) sensors; no mistakes")
        return true
    }

    private static func run(_ options: DaemonOptions) -> Bool {
        guard let loaded = load(options.path) else { return false }
        do throws(DaemonError) {
            return try runDaemon(loaded, options)
        } catch {
            complain("regiohubd: \(error)")
            return false
        }
    }

    private static func load(_ path: String) -> DaemonConfiguration? {
        do throws(ConfigurationFile.Failure) {
            return try DaemonConfiguration.load(path)
        } catch {
            for line in error.lines { complain(line) }
            if case .mistakes(_, let mistakes) = error {
                complain("\(mistakes.count) \(mistakes.count == 1 ? "mistake" : "mistakes"); see docs/configuration.md")
            }
            return nil
        }
    }

    private static func runDaemon(
        _ loaded: DaemonConfiguration, _ options: DaemonOptions
    ) throws(DaemonError) -> Bool {
        // Readable by the daemon alone, whatever the account's default: journal, bookings and key are people's data.
        umask(0o077)
        let queue = try LogQueue.start()
        defer { queue.close() }
        let level = options.logLevel
        let log = Logger(label: "regiohubd") { _ in queue.handler(level: level) }
        if !CoreDumps.forbid() { log.warning("core dumps of this process could not be forbidden") }
        return try HubDaemon(loaded, path: options.path, version: SoftwareVersion.current, log: log).run()
    }

    private static func complain(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
