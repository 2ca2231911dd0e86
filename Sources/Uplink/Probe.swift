internal import Glibc
internal import LinuxIO

/// A TCP connection attempt that does not wait.
///
/// libmosquitto's own attempt waits as long as the kernel tries (minutes, when packets vanish). So the way is tried
/// first, without waiting and address by address; libmosquitto then connects to the one that has just answered.
final class Probe {
    private let socket: FileDescriptor

    /// Where to.
    let address: NumericAddress

    /// Begins to connect to `address`.
    init(_ address: NumericAddress) throws(SystemError) {
        let number = Glibc.socket(
            address.family, CInt(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec, 0)
        guard number >= 0 else { throw SystemError(call: "socket") }
        socket = FileDescriptor(owning: number)
        self.address = address
        let code = address.bytes.withUnsafeBytes { bytes -> CInt in
            guard let base = bytes.baseAddress else { return -1 }
            return connect(number, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard code == 0 || errno == EINPROGRESS else { throw SystemError(call: "connect") }
    }

    /// Writable when the attempt has ended.
    var descriptor: CInt { socket.number }

    /// How the attempt ended; `nil` for well. Ask once the descriptor is writable.
    func failure() -> SystemError? {
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else {
            return SystemError(call: "getsockopt")
        }
        return code == 0 ? nil : SystemError(call: "connect", code: code)
    }
}

private let nonBlocking = CInt(bitPattern: SOCK_NONBLOCK.rawValue)
private let closeOnExec = CInt(bitPattern: SOCK_CLOEXEC.rawValue)
