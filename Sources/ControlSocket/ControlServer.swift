internal import CLinux
internal import Glibc
internal import LinuxIO
internal import MessageCoding

/// The daemon's end of the control socket.
///
/// Whoever can reach the socket may connect; what they may do follows from their account (``PeerPolicy``).
public final class ControlServer {
    /// For the loop's poller: readable while a client waits to be accepted.
    public let descriptor: CInt
    /// Who may do what; a change holds for clients that connect from then on.
    public var policy: PeerPolicy

    private let path: String
    private let coding = MessageCoding()

    /// Listens at `path`. A socket file that a killed daemon left behind is replaced; one that somebody answers on is
    /// not.
    public init(path: String, policy: PeerPolicy) throws(ControlSocketError) {
        let address = try SocketAddress(path: path)
        let number = makeStreamSocket(nonBlocking: true)
        guard number >= 0 else { throw .system(SystemError(call: "socket"), path: path) }
        do throws(ControlSocketError) {
            try Self.listen(number, address, path: path)
        } catch {
            Glibc.close(number)
            throw error
        }
        descriptor = number
        self.policy = policy
        self.path = path
    }

    /// The next client that waits; `nil` where there is none.
    public func accept() -> ControlConnection? {
        let number = Glibc.accept(descriptor, nil, nil)
        guard number >= 0 else { return nil }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        return ControlConnection(descriptor: number, peer: policy.peer(of: number), coding: coding)
    }

    /// Listens no longer and removes the socket file.
    public func close() {
        unlink(path)
        Glibc.close(descriptor)
    }

    private static func listen(
        _ number: CInt, _ address: SocketAddress, path: String
    ) throws(ControlSocketError) {
        if address.withPointer({ bind(number, $0, $1) }) != 0 {
            guard errno == EADDRINUSE else { throw failure("bind", path) }
            let probe = makeStreamSocket(nonBlocking: true)
            defer { Glibc.close(probe) }
            // Refused means that nobody listens any more.
            guard address.withPointer({ connect(probe, $0, $1) }) != 0, errno == ECONNREFUSED else {
                throw .inUse(path: path)
            }
            unlink(path)
            guard address.withPointer({ bind(number, $0, $1) }) == 0 else { throw failure("bind", path) }
        }
        // Everybody may connect; who may do what is decided by the account, with an answer that says so.
        guard chmod(path, 0o666) == 0 else { throw failure("chmod", path) }
        guard Glibc.listen(number, 16) == 0 else { throw failure("listen", path) }
    }

    private static func failure(_ call: String, _ path: String) -> ControlSocketError {
        errno == EACCES || errno == EPERM ? .notPermitted(path: path) : .system(SystemError(call: call), path: path)
    }
}
