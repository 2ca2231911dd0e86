internal import CSQLite
internal import HubMessages
internal import LinuxIO

/// `journal.db`: the rows and the cursor.
final class EventStore {
    private(set) var firstSeq: SequenceNumber
    private(set) var lastSeq: SequenceNumber
    private(set) var acknowledgedSeq: SequenceNumber

    private let database: Database
    private let insertion: Statement
    private let cursor: Statement
    private let deletion: Statement
    private let selection: Statement
    private let presence: Statement

    /// What the file says of itself.
    struct Contents {
        var id: JournalID
        var first: SequenceNumber
        var last: SequenceNumber
        var acknowledged: SequenceNumber
        var isNew: Bool
    }

    static func open(
        _ configuration: JournalConfiguration, newID: JournalID
    ) throws(JournalError) -> (EventStore, Contents, SetAsideFile?) {
        let path = configuration.directory + "/journal.db"
        let file = DatabaseFile(
            applicationID: 0x5248_6A6C, schemaVersion: 1, schema: schema(newID), path: path,
            busyTimeout: configuration.busyTimeout)
        let (database, contents, aside) = try file.open { (database, isNew) throws(FileProblem) -> Contents in
            do {
                return try check(database, isNew: isNew)
            } catch let error as SQLiteError {
                throw .sqlite(error)
            } catch let problem as FileProblem {
                throw problem
            } catch {
                throw .damaged("\(error)")
            }
        }
        do {
            return (try EventStore(database, contents, configuration), contents, aside)
        } catch {
            throw .unusable(path: path, error.failure)
        }
    }

    private static func schema(_ id: JournalID) -> String {
        """
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            wall INTEGER NOT NULL,
            kind TEXT NOT NULL,
            payload BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE journal (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            id TEXT NOT NULL,
            acknowledged INTEGER NOT NULL
        ) STRICT;
        INSERT INTO journal VALUES (1, '\(id.rawValue)', 0);
        """
    }

    private init(
        _ database: Database, _ contents: Contents, _ configuration: JournalConfiguration
    ) throws(SQLiteError) {
        self.database = database
        firstSeq = contents.first
        lastSeq = contents.last
        acknowledgedSeq = contents.acknowledged
        insertion = try Statement(
            database, "INSERT INTO event (seq, wall, kind, payload, checksum) VALUES (?1, ?2, ?3, ?4, ?5)")
        cursor = try Statement(database, "UPDATE journal SET acknowledged = ?1")
        deletion = try Statement(database, "DELETE FROM event WHERE seq <= ?1")
        selection = try Statement(
            database,
            "SELECT seq, wall, kind, payload, checksum FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2")
        presence = try Statement(
            database, "SELECT seq, wall, kind, payload, checksum FROM event WHERE seq = ?1")
        if let bytes = configuration.maximumBytes {
            let pageSize = try database.number("PRAGMA page_size")
            _ = try database.number("PRAGMA max_page_count = \(max(Int64(bytes) / max(pageSize, 512), 8))")
        }
    }

    // MARK: The check at the start

    // How many of the last rows are looked at: the same work whatever the size.
    private static let checkedRows: Int64 = 64

    private static func check(_ database: Database, isNew: Bool) throws -> Contents {
        let head = try Statement(database, "SELECT id, acknowledged FROM journal WHERE only = 1")
        guard try head.step(), let id = JournalID(head.text(0)) else {
            throw FileProblem.damaged("it has lost its name")
        }
        let acknowledged = head.integer(1)
        head.reset()
        let first = try database.number("SELECT min(seq) FROM event")
        let last = try database.number("SELECT max(seq) FROM event")
        guard first >= 0, acknowledged >= 0, acknowledged <= last else {
            throw FileProblem.damaged(
                "rows are missing: \(acknowledged) are acknowledged, the last is \(last)")
        }
        guard last == 0 || (1...acknowledged + 1).contains(first) else {
            throw FileProblem.damaged(
                "rows are missing: \(acknowledged) are acknowledged, the first is \(first)")
        }
        if last > 0 {
            try checkRows(database, first: first, last: last)
        } else if !isNew {
            try checkEmptiness(database)
        }
        return Contents(
            id: id, first: UInt64(first), last: UInt64(last), acknowledged: UInt64(acknowledged), isNew: isNew
        )
    }

    /// A journal without a row never had one, because the last row is never deleted. Where the file's structure says
    /// otherwise (pages that nothing leads to), its rows are lost, and beginning again at 1 would use numbers twice.
    private static func checkEmptiness(_ database: Database) throws {
        let verdict = try database.text("PRAGMA quick_check(1)")
        guard verdict == "ok" else { throw FileProblem.damaged("its rows are gone: \(verdict)") }
    }

    /// Reads the last rows: the tree must be sound where rows will be added. Damage further in stays for
    /// ``read(after:maximumRows:maximumBytes:)`` to report, because the rows around it can still be delivered.
    private static func checkRows(_ database: Database, first: Int64, last: Int64) throws {
        let row = try Statement(
            database, "SELECT seq, length(kind), length(payload) FROM event WHERE seq >= ?1 LIMIT 1")
        func check(_ seq: Int64) throws {
            row.bind(1, seq)
            defer { row.reset() }
            guard try row.step(), row.integer(0) == seq else {
                throw FileProblem.damaged(
                    "row \(seq) is missing although it lies between \(first) and \(last)")
            }
        }
        let near = min(checkedRows, last - first + 1)
        for offset in 0..<near {
            try check(last - offset)
        }
    }

