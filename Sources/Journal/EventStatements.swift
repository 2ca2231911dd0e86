internal import HubMessages

/// The prepared statements of `journal.db`.
final class EventStatements {
    let begin: Statement
    let end: Statement
    private let insertion: Statement
    private let state: Statement
    private let deletion: Statement
    private let anchorDeletion: Statement
    private let anchoring: Statement
    private let naming: Statement
    private let replacing: Statement
    private let removing: Statement
    private let noting: Statement
    private let settling: Statement
    private let counting: Statement
    private let countingFree: Statement
    let selection: Statement
    let presence: Statement
    let anchorBefore: Statement

    static let columns = "seq, wall, kind, payload, seal"

    init(_ database: Database) throws(SQLiteError) {
        func prepare(_ sql: String) throws(SQLiteError) -> Statement { try Statement(database, sql) }
        begin = try prepare("BEGIN IMMEDIATE")
        end = try prepare("COMMIT")
        insertion = try prepare("INSERT INTO event (seq, wall, kind, payload, seal) VALUES (?1, ?2, ?3, ?4, ?5)")
        state = try prepare("UPDATE journal SET acknowledged = ?1, base = ?2, head = ?3")
        deletion = try prepare("DELETE FROM event WHERE seq <= ?1")
        anchorDeletion = try prepare("DELETE FROM anchor WHERE seq <= ?1")
        anchoring = try prepare("INSERT OR REPLACE INTO anchor (seq, head) VALUES (?1, ?2)")
        naming = try prepare("INSERT OR REPLACE INTO kind (code, name) VALUES (?1, ?2)")
        replacing = try prepare("UPDATE event SET kind = ?2, payload = ?3, seal = ?4 WHERE seq = ?1")
        removing = try prepare("DELETE FROM event WHERE seq >= ?1 AND seq <= ?2")
        noting = try prepare("INSERT INTO ledger (cause, kind, first, last, count) VALUES (?1, ?2, ?3, ?4, ?5)")
        settling = try prepare("DELETE FROM ledger WHERE cause = ?1 AND kind = ?2 AND first = ?3 AND last = ?4")
        counting = try prepare("PRAGMA page_count")
        countingFree = try prepare("PRAGMA freelist_count")
        selection = try prepare("SELECT \(Self.columns) FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2")
        presence = try prepare("SELECT \(Self.columns) FROM event WHERE seq >= ?1 ORDER BY seq LIMIT 1")
        anchorBefore = try prepare("SELECT seq, head FROM anchor WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1")
    }

    func insert(
        seq: Int64, wall: Int64, kind: Int64, payload: UnsafeRawBufferPointer, seal: UnsafeRawBufferPointer
    ) throws(SQLiteError) {
        insertion.bind(1, seq)
        insertion.bind(2, wall)
        insertion.bind(3, kind)
        insertion.bind(4, blob: payload)
        insertion.bind(5, blob: seal)
        try insertion.execute()
    }

    /// Puts the cursor and the base where they are now.
    func put(_ journal: JournalRecord) throws(SQLiteError) {
        state.bind(1, journal.acknowledged)
        state.bind(2, journal.base)
        try state.execute(blob: journal.sealedHead, at: 3)
    }

    /// Deletes everything up to `base`.
    func delete(upTo base: SequenceNumber) throws(SQLiteError) {
        let seq = Int64(clamping: base)
        deletion.bind(1, seq)
        try deletion.execute()
        anchorDeletion.bind(1, seq)
        try anchorDeletion.execute()
    }

    func anchor(_ head: JournalHead) throws(SQLiteError) {
        anchoring.bind(1, Int64(clamping: head.seq))
        try anchoring.execute(blob: head.hash.bytes, at: 2)
    }

    func nameKind(_ code: Int64, _ name: String) throws(SQLiteError) {
        try withBytes(of: name, []) { (name, _) throws(SQLiteError) in
            naming.bind(1, code)
            naming.bind(2, text: name)
            try naming.execute()
        }
    }

    /// Puts `payload` and `seal` in the place of what a row held.
    func replace(_ seq: SequenceNumber, kind: Int64, payload: [UInt8], seal: [UInt8]) throws(SQLiteError) {
        replacing.bind(1, Int64(clamping: seq))
        replacing.bind(2, kind)
        let result = payload.withUnsafeBytes { payload in
            seal.withUnsafeBytes { seal in
                Result { () throws(SQLiteError) in
                    replacing.bind(3, blob: payload)
                    replacing.bind(4, blob: seal)
                    try replacing.execute()
                }
            }
        }
        try result.get()
    }

    /// Deletes the rows of a range.
    func remove(_ range: ClosedRange<SequenceNumber>) throws(SQLiteError) {
        removing.bind(1, Int64(clamping: range.lowerBound))
        removing.bind(2, Int64(clamping: range.upperBound))
        try removing.execute()
    }

    func note(_ entry: LedgerEntry) throws(SQLiteError) {
        try bind(entry, to: noting)
        noting.bind(5, Int64(clamping: entry.count))
        try execute(noting, entry)
    }

    func settle(_ entry: LedgerEntry) throws(SQLiteError) {
        try bind(entry, to: settling)
        try execute(settling, entry)
    }

    private func bind(_ entry: LedgerEntry, to statement: Statement) throws(SQLiteError) {
        statement.bind(3, Int64(clamping: entry.first))
        statement.bind(4, Int64(clamping: entry.last))
    }

    private func execute(_ statement: Statement, _ entry: LedgerEntry) throws(SQLiteError) {
        try withBytes(of: entry.cause.rawValue, []) { (cause, _) throws(SQLiteError) in
            try withBytes(of: entry.kind, []) { (kind, _) throws(SQLiteError) in
                statement.bind(1, text: cause)
                statement.bind(2, text: kind)
                try statement.execute()
            }
        }
    }

    func pageCount() throws(SQLiteError) -> Int64 { try number(counting) }
    func freePages() throws(SQLiteError) -> Int64 { try number(countingFree) }

    private func number(_ statement: Statement) throws(SQLiteError) -> Int64 {
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }
}

extension Statement {
    /// Runs a statement that gives no rows, with `bytes` as the parameter `index`.
    func execute(blob bytes: [UInt8], at index: CInt) throws(SQLiteError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SQLiteError) in
                bind(index, blob: bytes)
                try execute()
            }
        }
        try result.get()
    }
}
