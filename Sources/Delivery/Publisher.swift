public import HubMessages

/// Brings the journal to the network: in order, at least once, a window of batches in flight, resumed where the last
/// acknowledgement stood.
///
/// Who acknowledges is configured: the broker, which has the events then and not necessarily anybody behind it, or the
/// archive, which says up to where it has stored them. With the archive, the broker's acknowledgements only let the next
/// batches go; rows stay until the archive's word, and where that does not come for ``resendAfter``, they are sent again.
///
/// It knows numbers only; rows are read by the journal's thread and sent by the uplink's. One read is under way at a
/// time, at most ``window`` batches are unacknowledged, and after a lost connection everything unacknowledged is sent
/// again, so a receiver sees each event at least once and removes duplicates by `(journal, seq)`.
public struct Publisher: Equatable, Sendable {
    /// At most so many batches are sent and not acknowledged.
    public static let window = 4
    /// At most so many events are in one batch.
    public static let batchRows = 100
    /// How long after a read that found nothing the next one follows.
    public static let rereadAfter = Duration.seconds(1)
    /// A batch is not made larger than this many bytes, unless one event alone is.
    public static let batchBytes = 65_536
    /// How long the archive may stay silent about events that the broker has before they are sent again; doubles up to
    /// ``longestResend`` as long as it says nothing.
    public static let resendAfter = Duration.seconds(300)
    /// The longest wait before events are sent again.
    public static let longestResend = Duration.seconds(3_600)

    /// Whose word it takes until an event need not be kept any more.
    public enum Acknowledgement: Hashable, Sendable {
        /// The broker's (PUBACK).
        case broker
        /// The archive's, on the topic `ack`.
        case archive
    }

    /// The state of the connection.
    public enum Connection: Hashable, Sendable {
        /// No broker is configured.
        case disabled
        /// Waiting until the next attempt.
        case waiting(until: MonotonicTime)
        /// An attempt is under way.
        case connecting
        /// Connected.
        case connected
    }

    /// What the publisher asks for.
    public enum Effect: Hashable, Sendable {
        /// Connect to the broker.
        case connect
        /// Give up the connection.
        case disconnect
        /// Read committed rows after `after`; answer with ``Publisher/rowsRead(_:last:at:)`` and the same number.
        case read(after: SequenceNumber, request: UInt64)
        /// Send the rows of that read; its acknowledgement carries the same number.
        case publish(request: UInt64)
        /// Everything up to this place need not be kept for the network any more.
        case acknowledge(upTo: SequenceNumber)
    }

    private struct Batch: Hashable {
        let request: UInt64
        let last: SequenceNumber
        var isAcknowledged = false
    }

    /// The state of the connection.
    public private(set) var connection: Connection
    /// Everything up to here is acknowledged by the network.
    public private(set) var acknowledged: SequenceNumber
    private var committed: SequenceNumber
    private var sent: SequenceNumber
    private var acknowledgement: Acknowledgement
    // Everything up to here the broker has.
    private var delivered: SequenceNumber
    // When what the archive has not acknowledged is sent again, and how long it waits the next time.
    private var resendAt: MonotonicTime?
    private var resendWait = Publisher.resendAfter
    // On a thin line: how many bytes a second, and until when the last batch takes.
    private var bytesPerSecond: Int?
    private var pacedUntil: MonotonicTime?
    private var batches: [Batch] = []
    private var reading: UInt64?
    // When to read again after a read that found nothing where something must be.
    private var rereadAt: MonotonicTime?
    private var nextRequest: UInt64 = 1
    private var backoff: Backoff

    /// A publisher that goes on after `acknowledged`; `committed` is the last event on disk.
    public init(
        isEnabled: Bool, acknowledged: SequenceNumber, committed: SequenceNumber, seed: UInt64,
        acknowledgement: Acknowledgement = .broker, bytesPerSecond: Int? = nil
    ) {
        connection = isEnabled ? .waiting(until: .zero) : .disabled
        self.acknowledged = acknowledged
        self.committed = committed
        self.acknowledgement = acknowledgement
        self.bytesPerSecond = bytesPerSecond
        sent = acknowledged
        delivered = acknowledged
        backoff = Backoff(seed: seed)
    }

    /// When the next attempt to connect, or to read, is due.
    public var deadline: MonotonicTime? {
        switch connection {
        case .waiting(let until): until
        case .connected: [rereadAt, pacedUntil, resendAt].compactMap { $0 }.min()
        case .disabled, .connecting: nil
        }
    }

    /// How many events on disk the network has not acknowledged.
    public var backlog: UInt64 { committed - min(acknowledged, committed) }

