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
    private var gathering: GroupCommit
    private var jobs: [JournalJob] = []
    private var eviction: Eviction
    private var reserve: DiskReserve
    // When what was removed is to leave the WAL, too: a while after the last removal, so that a backlog that is being
    // delivered is tidied up after once.
    private var tidyDue: UInt64?
    private static let tidyDelay: UInt64 = 1_000_000_000
    // Between stretches, where more is to be given back than one.
    private static let tidyPause: UInt64 = 20_000_000
    private var deletion: BulkDeletion
    // While closing: when rows are deleted no longer.
    private var deletionEnd: UInt64?
    private static let closingDeletions: UInt64 = 1_000_000_000

    // The WAL is brought into the file when the writer is idle and it has so many frames, or in any case at the second.
    private static let idleFrames: CInt = 256
    private static let mostFrames: CInt = 2_000

    static func open(
        _ configuration: JournalConfiguration, newID: JournalID, mailbox: JournalMailbox
    ) throws(JournalError) -> (JournalWriter, JournalOpening) {
        let lock = try DirectoryLock(configuration.directory)
        let (events, contents, aside) = try EventStore.open(configuration, newID: newID)
        let (bookings, bookingsOpening) = try BookingStore.open(configuration)
        let opening = JournalOpening(
            id: contents.id, lastSeq: events.lastSeq, acknowledgedSeq: contents.acknowledged,
            isNew: contents.isNew,
            setAside: aside, head: events.head, untold: events.ledger, bookings: bookingsOpening)
        do throws(SQLiteError) {
            let pages = configuration.maximumBytes == nil ? nil : try events.mostPages()
            return (JournalWriter(configuration, mailbox, lock, events, bookings, pages: pages), opening)
        } catch {
            throw .unusable(path: configuration.directory + "/journal.db", error.failure)
        }
    }

    private init(
        _ configuration: JournalConfiguration, _ mailbox: JournalMailbox, _ lock: DirectoryLock,
        _ events: EventStore,
        _ bookings: BookingStore, pages: Int64?
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
        gathering = GroupCommit(longest: configuration.commitWithin)
        deletion = BulkDeletion(keeping: configuration.keepAcknowledged)
        eviction = Eviction(configuration, pages: pages)
        reserve = DiskReserve(directory: configuration.directory, bytes: configuration.reserveBytes)
        _ = reserve.restore()
    }

    /// Works until the mailbox closes and everything handed over is on the disk.
    func run() {
        while true {
            // Asked first, so that what was pushed before the close is seen below.
            let isClosing = mailbox.lifeline.isClosing
            outbox.flush()
            let now = SystemClock.monotonicNanoseconds()
            if isClosing, deletionEnd == nil { deletionEnd = now + Self.closingDeletions }
            takeRows(isClosing, now)
            takeCommands(isClosing)
            var hasMore = false
            let held = isClosing ? nil : heldUntil(now)
            // Where room is nearly gone, rows that nobody waits for let the making of room go first.
            let givesWay = eviction.isTight && !isClosing && !rows.contains(where: \.isUrgent)
            if rowRetry.isDue(now), held == nil, !givesWay { hasMore = writeEvents(now) }
            if bookingRetry.isDue(now) { writeBookings(now) }
            if !isClosing, !rowRetry.isFailing || eviction.isUnderWay { hasMore = work() || hasMore }
            outbox.flush()
            if hasMore || held == nil && canTake(isClosing) { continue }
            if isClosing, rows.isEmpty, changes.isEmpty { break }
            if held == nil { tidyWhenIdle() }
            let timeout = waitingTime(now, held)
            mailbox.wait(timeout: timeout) { mailbox.lifeline.isClosing != isClosing || canTake(isClosing) }
        }
        // What fails here the next start does: it replays the WAL.
        try? events.checkpoint(truncates: true)
        try? bookings.checkpoint()
    }

    /// Until when the rows that wait are held, so that others share their commit.
    private func heldUntil(_ now: UInt64) -> UInt64? {
        guard !rows.isEmpty, rows.count < configuration.maximumRowsPerCommit, !rowRetry.isFailing,
            !rows.contains(where: \.isUrgent)
        else { return nil }
        return gathering.holdsUntil(waiting: rows.count, now: now)
    }

    // MARK: Taking in

    /// Whether something waits that can be taken in without another signal.
    private func canTake(_ isClosing: Bool) -> Bool {
        guard isClosing || !outbox.isBlocked else { return false }
        return mailbox.commands.count > 0
            || mailbox.rows.count > 0 && rows.count < configuration.maximumRowsPerCommit
    }

    /// While closing, the loop takes no notices, so a full notice queue holds nothing up.
    private func takeRows(_ isClosing: Bool, _ now: UInt64) {
        let before = rows.count
        defer { gathering.arrived(rows.count - before, at: now) }
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
            case .forgetFeed: changes.forgetsFeed = true
            case .putLocal(let id, let payload, let request):
                changes.local[id] = BookingStore.LocalChange(payload: payload, request: request)
            case .saveState(let key, let value):
                changes.state[key] = value
            case .expire(let limits, let now):
                jobs.append(.remove(Removal(.older(limits, now: now), cause: .age, request: nil)))
            case .erase(let person, let seq, let request):
                jobs.append(.remove(Removal(.naming(person), cause: nil, begins: seq, request: request)))
            case .search(let person, let seq, let request):
                jobs.append(.search(Search(person, begins: seq, request: request)))
            case .verify(let heads, let request):
                jobs.append(
                    .verify(Verification(events, asked: heads, request: request, claim: configuration.toldHead)))
            case .compact(let request): jobs.append(.compact(Compaction(request: request)))
            }
        }
    }

    private func read(after seq: SequenceNumber, maximumRows: Int, maximumBytes: Int, _ request: UInt64) {
        do {
            let reading = try events.read(after: seq, maximumRows: maximumRows, maximumBytes: maximumBytes)
            if seq >= acknowledged, let end = reading.rows.last?.seq {
                deletion.delivering(upTo: end, of: events.lastSeq, at: SystemClock.monotonicNanoseconds())
            }
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
        do throws(SQLiteError) {
            // Deleting may be what makes room, so while failing it does not wait for the rows that need it.
            if rowRetry.isFailing { try writeTogether([]) }
            let written = !rows.isEmpty
            try writeTogether(rows)
            if written {
                gathering.committed(in: SystemClock.monotonicNanoseconds() - now)
                let goesFirst = deletion.limit(events, acknowledged: acknowledged)
                try eviction.consider(events, mayBegin: goesFirst == nil)
            }
            if events.frames.pointee >= Self.mostFrames { try events.checkpoint(truncates: false) }
        } catch {
            return failed(error, now)
        }
        if rowRetry.succeed() { outbox.send(.recovered) }
        return deletable() != nil
    }

    /// A write failed. Returns whether something was done about it, so that it is tried again at once.
    private func failed(_ error: SQLiteError, _ now: UInt64) -> Bool {
        if error.failure.cause == .full {
            if reserve.giveUp() {
                outbox.send(.reserve(isUsed: true))
                return true
            }
            // Where rows can make room, that is no failure yet.
            do throws(SQLiteError) { try eviction.press(events) } catch {}
            if eviction.isUnderWay { return true }
        }
        if rowRetry.fail(now) { outbox.send(.failing(error.failure)) }
        return false
    }

    /// Writes `written` with the cursor and a deletion that are due, as one transaction.
    private func writeTogether(_ written: [JournalRow]) throws(SQLiteError) {
        let last = written.last?.seq ?? events.lastSeq
        let cursor = min(acknowledged, last) > events.acknowledgedSeq ? min(acknowledged, last) : nil
        let deletion = try deletable().map { limit throws(SQLiteError) in try events.deletionBase(upTo: limit) }
        let newBase = deletion.flatMap { $0.seq > events.base.seq ? $0 : nil }
        guard !written.isEmpty || cursor != nil || newBase != nil else { return }
        do throws(SQLiteError) {
            try events.commit(written, acknowledged: cursor, newBase: newBase)
        } catch {
            // Damaged old pages must not keep new rows from the disk: from here on nothing is deleted any more.
            guard newBase != nil, error.failure.cause == .corrupt else { throw error }
            try events.commit(written, acknowledged: cursor)
            self.deletion.isImpossible = true
            outbox.send(.cannotDelete(error.failure))
        }
        if newBase != nil { removed() }
        if !written.isEmpty {
            rows.removeAll(keepingCapacity: true)
            outbox.send(.committed(upTo: last, head: events.head.hash))
        }
    }

    /// The seq up to which rows can go now.
    private func deletable() -> SequenceNumber? {
        let now = SystemClock.monotonicNanoseconds()
        // However many rows may go, they do not hold up the end for long; the next start goes on with them.
        if let deletionEnd, now >= deletionEnd { return nil }
        if deletion.dueAfterDelivery(at: now) != nil, !eviction.isNear, !rowRetry.isFailing { return nil }
        return deletion.limit(events, acknowledged: acknowledged)
    }

    // MARK: Writing bookings

    private func writeBookings(_ now: UInt64) {
        guard !changes.isEmpty else { return }
        do {
            try bookings.store(changes)
            if changes.erases { try bookings.checkpoint() }
        } catch {
            if bookingRetry.fail(now) { outbox.send(.bookingsFailing(error.failure)) }
            return
        }
        for request in changes.requests { outbox.send(.bookingsStored(request: request)) }
        changes = BookingStore.Changes()
        if bookingRetry.succeed() { outbox.send(.bookingsRecovered) }
    }

    // MARK: Work over many rows

    /// One stretch of what is to be done. Returns whether more is.
    private func work() -> Bool {
        if eviction.isUnderWay {
            // Many stretches may have nothing to give; rows that come in meanwhile must not win the race for room.
            let end = SystemClock.monotonicNanoseconds() + Self.evictionTurn
            do throws(SQLiteError) {
                repeat {
                    report(try eviction.step(events))
                } while eviction.isUnderWay
                    && SystemClock.monotonicNanoseconds() < end
                removed()
                // Rows that gave way are written in the next turn.
                return eviction.isUnderWay || !jobs.isEmpty || !rows.isEmpty && !rowRetry.isFailing
            } catch {
                // What keeps rows from being removed shows with the next write, which reports it.
                eviction.giveUp(events)
                return !rows.isEmpty && !rowRetry.isFailing
            }
        }
        // Rows that it must see and that have not come yet wake the writer when they do.
        guard let job = jobs.first, job.begins <= events.lastSeq else { return false }
        do throws(SQLiteError) {
            switch job {
            case .verify(var job):
                let step = try job.step(events)
                advance(.verify(job), step, .verified(request: job.request, job.result))
            case .remove(var job):
                let (step, entries) = try job.step(events)
                report(entries)
                if job.removed > 0 { removed() }
                if case .done = step, job.removed > 0 { try events.checkpoint(truncates: true) }
                let outcome = job.request.map { request -> JournalNotice in
                    if let failure = job.failure { return .jobFailed(request: request, failure) }
                    return .erased(request: request, job.removed)
                }
                advance(.remove(job), step, outcome)
            case .search(var job):
                let (step, rows) = try job.step(events)
                switch step {
                case .goesOn:
                    if !rows.isEmpty { outbox.send(.found(request: job.request, rows, isLast: false)) }
                    advance(.search(job), step, nil)
                case .done: advance(.search(job), step, .found(request: job.request, rows, isLast: true))
                }
            case .compact(var job):
                let step = try job.step(events)
                let size = Int(try events.pageSize())
                let after = Int(try events.pages().all)
                advance(
                    .compact(job), step,
                    .compacted(request: job.request, before: Int(job.before) * size, after: after * size))
            }
        } catch {
            jobs.removeFirst()
            if let request = job.request { outbox.send(.jobFailed(request: request, error.failure)) }
        }
        return !jobs.isEmpty
    }

    // A row that somebody waits for waits so long at most for room being made.
    private static let evictionTurn: UInt64 = 10_000_000

    private func advance(_ job: JournalJob, _ step: JournalStep, _ outcome: JournalNotice?) {
        switch step {
        case .goesOn: jobs[0] = job
        case .done:
            jobs.removeFirst()
            if let outcome { outbox.send(outcome) }
        }
    }

    private func removed() {
        tidyDue = SystemClock.monotonicNanoseconds() + Self.tidyDelay
    }

    private func report(_ entries: [LedgerEntry]) {
        if !entries.isEmpty { outbox.send(.removed(entries)) }
    }

    // MARK: Waiting

    /// Only when no row waits: brings the WAL into the file, and after deletions gives room back and empties the WAL of
    /// what was deleted.
    private func tidyWhenIdle() {
        guard rows.isEmpty, mailbox.rows.count == 0 else { return }
        do throws(SQLiteError) {
            if let due = tidyDue, SystemClock.monotonicNanoseconds() >= due {
                tidyDue = nil
                if try events.shrink(keeping: Self.keptFreePages, maximum: 256) > Self.keptFreePages {
                    tidyDue = SystemClock.monotonicNanoseconds() + Self.tidyPause
                } else {
                    try events.checkpoint(truncates: true)
                }
            } else if events.frames.pointee >= Self.idleFrames {
                try events.checkpoint(truncates: false)
            }
        } catch {
            // Nothing is lost by it, and what is wrong with the disk shows with the next write, which reports it.
        }
        if !rowRetry.isFailing, configuration.reserveBytes > 0, !reserve.isThere, reserve.restore() {
            outbox.send(.reserve(isUsed: false))
            outbox.flush()
        }
    }

    // New rows take free pages first; a file that breathes a little costs less than one that shrinks and grows.
    private static let keptFreePages: Int64 = 1_024

    private func waitingTime(_ now: UInt64, _ held: UInt64?) -> Duration? {
        let hold = held.map { Duration.nanoseconds(Int64(clamping: $0 > now ? $0 - now : 0)) }
        let tidy = (rows.isEmpty ? tidyDue : nil).map { Duration.nanoseconds(Int64(clamping: $0 > now ? $0 - now : 0)) }
        let delivered = deletion.dueAfterDelivery(at: now).map { Duration.nanoseconds(Int64(clamping: $0 - now)) }
        return [rowRetry.wait(now), bookingRetry.wait(now), hold, tidy, delivered].compactMap { $0 }.min()
    }
}
