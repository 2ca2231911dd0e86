internal import CSQLite

/// A call of SQLite that failed.
struct SQLiteError: Error, Hashable {
    /// The extended result code.
    var code: CInt
    /// What was being done, and what SQLite says.
    var text: String

    /// The result code without its extension.
    var primary: CInt { code & 0xFF }

    var failure: JournalFailure {
        let cause: JournalFailure.Cause =
            switch primary {
            case SQLITE_FULL: .full
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            // A damaged row's header can claim any length.
            case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_TOOBIG: .corrupt
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_IOERR: .inputOutput
            default: .other
            }
        return JournalFailure(cause: cause, code: Int(code), text: text)
    }
}

/// One connection of SQLite, used by one thread at a time.
final class Database {
    fileprivate let handle: OpaquePointer

    /// Opens or makes the file.
    init(path: String) throws(SQLiteError) {
        var handle: OpaquePointer?
        // No mutex of SQLite's own: a connection never leaves its thread once that runs.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw SQLiteError(code: code, text: "opening: \(text)")
        }
        self.handle = handle
    }

    deinit {
        // Statements may be finalized after this; the connection then ends with the last of them.
        sqlite3_close_v2(handle)
    }

    /// Runs statements without parameters; rows they give are dropped.
    func run(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql) }
    }

    /// The first column of the first row of `sql` as a number; 0 where there is none.
    func number(_ sql: String) throws(SQLiteError) -> Int64 {
        let statement = try Statement(self, sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The first column of the first row of `sql` as text; empty where there is none.
    func text(_ sql: String) throws(SQLiteError) -> String {
        let statement = try Statement(self, sql)
        return try statement.step() ? statement.text(0) : ""
    }

    /// Runs `body` as one transaction: all of it or, where it throws, nothing.
    func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
            try run("COMMIT")
        } catch {
            // Fails where SQLite has rolled back by itself, which is what is wanted.
            _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    /// How many rows the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Moves what the WAL holds into the file, and empties the WAL where `truncates` is set. Returns whether all of it
    /// was moved.
    @discardableResult
    func checkpoint(truncates: Bool) throws(SQLiteError) -> Bool {
        var frames: CInt = 0
        var moved: CInt = 0
        let mode = truncates ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &frames, &moved)
        guard code == SQLITE_OK else { throw error(code, "checkpoint") }
        return frames == moved
    }

    /// Counts the frames of the WAL after each commit into `counter`, which must outlive the connection. SQLite then
    /// makes no checkpoint by itself.
    func countFrames(into counter: UnsafeMutablePointer<CInt>) {
        sqlite3_wal_hook(handle, noteFrames, counter)
    }

    /// Fills `bytes` with what the file itself holds at `offset`, past SQLite's cache and the WAL.
    ///
    /// Through SQLite's own descriptor: closing another one of the same file would give its locks up (fcntl(2)).
    func readFile(into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SQLiteError) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard code == SQLITE_OK, let file, let read = file.pointee.pMethods.pointee.xRead else {
            throw error(code, "reading the file")
        }
        let outcome = read(file, bytes.baseAddress, CInt(clamping: bytes.count), offset)
        guard outcome == SQLITE_OK else {
            throw SQLiteError(code: outcome, text: "reading the file: error \(outcome)")
        }
    }

    fileprivate func error(_ code: CInt, _ doing: String) -> SQLiteError {
        let message = String(cString: sqlite3_errmsg(handle))
        return SQLiteError(code: code, text: "\(doing.prefix { $0 != "(" && $0 != ";" }): \(message)")
    }
}

/// A prepared statement.
final class Statement {
    private let database: Database
    private let handle: OpaquePointer
    private let sql: String

    init(_ database: Database, _ sql: String) throws(SQLiteError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw database.error(code, sql) }
        self.database = database
        self.handle = handle
        self.sql = sql
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Binds a number to the parameter `index`, counted from 1; NULL where there is none.
    func bind(_ index: CInt, _ value: Int64?) {
        if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
    }

    /// Binds text that must stay where it is until the statement is reset.
    func bind(_ index: CInt, text: UnsafeBufferPointer<UInt8>) {
        guard let base = text.baseAddress else {
            sqlite3_bind_text(handle, index, "", 0, nil)
            return
        }
        base.withMemoryRebound(to: CChar.self, capacity: text.count) { characters in
            _ = sqlite3_bind_text(handle, index, characters, CInt(clamping: text.count), nil)
        }
    }

    /// Binds bytes that must stay where they are until the statement is reset.
    func bind(_ index: CInt, blob: UnsafeRawBufferPointer) {
        // A null pointer would bind NULL, and no bytes are not NULL.
        if let base = blob.baseAddress, !blob.isEmpty {
            sqlite3_bind_blob64(handle, index, base, UInt64(blob.count), nil)
        } else {
            sqlite3_bind_zeroblob(handle, index, 0)
        }
    }

    /// Runs to the next row; `false` where there is none left.
    func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = database.error(code, sql)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Makes the statement ready to run again and lets go of what it holds.
    func reset() {
        sqlite3_reset(handle)
    }

    /// Runs a statement that gives no rows.
    func execute() throws(SQLiteError) {
        defer { reset() }
        while try step() {}
    }

    /// Runs to the end, calling `body` with the statement at each row, and makes it ready to run again.
    func forEachRow(_ body: (Statement) throws(SQLiteError) -> Void) throws(SQLiteError) {
        defer { reset() }
        while try step() { try body(self) }
    }

    func isNull(_ column: CInt) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    func integer(_ column: CInt) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    func text(_ column: CInt) -> String {
        guard let base = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    func blob(_ column: CInt) -> [UInt8] {
        guard let base = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// The column's bytes where SQLite holds them: until the next step or reset.
    func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
    }

    func byteCount(_ column: CInt) -> Int {
        Int(sqlite3_column_bytes(handle, column))
    }
}

// A free function, so that the C callback belongs to no actor.
private func noteFrames(
    _ counter: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafePointer<CChar>?, frames: CInt
) -> CInt {
    counter?.storeBytes(of: frames, as: CInt.self)
    return SQLITE_OK
}