    /// The most bytes of one batch: on a thin line what it takes in a second, so that live states are not held up longer.
    public var batchBytes: Int {
        bytesPerSecond.map { min(max($0, 1_024), Self.batchBytes) } ?? Self.batchBytes
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [Effect] {
        guard let deadline, time >= deadline else { return [] }
        switch connection {
        case .waiting:
            connection = .connecting
            return [.connect]
        case .connected:
            if let due = rereadAt, time >= due { rereadAt = nil }
            if let due = pacedUntil, time >= due { pacedUntil = nil }
            if let due = resendAt, time >= due { resend(at: time) }
            return fill()
        case .disabled, .connecting:
            return []
        }
    }

    /// The configuration names a broker now (`true`) or none. Called after the uplink was replaced, too.
    public mutating func setEnabled(
        _ isEnabled: Bool, acknowledgement: Acknowledgement = .broker, bytesPerSecond: Int? = nil,
        at time: MonotonicTime
    ) {
        self.acknowledgement = acknowledgement
        self.bytesPerSecond = bytesPerSecond
        forgetFlight()
        backoff.succeeded()
        connection = isEnabled ? .waiting(until: time) : .disabled
    }

    /// The connection stands.
    public mutating func connected() -> [Effect] {
        guard connection == .connecting else { return [] }
        connection = .connected
        forgetFlight()
        // With a backlog, the first acknowledgement is the success: a broker that lets in and then refuses every
        // message is not asked every second.
        if backlog == 0 { backoff.succeeded() }
        return fill()
    }

    /// The connection, or the attempt, failed.
    public mutating func disconnected(at time: MonotonicTime) {
        switch connection {
        case .disabled:
            break
        case .waiting, .connecting, .connected:
            forgetFlight()
            connection = .waiting(until: time + backoff.failed())
        }
    }

    /// Everything up to `seq` is on disk.
    public mutating func committed(upTo seq: SequenceNumber) -> [Effect] {
        committed = max(committed, seq)
        return fill()
    }

    /// The read with that number is done; `last` is the place of its last row, `nil` where it found none.
    /// The disk may have been busy, or the rows damaged; after a while the read is repeated.
    public mutating func rowsRead(
        _ request: UInt64, last: SequenceNumber?, bytes: Int = 0, at time: MonotonicTime
    ) -> [Effect] {
        guard reading == request else { return [] }
        reading = nil
        guard let last, last > sent else {
            rereadAt = time + Self.rereadAfter
            return []
        }
        batches.append(Batch(request: request, last: last))
        sent = last
        if let bytesPerSecond, bytesPerSecond > 0, bytes > 0 {
            pacedUntil = time + .nanoseconds(Int64(clamping: bytes) * 1_000_000_000 / Int64(clamping: bytesPerSecond))
        }
        if acknowledgement == .archive, resendAt == nil { resendAt = time + resendWait }
        return [.publish(request: request)] + fill()
    }

    /// The rows up to `last` that follow the last ones read cannot be read. They are passed over, once what was sent
    /// before them is acknowledged. Returns how many of them there are, 0 where they were passed over before.
    public mutating func rowsUnreadable(through last: SequenceNumber) -> (lost: UInt64, effects: [Effect]) {
        guard last > sent, connection == .connected else { return (0, fill()) }
        let lost = last - sent
        batches.append(Batch(request: nextRequest, last: last, isAcknowledged: true))
        nextRequest += 1
        sent = last
        let settled = settleBatches()
        return (lost, settled + fill())
    }

    /// The network has the batch with that number.
    public mutating func acknowledged(_ request: UInt64) -> [Effect] {
        guard let index = batches.firstIndex(where: { $0.request == request }) else { return [] }
        batches[index].isAcknowledged = true
        backoff.succeeded()
        let settled = settleBatches()
        return settled + fill()
    }

    /// The archive has stored everything up to `seq`. Returns `nil` where that cannot be, and nothing was done: it is
    /// more than there is, or it is not asked for.
    public mutating func archived(upTo seq: SequenceNumber, at time: MonotonicTime) -> [Effect]? {
        guard acknowledgement == .archive, seq <= committed else { return nil }
        guard seq > acknowledged else { return [] }
        acknowledged = seq
        backoff.succeeded()
        resendWait = Self.resendAfter
        // What it has need not be sent again, whoever sent it.
        sent = max(sent, seq)
        delivered = max(delivered, seq)
        resendAt = sent > acknowledged ? time + resendWait : nil
        return [.acknowledge(upTo: seq)] + fill()
    }

    /// The network refused a message: nothing is given up; the connection is, and all is tried again later.
    public mutating func rejected() -> [Effect] {
        connection == .connected ? [.disconnect] : []
    }

    private mutating func fill() -> [Effect] {
        guard connection == .connected, reading == nil, pacedUntil == nil, batches.count < Self.window, sent < committed
        else { return [] }
        let request = nextRequest
        nextRequest += 1
        rereadAt = nil
        reading = request
        return [.read(after: sent, request: request)]
    }

    /// Moves the cursor over the acknowledged batches at the front.
    private mutating func settleBatches() -> [Effect] {
        let before = delivered
        while let first = batches.first, first.isAcknowledged {
            batches.removeFirst()
            delivered = max(delivered, first.last)
        }
        guard acknowledgement == .broker, delivered > before, delivered > acknowledged else { return [] }
        acknowledged = delivered
        return [.acknowledge(upTo: acknowledged)]
    }

    /// The archive has said nothing for long: what it has not acknowledged is sent again.
    private mutating func resend(at time: MonotonicTime) {
        resendAt = nil
        guard sent > acknowledged else { return }
        resendWait = min(resendWait * 2, Self.longestResend)
        batches = []
        reading = nil
        sent = acknowledged
        delivered = acknowledged
    }

    private mutating func forgetFlight() {
        batches = []
        reading = nil
        rereadAt = nil
        pacedUntil = nil
        resendAt = nil
        resendWait = Self.resendAfter
        sent = acknowledged
        delivered = acknowledged
    }
}
