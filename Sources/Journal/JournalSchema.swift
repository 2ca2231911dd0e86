internal import HubMessages

/// What `journal.db` is made of, and how the versions before become this one.
enum JournalSchema {
    static let applicationID: Int64 = 0x5248_6A6C
    static let version = 3

    static func text(_ id: JournalID) -> String {
        tables
            + JournalRecord(id: id, acknowledged: 0, base: 0, head: RowSealer.beginning(of: id)).insertion
    }

    private static let tables = """
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            wall INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            payload BLOB NOT NULL,
            seal BLOB NOT NULL
        ) STRICT;
        CREATE TABLE journal (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            id TEXT NOT NULL,
            acknowledged INTEGER NOT NULL,
            base INTEGER NOT NULL,
            head BLOB NOT NULL
        ) STRICT;
        CREATE TABLE anchor (
            seq INTEGER PRIMARY KEY,
            head BLOB NOT NULL
        ) STRICT;
        CREATE TABLE kind (
            code INTEGER PRIMARY KEY,
            name TEXT NOT NULL
        ) STRICT;
        CREATE TABLE ledger (
            entry INTEGER PRIMARY KEY,
            cause TEXT NOT NULL,
            kind TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            count INTEGER NOT NULL
        ) STRICT;

        """

    /// Brings a file to this version. All of it or nothing: the caller's transaction is around it.
    static func migrate(_ database: Database, from version: Int) throws {
        switch version {
        case 1: try sealRows(database)
        case 2: try sealRecord(database)
        case _: throw FileProblem.damaged("its schema has no version")
        }
    }

    /// Version 2 had no check of the journal's own row.
    private static func sealRecord(_ database: Database) throws {
        let old = try Statement(database, "SELECT id, acknowledged, base, head FROM journal WHERE only = 1")
        guard try old.step(), let id = JournalID(old.text(0)), let head = ChainHash(bytes: old.blob(3)) else {
            throw FileProblem.damaged("it has lost its name")
        }
        let record = JournalRecord(id: id, acknowledged: old.integer(1), base: old.integer(2), head: head)
        old.reset()
        try database.run("DELETE FROM journal")
        try database.run(record.insertion)
    }

    /// Version 1 had the kind as text, a CRC in place of the seal, and no chain. Its rows get salts, and the chain
    /// begins with the first of them.
    private static func sealRows(_ database: Database) throws {
        try database.run("ALTER TABLE event RENAME TO event_1; ALTER TABLE journal RENAME TO journal_1")
        try database.run(tables)
        let old = try Statement(database, "SELECT id, acknowledged FROM journal_1 WHERE only = 1")
        guard try old.step(), let id = JournalID(old.text(0)) else {
            throw FileProblem.damaged("it has lost its name")
        }
        let acknowledged = old.integer(1)
        old.reset()
        let base = max(try database.number("SELECT min(seq) FROM event_1") - 1, 0)
        var head = RowSealer.beginning(of: id)
        try database.run(JournalRecord(id: id, acknowledged: acknowledged, base: base, head: head).insertion)

        var kinds = KindCodes(stored: [], known: [])
        let sealer = RowSealer()
        let rows = try Statement(database, "SELECT seq, wall, kind, payload, checksum FROM event_1 ORDER BY seq")
        let insertion = try Statement(
            database, "INSERT INTO event (seq, wall, kind, payload, seal) VALUES (?1, ?2, ?3, ?4, ?5)")
        let anchor = try Statement(database, "INSERT INTO anchor (seq, head) VALUES (?1, ?2)")
        while try rows.step() {
            let (seq, wall, name) = (rows.integer(0), rows.integer(1), rows.text(2))
            let payload = rows.blob(3)
            let isIntact = CRC32.of(seq, wall, text: name, bytes: payload) == rows.integer(4)
            let kind = kinds.code(of: name)
            var seal = [UInt8](repeating: 0, count: RowSealer.sealSize)
            let commitment = payload.withUnsafeBytes { payload in
                seal.withUnsafeMutableBytes {
                    sealer.seal(seq: seq, wall: wall, kind: kind, payload: payload, into: $0)
                }
            }
            // A row that was damaged before stays one that cannot be read.
            if !isIntact { seal[RowSealer.saltSize] ^= 0xFF }
            head = sealer.link(head, commitment)
            try payload.withUnsafeBytes { payload in
                try seal.withUnsafeBytes { seal in
                    insertion.bind(1, seq)
                    insertion.bind(2, wall)
                    insertion.bind(3, kind)
                    insertion.bind(4, blob: payload)
                    insertion.bind(5, blob: seal)
                    try insertion.execute()
                }
            }
            if seq % Int64(EventStore.anchorDistance) == 0 {
                let bytes = head.bytes
                try bytes.withUnsafeBytes { bytes in
                    anchor.bind(1, seq)
                    anchor.bind(2, blob: bytes)
                    try anchor.execute()
                }
            }
        }
        rows.reset()
        let naming = try Statement(database, "INSERT INTO kind (code, name) VALUES (?1, ?2)")
        for (code, name) in kinds.unsaved {
            try withBytes(of: name, []) { (name, _) throws(SQLiteError) in
                naming.bind(1, code)
                naming.bind(2, text: name)
                try naming.execute()
            }
        }
        try database.run("DROP TABLE event_1; DROP TABLE journal_1")
    }
}