    // MARK: Writing

    /// Writes `rows`, moves the cursor to `acknowledged` and deletes up to `deleteUpTo`, all or nothing.
    func commit(
        _ rows: [JournalRow], acknowledged: SequenceNumber?, deleteUpTo: SequenceNumber?
    ) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            for row in rows { try insert(row) }
            if let acknowledged {
                cursor.bind(1, Int64(clamping: acknowledged))
                try cursor.execute()
            }
            if let deleteUpTo {
                deletion.bind(1, Int64(clamping: deleteUpTo))
                try deletion.execute()
            }
        }
        if let row = rows.last {
            if lastSeq == 0, let first = rows.first { firstSeq = first.seq }
            lastSeq = row.seq
        }
        if let acknowledged { acknowledgedSeq = acknowledged }
        if let deleteUpTo { firstSeq = max(firstSeq, deleteUpTo + 1) }
    }

    private func insert(_ row: JournalRow) throws(SQLiteError) {
        let seq = Int64(clamping: row.seq)
        var checksum = RowChecksum()
        checksum.add(seq)
        checksum.add(row.wall.milliseconds)
        var kind = row.kind
        let result = kind.withUTF8 { kind in
            row.payload.withUnsafeBytes { payload -> Result<Void, SQLiteError> in
                checksum.add(UnsafeRawBufferPointer(kind))
                checksum.add(payload)
                insertion.bind(1, seq)
                insertion.bind(2, row.wall.milliseconds)
                insertion.bind(3, text: kind)
                insertion.bind(4, blob: payload)
                insertion.bind(5, checksum.value)
                return Result { () throws(SQLiteError) in try insertion.execute() }
            }
        }
        try result.get()
    }

    /// Gives free pages back to the file system, a bounded number at a time, where many are free.
    func shrink() throws(SQLiteError) {
        let free = try database.number("PRAGMA freelist_count")
        guard free > Self.keptFreePages else { return }
        try database.run("PRAGMA incremental_vacuum(\(min(free - Self.keptFreePages, 256)))")
    }

    // New rows take free pages first; a file that breathes a little costs less than one that shrinks and grows.
    private static let keptFreePages: Int64 = 1_024

    /// Moves what the WAL holds into the file and empties it, so that deleted rows are gone from both.
    func checkpoint() throws(SQLiteError) {
        try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    // MARK: Reading

    /// What a read came to.
    struct Reading {
        var rows: [JournalRow] = []
        /// Rows behind the last of `rows` that cannot be read.
        var unreadable: ClosedRange<SequenceNumber>?
    }

    /// Reads committed rows behind `seq` until a limit is reached or a row cannot be read.
    func read(after seq: SequenceNumber, maximumRows: Int, maximumBytes: Int) throws(SQLiteError) -> Reading {
        var reading = Reading()
        let start = max(seq, firstSeq > 0 ? firstSeq - 1 : 0)
        guard start < lastSeq, maximumRows > 0 else { return reading }
        selection.bind(1, Int64(clamping: start))
        selection.bind(2, Int64(maximumRows))
        defer { selection.reset() }
        var expected = start + 1
        var bytes = 0
        do throws(SQLiteError) {
            while try selection.step() {
                let size = selection.byteCount(3)
                if !reading.rows.isEmpty, bytes + size > maximumBytes { return reading }
                guard let row = Self.row(selection), row.seq == expected else { break }
                reading.rows.append(row)
                bytes += size
                expected += 1
            }
        } catch {
            guard error.failure.cause == .corrupt else { throw error }
        }
        if expected <= lastSeq, reading.rows.count < maximumRows {
            reading.unreadable = try unreadable(from: expected)
        }
        return reading
    }

    /// From `seq`, which cannot be read, to the last before one that can. Looks ever further, then halves the way
    /// back, so that a long damage takes few looks.
    private func unreadable(from seq: SequenceNumber) throws(SQLiteError) -> ClosedRange<SequenceNumber> {
        var damaged = seq
        var step: SequenceNumber = 1
        while damaged < lastSeq {
            let candidate = min(damaged + step, lastSeq)
            guard try isReadable(candidate) else {
                damaged = candidate
                step *= 2
                continue
            }
            var readable = candidate
            while readable - damaged > 1 {
                let middle = damaged + (readable - damaged) / 2
                if try isReadable(middle) { readable = middle } else { damaged = middle }
            }
            return seq...damaged
        }
        return seq...lastSeq
    }

    private func isReadable(_ seq: SequenceNumber) throws(SQLiteError) -> Bool {
        presence.bind(1, Int64(clamping: seq))
        defer { presence.reset() }
        do throws(SQLiteError) {
            return try presence.step() && Self.row(presence) != nil
        } catch {
            guard error.failure.cause == .corrupt else { throw error }
            return false
        }
    }

    private static func row(_ statement: Statement) -> JournalRow? {
        let row = JournalRow(
            seq: UInt64(clamping: statement.integer(0)), wall: WallTime(milliseconds: statement.integer(1)),
            kind: statement.text(2), payload: statement.blob(3))
        let checksum = RowChecksum.of(
            statement.integer(0), row.wall.milliseconds, text: row.kind, bytes: row.payload)
        return checksum == statement.integer(4) ? row : nil
    }
}
