internal import Glibc
internal import ServiceManager
internal import TestSupport
internal import Testing

/// The protocol of `sd_notify(3)`, spoken to a socket of the test's own.
@Suite(.serialized) struct ServiceManagerTests {
    @Test(arguments: [false, true]) func `notices arrive as datagrams, on a path and in the abstract namespace`(
        isAbstract: Bool
    ) throws {
        let directory = try TemporaryDirectory()
        let name = isAbstract ? "@regiohub-test-\(getpid())" : directory.file("notify")
        let listener = try DatagramListener(name)
        setenv("NOTIFY_SOCKET", name, 1)
        setenv("WATCHDOG_USEC", "4000000", 1)
        setenv("WATCHDOG_PID", "\(getpid())", 1)
        defer { for variable in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { unsetenv(variable) } }

        let manager = ServiceManager()
        #expect(manager.watchdogInterval == .seconds(2))
        manager.ready()
        manager.status("5 doors")
        manager.alive()
        manager.reloading(monotonicMicroseconds: 42)
        manager.stopping()
        let expected = ["READY=1", "STATUS=5 doors", "WATCHDOG=1", "RELOADING=1\nMONOTONIC_USEC=42", "STOPPING=1"]
        #expect(expected.map { _ in listener.next() } == expected)
    }

    @Test func `without a service manager nothing happens, and another process's watchdog is not ours`() {
        unsetenv("NOTIFY_SOCKET")
        setenv("WATCHDOG_USEC", "4000000", 1)
        setenv("WATCHDOG_PID", "1", 1)
        defer { for variable in ["WATCHDOG_USEC", "WATCHDOG_PID"] { unsetenv(variable) } }
        let manager = ServiceManager()
        #expect(manager.watchdogInterval == nil)
        manager.ready()
        for path in ["relative", "", "/" + String(repeating: "x", count: 200)] {
            setenv("NOTIFY_SOCKET", path, 1)
            ServiceManager().ready()
        }
        unsetenv("NOTIFY_SOCKET")
    }
}

/// Receives datagrams on a Unix socket.
private final class DatagramListener {
    private let descriptor: CInt

    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (bytes.first == 0 ? 0 : 1))
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(code == 0)
    }

    deinit { close(descriptor) }

    /// The next datagram; empty where none has arrived.
    func next() -> String {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
