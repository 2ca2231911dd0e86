internal import CSQLite
internal import HubMessages
internal import LinuxIO

// Opening `journal.db` and looking at what it is: the same work whatever its size.
extension EventStore {
    // How many of the last rows are looked at.
    private static let checkedRows: Int64 = 64

    static func open(
        _ configuration: JournalConfiguration, newID: JournalID
    ) throws(JournalError) -> (EventStore, Contents, SetAsideFile?) {
        let path = configuration.directory + "/journal.db"
        let file = DatabaseFile(
            applicationID: JournalSchema.applicationID, schemaVersion: JournalSchema.version,
            schema: JournalSchema.text(newID), path: path, busyTimeout: configuration.busyTimeout,
            pageSize: configuration.pageSize, migrate: JournalSchema.migrate,
            companions: ["\(configuration.directory)/\(JournalMark.fileName)"])
        let (_, found, aside) = try file.open {
            (database, isNew) throws(FileProblem) -> (EventStore, Contents) in
            do {
                let (contents, mark) = try check(database, isNew: isNew, directory: configuration.directory)
                return (try EventStore(database, contents, mark, configuration), contents)
            } catch let error as SQLiteError {
                throw .sqlite(error)
            } catch let problem as FileProblem {
                throw problem
            } catch let error as SystemError {
                throw .system(error)
            } catch {
                throw .damaged("\(error)")
            }
        }
        return (found.0, found.1, aside)
    }

    private static func check(
        _ database: Database, isNew: Bool, directory: String
    ) throws -> (Contents, JournalMark) {
        let journal = try Statement(database, "SELECT id, acknowledged, base, head FROM journal WHERE only = 1")
        guard try journal.step(), let id = JournalID(journal.text(0)) else {
            throw FileProblem.damaged("it has lost its name")
        }
        guard
            let record = JournalRecord(
                id: id, acknowledged: journal.integer(1), base: journal.integer(2), sealedHead: journal.blob(3))
        else { throw FileProblem.damaged("its name, its cursor or its base is not what was written") }
        let (acknowledged, base, baseHead) = (record.acknowledged, record.base, record.head)
        journal.reset()
        let mark = try JournalMark(directory: directory, journal: id)
        let last = max(try database.number("SELECT max(seq) FROM event"), base)
        guard base >= 0, acknowledged >= base, last < .max else {
            throw FileProblem.damaged("it contradicts itself: \(base) rows are deleted, \(acknowledged) acknowledged")
        }
        try checkTree(database, last: last > base ? last : nil)
        if last > base {
            try checkRows(database, base: base, last: last)
        } else if !isNew {
            try checkEmptiness(database, base: base)
        }
        // What the mark knows and the file does not have is lost, and its numbers are not used again.
        var missing: ClosedRange<SequenceNumber>?
        if let known = mark.head?.seq, known > UInt64(last) { missing = UInt64(last) + 1...known }
        guard acknowledged <= max(last, Int64(clamping: missing?.upperBound ?? 0)) else {
            throw FileProblem.damaged(
                "rows are missing: \(acknowledged) are acknowledged, the last is \(last)")
        }
        let contents = Contents(
            id: id, base: UInt64(base), baseHead: baseHead, last: UInt64(last), acknowledged: UInt64(acknowledged),
            isNew: isNew, missing: missing)
        return (contents, mark)
    }

    /// A journal without a row never had one, because the last row is never deleted. Where the file's structure says
    /// otherwise (pages that nothing leads to), its rows are lost, and beginning again at 1 would use numbers twice.
    private static func checkEmptiness(_ database: Database, base: Int64) throws {
        guard base == 0 else { throw FileProblem.damaged("its rows are gone: \(base) were deleted, and none is left") }
        let verdict = try database.text("PRAGMA quick_check(1)")
        guard verdict == "ok" else { throw FileProblem.damaged("its rows are gone: \(verdict)") }
    }

