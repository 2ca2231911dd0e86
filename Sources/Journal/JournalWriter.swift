internal import Glibc
internal import HubMessages
internal import LinuxIO

/// The journal's thread: gathers what has been handed over, writes it as one transaction, and says so.
///
/// Unchecked: everything in it is made by the thread that opens, and belongs to the thread that runs from then on;
/// starting that thread is what orders the two.
final class JournalWriter: @unchecked Sendable {
    private let configuration: JournalConfiguration
    private let mailbox: JournalMailbox
    private let lock: DirectoryLock
    private let events: EventStore
    private let bookings: BookingStore
    private var outbox: NoticeOutbox<JournalNotice>

    // Rows that are not on the disk yet, in order.
    private var rows: [JournalRow] = []
    private var acknowledged: SequenceNumber
    private var rowRetry: Retry
    private var changes = BookingStore.Changes()
    private var bookingRetry: Retry
    private var deletedSinceCheckpoint = false
    private var cannotDelete = false

    static func open(
        _ configuration: JournalConfiguration, newID: JournalID, mailbox: JournalMailbox
    ) throws(JournalError) -> (JournalWriter, JournalOpening) {
        let lock = try DirectoryLock(configuration.directory)
        let (events, contents, aside) = try EventStore.open(configuration, newID: newID)
        let (bookings, bookingsOpening) = try BookingStore.open(configuration)
        let opening = JournalOpening(
            id: contents.id, lastSeq: contents.last, acknowledgedSeq: contents.acknowledged,
            isNew: contents.isNew,
            setAside: aside, bookings: bookingsOpening)
        let writer = JournalWriter(configuration, mailbox, lock, events, bookings)
        return (writer, opening)
    }

