public import HubMessages

/// Why the disk did not take or give something.
public struct JournalFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Cause: Hashable, Sendable {
        /// The disk, the quota or the journal's own size limit is used up.
        case full
        /// The file or its file system is read-only.
        case readOnly
        /// The file's contents contradict themselves.
        case corrupt
        /// Another program holds the file.
        case busy
        /// The kernel reported an error of the device or the file system.
        case inputOutput
        /// Anything else SQLite reports; `text` says what.
        case other
    }

    /// What kind of failure it is.
    public var cause: Cause
    /// SQLite's extended result code (sqlite.org/rescode.html).
    public var code: Int
    /// What was being done and what SQLite says of it, for a log.
    public var text: String

    /// What happened and what to do, for a person.
    public var description: String { text }
}

/// What the journal's thread reports to the loop.
public enum JournalNotice: Hashable, Sendable {
    /// Every row up to this seq is on the disk, and the chain stands there.
    case committed(upTo: SequenceNumber, head: ChainHash)
    /// Appended rows do not go on the disk; they are kept in order and tried again. Sent once per failure.
    case failing(JournalFailure)
    /// The rows go on the disk again.
    case recovered
    /// Acknowledged rows cannot be deleted, because their pages are damaged. New rows still go on the disk; the file
    /// grows until the daemon is started again. Sent once.
    case cannotDelete(JournalFailure)
    /// A row was not taken: its seq does not follow the one before. A mistake of the caller, who is told.
    case outOfOrder(expected: SequenceNumber, found: SequenceNumber)
    /// The committed rows that a read asked for, by ascending seq; empty where there are none.
    case rows(request: UInt64, [JournalRow])
    /// The rows `first...last` cannot be read: their pages or checksums are damaged. The loss to report.
    case unreadable(request: UInt64, first: SequenceNumber, last: SequenceNumber)
    /// The read failed as a whole; it may be asked again.
    case readFailed(request: UInt64, JournalFailure)
    /// A change of bookings is on the disk. Where a later change replaced it before that, only the later is named.
    case bookingsStored(request: UInt64)
    /// Changes of bookings or saved states do not go on the disk; the latest are tried again. Sent once per failure.
    case bookingsFailing(JournalFailure)
    /// Changes of bookings and saved states go on the disk again.
    case bookingsRecovered
    /// Rows went that the network has not acknowledged: the losses to report.
    case removed([LedgerEntry])
    /// The disk is full and the reserve on it was given up (`true`), or is there again.
    case reserve(isUsed: Bool)
    /// The rows were verified.
    case verified(request: UInt64, JournalVerification)
    /// So many rows that named a person were erased.
    case erased(request: UInt64, UInt64)
    /// Rows that name a person, by ascending seq; more follow unless `isLast`.
    case found(request: UInt64, [JournalRow], isLast: Bool)
    /// The file has so many bytes now, and had so many before.
    case compacted(request: UInt64, before: Int, after: Int)
    /// A verification, erasure, search or compaction could not be completed; it may be asked again.
    case jobFailed(request: UInt64, JournalFailure)
}
