internal import CLinux
internal import Glibc
public import HubMessages
public import MessageCoding

/// One client of the control socket, on the loop: never waits, and is closed when it does not read what it asked for.
public final class ControlConnection {
    /// For the loop's poller.
    public let descriptor: CInt
    /// Who it is.
    public let peer: Peer
    /// Whether it wants every change and event.
    public var isWatching = false
    /// How many answers are still to come that it was not sent at once.
    public var awaitedAnswers = 0
    /// Whether it is done with, and to be closed. A client that has sent everything stays until it has its answers.
    public var isClosed: Bool {
        isBroken || (hasEnded && !hasRequest && !isWatching && awaitedAnswers == 0 && unsent.isEmpty)
    }

    /// A client that leaves more than this unread is closed.
    public static let maximumUnsent = 4 << 20

    private static let newline = UInt8(ascii: "\n")
    private var isBroken = false
    private var hasEnded = false
    private var received: [UInt8] = []
    private var unsent: [UInt8] = []
    private let coding: MessageCoding

    init(descriptor: CInt, peer: Peer, coding: MessageCoding) {
        self.descriptor = descriptor
        self.peer = peer
        self.coding = coding
    }

    deinit {
        close(descriptor)
    }

    /// Whether the poller must say when something arrived. That everything has is said for ever.
    public var wantsToRead: Bool { !hasEnded }
    /// Whether the poller must say when it can be written to.
    public var wantsToWrite: Bool { !unsent.isEmpty }

    /// Whether a request has been read that ``nextRequest()`` did not return yet; the poller does not know of it.
    public private(set) var hasRequest = false

    /// The next request that has arrived, or why it is none; `nil` where there is none. One at a time: a client that
    /// asks for much must not hold up a door.
    public func nextRequest() -> Result<ControlRequest, MessageFault>? {
        if !hasRequest { receive() }
        guard let end = received.firstIndex(of: Self.newline) else {
            guard received.count > ControlRequest.maximumBytes else { return nil }
            // Where the next one would begin is not known.
            received = []
            hasEnded = true
            isWatching = false
            return .failure(MessageFault(text: "the request is longer than \(ControlRequest.maximumBytes) bytes"))
        }
        let line = Array(received[..<end])
        received.removeFirst(end + 1)
        hasRequest = received.contains(Self.newline)
        do throws(MessageFault) {
            return .success(try coding.decode(ControlRequest.self, from: line))
        } catch {
            return .failure(error)
        }
    }

    /// Sends `response`, now or as soon as the client reads.
    public func send(_ response: ControlResponse) {
        send(line: coding.encode(response))
    }

    /// Sends one line of JSON.
    public func send(line: [UInt8]) {
        guard !isBroken else { return }
        unsent += line
        unsent.append(UInt8(ascii: "\n"))
        flush()
    }

    /// Sends what waits. Closes the connection where too much does.
    public func flush() {
        var sent = 0
        while sent < unsent.count {
            let count = unsent.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno != EAGAIN { isBroken = true }
                break
            }
            sent += count
        }
        unsent.removeFirst(sent)
        if unsent.count > Self.maximumUnsent { isBroken = true }
    }

    private func receive() {
        if hasEnded {
            if hasHungUp { isBroken = true }
            return
        }
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0 {
                if errno == EINTR { continue }
                if errno != EAGAIN { isBroken = true }
                return
            }
            hasEnded = count == 0
            received += chunk[..<count]
            return
        }
    }

    /// Whether the client reads no more either.
    private var hasHungUp: Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
