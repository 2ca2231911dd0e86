internal import CLinux
internal import Glibc

/// What the daemon tells the service manager: `sd_notify(3)`, a datagram to the socket named by `NOTIFY_SOCKET`.
///
/// Without a service manager every call does nothing.
public struct ServiceManager {
    /// How often ``alive()`` must be called: half of what the service manager asks for with `WATCHDOG_USEC`; `nil`
    /// where it does not watch this process.
    public let watchdogInterval: Duration?

    private let socket: CInt
    private var address = sockaddr_un()
    private var addressLength: socklen_t = 0

    /// The service manager that started this process, as its environment tells.
    public init() {
        watchdogInterval = Self.interval()
        guard let path = getenv("NOTIFY_SOCKET").map({ Array(String(cString: $0).utf8) }), let first = path.first,
            first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
            path.count < MemoryLayout.size(ofValue: address.sun_path)
        else {
            socket = -1
            return
        }
        socket = Glibc.socket(
            AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path)
            // A leading @ stands for the abstract namespace, which begins with a zero byte.
            if first == UInt8(ascii: "@") { bytes[0] = 0 }
        }
        let pathOffset = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        addressLength = socklen_t(pathOffset + path.count + (first == UInt8(ascii: "/") ? 1 : 0))
    }

    /// The service is up.
    public func ready() {
        send("READY=1")
    }

    /// The configuration is being read again; ``ready()`` ends that. `monotonic` is `CLOCK_MONOTONIC` in microseconds.
    public func reloading(monotonicMicroseconds: UInt64) {
        send("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)")
    }

    /// The service stops.
    public func stopping() {
        send("STOPPING=1")
    }

    /// What `systemctl status` shows, one line.
    public func status(_ text: String) {
        send("STATUS=\(text)")
    }

    /// The loop turns.
    public func alive() {
        send("WATCHDOG=1")
    }

    private func send(_ text: String) {
        guard socket >= 0 else { return }
        var address = address
        var text = text
        text.withUTF8 { bytes in
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    _ = sendto(
                        socket, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL), address, addressLength)
                }
            }
        }
    }

    private static func interval() -> Duration? {
        guard let text = getenv("WATCHDOG_USEC"), let microseconds = Int64(String(cString: text)), microseconds > 0
        else { return nil }
        if let process = getenv("WATCHDOG_PID"), pid_t(String(cString: process)) != getpid() { return nil }
        return .microseconds(microseconds / 2)
    }
}
