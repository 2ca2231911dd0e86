internal import CSQLite
internal import Glibc
public import HubMessages
internal import LinuxIO

/// `feed.db`: the bookings of the feed in use, a million and more, of which a hub holds a window in memory.
///
/// A new feed is written into a file beside it, completed, synced and renamed over it: at every moment there is one whole
/// feed or the other. Belongs to one thread at a time; everything here waits for the disk.
public final class FeedStore {
    /// The version of the feed in use; 0 where there is none.
    public private(set) var version: UInt64 = 0
    /// How many bookings the feed in use has.
    public var count: Int { reader?.count ?? 0 }
    /// The file that was here before and could not be used.
    public private(set) var setAside: SetAsideFile?

    private let path: String
    private let draftPath: String
    private var reader: FeedReader?
    private var draft: FeedDraft?

    /// What a range of time holds.
    public struct Range: Hashable, Sendable {
        /// The bookings that have time in common with the range.
        public var bookings: [Booking] = []
        /// The first moment of the range; `nil` where it has no beginning.
        public var from: WallTime?
        /// The first moment after it; `nil` where it has no end.
        public var to: WallTime?
        /// How many more there are, where even the shortest range holds more than the limit.
        public var omitted = 0
        /// How many were left out because their checksum did not match.
        public var damaged = 0
    }

    /// Opens the feed in `directory`. A file that cannot be used is set aside; what had been begun of a next feed goes.
    public init(directory: String) throws(JournalError) {
        path = directory + "/feed.db"
        draftPath = directory + "/feed.new"
        unlink(draftPath)
        let file = DatabaseFile(
            applicationID: FeedReader.applicationID, schemaVersion: FeedReader.schemaVersion, schema: FeedReader.table,
            path: path, busyTimeout: .zero)
        guard access(path, F_OK) == 0 else { return }
        do {
            try adopt()
        } catch {
            switch error {
            case .newer(let found):
                throw .newerSchema(path: path, found: found, supported: FeedReader.schemaVersion)
            case .sqlite(let failure) where failure.failure.cause == .busy: throw .locked(path: path)
            case .damaged, .system, .sqlite: setAside = try file.setAside("\(error)")
            }
        }
    }

    /// So many bookings are removed in one transaction. One that takes long is not over when the daemon is stopped or
    /// killed, and taking it back is what the next start would have to wait for.
    public static let removedAtOnce = 1_000

    // MARK: Reading

    /// The bookings around `time`: all of them where there are at most `limit`, else those of the longest of `reaches`
    /// (ascending, before and after `time`) that holds at most `limit`.
    public func range(around time: WallTime, reaches: [Duration], limit: Int) throws(JournalFailure) -> Range {
        guard let reader else { return Range() }
        do {
            return try reader.range(around: time, reaches: reaches, limit: limit)
        } catch {
            throw error.failure
        }
    }

    /// Takes bookings that ended before `time` out of the file, at most ``removedAtOnce`` of them. Returns whether more
    /// may be there.
    public func removeEnded(before time: WallTime) throws(JournalFailure) -> Bool {
        guard let reader else { return false }
        do {
            return try reader.removeEnded(before: time, atMost: Self.removedAtOnce) == Self.removedAtOnce
        } catch {
            throw error.failure
        }
    }

    /// All bookings of the file that name one of `tokens` or have one of `ids`, as far as they can be read.
    public func find(tokens: Set<CredentialToken>, ids: Set<BookingID>) throws(JournalFailure) -> [Booking] {
        guard let reader else { return [] }
        do {
            return try reader.find(tokens: tokens, ids: ids)
        } catch {
            throw error.failure
        }
    }

    /// Takes `tokens` out of all bookings, and those bookings out of the file that name nobody else or whose id is among
    /// `ids`. Returns how many rows it changed.
    public func erase(tokens: Set<CredentialToken>, ids: Set<BookingID>) throws(JournalFailure) -> Int {
        guard let reader else { return 0 }
        do {
            return try reader.erase(tokens: tokens, ids: ids)
        } catch {
            throw error.failure
        }
    }

    // MARK: Replacing

    /// Begins a feed in place of one that had been begun.
    public func begin() throws(JournalFailure) {
        drop()
        do {
            draft = try FeedDraft(draftPath)
        } catch {
            throw error.failure
        }
    }

    /// Adds bookings to the feed that was begun.
    public func add(_ bookings: [Booking]) throws(JournalFailure) {
        do {
            try draft?.add(bookings)
        } catch {
            drop()
            throw error.failure
        }
    }

    /// What became of a feed that was to be completed.
    public enum Completion: Hashable, Sendable {
        /// It is in use.
        case done
        /// Two bookings have this id; the feed before stays in use.
        case duplicate(BookingID)
    }

    /// Puts the feed that was begun in the place of the one in use.
    public func complete(version: UInt64) throws(JournalFailure) -> Completion {
        do {
            if let id = try draft?.complete(version: version) {
                drop()
                return .duplicate(id)
            }
            // Closed before the file is opened under its new name: its lock is the file's, not the name's.
            draft = nil
            try replace()
            try adopt()
            return .done
        } catch {
            drop()
            switch error {
            case .sqlite(let failure): throw failure.failure
            case .damaged, .newer, .system:
                throw JournalFailure(cause: .inputOutput, code: Int(SQLITE_IOERR), text: "the feed: \(error)")
            }
        }
    }

    /// Forgets a feed that was begun.
    public func drop() {
        draft = nil
        unlink(draftPath)
    }

    private func replace() throws(FileProblem) {
        do throws(SystemError) {
            let number = Glibc.open(draftPath, O_RDWR | O_CLOEXEC)
            guard number >= 0 else { throw SystemError(call: "open") }
            let file = FileDescriptor(owning: number)
            guard fsync(file.number) == 0 else { throw SystemError(call: "fsync") }
            reader = nil
            guard rename(draftPath, path) == 0 else { throw SystemError(call: "rename") }
            let folder = String(path.prefix(path.count - "/feed.db".count))
            let directory = Glibc.open(folder.isEmpty ? "/" : folder, O_RDONLY | O_CLOEXEC)
            guard directory >= 0 else { throw SystemError(call: "open") }
            defer { close(directory) }
            guard fsync(directory) == 0 else { throw SystemError(call: "fsync") }
        } catch {
            // The old file may still be the one in use.
            if reader == nil {
                do throws(FileProblem) { try adopt() } catch { throw .system(SystemError(call: "open")) }
            }
            throw .system(error)
        }
    }

    private func adopt() throws(FileProblem) {
        let reader = try FeedReader(path)
        version = reader.version
        self.reader = reader
    }
}
