internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import TestSupport
internal import Testing

/// A memory image of the daemon would hold card numbers and keys: none is to be had.
@Suite struct CoreDumpTests {
    /// Whom the kernel names as the owner of the process's memory: root where it must not be dumped, else the process's
    /// own user and group (proc(5), /proc/pid).
    private func owner(_ process: ChildProcess) throws -> [UInt32] {
        var found = stat()
        try #require(stat("/proc/\(process.id)/environ", &found) == 0)
        return [found.st_uid, found.st_gid]
    }

    /// Starts a program as a member of a group that is not root's.
    private func start(_ program: String, _ arguments: [String], log: String) throws -> ChildProcess {
        geteuid() == 0
            ? try ChildProcess(
                "/usr/bin/setpriv", ["--regid=65534", "--clear-groups", program] + arguments, log: log)
            : try ChildProcess(program, arguments, log: log)
    }

    @Test func `no memory image is taken of the daemon`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.writeConfiguration()
        let process = try start(
            TestDaemon.program, ["--config", daemon.configurationPath], log: daemon.directory.file("log"))
        try daemon.wait(for: "an answer on the control socket") {
            try? ControlClient(path: daemon.socket).ask(.status)
        }
        #expect(try owner(process) == [0, 0])
        let limits = try String(contentsOfFile: "/proc/\(process.id)/limits", encoding: .utf8)
        let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
        #expect(core.split(separator: " ").suffix(3) == ["0", "0", "bytes"])

        // The same look at a program that forbids nothing.
        let other = try start("/bin/sleep", ["60"], log: daemon.directory.file("other"))
        try daemon.wait(for: "the program") {
            let name = try String(contentsOfFile: "/proc/\(other.id)/comm", encoding: .utf8)
            return name == "sleep\n" ? () : nil
        }
        #expect(try owner(other) != [0, 0])
    }
}
