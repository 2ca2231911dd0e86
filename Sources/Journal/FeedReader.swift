internal import CSQLite
internal import HubMessages

/// A whole `feed.db`, open.
///
/// Bookings are in classes by their length, each class at most twice as long as the one before, and within a class by
/// their beginning: those that have time in common with a range are then a short stretch of each class, however long a
/// single booking is and however many there are.
final class FeedReader {
    let version: UInt64
    private(set) var count: Int

    private let database: Database
    private let countStretch: Statement
    private let readStretch: Statement
    private let readAll: Statement
    private let classes: [Int64]
    // Version 1 had no checksum beside the feed's version and count.
    private let isChecked: Bool

    static let applicationID: Int64 = 0x5248_6664
    static let schemaVersion = 2
    static let table = """
        CREATE TABLE feed (
            only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL, count INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE booking (
            id TEXT NOT NULL,
            space TEXT NOT NULL,
            length INTEGER NOT NULL,
            starts INTEGER NOT NULL,
            ends INTEGER NOT NULL,
            party INTEGER,
            uses INTEGER,
            cancelled INTEGER NOT NULL,
            tokens BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        """
    static let indexes = """
        CREATE INDEX booking_time ON booking (length, starts, ends);
        CREATE UNIQUE INDEX booking_id ON booking (id);
        """

    private static let columns = "id, space, length, starts, ends, party, uses, cancelled, tokens, checksum"

    init(_ path: String) throws(FileProblem) {
        do {
            database = try Database(path: path)
            // Nothing but the daemon opens it; what is removed is overwritten (secure_delete).
            try database.run(
                """
                PRAGMA locking_mode = EXCLUSIVE;
                PRAGMA journal_mode = TRUNCATE;
                PRAGMA secure_delete = ON;
                PRAGMA cell_size_check = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA synchronous = FULL;
                PRAGMA cache_size = -1024;
                """)
            let found = Int(try database.number("PRAGMA user_version"))
            guard try database.number("PRAGMA application_id") == Self.applicationID else {
                throw FileProblem.damaged("it is no feed of this program")
            }
            guard found <= Self.schemaVersion else { throw FileProblem.newer(found) }
            guard found > 0 else { throw FileProblem.damaged("its schema has no version") }
            isChecked = found > 1
            let feed = try Statement(
                database, "SELECT version, count\(isChecked ? ", checksum" : "") FROM feed WHERE only = 1")
            guard try feed.step() else { throw FileProblem.damaged("it has no version") }
            version = UInt64(bitPattern: feed.integer(0))
            count = Int(feed.integer(1))
            if count < 0 || isChecked && feed.integer(2) != Self.checksum(version, count) {
                throw FileProblem.damaged("its version or its count is not what was written")
            }
            feed.reset()
            let stretch = "FROM booking WHERE length = ?1 AND starts >= ?2 AND starts < ?3 AND ends > ?4"
            countStretch = try Statement(database, "SELECT count(*) FROM (SELECT 1 \(stretch) LIMIT ?5)")
            readStretch = try Statement(database, "SELECT \(Self.columns) \(stretch) LIMIT ?5")
            readAll = try Statement(database, "SELECT \(Self.columns), rowid FROM booking ORDER BY rowid")
            // Skips from class to class through the index instead of reading all of it.
            var classes: [Int64] = []
            let next = try Statement(database, "SELECT min(length) FROM booking WHERE length > ?1")
            while true {
                next.bind(1, classes.last ?? -1)
                guard try next.step(), !next.isNull(0) else { break }
                let length = next.integer(0)
                guard length > classes.last ?? -1 else { throw FileProblem.damaged("its index is not in order") }
                classes.append(length)
                next.reset()
            }
            self.classes = classes
        } catch let error as SQLiteError {
            throw .sqlite(error)
        } catch let problem as FileProblem {
            throw problem
        } catch {
            throw .damaged("\(error)")
        }
    }

    /// The checksum beside a feed's version and count.
    static func checksum(_ version: UInt64, _ count: Int) -> Int64 {
        CRC32.of(Int64(bitPattern: version), Int64(count), text: "", bytes: [])
    }

    /// The class of bookings that last so long: 0 up to an hour, 1 up to two, 2 up to four.
    static func length(_ booking: Booking) -> Int64 {
        let hours = UInt64(clamping: ((booking.to - booking.from).milliseconds - 1) / 3_600_000)
        return Int64(UInt64.bitWidth - hours.leadingZeroBitCount)
    }

    /// The longest that bookings of a class last, in milliseconds.
    private static func longest(_ length: Int64) -> Int64 {
        length < 40 ? (1 << length) * 3_600_000 : .max
    }

    func range(
        around time: WallTime, reaches: [Duration], limit: Int
    ) throws(SQLiteError) -> FeedStore.Range {
        var range = FeedStore.Range()
        if count <= limit {
            // A damaged pointer that leads to another sound page shows some bookings twice and hides others, without any
            // other sign.
            var last = Int64.min
            try readAll.forEachRow { row throws(SQLiteError) in
                guard row.integer(10) > last else { return }
                last = row.integer(10)
                Self.read(row, into: &range)
            }
            range.damaged += abs(count - range.bookings.count - range.damaged)
            return range
        }
        var chosen = reaches.first ?? .zero
        for reach in reaches {
            var found = 0
            for length in classes where found <= limit {
                bind(countStretch, length, time - reach, time + reach, limit + 1 - found)
                try countStretch.forEachRow { row throws(SQLiteError) in found += Int(row.integer(0)) }
            }
            if reach == reaches.first, found > limit { range.omitted = found - limit }
            guard found <= limit else { break }
            chosen = reach
        }
        range.from = time - chosen
        range.to = time + chosen
        var room = limit
        for length in classes where room > 0 {
            bind(readStretch, length, time - chosen, time + chosen, room)
            try readStretch.forEachRow { row throws(SQLiteError) in
                Self.read(row, into: &range)
                room -= 1
            }
        }
        return range
    }

