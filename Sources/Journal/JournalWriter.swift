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

    /// Works until the mailbox closes and everything that can be written is.
    func run() {
        while true {
            // Read first: what was pushed before the close is then seen below.
            let isClosing = mailbox.isClosing
            takeRows()
            takeCommands()
            let now = SystemClock.monotonicNanoseconds()
            let hasMore = isClosing || rowRetry.isDue(now) ? writeEvents(now) : false
            if isClosing || bookingRetry.isDue(now) { writeBookings(now) }
            outbox.flush()
            if isClosing {
                if mailbox.rows.count == 0, mailbox.commands.count == 0 || outbox.isBlocked { break }
                if rowRetry.isFailing { break }
                continue
            }
            if hasMore { continue }
            checkpointWhenIdle()
            mailbox.wake.wait(timeout: waitingTime(now))
        }
        try? events.checkpoint()
        try? bookings.checkpoint()
    }

    // MARK: Taking in

    private func takeRows() {
        while rows.count < configuration.maximumRowsPerCommit, !outbox.isBlocked, let row = mailbox.rows.pop()
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

    private func takeCommands() {
        while !outbox.isBlocked, let command = mailbox.commands.pop() {
            switch command {
            case .acknowledge(let seq):
                acknowledged = max(acknowledged, seq)
            case .read(let seq, let maximumRows, let maximumBytes, let request):
                read(after: seq, maximumRows: maximumRows, maximumBytes: maximumBytes, request)
            case .readLast(let count, let request):
                let start = events.lastSeq - min(UInt64(clamping: count), events.lastSeq)
                read(after: start, maximumRows: count, maximumBytes: .max, request)
            case .replaceFeed(let version, let bookings, let request):
                changes.feed = (version, bookings)
                changes.requests.append(request)
            case .putLocal(let id, let payload, let request):
                changes.local[id] = .some(payload)
                changes.requests.append(request)
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

    /// Writes rows, cursor and deletions. Returns whether more waits that needs no command.
    private func writeEvents(_ now: UInt64) -> Bool {
        do {
            if rowRetry.isFailing {
                // Deleting may be what makes room, so it does not wait for the rows that need it.
                try writeHousekeeping()
                if !rows.isEmpty { try writeRows() }
            } else if !rows.isEmpty {
                try writeRows()
            } else {
                try writeHousekeeping()
            }
        } catch {
            if rowRetry.fail(now) { outbox.send(.failing(error.failure)) }
            return false
        }
        if rowRetry.succeed() { outbox.send(.recovered) }
        return deletable() != nil || mailbox.rows.count > 0 && !outbox.isBlocked
    }

    private func writeRows() throws(SQLiteError) {
        let last = rows[rows.count - 1].seq
        let cursor = min(acknowledged, last)
        try events.commit(
            rows[...], acknowledged: cursor > events.acknowledgedSeq ? cursor : nil, deleteUpTo: nil)
        rows.removeAll(keepingCapacity: true)
        outbox.send(.committed(upTo: last))
    }

    private func writeHousekeeping() throws(SQLiteError) {
        let cursor = min(acknowledged, events.lastSeq)
        let deletion = deletable()
        guard cursor > events.acknowledgedSeq || deletion != nil else { return }
        try events.commit(
            [], acknowledged: cursor > events.acknowledgedSeq ? cursor : nil, deleteUpTo: deletion)
        if deletion != nil {
            deletedSinceCheckpoint = true
            try events.shrink()
        }
    }

    // So many at a time that a deletion is worth its transaction, and so few that a row never waits long for it.
    private static let deletionBatch: SequenceNumber = 256
    private static let largestDeletion: SequenceNumber = 1_024

    /// The seq up to which rows can go now.
    private func deletable() -> SequenceNumber? {
        let cursor = min(acknowledged, events.lastSeq)
        let kept = UInt64(clamping: max(configuration.keepAcknowledged, 1))
        // The last row stays whatever is acknowledged: it says which seq comes next.
        guard events.lastSeq > kept else { return nil }
        let end = min(cursor, events.lastSeq - kept)
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
            if changes.feed != nil || !changes.local.isEmpty { try bookings.checkpoint() }
        } catch {
            if bookingRetry.fail(now) { outbox.send(.bookingsFailing(error.failure)) }
            return
        }
        for request in changes.requests { outbox.send(.bookingsStored(request: request)) }
        changes = BookingStore.Changes()
        if bookingRetry.succeed() { outbox.send(.bookingsRecovered) }
    }

    // MARK: Waiting

    private func checkpointWhenIdle() {
        guard deletedSinceCheckpoint, rows.isEmpty, mailbox.rows.count == 0 else { return }
        // A failure shows again with the next write, which reports it.
        if (try? events.checkpoint()) != nil { deletedSinceCheckpoint = false }
    }

    private func waitingTime(_ now: UInt64) -> Duration? {
        [rowRetry.wait(now), bookingRetry.wait(now)].compactMap { $0 }.min()
    }
}

/// When a failed write is tried again.
private struct Retry {
    private let first: Duration
    private let longest: Duration
    private var delay: Duration?
    private var due: UInt64 = 0

    init(_ configuration: JournalConfiguration) {
        first = max(configuration.firstRetry, .milliseconds(1))
        longest = max(configuration.longestRetry, first)
    }

    var isFailing: Bool { delay != nil }

    func isDue(_ now: UInt64) -> Bool { delay == nil || now >= due }

    func wait(_ now: UInt64) -> Duration? {
        delay == nil ? nil : .nanoseconds(Int64(clamping: due > now ? due - now : 0))
    }

    /// Notes a failure; returns whether it is the first in a row.
    mutating func fail(_ now: UInt64) -> Bool {
        let isFirst = delay == nil
        let next = delay.map { min($0 * 2, longest) } ?? first
        delay = next
        due = now + UInt64(clamping: next.nanoseconds)
        return isFirst
    }

    /// Notes a success; returns whether it ends a failure.
    mutating func succeed() -> Bool {
        defer { delay = nil }
        return delay != nil
    }
}
