internal import HubMessages

/// Decides when delivered rows leave the file: the oldest first, many at a time, and not while a backlog is being
/// delivered, which wants the disk for itself.
///
/// Overwriting what is deleted (secure_delete) costs more than reading it. So as long as reads of what is not
/// acknowledged follow each other and end before the newest row, rows stay; a second after the last such read, or when
/// room is short, they go.
struct BulkDeletion {
    private let kept: UInt64
    /// Whether pages that cannot be read keep everything from being deleted.
    var isImpossible = false
    private var busyUntil: UInt64?

    // So many at a time that a deletion is worth its pages, and so few that a row never waits long for it.
    private static let least: SequenceNumber = 256
    private static let most: SequenceNumber = 1_024
    private static let delay: UInt64 = 1_000_000_000

    init(keeping rows: Int) {
        kept = UInt64(clamping: max(rows, 1))
    }

    /// A read for the network gave rows up to `end`, and `last` is the newest there is.
    mutating func delivering(upTo end: SequenceNumber, of last: SequenceNumber, at now: UInt64) {
        busyUntil = end < last ? now + Self.delay : nil
    }

    /// When rows go that are left for the sake of a delivery; `nil` where none is under way.
    func dueAfterDelivery(at now: UInt64) -> UInt64? { busyUntil.flatMap { $0 > now ? $0 : nil } }

    /// The seq up to which rows can go, delivery or not; `nil` where it is not worth it yet.
    func limit(_ events: EventStore, acknowledged: SequenceNumber) -> SequenceNumber? {
        // The last row stays whatever is acknowledged: it says which seq comes next.
        guard !isImpossible, events.lastSeq > kept else { return nil }
        let end = min(acknowledged, events.lastSeq - kept)
        guard end >= events.firstSeq else { return nil }
        let count = end - events.firstSeq + 1
        guard count >= Self.least || kept < Self.least else { return nil }
        let limit = events.firstSeq + min(count, Self.most) - 1
        // Where the chain's value is in the file, nothing has to be read to delete.
        let aligned = limit / EventStore.anchorDistance * EventStore.anchorDistance
        if aligned >= events.firstSeq { return aligned }
        return kept < EventStore.anchorDistance ? limit : nil
    }
}
