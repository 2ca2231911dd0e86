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
        isBroken || (hasEnded && !isWatching && awaitedAnswers == 0 && unsent.isEmpty)
    }

    /// A client that leaves more than this unread is closed.
    public static let maximumUnsent = 4 << 20

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

    /// Reads what has arrived: complete requests, or why one is none.
    public func requests() -> [Result<ControlRequest, MessageFault>] {
        if hasEnded {
            if hasHungUp { isBroken = true }
            return []
        }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while !isBroken, !hasEnded, received.count <= ControlRequest.maximumBytes {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 {
                if errno == EINTR { continue }
                if errno != EAGAIN { isBroken = true }
                break
            }
            hasEnded = count == 0
            received += buffer[..<count]
        }
        return takeLines()
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

    /// Whether the client reads no more either.
    private var hasHungUp: Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    private func takeLines() -> [Result<ControlRequest, MessageFault>] {
        var requests: [Result<ControlRequest, MessageFault>] = []
        while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(received[..<end])
            received.removeFirst(end + 1)
            do throws(MessageFault) {
                requests.append(.success(try coding.decode(ControlRequest.self, from: line)))
            } catch {
                requests.append(.failure(error))
            }
        }
        if received.count > ControlRequest.maximumBytes {
            requests.append(
                .failure(MessageFault(text: "the request is longer than \(ControlRequest.maximumBytes) bytes")))
            // Where the next one would begin is not known.
            received = []
            hasEnded = true
            isWatching = false
        }
        return requests
    }
}
