internal import LinuxIO

/// `bookings.db`: local bookings, standing rights and small saved states. An older version kept the feed here, too; it
/// lies in ``FeedStore`` now.
final class BookingStore {
    private let database: Database
    private let deleteFeed: Statement
    private let setVersion: Statement
    private let put: Statement
    private let remove: Statement
    private let save: Statement

    struct LocalChange {
        /// `nil` removes.
        var payload: [UInt8]?
        var request: UInt64
    }

    /// What is to be stored, all or nothing. While the disk fails, a later change takes the place of an earlier one of
    /// the same thing, so this does not grow with time.
    struct Changes {
        /// Whether the feed's bookings, which an older version kept here, go.
        var forgetsFeed = false
        var local: [String: LocalChange] = [:]
        var state: [String: [UInt8]] = [:]

        var isEmpty: Bool { !hasBookings && state.isEmpty }
        var hasBookings: Bool { forgetsFeed || !local.isEmpty }
        /// Whether what it replaces must not stay anywhere on the disk.
        var erases: Bool { hasBookings || !BookingStore.personalKeys.isDisjoint(with: state.keys) }
        /// Whom to tell, in the order of asking.
        var requests: [UInt64] { local.values.map(\.request).sorted() }
    }

    /// The states whose former value must be gone when they change: the key of pseudonyms, the bookings that spaces have
    /// just been used for.
    static let personalKeys: Set<String> = ["pseudonym-key", "space-uses"]

    static func open(
        _ configuration: JournalConfiguration
    ) throws(JournalError) -> (BookingStore, BookingsOpening) {
        let path = configuration.directory + "/bookings.db"
        let file = DatabaseFile(
            applicationID: 0x5248_626B, schemaVersion: 1, schema: schema, path: path,
            busyTimeout: configuration.busyTimeout)
        let (database, contents, aside) = try file.open {
            (database, _) throws(FileProblem) -> BookingsOpening in
            do {
                return try load(database)
            } catch let error as SQLiteError {
                throw .sqlite(error)
            } catch let problem as FileProblem {
                throw problem
            } catch {
                throw .damaged("\(error)")
            }
        }
        var opening = contents
        opening.setAside = aside
        do {
            return (try BookingStore(database), opening)
        } catch {
            throw .unusable(path: path, error.failure)
        }
    }

    private static let schema = """
        CREATE TABLE booking (
            source INTEGER NOT NULL,
            id TEXT NOT NULL,
            payload BLOB NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (source, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE feed (only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL) STRICT;
        INSERT INTO feed VALUES (1, 0);
        CREATE TABLE state (
            key TEXT PRIMARY KEY,
            value BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private init(_ database: Database) throws(SQLiteError) {
        self.database = database
        deleteFeed = try Statement(database, "DELETE FROM booking WHERE source = ?1")
        setVersion = try Statement(database, "UPDATE feed SET version = ?1")
        put = try Statement(
            database, "INSERT OR REPLACE INTO booking (source, id, payload, checksum) VALUES (?1, ?2, ?3, ?4)"
        )
        remove = try Statement(database, "DELETE FROM booking WHERE source = ?1 AND id = ?2")
        save = try Statement(
            database, "INSERT OR REPLACE INTO state (key, value, checksum) VALUES (?1, ?2, ?3)")
    }

    private static func load(_ database: Database) throws -> BookingsOpening {
        // The whole file is read anyway, so it can be checked as a whole.
        let verdict = try database.text("PRAGMA quick_check(1)")
        guard verdict == "ok" else { throw FileProblem.damaged(verdict) }
        let version = try database.number("SELECT version FROM feed WHERE only = 1")
        var opening = BookingsOpening(
            feedVersion: UInt64(bitPattern: version), bookings: [], state: [:], damagedFeedRows: 0,
            damagedLocalRows: 0, damagedStates: 0)
        let bookings = try Statement(
            database, "SELECT source, id, payload, checksum FROM booking ORDER BY source, id")
        while try bookings.step() {
            let id = bookings.text(1)
            let payload = bookings.blob(2)
            let source = StoredBooking.Source(rawValue: Int(bookings.integer(0)))
            let isIntact =
                CRC32.of(bookings.integer(0), text: id, bytes: payload) == bookings.integer(3)
            switch (source, isIntact) {
            case (let source?, true):
                opening.bookings.append(StoredBooking(id: id, source: source, payload: payload))
            case (.local, false): opening.damagedLocalRows += 1
            case (.feed, false), (nil, _): opening.damagedFeedRows += 1
            }
        }
        let states = try Statement(database, "SELECT key, value, checksum FROM state")
        while try states.step() {
            let key = states.text(0)
            let value = states.blob(1)
            if CRC32.of(text: key, bytes: value) == states.integer(2) {
                opening.state[key] = value
            } else {
                opening.damagedStates += 1
            }
        }
        return opening
    }

    /// Stores `changes`, all or nothing.
    func store(_ changes: Changes) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            if changes.forgetsFeed {
                deleteFeed.bind(1, Int64(StoredBooking.Source.feed.rawValue))
                try deleteFeed.execute()
                setVersion.bind(1, 0)
                try setVersion.execute()
            }
            for (id, change) in changes.local {
                if let payload = change.payload {
                    try putLocal(id, payload)
                } else {
                    try delete(id)
                }
            }
            for (key, value) in changes.state {
                try write(key, value)
            }
        }
    }

    /// Empties the WAL, so that what was removed is gone from the disk.
    func checkpoint() throws(SQLiteError) {
        try database.run("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func putLocal(_ id: String, _ payload: [UInt8]) throws(SQLiteError) {
        let number = Int64(StoredBooking.Source.local.rawValue)
        let checksum = CRC32.of(number, text: id, bytes: payload)
        try withBytes(of: id, payload) { (id, payload) throws(SQLiteError) in
            put.bind(1, number)
            put.bind(2, text: id)
            put.bind(3, blob: payload)
            put.bind(4, checksum)
            try put.execute()
        }
    }

    private func write(_ key: String, _ value: [UInt8]) throws(SQLiteError) {
        let checksum = CRC32.of(text: key, bytes: value)
        try withBytes(of: key, value) { (key, value) throws(SQLiteError) in
            save.bind(1, text: key)
            save.bind(2, blob: value)
            save.bind(3, checksum)
            try save.execute()
        }
    }

    private func delete(_ id: String) throws(SQLiteError) {
        try withBytes(of: id, []) { (id, _) throws(SQLiteError) in
            remove.bind(1, Int64(StoredBooking.Source.local.rawValue))
            remove.bind(2, text: id)
            try remove.execute()
        }
    }
}

/// Runs `body` with a text's and an array's bytes where they are. The closures of the standard library do not pass a
/// typed error through two levels by themselves.
func withBytes(
    of text: String, _ bytes: [UInt8],
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeRawBufferPointer) throws(SQLiteError) -> Void
) throws(SQLiteError) {
    var text = text
    let result = text.withUTF8 { text in
        bytes.withUnsafeBytes { bytes in
            Result { () throws(SQLiteError) in try body(text, bytes) }
        }
    }
    try result.get()
}
