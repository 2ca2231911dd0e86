public import ControlSocket
internal import Foundation
internal import Glibc
public import HubMessages

/// A `regiohubd` with the sample house on simulated lines, its files in a temporary directory. It can be killed and
/// started again.
public final class TestDaemon {
    /// What went wrong with the daemon itself.
    public enum Problem: Error {
        /// It did not come up, or not to the point waited for. The text is its log.
        case didNotCome(String, log: String)
    }

    /// Where its files are.
    public let directory: TemporaryDirectory
    /// What it is configured with; written to ``configurationPath`` with every start and ``writeConfiguration()``.
    public var configuration: SampleConfiguration
    /// Added to the environment of the next start.
    public var environment: [String: String] = [:]
    /// The process, while there is one.
    public private(set) var process: ChildProcess?

    private var client: ControlClient?

    /// The configuration file.
    public var configurationPath: String { directory.file("hub.toml") }
    /// The control socket.
    public var socket: String { directory.file("control.sock") }
    /// Where the simulated house writes what its relays did.
    public var recordPath: String { directory.file("relays") }
    /// The directory of its databases.
    public var state: String { directory.file("state") }
    /// What it has logged in all its lives.
    public var log: String { (try? String(contentsOfFile: directory.file("log"), encoding: .utf8)) ?? "" }

    /// The program, as it was built with the tests.
    public static var program: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("regiohubd").path
    }

    /// A daemon that is not started. Without `port` it has no broker.
    public init(port: UInt16?) throws {
        directory = try TemporaryDirectory()
        configuration = try SampleConfiguration()
        configuration.set("journal", "directory", "\"\(directory.file("state"))\"")
        configuration.set("journal", "keep_acknowledged", "1000000")
        configuration.set("access", "key_file", "\"\(directory.file("credential.key"))\"")
        configuration.set("control", "socket", "\"\(directory.file("control.sock"))\"")
        configuration.set("simulation", "record", "\"\(directory.file("relays"))\"")
        // Many run at once; whoever wants the page adds it with a port of its own.
        configuration.remove("dashboard")
        if let port {
            configuration.set("mqtt", "port", "\(port)")
            configuration.append(try TestSigner().table(may: SignerRight.allCases))
        } else {
            configuration.remove("mqtt")
        }
    }

    /// Writes the configuration's file anew.
    public func writeConfiguration() throws {
        try configuration.text.write(toFile: configurationPath, atomically: true, encoding: .utf8)
    }

    /// Starts the daemon; it may not have got far yet.
    public func spawn(_ arguments: [String] = []) throws {
        try writeConfiguration()
        process = try ChildProcess(
            Self.program, ["--config", configurationPath] + arguments, environment: environment,
            log: directory.file("log"))
    }

    /// Starts the daemon and waits until it answers.
    public func start() throws {
        try spawn()
        try waitUntilItAnswers()
    }

    /// Waits until the control socket is answered on.
    public func waitUntilItAnswers() throws {
        for _ in 0..<3_000 {
            if let client = try? ControlClient(path: socket), (try? client.ask(.status)) != nil {
                self.client = client
                return
            }
            guard process?.isRunning == true else { break }
            usleep(10_000)
        }
        throw Problem.didNotCome("an answer on the control socket", log: log)
    }

    /// Ends the daemon as a crash would.
    public func kill() {
        client = nil
        process?.send(SIGKILL)
        process?.wait()
        process = nil
    }

    /// Ends the daemon in order. Returns its exit status.
    public func stop() -> CInt? {
        client = nil
        process?.send(SIGTERM)
        process?.wait()
        defer { process = nil }
        return process?.exitStatus
    }

    /// Waits until it has ended by itself. Returns its exit status.
    public func waitForEnd() -> CInt? {
        process?.wait()
        defer { process = nil }
        return process?.exitStatus
    }

    /// A connection of its own to the control socket.
    public func connect() throws -> ControlClient {
        try ControlClient(path: socket)
    }

    /// Sends a request and takes its answer.
    @discardableResult
    public func ask(_ request: ControlRequest) throws -> ControlResponse {
        guard let client else { throw Problem.didNotCome("a connection", log: log) }
        return try client.ask(request)
    }

    /// Sends a request and does not wait for its answer, which the next ``ask(_:)`` would take for its own.
    public func send(_ request: ControlRequest) throws {
        guard let client else { throw Problem.didNotCome("a connection", log: log) }
        try client.send(request)
    }

    /// Does something in the simulated house.
    public func simulate(_ action: SimulatedAction) throws {
        let response = try ask(.simulate(action: action))
        guard case .done = response else { throw Problem.didNotCome("'done', not \(response)", log: log) }
    }

    /// How the hub is.
    public func status() throws -> StatusReport {
        let response = try ask(.status)
        guard case .status(let report) = response else {
            throw Problem.didNotCome("a status, not \(response)", log: log)
        }
        return report
    }

    /// The last events.
    public func events() throws -> [JournalEnvelope] {
        let response = try ask(.journalTail(count: ControlRequest.maximumEvents))
        guard case .events(let list) = response else {
            throw Problem.didNotCome("events, not \(response)", log: log)
        }
        return list
    }

    /// Waits, a minute at most, until `find` finds something.
    @discardableResult
    public func wait<Found>(for wanted: String, _ find: () throws -> Found?) throws -> Found {
        for _ in 0..<3_000 {
            if let found = try find() { return found }
            usleep(20_000)
        }
        throw Problem.didNotCome(wanted, log: log)
    }

    /// Waits for an event that `pick` turns into something.
    @discardableResult
    public func waitForEvent<Found>(_ wanted: String, _ pick: (JournalEvent) -> Found?) throws -> Found {
        try wait(for: wanted) {
            for envelope in try events() {
                if let found = pick(envelope.event) { return found }
            }
            return nil
        }
    }

    /// Looks at the simulated house's record without a pause until `count` relays more have moved. Returns after a
    /// second in any case: they may all be where they are to be.
    public func waitUntilRelaysMove(_ count: Int) {
        let descriptor = open(recordPath, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        lseek(descriptor, 0, SEEK_END)
        var lines = 0
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let end = Date() + 1
        while lines < count, Date() < end {
            let taken = read(descriptor, &bytes, bytes.count)
            lines += bytes.prefix(max(taken, 0)).count { $0 == UInt8(ascii: "\n") }
        }
    }

    /// What the relays did since the first start.
    public func relayChanges() throws -> [RelayChange] {
        let text = (try? String(contentsOfFile: recordPath, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap(RelayChange.init)
    }
}

/// One line of the simulated house's record.
public struct RelayChange: Hashable, Sendable {
    /// The line's name.
    public var line: String
    /// Its level.
    public var level: Bool

    /// A change of a line.
    public init(line: String, level: Bool) {
        self.line = line
        self.level = level
    }

    init?(_ text: Substring) {
        let words = text.split(separator: " ")
        guard words.count == 3, UInt64(words[0]) != nil, ["0", "1"].contains(words[2]) else { return nil }
        self.init(line: String(words[1]), level: words[2] == "1")
    }
}
