internal import Foundation
internal import Glibc

/// A mosquitto broker of a test's own, on a free loopback port, with its files in a temporary directory.
///
/// `start` again after `stop` or `kill` gives the same port, and the same contents where `keepsData` is set.
public final class TestBroker {
    /// What went wrong with the broker itself.
    public enum Problem: Error {
        /// No mosquitto is installed; `.ci/setup` installs it.
        case notInstalled
        /// It did not answer on its port in time. The text is its log.
        case didNotStart(log: String)
        /// No free port was found.
        case noPort
    }

    /// The loopback port.
    public let port: UInt16

    private let directory: TemporaryDirectory
    private var process: ChildProcess?
    private let program: String
    private let environment: [String: String]

    /// Prepares a broker and starts it. With `users`, only these may connect. `options` are more lines of
    /// mosquitto.conf, `listenerOptions` such as belong to its listener.
    public init(
        keepsData: Bool = false, users: [String: String] = [:], options: [String] = [], listenerOptions: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        guard
            let program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto"]
                .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
        else { throw Problem.notInstalled }
        self.program = program
        self.environment = environment
        directory = try TemporaryDirectory()
        port = try Self.freePort()
        var lines =
            ["listener \(port) 127.0.0.1"] + listenerOptions + [
                "persistence \(keepsData)", "log_dest stderr", "log_type all",
            ]
        lines += ["persistence_location \(directory.path)/", "autosave_interval 1", "max_queued_messages 0"]
        // As root, mosquitto would change to a user that may not write here.
        if getuid() == 0 { lines.append("user root") }
        if users.isEmpty {
            lines.append("allow_anonymous true")
        } else {
            lines += ["allow_anonymous false", "password_file \(directory.file("passwords"))"]
            try writePasswords(users)
        }
        lines += options
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: directory.file("mosquitto.conf"), atomically: true, encoding: .utf8)
        try start()
    }

    deinit {
        kill()
    }

    /// What the broker has logged.
    public var log: String {
        (try? String(contentsOfFile: directory.file("log"), encoding: .utf8)) ?? ""
    }

    /// Starts the broker and waits until it answers on its port.
    public func start() throws {
        guard process == nil else { return }
        let process = try ChildProcess(
            program, ["-c", directory.file("mosquitto.conf")], environment: environment, log: directory.file("log"))
        self.process = process
        for _ in 0..<1_000 {
            if Self.answers(port) { return }
            guard process.isRunning else { break }
            usleep(10_000)
        }
        throw Problem.didNotStart(log: self.log)
    }

    /// Ends the broker in good order: it says goodbye to its clients and writes its data.
    public func stop() {
        end(SIGTERM)
    }

    /// Ends the broker as a power cut would.
    public func kill() {
        end(SIGKILL)
    }

    private func end(_ signal: CInt) {
        process?.send(signal)
        process?.wait()
        process = nil
    }

    /// Halts the broker without closing anything: connections stay open and nothing answers.
    public func freeze() {
        process?.send(SIGSTOP)
    }

    /// Lets a halted broker go on.
    public func thaw() {
        process?.send(SIGCONT)
    }

    private func writePasswords(_ users: [String: String]) throws {
        let file = directory.file("passwords")
        let lines = users.map { "\($0.key):\($0.value)\n" }.joined()
        try lines.write(toFile: file, atomically: true, encoding: .utf8)
        try ChildProcess("/usr/bin/mosquitto_passwd", ["-U", file]).wait()
    }

    /// A port that nothing listens on at the moment.
    public static func freePort() throws -> UInt16 {
        let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw Problem.noPort }
        defer { close(number) }
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && getsockname(number, $0, &size) == 0
            }
        }
        guard code else { throw Problem.noPort }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func answers(_ port: UInt16) -> Bool {
        let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { return false }
        defer { close(number) }
        var address = loopback(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
