internal import HubMessages
internal import LinuxIO

/// `journal.db`: the rows, the chain that ties them together, the cursor.
///
/// Belongs to one thread.
final class EventStore {
    /// What the file says of itself.
    struct Contents {
        var id: JournalID
        /// Everything up to here is deleted.
        var base: SequenceNumber
        /// The chain's value there.
        var baseHead: ChainHash
        var last: SequenceNumber
        var acknowledged: SequenceNumber
        var isNew: Bool
        /// Rows that the mark knew and the file has no more, told as one that takes their place.
        var missing: ClosedRange<SequenceNumber>?
    }

    /// Everything up to here is deleted, and the chain's value there.
    var base: JournalHead
    /// The last row and the chain's value there.
    var head: JournalHead
    private(set) var acknowledgedSeq: SequenceNumber
    private let id: JournalID
    /// What was removed and is not told in a row yet.
    var ledger: [LedgerEntry]
    var kinds: KindCodes

    let database: Database
    let sealer = RowSealer()
    let mark: JournalMark
    let statements: EventStatements
    /// The WAL's length in frames after the last commit.
    let frames = UnsafeMutablePointer<CInt>.allocate(capacity: 1)
    // Whether commits are synced at the moment.
    private var syncs = true
    // Salt and check of the row that is being written.
    private let seal = UnsafeMutableRawBufferPointer.allocate(byteCount: RowSealer.sealSize, alignment: 8)

    /// The chain's value is in the file for every so many rows.
    static let anchorDistance: SequenceNumber = 1_024

    init(
        _ database: Database, _ contents: Contents, _ mark: JournalMark, _ configuration: JournalConfiguration
    ) throws(SQLiteError) {
        self.database = database
        self.mark = mark
        statements = try EventStatements(database)
        acknowledgedSeq = contents.acknowledged
        id = contents.id
        base = JournalHead(seq: contents.base, hash: contents.baseHead)
        head = base
        kinds = KindCodes(stored: try Self.storedKinds(database), known: configuration.knownKinds)
        ledger = try Self.storedLedger(database)
        frames.initialize(to: 0)
        if let bytes = configuration.maximumBytes {
            let pageSize = try database.number("PRAGMA page_size")
            _ = try database.number("PRAGMA max_page_count = \(max(Int64(bytes) / max(pageSize, 512), 16))")
        }
        database.countFrames(into: frames)
        try findHead(last: contents.last, missing: contents.missing)
    }

    deinit {
        seal.deallocate()
        frames.deallocate()
    }

    var firstSeq: SequenceNumber { base.seq + 1 }
    var lastSeq: SequenceNumber { head.seq }

    // MARK: Writing

    /// Writes `rows`, moves the cursor to `acknowledged` and deletes up to `newBase`, all or nothing.
    func commit(
        _ rows: [JournalRow], acknowledged: SequenceNumber? = nil, newBase: JournalHead? = nil
    ) throws(SQLiteError) {
        var head = head
        var settled: [LedgerEntry] = []
        // A cursor that moves alone is not synced: a kill keeps it all the same, and after a power cut some of what was
        // delivered is delivered again. It is synced with the next rows or deletion.
        let isSynced = !rows.isEmpty || newBase != nil
        try transaction(isSynced: isSynced) { () throws(SQLiteError) in
            for row in rows {
                head = try insert(row, behind: head)
                if let entry = row.settles {
                    try statements.settle(entry)
                    settled.append(entry)
                }
            }
            if !kinds.unsaved.isEmpty { try saveKinds() }
            if acknowledged != nil || newBase != nil {
                let base = newBase ?? self.base
                try statements.put(
                    JournalRecord(
                        id: id, acknowledged: Int64(clamping: acknowledged ?? acknowledgedSeq),
                        base: Int64(clamping: base.seq), head: base.hash))
            }
            if let newBase { try statements.delete(upTo: newBase.seq) }
        }
        self.head = head
        kinds.saved()
        ledger.removeAll { settled.contains($0) }
        if let acknowledged { acknowledgedSeq = acknowledged }
        if let newBase { base = newBase }
        if !rows.isEmpty { mark.note(head) }
    }

