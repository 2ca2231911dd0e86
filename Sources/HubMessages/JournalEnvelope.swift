/// One event with its place and time: an element of the array that the topic `event` carries.
///
/// `(hub, journal, seq)` is unique for ever; a receiver removes duplicates by it.
public struct JournalEnvelope: Hashable, Sendable {
    /// The hub the event happened at.
    public var hub: HubID
    /// The journal it is kept in.
    public var journal: JournalID
    /// Its place there: 1 for the first, without gaps.
    public var seq: SequenceNumber
    /// The wall clock's reading when it happened.
    public var time: WallTime
    /// What that reading was worth.
    public var clock: ClockQuality
    /// What happened.
    public var event: JournalEvent

    /// An event with its place and time.
    public init(
        hub: HubID, journal: JournalID, seq: SequenceNumber, time: WallTime, clock: ClockQuality,
        event: JournalEvent
    ) {
        self.hub = hub
        self.journal = journal
        self.seq = seq
        self.time = time
        self.clock = clock
        self.event = event
    }
}

extension JournalEnvelope: Codable {
    private enum Key: String, CodingKey {
        case hub, journal, seq, time, clock
    }

    /// Decodes one flat object.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        hub = try container.decode(HubID.self, forKey: .hub)
        journal = try container.decode(JournalID.self, forKey: .journal)
        seq = try container.decode(SequenceNumber.self, forKey: .seq)
        time = try container.decode(WallTime.self, forKey: .time)
        clock = try container.decode(ClockQuality.self, forKey: .clock)
        event = try JournalEvent(from: decoder)
    }

    /// Encodes one flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(hub, forKey: .hub)
        try container.encode(journal, forKey: .journal)
        try container.encode(seq, forKey: .seq)
        try container.encode(time, forKey: .time)
        try container.encode(clock, forKey: .clock)
        try event.encode(to: encoder)
    }
}
