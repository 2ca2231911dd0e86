internal import CSQLite
internal import Glibc
internal import HubMessages
internal import LinuxIO

/// How one of the two files is opened: what is usable stays, what is damaged is set aside, and what is neither is
/// refused.
struct DatabaseFile {
    /// SQLite's application id: marks the file as ours.
    var applicationID: Int64
    /// The version of `schema`.
    var schemaVersion: Int
    /// What a new file begins with.
    var schema: String
    var path: String
    var busyTimeout: Duration
    /// The size of a new file's pages, in bytes.
    var pageSize = 4_096
    /// Brings the contents from an older version to `schemaVersion`, within a transaction.
    var migrate: (Database, _ version: Int) throws -> Void = { _, _ in
        throw FileProblem.damaged("its schema has no version")
    }
    /// What else belongs to the file and is set aside with it.
    var companions: [String] = []

    /// Opens the file, and where `check` finds it damaged, sets it aside and opens a new one.
    ///
    /// `check` throws what a damaged file makes SQLite report, or `.damaged`.
    func open<Contents>(
        _ check: (Database, _ isNew: Bool) throws(FileProblem) -> Contents
    ) throws(JournalError) -> (Database, Contents, SetAsideFile?) {
        do {
            let (database, contents) = try attempt(check)
            return (database, contents, nil)
        } catch {
            guard let reason = damage(error) else { throw journalError(error) }
            let aside = try setAside(reason)
            do {
                let (database, contents) = try attempt(check)
                return (database, contents, aside)
            } catch {
                throw journalError(error)
            }
        }
    }

    private func attempt<Contents>(
        _ check: (Database, _ isNew: Bool) throws(FileProblem) -> Contents
    ) throws(FileProblem) -> (Database, Contents) {
        do {
            try checkEmptiness()
            try checkVersions()
            let isEmpty = size(of: path) == 0
            let database = try Database(path: path)
            // SQLite writes the mode of vacuuming into a file that has it, too: a write, and four waits for the disk,
            // with every start.
            if isEmpty { try database.run("PRAGMA page_size = \(pageSize); PRAGMA auto_vacuum = INCREMENTAL") }
            try database.run(
                """
                PRAGMA busy_timeout = \(busyTimeout.milliseconds);
                PRAGMA locking_mode = EXCLUSIVE;
                PRAGMA secure_delete = ON;
                PRAGMA cell_size_check = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA cache_size = -768;
                """)
            let mode = try database.text("PRAGMA journal_mode = WAL")
            guard mode == "wal" else {
                throw FileProblem.damaged("it does not go into WAL mode but stays '\(mode)'")
            }
            // The exclusive lock is taken with the first write, so a file in use shows here and not later.
            try database.run(
                """
                PRAGMA synchronous = FULL;
                PRAGMA journal_size_limit = 4194304;
                BEGIN IMMEDIATE;
                """)
            let isNew = try establish(database)
            try database.run("COMMIT")
            return (database, try check(database, isNew))
        } catch let error as SQLiteError {
            throw .sqlite(error)
        } catch let problem as FileProblem {
            throw problem
        } catch {
            throw .damaged("\(error)")
        }
    }

    /// SQLite takes an empty file for a new one, and deletes the WAL beside it. A file that was written to has a page:
    /// this one was cut, or taken away.
    private func checkEmptiness() throws {
        guard size(of: path) < 512 else { return }
        for rest in [path + "-wal"] + companions where size(of: rest) > 0 {
            let name = rest.split(separator: "/").last ?? ""
            throw FileProblem.damaged("it is empty or gone, but what belongs to it is there: \(name)")
        }
    }