    private func insert(_ row: JournalRow, behind head: JournalHead) throws(SQLiteError) -> JournalHead {
        let seq = Int64(clamping: row.seq)
        let kind = kinds.code(of: row.kind)
        let result = row.payload.withUnsafeBytes { payload -> Result<ChainHash, SQLiteError> in
            Result { () throws(SQLiteError) in
                let commitment = sealer.seal(
                    seq: seq, wall: row.wall.milliseconds, kind: kind, payload: payload, into: seal)
                try statements.insert(
                    seq: seq, wall: row.wall.milliseconds, kind: kind, payload: payload,
                    seal: UnsafeRawBufferPointer(seal))
                return commitment
            }
        }
        let next = JournalHead(seq: row.seq, hash: sealer.link(head.hash, try result.get()))
        if row.seq % Self.anchorDistance == 0 { try statements.anchor(next) }
        return next
    }

    private func saveKinds() throws(SQLiteError) {
        for (code, name) in kinds.unsaved { try statements.nameKind(code, name) }
    }

    /// Runs `body` as one transaction: all of it or, where it throws, nothing. It is on the disk then, unless it need not
    /// be synced.
    func transaction(isSynced: Bool = true, _ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        if isSynced != syncs {
            try database.run("PRAGMA synchronous = \(isSynced ? "FULL" : "NORMAL")")
            syncs = isSynced
        }
        try statements.begin.execute()
        do throws(SQLiteError) {
            try body()
            try statements.end.execute()
        } catch {
            // Fails where SQLite has rolled back by itself, which is what is wanted.
            do throws(SQLiteError) { try database.run("ROLLBACK") } catch {}
            throw error
        }
    }

    // MARK: Space

    /// How many pages the file has, and how many of them are free.
    func pages() throws(SQLiteError) -> (all: Int64, free: Int64) {
        (try statements.pageCount(), try statements.freePages())
    }

    /// How many pages the file may have.
    func mostPages() throws(SQLiteError) -> Int64 { try database.number("PRAGMA max_page_count") }

    /// The size of a page in bytes.
    func pageSize() throws(SQLiteError) -> Int64 { try database.number("PRAGMA page_size") }

    /// Gives free pages back to the file system, at most `maximum` at a time. Returns how many are still free.
    func shrink(keeping kept: Int64, maximum: Int64) throws(SQLiteError) -> Int64 {
        let free = try statements.freePages()
        guard free > kept else { return free }
        try database.run("PRAGMA incremental_vacuum(\(min(free - kept, maximum)))")
        return try statements.freePages()
    }

    /// Moves what the WAL holds into the file; with `truncates`, deleted rows are then gone from both.
    func checkpoint(truncates: Bool) throws(SQLiteError) {
        mark.sync()
        let isComplete = try database.checkpoint(truncates: truncates)
        if isComplete { frames.pointee = 0 }
    }

    private static func storedKinds(_ database: Database) throws(SQLiteError) -> [(code: Int64, name: String)] {
        let statement = try Statement(database, "SELECT code, name FROM kind")
        var kinds: [(code: Int64, name: String)] = []
        while try statement.step() { kinds.append((statement.integer(0), statement.text(1))) }
        return kinds
    }

    private static func storedLedger(_ database: Database) throws(SQLiteError) -> [LedgerEntry] {
        let statement = try Statement(database, "SELECT cause, kind, first, last, count FROM ledger ORDER BY entry")
        var entries: [LedgerEntry] = []
        while try statement.step() {
            guard let cause = LedgerEntry.Cause(rawValue: statement.text(0)) else { continue }
            entries.append(
                LedgerEntry(
                    cause: cause, kind: statement.text(1), first: UInt64(clamping: statement.integer(2)),
                    last: UInt64(clamping: statement.integer(3)), count: UInt64(clamping: statement.integer(4))))
        }
        return entries
    }
}