    private func bind(_ statement: Statement, _ length: Int64, _ from: WallTime, _ to: WallTime, _ limit: Int) {
        let earliest = from - .milliseconds(Self.longest(length))
        statement.bind(1, length)
        statement.bind(2, earliest.milliseconds)
        statement.bind(3, to.milliseconds)
        statement.bind(4, from.milliseconds)
        statement.bind(5, Int64(limit))
    }

    func removeEnded(before time: WallTime, atMost limit: Int) throws(SQLiteError) -> Int {
        var removed = 0
        try database.transaction { () throws(SQLiteError) in
            let delete = try Statement(
                database,
                """
                DELETE FROM booking WHERE rowid IN
                    (SELECT rowid FROM booking WHERE length = ?1 AND starts < ?2 AND ends <= ?2 LIMIT ?3)
                """)
            for length in classes where removed < limit {
                delete.bind(1, length)
                delete.bind(2, time.milliseconds)
                delete.bind(3, Int64(limit - removed))
                try delete.execute()
                removed += database.changes
            }
            if removed > 0 { try setCount(count - removed) }
        }
        count -= removed
        return removed
    }

    func find(tokens: Set<CredentialToken>, ids: Set<BookingID>) throws(SQLiteError) -> [Booking] {
        try rows(naming: tokens, ids).compactMap(\.booking)
    }

    func erase(tokens: Set<CredentialToken>, ids: Set<BookingID>) throws(SQLiteError) -> Int {
        let found = try rows(naming: tokens, ids)
        var removed = 0
        try database.transaction { () throws(SQLiteError) in
            // By its place and not by its id: a damaged index would not find it, and nobody would notice.
            let delete = try Statement(database, "DELETE FROM booking WHERE rowid = ?1")
            let writer = try FeedWriter(database)
            for (row, booking) in found {
                delete.bind(1, row)
                try delete.execute()
                guard var rest = booking else {
                    removed += 1
                    continue
                }
                rest.credentials.removeAll(where: tokens.contains)
                if ids.contains(rest.id) || rest.credentials.isEmpty { removed += 1 } else { try writer.add(rest) }
            }
            if removed > 0 { try setCount(count - removed) }
            // In a damaged tree one place can be seen twice. Better nothing is erased, and told, than said to be.
            guard try rows(naming: tokens, ids).isEmpty else {
                throw SQLiteError(code: SQLITE_CORRUPT, text: "what was erased is still there: the feed is damaged")
            }
        }
        count -= removed
        return found.count
    }

    private func setCount(_ count: Int) throws(SQLiteError) {
        let checksum = isChecked ? ", checksum = \(Self.checksum(version, count))" : ""
        try database.run("UPDATE feed SET count = \(count)\(checksum)")
    }

    /// Where the bookings are that name one of `tokens` or have one of `ids`, without what they say where that is damaged.
    /// One row at a time in memory: a scan of all of them, for what is asked for once in years.
    private func rows(
        naming tokens: Set<CredentialToken>, _ ids: Set<BookingID>
    ) throws(SQLiteError) -> [(row: Int64, booking: Booking?)] {
        var found: [(row: Int64, booking: Booking?)] = []
        var range = FeedStore.Range()
        try readAll.forEachRow { row throws(SQLiteError) in
            range.bookings.removeAll(keepingCapacity: true)
            Self.read(row, into: &range)
            let id = BookingID(row.text(0))
            if id.map(ids.contains) ?? false || Self.tokens(of: row).contains(where: tokens.contains) {
                found.append((row.integer(10), range.bookings.first))
            }
        }
        return found
    }

    private static func tokens(of row: Statement) -> [CredentialToken] {
        let bytes = row.bytes(8)
        var tokens: [CredentialToken] = []
        tokens.reserveCapacity(bytes.count / 16)
        for start in stride(from: 0, to: bytes.count - 15, by: 16) {
            tokens.append(
                CredentialToken(
                    high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
                    low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self))))
        }
        return tokens
    }

    private static func read(_ row: Statement, into range: inout FeedStore.Range) {
        guard let id = BookingID(row.text(0)), let space = SpaceID(row.text(1)) else {
            range.damaged += 1
            return
        }
        let booking = Booking(
            id: id, space: space, from: WallTime(milliseconds: row.integer(3)),
            to: WallTime(milliseconds: row.integer(4)), credentials: tokens(of: row),
            partySize: row.isNull(5) ? nil : Int(row.integer(5)), uses: row.isNull(6) ? nil : Int(row.integer(6)),
            cancelled: row.integer(7) != 0, source: .feed)
        guard FeedWriter.checksum(booking) == row.integer(9) else {
            range.damaged += 1
            return
        }
        range.bookings.append(booking)
    }
}
