internal import Foundation
internal import Glibc

/// A program started by a test.
///
/// Not Foundation's: a test runs on a thread that blocks signals, a child inherits that, and would not hear SIGTERM.
public final class ChildProcess {
    /// The program could not be started.
    public struct NotStarted: Error {
        /// The program's path.
        public var program: String
        /// The error number.
        public var code: CInt
    }

    /// Its exit status once it has ended by itself; `nil` while it runs, and where a signal ended it.
    public private(set) var exitStatus: CInt?

    /// Its number.
    public let id: CInt
    private var hasEnded = false

    /// Starts `program`; what it prints is appended to the file `log`. `environment` is added to this process's.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], log: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A socket that another test has open would stay open as long as the child lives.
        for descriptor in 3..<CInt(1_024) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        let all = ProcessInfo.processInfo.environment.merging(environment) { _, added in added }
        var settings: [UnsafeMutablePointer<CChar>?] = all.map { strdup("\($0.key)=\($0.value)") }
        defer { settings.forEach { free($0) } }
        settings.append(nil)
        var id: pid_t = 0
        let code = posix_spawn(&id, program, &actions, &attributes, words, settings)
        guard code == 0 else { throw NotStarted(program: program, code: code) }
        self.id = id
    }

    deinit {
        send(SIGKILL)
        wait()
    }

    /// Sends a signal.
    public func send(_ signal: CInt) {
        if !hasEnded { kill(id, signal) }
    }

    /// Whether it has not ended by itself.
    public var isRunning: Bool {
        var status: CInt = 0
        if !hasEnded, waitpid(id, &status, WNOHANG) == id { end(status) }
        return !hasEnded
    }

    /// Waits until it has ended.
    public func wait() {
        while !hasEnded {
            var status: CInt = 0
            let ended = waitpid(id, &status, 0)
            if ended == id || errno != EINTR { end(status) }
        }
    }

    private func end(_ status: CInt) {
        hasEnded = true
        // WIFEXITED and WEXITSTATUS of wait(2) are macros.
        if status & 0x7F == 0 { exitStatus = status >> 8 & 0xFF }
    }
}
