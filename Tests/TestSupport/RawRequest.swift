internal import Glibc

/// An HTTP request to this machine over a socket of its own, byte for byte.
public final class RawRequest {
    /// What did not happen.
    public enum Problem: Error {
        /// Nobody listens on the port.
        case noConnection
        /// The server closed, or was silent for ten seconds, before it sent that.
        case didNotCome(String, received: String)
    }

    private let socket: CInt
    private var received: [UInt8] = []

    /// Connects to `port` and sends the request line with the headers that every request has.
    public convenience init(port: UInt16, _ line: String) throws {
        try self.init(port: port)
        send(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    }

    /// Connects to `port` and says nothing.
    public init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafeBytes(of: &address) { bytes in
            connect(
                socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard result == 0 else { throw Problem.noConnection }
        setPatience(.seconds(10))
    }

    /// Sends `text` as it is.
    public func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }

    deinit { close(socket) }

    /// Everything until the server closes.
    public func answer() throws -> String {
        while try receive() {}
        return String(decoding: received, as: UTF8.self)
    }

    /// Waits until `text` has been received; for `patience` with every piece.
    public func wait(for text: String, patience: Duration = .seconds(10)) throws {
        setPatience(patience)
        while !String(decoding: received, as: UTF8.self).contains(text) {
            guard try receive() else {
                throw Problem.didNotCome(text, received: String(decoding: received, as: UTF8.self))
            }
        }
    }

    private func setPatience(_ patience: Duration) {
        let (seconds, attoseconds) = patience.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }
}