    private init(
        _ configuration: JournalConfiguration, _ mailbox: JournalMailbox, _ lock: DirectoryLock,
        _ events: EventStore,
        _ bookings: BookingStore
    ) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.lock = lock
        self.events = events
        self.bookings = bookings
        outbox = NoticeOutbox(mailbox.notices)
        acknowledged = events.acknowledgedSeq
        rowRetry = Retry(configuration)
        bookingRetry = Retry(configuration)
    }

    /// Works until the mailbox closes and everything handed over is on the disk.
    func run() {
        while true {
            // Asked first, so that what was pushed before the close is seen below.
            let isClosing = mailbox.isClosing
            outbox.flush()
            takeRows(isClosing)
            takeCommands(isClosing)
            let now = SystemClock.monotonicNanoseconds()
            let hasMore = rowRetry.isDue(now) ? writeEvents(now) : false
            if bookingRetry.isDue(now) { writeBookings(now) }
            outbox.flush()
            if hasMore || canTake(isClosing) { continue }
            if isClosing, rows.isEmpty, changes.isEmpty { break }
            tidyWhenIdle()
            mailbox.wake.wait(timeout: waitingTime(now))
        }
        // What fails here the next start does: it replays the WAL.
        try? events.checkpoint()
        try? bookings.checkpoint()
    }

    // MARK: Taking in

    /// Whether something waits that can be taken in without another signal.
    private func canTake(_ isClosing: Bool) -> Bool {
        guard isClosing || !outbox.isBlocked else { return false }
        return mailbox.commands.count > 0
            || mailbox.rows.count > 0 && rows.count < configuration.maximumRowsPerCommit
    }

    /// While closing, the loop takes no notices, so a full notice queue holds nothing up.
    private func takeRows(_ isClosing: Bool) {
        while rows.count < configuration.maximumRowsPerCommit, isClosing || !outbox.isBlocked,
            let row = mailbox.rows.pop()
        {
            let expected = (rows.last?.seq ?? events.lastSeq) + 1
            guard row.seq == expected else {
                outbox.send(.outOfOrder(expected: expected, found: row.seq))
                outbox.flush()
                continue
            }
            rows.append(row)
        }
    }

    private func takeCommands(_ isClosing: Bool) {
        while isClosing || !outbox.isBlocked, let command = mailbox.commands.pop() {
            switch command {
            case .acknowledge(let seq):
                acknowledged = max(acknowledged, seq)
            case .read(let seq, let maximumRows, let maximumBytes, let request):
                if isClosing { continue }
                read(after: seq, maximumRows: maximumRows, maximumBytes: maximumBytes, request)
            case .readLast(let count, let request):
                if isClosing { continue }
                let start = events.lastSeq - min(UInt64(clamping: count), events.lastSeq)
                read(after: start, maximumRows: count, maximumBytes: .max, request)
            case .replaceFeed(let version, let bookings, let request):
                changes.feed = BookingStore.FeedChange(version: version, bookings: bookings, request: request)
            case .putLocal(let id, let payload, let request):
                changes.local[id] = BookingStore.LocalChange(payload: payload, request: request)
            case .saveState(let key, let value):
                changes.state[key] = value
            }
        }
    }

    private func read(after seq: SequenceNumber, maximumRows: Int, maximumBytes: Int, _ request: UInt64) {
        do {
            let reading = try events.read(after: seq, maximumRows: maximumRows, maximumBytes: maximumBytes)
            outbox.send(.rows(request: request, reading.rows))
            if let lost = reading.unreadable {
                outbox.send(.unreadable(request: request, first: lost.lowerBound, last: lost.upperBound))
            }
        } catch {
            outbox.send(.readFailed(request: request, error.failure))
        }
        outbox.flush()
    }

    // MARK: Writing events

    /// Writes rows, cursor and deletions. Returns whether more waits that needs no signal.
    private func writeEvents(_ now: UInt64) -> Bool {
        do {
            // Deleting may be what makes room, so while failing it does not wait for the rows that need it.
            if rowRetry.isFailing { try writeTogether([]) }
            try writeTogether(rows)
        } catch {
            if rowRetry.fail(now) { outbox.send(.failing(error.failure)) }
            return false
        }
        if rowRetry.succeed() { outbox.send(.recovered) }
        return deletable() != nil
    }

    /// Writes `written` with the cursor and a deletion that are due, as one transaction.
    private func writeTogether(_ written: [JournalRow]) throws(SQLiteError) {
        let last = written.last?.seq ?? events.lastSeq
        let cursor = min(acknowledged, last) > events.acknowledgedSeq ? min(acknowledged, last) : nil
        let deletion = deletable()
        guard !written.isEmpty || cursor != nil || deletion != nil else { return }
        do throws(SQLiteError) {
            try events.commit(written, acknowledged: cursor, deleteUpTo: deletion)
        } catch {
            // Damaged old pages must not keep new rows from the disk: from here on nothing is deleted any more.
            guard deletion != nil, error.failure.cause == .corrupt else { throw error }
            try events.commit(written, acknowledged: cursor, deleteUpTo: nil)
            cannotDelete = true
            outbox.send(.cannotDelete(error.failure))
        }
        if deletion != nil { deletedSinceCheckpoint = true }
        if !written.isEmpty {
            rows.removeAll(keepingCapacity: true)
            outbox.send(.committed(upTo: last))
        }
    }

    // So many at a time that a deletion is worth its pages, and so few that a row never waits long for it.
    private static let deletionBatch: SequenceNumber = 256
    private static let largestDeletion: SequenceNumber = 1_024

    /// The seq up to which rows can go now.
    private func deletable() -> SequenceNumber? {
        let kept = UInt64(clamping: max(configuration.keepAcknowledged, 1))
        // The last row stays whatever is acknowledged: it says which seq comes next.
        guard !cannotDelete, events.lastSeq > kept else { return nil }
        let end = min(acknowledged, events.lastSeq - kept)
        guard end >= events.firstSeq else { return nil }
        let count = end - events.firstSeq + 1
        guard count >= Self.deletionBatch || kept < Self.deletionBatch else { return nil }
        return events.firstSeq + min(count, Self.largestDeletion) - 1
    }

    // MARK: Writing bookings

    private func writeBookings(_ now: UInt64) {
        guard !changes.isEmpty else { return }
        do {
            try bookings.store(changes)
            if changes.hasBookings { try bookings.checkpoint() }
        } catch {
            if bookingRetry.fail(now) { outbox.send(.bookingsFailing(error.failure)) }
            return
        }
        for request in changes.requests { outbox.send(.bookingsStored(request: request)) }
        changes = BookingStore.Changes()
        if bookingRetry.succeed() { outbox.send(.bookingsRecovered) }
    }

    // MARK: Waiting

    /// After deletions, and only when no row waits: gives room back and empties the WAL of what was deleted.
    private func tidyWhenIdle() {
        guard deletedSinceCheckpoint, rows.isEmpty, mailbox.rows.count == 0 else { return }
        deletedSinceCheckpoint = false
        do {
            try events.shrink()
            try events.checkpoint()
        } catch {
            // Nothing is lost by it, and what is wrong with the disk shows with the next write, which reports it.
        }
    }

    private func waitingTime(_ now: UInt64) -> Duration? {
        [rowRetry.wait(now), bookingRetry.wait(now)].compactMap { $0 }.min()
    }
}
