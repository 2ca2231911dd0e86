public import HubMessages
public import LinuxIO
internal import Synchronization

/// The durable, ordered event store, and the store of bookings beside it: two SQLite files and one thread.
///
/// All methods are for the loop's thread only and none waits, but ``open(_:newID:)`` and ``close(within:)``. A method
/// that returns `false` did nothing because its queue is full; what then goes without is the caller's policy.
public final class Journal: Sendable {
    /// What the files held when they were opened.
    public let opening: JournalOpening

    private let mailbox: JournalMailbox
    private let thread: Thread

    /// Opens or begins the journal in `configuration.directory` and starts its writer.
    ///
    /// `newID` names the journal if a new one begins: 128 fresh random bits. Waits for the disk; call before the loop.
    public static func open(_ configuration: JournalConfiguration, newID: JournalID) throws(JournalError)
        -> Journal
    {
        let mailbox: JournalMailbox
        do {
            mailbox = try JournalMailbox(configuration)
        } catch {
            throw .system(error)
        }
        let (writer, opening) = try JournalWriter.open(configuration, newID: newID, mailbox: mailbox)
        return Journal(
            opening: opening, mailbox: mailbox,
            thread: Thread { [mailbox] in
                writer.run()
                mailbox.lifeline.reportEnd()
            })
    }

    private init(opening: JournalOpening, mailbox: JournalMailbox, thread: Thread) {
        self.opening = opening
        self.mailbox = mailbox
        self.thread = thread
    }

    /// Readable when ``nextNotice()`` has something; for the loop's epoll. Drain it before taking the notices.
    public var noticesArrived: EventCounter { mailbox.notices.arrived }

    /// Takes the next notice; `nil` where there is none.
    public func nextNotice() -> JournalNotice? {
        mailbox.notices.pop()
    }

    /// Appends a row, whose seq is one more than the last. ``JournalNotice/committed(upTo:)`` follows.
    public func append(_ row: JournalRow) -> Bool {
        mailbox.push(row)
    }

    /// Moves the cursor of what the network has: durable soon after. Rows up to it may go, the oldest first.
    ///
    /// A cursor never moves back and never past the last row.
    public func acknowledge(upTo seq: SequenceNumber) -> Bool {
        mailbox.push(.acknowledge(upTo: seq))
    }

    /// Reads committed rows with a greater seq than `seq`, in order, until one of the limits is reached.
    ///
    /// At least one row comes where there is one, even if it alone is over `maximumBytes` (of payload).
    public func read(after seq: SequenceNumber, maximumRows: Int, maximumBytes: Int, request: UInt64) -> Bool {
        mailbox.push(
            .read(after: seq, maximumRows: maximumRows, maximumBytes: maximumBytes, request: request))
    }

    /// Reads the last `count` committed rows, in ascending order.
    public func readLast(_ count: Int, request: UInt64) -> Bool {
        mailbox.push(.readLast(count: count, request: request))
    }

    /// Removes the bookings of the feed that an older version kept in `bookings.db`, once they are in ``FeedStore``.
    public func forgetFeed() -> Bool {
        mailbox.push(.forgetFeed)
    }

    /// Stores one local booking; replaces the local one with the same id.
    public func putLocal(_ booking: StoredBooking, request: UInt64) -> Bool {
        mailbox.push(.putLocal(id: booking.id, payload: booking.payload, request: request))
    }

    /// Removes one local booking; nothing happens where there is none with the id.
    public func removeLocal(id: String, request: UInt64) -> Bool {
        mailbox.push(.putLocal(id: id, payload: nil, request: request))
    }

    /// Stores a small value that outlives a restart; the latest of each key wins. There is no notice of success.
    public func saveState(key: String, value: [UInt8]) -> Bool {
        mailbox.push(.saveState(key: key, value: value))
    }

    /// Takes the content of rows of a kind from before a moment, as a retention period wants it. Where the network has
    /// not acknowledged them, ``JournalNotice/removed(_:)`` follows. `now` is the wall time, known for certain.
    public func expire(_ limits: [String: WallTime], now: WallTime) -> Bool {
        mailbox.push(.expire(limits, now: now))
    }

    /// Erases the content of all rows that name a person, from the file and its WAL; also of rows up to `seq` that are
    /// on their way to it. ``JournalNotice/erased(request:_:)`` follows when it is gone.
    public func erase(_ person: PersonSearch, through seq: SequenceNumber, request: UInt64) -> Bool {
        mailbox.push(.erase(person, through: seq, request: request))
    }

    /// Looks for all rows that name a person, also among those up to `seq` that are on their way.
    /// ``JournalNotice/found(request:_:isLast:)`` follows, once or more.
    public func search(_ person: PersonSearch, through seq: SequenceNumber, request: UInt64) -> Bool {
        mailbox.push(.search(person, through: seq, request: request))
    }

    /// Follows the hash chain over all rows, and compares it with `heads`.
    public func verify(_ heads: [JournalHead], request: UInt64) -> Bool {
        mailbox.push(.verify(heads, request: request))
    }

    /// Gives all free room in the file back to the disk.
    public func compact(request: UInt64) -> Bool {
        mailbox.push(.compact(request: request))
    }

    /// Writes what is queued, closes the files and ends the thread. Call once, last.
    ///
    /// Returns `false` where `bound` passed first: the thread is then left to itself, and ends with the process.
    public func close(within bound: Duration) -> Bool {
        mailbox.lifeline.requestClose()
        guard mailbox.lifeline.waitForEnd(bound) else { return false }
        thread.join()
        return true
    }
}
