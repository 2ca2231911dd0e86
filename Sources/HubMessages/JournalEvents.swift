// Events of the journal itself.

/// A day is over: where the hash chain stood, and what was recorded.
public struct DaySummary: Hashable, Sendable, Codable {
    /// The day, `YYYY-MM-DD`, in UTC.
    public var day: String
    /// The chain's head when the day ended.
    public var head: JournalHead
    /// How many events were recorded since the summary before, or since the daemon's start where that was later.
    public var recorded: UInt64
    /// How many of the losses told in that time.
    public var losses: UInt64

    /// All fields.
    public init(day: String, head: JournalHead, recorded: UInt64, losses: UInt64) {
        self.day = day
        self.head = head
        self.recorded = recorded
        self.losses = losses
    }
}

/// What is delivered in the place of events whose content is gone: erased lawfully, or removed for lack of room. It is
/// not kept as a row of its own; its `seq` is that of the last event it stands for.
public struct EventsRemoved: Hashable, Sendable, Codable {
    /// The first event it stands for.
    public var first: SequenceNumber
    /// The type of the event, where it stands for one only.
    public var was: String?

    /// All fields.
    public init(first: SequenceNumber, was: String? = nil) {
        self.first = first
        self.was = was
    }
}

/// Events that named a person were erased on an operator's order. It does not say whom they named.
public struct PrivacyErased: Hashable, Sendable, Codable {
    /// How many events were erased.
    public var count: UInt64
    /// The account that ordered it.
    public var by: String

    /// All fields.
    public init(count: UInt64, by: String) {
        self.count = count
        self.by = by
    }
}

/// Why the disk takes no events.
public enum JournalFault: String, Hashable, Sendable, Codable, CaseIterable {
    /// The disk, or the journal's own limit, is used up.
    case full
    /// The file system is read-only; SD cards at their end become so.
    case readOnly
    /// The disk reports errors.
    case error
    /// The disk does not answer.
    case stalled
}
