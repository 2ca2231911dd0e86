public import HubMessages

/// One event as it is kept and as it will be published.
public struct JournalRow: Hashable, Sendable {
    /// The event's place: exactly one more than that of the row before.
    public var seq: SequenceNumber
    /// When it happened, for listings; the payload says it too, with the clock's quality.
    public var wall: WallTime
    /// The event's kind, for listings.
    public var kind: String
    /// The event as JSON, byte for byte as it will be published.
    public var payload: [UInt8]
    /// Whether somebody waits for the row to be on disk: it then waits for no other row to share its commit.
    public var isUrgent: Bool
    /// The entry of the loss ledger that this row tells; it leaves the ledger with the row's commit.
    public var settles: LedgerEntry?
    /// Where the content is gone (erased, or removed for lack of room): the first of the rows this one stands for, down
    /// from `seq`. Never so in a row that is appended.
    public var removedFrom: SequenceNumber?

    /// A row of these parts.
    public init(
        seq: SequenceNumber, wall: WallTime, kind: String, payload: [UInt8], isUrgent: Bool = false,
        settles: LedgerEntry? = nil
    ) {
        self.seq = seq
        self.wall = wall
        self.kind = kind
        self.payload = payload
        self.isUrgent = isUrgent
        self.settles = settles
        removedFrom = nil
    }

    init(seq: SequenceNumber, wall: WallTime, kind: String, removedFrom first: SequenceNumber) {
        self.init(seq: seq, wall: wall, kind: kind, payload: [])
        removedFrom = first
    }
}

/// Rows that went although the network had not acknowledged them. Kept in the journal until a row tells of it.
public struct LedgerEntry: Hashable, Sendable {
    /// Why they went.
    public enum Cause: String, Hashable, Sendable {
        /// To make room: the journal's limit or the disk's end was near.
        case limit
        /// They were older than their kind is kept.
        case age
        /// The disk gives an older state of the journal than was written to it.
        case missing
    }

    /// Why they went.
    public var cause: Cause
    /// Their kind; empty where it is not known.
    public var kind: String
    /// The first of them.
    public var first: SequenceNumber
    /// The last of them.
    public var last: SequenceNumber
    /// How many of the rows from first to last went.
    public var count: UInt64

    /// An entry of these parts.
    public init(cause: Cause, kind: String, first: SequenceNumber, last: SequenceNumber, count: UInt64) {
        self.cause = cause
        self.kind = kind
        self.first = first
        self.last = last
        self.count = count
    }
}

/// A booking as `bookings.db` keeps it.
public struct StoredBooking: Hashable, Sendable {
    /// Where a stored booking came from.
    public enum Source: Int, Hashable, Sendable, CaseIterable {
        /// The feed of the network, as an older version kept it; ``FeedStore`` has it now.
        case feed = 0
        /// Granted at this hub (by a platform's request or by an operator); added and removed one by one.
        case local = 1
    }

    /// Unique within its source.
    public var id: String
    /// Where it came from.
    public var source: Source
    /// The booking in the caller's encoding.
    public var payload: [UInt8]

    /// A stored booking of these parts.
    public init(id: String, source: Source, payload: [UInt8]) {
        self.id = id
        self.source = source
        self.payload = payload
    }
}