    /// The pages that lead to the newest rows; see ``TreeCheck``.
    private static func checkTree(_ database: Database, last: Int64?) throws {
        do throws(SQLiteError) {
            guard try database.checkpoint(truncates: true) else { return }
        } catch {
            // Without room or on a read-only disk the WAL stays, and the file alone is not what is to be checked.
            guard error.failure.cause == .corrupt else { return }
            throw error
        }
        let pageSize = Int(try database.number("PRAGMA page_size"))
        let pageCount = try database.number("PRAGMA page_count")
        let root = try database.number("SELECT rootpage FROM sqlite_schema WHERE name = 'event'")
        guard let root = UInt32(exactly: root), let pageCount = UInt32(exactly: pageCount) else {
            throw FileProblem.damaged("its schema leads nowhere")
        }
        let tree = TreeCheck(pageSize: pageSize, pageCount: pageCount) { page throws(FileProblem) in
            guard page >= 1, page <= pageCount else { throw .damaged("page \(page) does not exist") }
            var bytes = [UInt8](repeating: 0, count: pageSize)
            let result = bytes.withUnsafeMutableBytes { bytes in
                Result { () throws(SQLiteError) in
                    try database.readFile(into: bytes, at: Int64(page - 1) * Int64(pageSize))
                }
            }
            if case .failure(let error) = result { throw .sqlite(error) }
            return bytes
        }
        guard try tree.lastKey(root: root) == last else {
            throw FileProblem.damaged("rows are missing: its pages and its rows disagree")
        }
        try tree.checkFreePages()
    }

    /// Reads the last rows: they must follow one another. Damage further in stays for
    /// ``read(after:maximumRows:maximumBytes:)`` to report, because the rows around it can still be delivered.
    private static func checkRows(_ database: Database, base: Int64, last: Int64) throws {
        let row = try Statement(
            database,
            "SELECT seq, kind, substr(payload, 1, 8), length(payload), length(seal) FROM event "
                + "WHERE seq <= ?1 ORDER BY seq DESC LIMIT ?2")
        row.bind(1, last)
        row.bind(2, checkedRows)
        var expected = last
        while try row.step() {
            let seq = row.integer(0)
            guard seq == expected else {
                throw FileProblem.damaged("row \(expected) is missing although it lies between \(base) and \(last)")
            }
            let first = row.integer(1) == KindCodes.removed ? RemovedRows.first(row.blob(2)) : UInt64(seq)
            guard let first = first.flatMap({ Int64(exactly: $0) }), first > base, first <= seq else {
                throw FileProblem.damaged("row \(seq) stands for rows that cannot be gone")
            }
            expected = first - 1
        }
        let first = try Statement(database, "SELECT min(seq) FROM event")
        guard try first.step(), first.integer(0) > base else {
            throw FileProblem.damaged("it holds rows that were deleted")
        }
    }

    /// The chain's value at the last row: from the nearest one known, over the rows behind that.
    func findHead(last: SequenceNumber, missing: ClosedRange<SequenceNumber>?) throws(SQLiteError) {
        var known = try knownHead(at: last)
        if let marked = mark.head, marked.seq <= last, marked.seq > known.seq { known = marked }
        let (reached, isWhole) = try follow(known, through: last)
        head = reached
        if !isWhole {
            // A row in between is damaged: the chain goes on from here, and shows that it broke.
            head = JournalHead(
                seq: last, hash: RowSealer.bridge(reached.hash, from: reached.seq + 1, through: last))
            let bridge = head
            try transaction { () throws(SQLiteError) in try statements.anchor(bridge) }
        }
        if let missing, let marked = mark.head { try tellMissing(missing, marked) }
    }

    private func tellMissing(_ missing: ClosedRange<SequenceNumber>, _ marked: JournalHead) throws(SQLiteError) {
        let entry = LedgerEntry(
            cause: .missing, kind: "", first: missing.lowerBound, last: missing.upperBound, count: UInt64(missing.count)
        )
        try transaction { () throws(SQLiteError) in
            try putRun(missing, marked.hash, isNew: true)
            try statements.anchor(marked)
            try statements.note(entry)
        }
        head = marked
        ledger.append(entry)
    }
}
