internal import CLinux
internal import Glibc

/// The address of a Unix socket in the file system: `unix(7)`.
struct SocketAddress {
    private var storage = sockaddr_un()

    init(path: String) throws(ControlSocketError) {
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: storage.sun_path) else { throw .pathTooLong(path) }
        storage.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &storage.sun_path) { $0.copyBytes(from: bytes) }
    }

    /// Calls `body` with the address as `bind` and `connect` want it.
    func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// A stream socket of the Unix domain; -1 where the process has no descriptor left.
func makeStreamSocket(nonBlocking: Bool) -> CInt {
    let flags = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    return socket(AF_UNIX, nonBlocking ? flags | CInt(SOCK_NONBLOCK.rawValue) : flags, 0)
}