    private func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// A damaged format version in the header would make SQLite take the file for one that may not be written
    /// (1.3.3 of the file format). Read before SQLite has the file and its locks.
    private func checkVersions() throws {
        let number = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return }
        let file = FileDescriptor(owning: number)
        var header = [UInt8](repeating: 0, count: 100)
        guard read(file.number, &header, header.count) == header.count else { return }
        guard (1...2).contains(header[18]), (1...2).contains(header[19]) else {
            throw FileProblem.damaged("its header names a version of the format that there is not")
        }
    }

    /// Writes the schema into an empty file; returns whether it was one.
    private func establish(_ database: Database) throws -> Bool {
        let tables = try database.number("SELECT count(*) FROM sqlite_schema")
        let version = Int(try database.number("PRAGMA user_version"))
        let application = try database.number("PRAGMA application_id")
        if tables == 0, version == 0 {
            try database.run(schema)
            try database.run(
                "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(schemaVersion)")
            return true
        }
        guard application == applicationID else {
            throw FileProblem.damaged("it belongs to another application")
        }
        guard version <= schemaVersion else { throw FileProblem.newer(version) }
        if version < schemaVersion {
            try migrate(database, version)
            try database.run("PRAGMA user_version = \(schemaVersion)")
        }
        try compareSchema(database)
        return false
    }

    /// SQLite keeps the text of every CREATE statement (sqlite.org/schematab.html); a damaged letter in it would show
    /// much later, as a statement that does not fit or a constraint that does not hold.
    private func compareSchema(_ database: Database) throws {
        var missing = schema.utf8.split(separator: UInt8(ascii: ";")).map { $0.drop { $0 == 0x0A || $0 == 0x20 } }
            .filter { $0.starts(with: "CREATE ".utf8) }
        let statement = try Statement(database, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
        while try statement.step() {
            let text = statement.text(0)
            guard let place = missing.firstIndex(where: { $0.elementsEqual(text.utf8) }) else {
                throw FileProblem.damaged("its schema has changed")
            }
            missing.remove(at: place)
        }
        guard missing.isEmpty else { throw FileProblem.damaged("a part of its schema is missing") }
    }

    // MARK: Setting aside

    private func damage(_ problem: FileProblem) -> String? {
        switch problem {
        case .damaged(let reason): reason
        case .newer, .system: nil
        case .sqlite(let error):
            // SQLITE_ERROR is what a damaged schema gives: a table or a column that is not there.
            error.failure.cause == .corrupt || error.primary == SQLITE_ERROR
                || error.code == SQLITE_IOERR | (SQLITE_SHORT_READ << 8) ? error.text : nil
        }
    }

    private func journalError(_ problem: FileProblem) -> JournalError {
        switch problem {
        case .newer(let found): .newerSchema(path: path, found: found, supported: schemaVersion)
        case .damaged(let reason):
            .unusable(path: path, JournalFailure(cause: .corrupt, code: Int(SQLITE_CORRUPT), text: reason))
        case .system(let error): .directory(path: path, error)
        case .sqlite(let error):
            error.failure.cause == .busy ? .locked(path: path) : .unusable(path: path, error.failure)
        }
    }

    /// Renames the file and what belongs to it with the first number that none of their new names has: of a file that was
    /// gone, only the others may be there, and a rename over them would be the end of what they hold.
    func setAside(_ reason: String) throws(JournalError) -> SetAsideFile {
        var pieces = [(path: path, suffix: "")]
        pieces += companions.map { (path: $0, suffix: "-\($0.split(separator: "/").last ?? "")") }
        pieces += ["-wal", "-shm"].map { (path: path + $0, suffix: $0) }
        for number in 1...9_999 {
            let target = "\(path).damaged-\(number)"
            guard pieces.allSatisfy({ access(target + $0.suffix, F_OK) != 0 }) else { continue }
            for piece in pieces {
                guard rename(piece.path, target + piece.suffix) == 0 || errno == ENOENT else {
                    throw .notSetAside(path: piece.path, reason: reason, SystemError(call: "rename"))
                }
            }
            return SetAsideFile(path: target, reason: reason)
        }
        throw .notSetAside(path: path, reason: reason, SystemError(call: "rename", code: EEXIST))
    }
}

/// What keeps a file from being used.
enum FileProblem: Error {
    case sqlite(SQLiteError)
    case damaged(String)
    case newer(Int)
    case system(SystemError)
}

private let SQLITE_SHORT_READ: CInt = 2
