internal import CSQLite
internal import HubMessages

/// A feed that is being written into a file of its own.
///
/// No journal and no sync while it is written: a file that a power cut leaves behind half done is thrown away at the next
/// start. It is synced as a whole before it takes the place of the one in use (``FeedStore``).
final class FeedDraft {
    private let database: Database
    private let writer: FeedWriter
    private var count = 0

    init(_ path: String) throws(SQLiteError) {
        database = try Database(path: path)
        try database.run(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA cache_size = -2048;
            PRAGMA application_id = \(FeedReader.applicationID);
            PRAGMA user_version = \(FeedReader.schemaVersion);
            \(FeedReader.table)
            """)
        writer = try FeedWriter(database)
    }

    func add(_ bookings: [Booking]) throws(SQLiteError) {
        try database.run("BEGIN")
        for booking in bookings { try writer.add(booking) }
        try database.run("COMMIT")
        count += bookings.count
    }

    /// Indexes what was written. Returns an id that two bookings have, where there is one.
    func complete(version: UInt64) throws(FileProblem) -> BookingID? {
        do throws(SQLiteError) {
            do throws(SQLiteError) {
                try database.run(FeedReader.indexes)
            } catch {
                guard error.primary == SQLITE_CONSTRAINT else { throw error }
                let id = try database.text("SELECT id FROM booking GROUP BY id HAVING count(*) > 1 LIMIT 1")
                guard let id = BookingID(id) else { throw error }
                return id
            }
            let checksum = FeedReader.checksum(version, count)
            try database.run("INSERT INTO feed VALUES (1, \(Int64(bitPattern: version)), \(count), \(checksum))")
            return nil
        } catch {
            throw .sqlite(error)
        }
    }
}

/// Writes bookings into a feed's table.
struct FeedWriter {
    private let put: Statement

    init(_ database: Database) throws(SQLiteError) {
        put = try Statement(database, "INSERT INTO booking VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
    }

    func add(_ booking: Booking) throws(SQLiteError) {
        let checksum = Self.checksum(booking)
        let tokens = Self.bytes(booking.credentials)
        try withBytes(of: booking.id.rawValue, tokens) { id, tokens throws(SQLiteError) in
            try withBytes(of: booking.space.rawValue, []) { space, _ throws(SQLiteError) in
                put.bind(1, text: id)
                put.bind(2, text: space)
                put.bind(3, FeedReader.length(booking))
                put.bind(4, booking.from.milliseconds)
                put.bind(5, booking.to.milliseconds)
                put.bind(6, booking.partySize.map(Int64.init))
                put.bind(7, booking.uses.map(Int64.init))
                put.bind(8, booking.cancelled ? 1 : 0)
                put.bind(9, blob: tokens)
                put.bind(10, checksum)
                try put.execute()
            }
        }
    }

    static func checksum(_ booking: Booking) -> Int64 {
        var checksum = CRC32()
        checksum.add(booking.id.rawValue)
        checksum.add(booking.space.rawValue)
        checksum.add(booking.from.milliseconds)
        checksum.add(booking.to.milliseconds)
        checksum.add(Int64(booking.partySize ?? -1))
        checksum.add(Int64(booking.uses ?? -1))
        checksum.add(booking.cancelled ? 1 : 0)
        for token in booking.credentials {
            checksum.add(Int64(bitPattern: token.high))
            checksum.add(Int64(bitPattern: token.low))
        }
        return checksum.value
    }

    private static func bytes(_ tokens: [CredentialToken]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tokens.count * 16)
        for token in tokens {
            withUnsafeBytes(of: token.high.bigEndian) { bytes += $0 }
            withUnsafeBytes(of: token.low.bigEndian) { bytes += $0 }
        }
        return bytes
    }
}
