/// What the archive publishes on the topic `ack`: everything of that journal up to `seq` is stored for good.
public struct ArchiveAcknowledgement: Hashable, Sendable, Codable {
    /// The journal.
    public var journal: JournalID
    /// The highest place up to which all of its events are stored, without a gap.
    public var seq: SequenceNumber

    /// All fields.
    public init(journal: JournalID, seq: SequenceNumber) {
        self.journal = journal
        self.seq = seq
    }
}
