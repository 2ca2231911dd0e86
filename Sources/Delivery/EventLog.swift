public import HubMessages

/// Gives every event its place, and keeps the queue in front of the disk within its limit.
///
/// The disk may stall for seconds or fail for hours; the door loop goes on and events wait in memory. When `limit` of
/// them wait, further ones are dropped and counted by type; events of doors and alarms have a reserve of a tenth of the
/// limit for themselves. Once half of the queue is written, one `loss` event per dropped type takes its place in the
/// journal. A dropped event never had a place, so places have no gaps.
public struct EventLog: Equatable, Sendable {
    /// At most so many events wait for the disk.
    public let limit: Int
    /// The place of the last event that has one.
    public private(set) var last: SequenceNumber
    /// The place of the last event that is on disk.
    public private(set) var committed: SequenceNumber
    private var dropped: [String: UInt64] = [:]

    /// An event with its place.
    public struct Entry: Hashable, Sendable {
        /// The place.
        public let seq: SequenceNumber
        /// The event.
        public let event: JournalEvent
    }

    /// A log that goes on after `last`, which is on disk.
    public init(last: SequenceNumber, limit: Int) {
        self.last = last
        self.committed = last
        self.limit = limit
    }

    /// How many events wait for the disk.
    public var waiting: Int { Int(last - committed) }

    /// Gives `event` the next place. Empty where the queue is full: the event is dropped, and counted.
    public mutating func append(_ event: JournalEvent) -> [Entry] {
        let room = Self.isPrivileged(event) ? limit + limit / 10 : limit
        guard waiting < room else {
            dropped[event.type, default: 0] += 1
            return []
        }
        return [place(event)]
    }

    /// Everything up to `seq` is on disk. Returns the losses that can be told now, with their places.
    public mutating func committed(upTo seq: SequenceNumber) -> [Entry] {
        committed = min(max(committed, seq), last)
        return waiting <= limit / 2 ? tellLosses() : []
    }

    /// The losses that are not told yet, with their places, however long the queue is: the daemon stops.
    public mutating func tellLosses() -> [Entry] {
        let losses = dropped.sorted { $0.key < $1.key }
        dropped = [:]
        return losses.map { place(.loss(Loss(cause: .journalQueueFull, source: $0.key, count: $0.value))) }
    }

    private mutating func place(_ event: JournalEvent) -> Entry {
        last += 1
        return Entry(seq: last, event: event)
    }

    private static func isPrivileged(_ event: JournalEvent) -> Bool {
        switch event {
        case .accessDecided, .duress, .holdersChanged, .recordedLate, .doorReleased, .doorLocked, .doorAlarm,
            .accessUsed, .commandExecuted,
            .commandObserved, .doorMode, .fire, .hubStarted, .hubStopped, .loss, .inputChanged, .sensorFault:
            true
        case .configurationChanged, .clockChanged, .doorContact, .doorBolt, .frameRejected, .presenceChanged, .passage,
            .occupancyChanged, .utilization, .deviceChanged, .bookingsChanged, .climate, .meter, .feedback:
            false
        }
    }
}
