internal import CLinux
internal import Glibc
public import HubMessages
internal import LinuxIO
internal import MessageCoding

/// A program's end of the control socket. Its calls wait for the daemon.
public final class ControlClient {
    /// How long to wait for an answer before the daemon counts as gone.
    public static let patience = Duration.seconds(10)

    private let descriptor: FileDescriptorBox
    private let coding = MessageCoding()
    private var received: [UInt8] = []
    private var position = 0

    /// Connects to the daemon at `path`.
    public init(path: String) throws(ControlSocketError) {
        let address = try SocketAddress(path: path)
        let number = makeStreamSocket(nonBlocking: false)
        guard number >= 0 else { throw .system(SystemError(call: "socket"), path: path) }
        descriptor = FileDescriptorBox(number)
        var patience = timeval()
        patience.tv_sec = Int(Self.patience.components.seconds)
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard address.withPointer({ connect(number, $0, $1) }) == 0 else {
            switch errno {
            case ENOENT, ECONNREFUSED: throw .noDaemon(path: path)
            case EACCES, EPERM: throw .notPermitted(path: path)
            case _: throw .system(SystemError(call: "connect"), path: path)
            }
        }
    }

    /// Sends `request` and waits for its answer.
    public func ask(_ request: ControlRequest) throws(ControlSocketError) -> ControlResponse {
        try send(request)
        return try next(within: Self.patience)
    }

    /// Sends `request`.
    public func send(_ request: ControlRequest) throws(ControlSocketError) {
        var line = coding.encode(request)
        line.append(UInt8(ascii: "\n"))
        var sent = 0
        while sent < line.count {
            let count = line.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor.number, bytes.baseAddress?.advanced(by: sent), bytes.count - sent,
                    CInt(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .closed
            }
            sent += count
        }
    }

    /// Waits for the next line; without `bound`, for ever.
    public func next(within bound: Duration? = nil) throws(ControlSocketError) -> ControlResponse {
        let line = try nextLine(within: bound)
        do throws(MessageFault) {
            return try coding.decode(ControlResponse.self, from: line)
        } catch {
            throw .notUnderstood(error.text)
        }
    }

    /// Whether a complete line has arrived that ``next(within:)`` would return at once.
    public var hasMore: Bool { received[position...].contains(UInt8(ascii: "\n")) }

    private func nextLine(within bound: Duration?) throws(ControlSocketError) -> [UInt8] {
        var searched = position
        while true {
            if let end = received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer {
                    position = end + 1
                    if position > 1 << 20 {
                        received.removeFirst(position)
                        position = 0
                    }
                }
                return Array(received[position..<end])
            }
            searched = received.count
            try receive(within: bound)
        }
    }

    private func receive(within bound: Duration?) throws(ControlSocketError) {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        let milliseconds = bound.map { CInt(clamping: $0.milliseconds) } ?? -1
        let ready = poll(&entry, 1, milliseconds)
        if ready < 0, errno == EINTR { return }
        guard ready != 0 else { throw .silent }
        guard ready > 0 else { throw .closed }
        let chunk = 65_536
        let start = received.count
        received.append(contentsOf: repeatElement(0, count: chunk))
        let count = received.withUnsafeMutableBytes {
            recv(descriptor.number, $0.baseAddress?.advanced(by: start), chunk, 0)
        }
        received.removeLast(chunk - max(count, 0))
        guard count > 0 || (count < 0 && errno == EINTR) else { throw .closed }
    }
}

/// Closes the descriptor with its owner.
private final class FileDescriptorBox {
    let number: CInt

    init(_ number: CInt) {
        self.number = number
    }

    deinit {
        close(number)
    }
}