/// Where the journal is and how much it may hold.
public struct JournalConfiguration: Sendable {
    /// The directory of `journal.db`, `bookings.db` and `lock`; made where its parent exists.
    public var directory: String
    /// How many acknowledged rows stay readable. At least the last row always stays: it carries the count.
    public var keepAcknowledged: Int
    /// The largest size of `journal.db` in bytes, rounded down to pages. Near it rows go as `ladder` says; what does not
    /// fit even so fails as ``JournalFailure/Cause/full``. `nil`: as much as the disk has.
    public var maximumBytes: Int?
    /// What goes first when room is short, rung by rung.
    public var ladder: [EvictionRung]
    /// How many bytes of the disk are set aside in the file `reserve`, which goes when the disk is full: the last events
    /// then still fit. 0 for none.
    public var reserveBytes: Int
    /// The kinds of rows the program knows.
    public var knownKinds: [String]
    /// What a row is about, for thinning: one row of each is kept at a time.
    public var subject: @Sendable (JournalRow) -> String
    /// The head of the chain that a row tells of, for verification.
    public var toldHead: @Sendable (JournalRow) -> JournalHead?
    /// The size of a new file's pages in bytes: a power of two from 512 to 65,536.
    public var pageSize: Int
    /// The longest that a row nobody waits for is held so that others share its commit.
    public var commitWithin: Duration
    /// How many rows wait for the writer before ``Journal/append(_:)`` refuses.
    public var rowQueueCapacity: Int
    /// How many other commands wait before they are refused.
    public var commandQueueCapacity: Int
    /// How many notices wait for the loop before the writer stops taking commands.
    public var noticeQueueCapacity: Int
    /// The most rows of one transaction; also the most rows the writer holds while the disk fails.
    public var maximumRowsPerCommit: Int
    /// The wait before the first retry of a failed write; doubles with each further one.
    public var firstRetry: Duration
    /// The longest wait between retries.
    public var longestRetry: Duration
    /// How long opening waits for another program that holds a file.
    public var busyTimeout: Duration

    /// The defaults of the daemon in `directory`.
    public init(directory: String) {
        self.directory = directory
        keepAcknowledged = 10_000
        maximumBytes = nil
        ladder = []
        reserveBytes = 0
        knownKinds = []
        subject = { $0.kind }
        toldHead = { _ in nil }
        // A commit writes whole pages, the last of them partly filled: with pages of 4 KiB a sixth more bytes were written.
        pageSize = 2_048
        commitWithin = .milliseconds(50)
        rowQueueCapacity = 4_096
        commandQueueCapacity = 1_024
        noticeQueueCapacity = 1_024
        maximumRowsPerCommit = 4_096
        firstRetry = .milliseconds(100)
        longestRetry = .seconds(5)
        busyTimeout = .seconds(2)
    }
}

/// One rung of the ladder that is climbed down when room is short.
public enum EvictionRung: Hashable, Sendable {
    /// Of these kinds, one row of each subject and quarter-hour stays.
    case thin(Set<String>)
    /// Rows of these kinds go whose quarter-hour is over: its sum is in a row of its own.
    case fold(Set<String>)
    /// Rows that the network has acknowledged go, the oldest first.
    case acknowledged
    /// Rows of these kinds go, the oldest first.
    case remove(Set<String>)
}

/// A file that could not be used and was renamed, whole, for later inspection.
public struct SetAsideFile: Hashable, Sendable {
    /// Its new path; `-wal` and `-shm` beside it were renamed the same way.
    public var path: String
    /// What was wrong with it.
    public var reason: String
}

/// What the journal was found to be when it was opened.
public struct JournalOpening: Hashable, Sendable {
    /// The journal's name; the one passed in where `isNew`.
    public var id: JournalID
    /// The seq of the last row; 0 where there is none yet.
    public var lastSeq: SequenceNumber
    /// Everything up to here is acknowledged; 0 where nothing is.
    public var acknowledgedSeq: SequenceNumber
    /// Whether the journal began with this opening.
    public var isNew: Bool
    /// The journal that was here before and could not be used.
    public var setAside: SetAsideFile?
    /// Where the chain stands.
    public var head: JournalHead
    /// What went and is not told in a row yet.
    public var untold: [LedgerEntry]
    /// What `bookings.db` held.
    public var bookings: BookingsOpening
}

/// What `bookings.db` was found to hold when it was opened.
public struct BookingsOpening: Hashable, Sendable {
    /// The version of the feed that an older version stored; 0 where none is.
    public var feedVersion: UInt64
    /// All bookings that could be read, those of such a feed first, each source by id.
    public var bookings: [StoredBooking]
    /// What was saved with ``Journal/saveState(key:value:)``.
    public var state: [String: [UInt8]]
    /// How many bookings were left out because their checksum did not match. Where one of them was the feed's, the
    /// feed of the same version should be taken again.
    public var damagedFeedRows: Int
    /// As `damagedFeedRows`, for local bookings.
    public var damagedLocalRows: Int
    /// How many saved states were left out because their checksum did not match.
    public var damagedStates: Int
    /// The file that was here before and could not be used.
    public var setAside: SetAsideFile?
}
