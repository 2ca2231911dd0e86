internal import Glibc

/// What a test's own socket did not get.
struct SocketProblem: Error {
    var text: String
}

/// A client of the control socket that sends what no `ControlClient` would.
final class RawClient {
    private let descriptor: CInt
    private var received: [UInt8] = []

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        let code = try withUnixAddress(path) { connect(descriptor, $0, $1) }
        guard code == 0 else { throw SocketProblem(text: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// Sends all of `text`. Returns whether the other end took it.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends nothing more; still reads.
    func finishSending() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// The next line; `nil` where the other end closed.
    func line() throws -> String? {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                defer { received.removeFirst(end + 1) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard try receive() else { return nil }
        }
    }

    /// Reads to the end. Returns how many bytes came; throws where the other end does not close.
    func readToTheEnd() throws -> Int {
        while try receive() {}
        return received.count
    }

    private func receive() throws -> Bool {
        guard waitToRead(descriptor) else { throw SocketProblem(text: "nothing came, and the other end did not close") }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        received += chunk[..<count]
        return true
    }
}

/// The service manager's end of `NOTIFY_SOCKET`.
final class NotifySocket {
    let path: String
    private let descriptor: CInt

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        let code = try withUnixAddress(path) { bind(descriptor, $0, $1) }
        guard code == 0 else { throw SocketProblem(text: "bind: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// The next message.
    func next() throws -> String {
        guard waitToRead(descriptor) else { throw SocketProblem(text: "the daemon tells its service manager nothing") }
        var message = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &message, message.count, 0)
        return String(decoding: message.prefix(max(count, 0)), as: UTF8.self)
    }

    /// Takes messages until one begins with `beginning`. Returns it.
    @discardableResult
    func wait(for beginning: String) throws -> String {
        while true {
            let message = try next()
            if message.hasPrefix(beginning) { return message }
        }
    }
}

private func waitToRead(_ descriptor: CInt) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 30_000) > 0
}

private func withUnixAddress<Result>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) throws -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
        throw SocketProblem(text: "the path is too long: \(path)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
