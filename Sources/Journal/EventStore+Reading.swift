internal import CSQLite
internal import HubMessages

// Reading rows and following the chain over them.
extension EventStore {
    /// What a read came to.
    struct Reading {
        var rows: [JournalRow] = []
        /// Rows behind the last of `rows` that cannot be read.
        var unreadable: ClosedRange<SequenceNumber>?
    }

    /// Reads committed rows behind `seq` until a limit is reached or a row cannot be read. What is gone has a row in
    /// its place that says so.
    func read(after seq: SequenceNumber, maximumRows: Int, maximumBytes: Int) throws(SQLiteError) -> Reading {
        var reading = Reading()
        let start = max(seq, base.seq)
        guard start < lastSeq, maximumRows > 0 else { return reading }
        let selection = statements.selection
        selection.bind(1, Int64(clamping: start))
        selection.bind(2, Int64(maximumRows))
        defer { selection.reset() }
        var expected = start + 1
        var bytes = 0
        do throws(SQLiteError) {
            while try selection.step() {
                let size = selection.byteCount(3)
                if !reading.rows.isEmpty, bytes + size > maximumBytes { return reading }
                guard let entry = entry(selection), entry.first <= expected, expected <= entry.last else { break }
                reading.rows.append(row(entry, from: expected))
                bytes += size
                expected = entry.last + 1
            }
        } catch {
            guard error.failure.cause == .corrupt else { throw error }
        }
        if expected <= lastSeq, reading.rows.count < maximumRows {
            reading.unreadable = try unreadable(from: expected)
        }
        return reading
    }

    private func row(_ entry: StoredEntry, from expected: SequenceNumber) -> JournalRow {
        switch entry {
        case .kept(let row, _): row
        case .erased(let seq, let wall, let kind, _):
            JournalRow(seq: seq, wall: wall, kind: kinds.name(of: kind), removedFrom: seq)
        case .run(_, let last, let wall, _): JournalRow(seq: last, wall: wall, kind: "", removedFrom: expected)
        }
    }

    /// From `seq`, which cannot be read, to the last before one that can. Looks ever further, then halves the way
    /// back, so that a long damage takes few looks.
    func unreadable(from seq: SequenceNumber) throws(SQLiteError) -> ClosedRange<SequenceNumber> {
        var damaged = seq
        var step: SequenceNumber = 1
        while damaged < lastSeq {
            let candidate = min(damaged + step, lastSeq)
            guard try entry(holding: candidate) != nil else {
                damaged = candidate
                step *= 2
                continue
            }
            var readable = candidate
            while readable - damaged > 1 {
                let middle = damaged + (readable - damaged) / 2
                if try entry(holding: middle) != nil { readable = middle } else { damaged = middle }
            }
            return seq...damaged
        }
        return seq...lastSeq
    }

    /// Visits the rows behind `start` up to `end`, in order, with the statement on each and what it holds, `nil` where that
    /// is damaged. Pages that cannot be read are passed over; a row whose place is damaged is not believed to be where it
    /// says, and may be seen twice.
    func visit(
        after start: SequenceNumber, through end: SequenceNumber, _ body: (Statement, StoredEntry?) -> Void
    ) throws(SQLiteError) {
        let selection = statements.selection
        var position = start
        while position < end {
            selection.bind(1, Int64(clamping: position))
            selection.bind(2, Int64(clamping: end - position))
            do throws(SQLiteError) {
                defer { selection.reset() }
                var isInOrder = true
                while isInOrder, try selection.step() {
                    guard let entry = entry(selection) else {
                        body(selection, nil)
                        isInOrder = selection.integer(0) <= Int64(clamping: end)
                        continue
                    }
                    guard entry.last <= end else { return }
                    isInOrder = entry.last > position
                    guard isInOrder else { break }
                    body(selection, entry)
                    position = entry.last
                }
                if isInOrder { return }
            } catch {
                guard error.failure.cause == .corrupt else { throw error }
            }
            position = try unreadable(from: position + 1).upperBound
        }
    }

    /// The entry a statement stands on; `nil` where it is damaged.
    func entry(_ statement: Statement) -> StoredEntry? {
        let (seq, wall, kind) = (statement.integer(0), statement.integer(1), statement.integer(2))
        let (payload, seal) = (statement.bytes(3), statement.bytes(4))
        guard seq > 0 else { return nil }
        let number = UInt64(seq)
        let time = WallTime(milliseconds: wall)
        if seal.count == RowSealer.sealSize {
            let commitment = sealer.commitment(
                salt: UnsafeRawBufferPointer(rebasing: seal[0..<RowSealer.saltSize]), seq: seq, wall: wall, kind: kind,
                payload: payload)
            let check = seal.loadUnaligned(fromByteOffset: RowSealer.saltSize, as: UInt32.self)
            guard UInt32(bigEndian: check) == RowSealer.check(commitment) else { return nil }
            let row = JournalRow(seq: number, wall: time, kind: kinds.name(of: kind), payload: Array(payload))
            return .kept(row, commitment: commitment)
        }
        guard seal.count == RowSealer.checkSize else { return nil }
        let check = UInt32(bigEndian: seal.loadUnaligned(as: UInt32.self))
        if kind == KindCodes.removed {
            guard payload.count == RemovedRows.runSize, let first = RemovedRows.first(payload),
                let hash = ChainHash(bytes: payload[8...]), first <= number,
                check == RowSealer.check(first: first, last: number, hash)
            else { return nil }
            return .run(first: first, last: number, wall: time, hash)
        }
        guard let commitment = ChainHash(bytes: payload),
            check == RowSealer.check(first: number, last: number, commitment)
        else { return nil }
        return .erased(seq: number, wall: time, kind: kind, commitment: commitment)
    }

    /// The wall time of the first row that has one after `time`.
    func firstWall(after time: WallTime) throws(SQLiteError) -> WallTime? {
        let statement = try Statement(database, "SELECT wall FROM event WHERE wall >= ?1 ORDER BY seq LIMIT 1")
        statement.bind(1, time.milliseconds)
        do throws(SQLiteError) {
            return try statement.step() ? WallTime(milliseconds: statement.integer(0)) : nil
        } catch {
            guard error.failure.cause == .corrupt else { throw error }
            return nil
        }
    }

    /// The wall time of the last row, in milliseconds.
    func lastWall() throws(SQLiteError) -> Int64 {
        try database.number("SELECT wall FROM event ORDER BY seq DESC LIMIT 1")
    }

    /// The intact entry that holds or stands for a row.
    func entry(holding seq: SequenceNumber) throws(SQLiteError) -> StoredEntry? {
        let presence = statements.presence
        presence.bind(1, Int64(clamping: seq))
        defer { presence.reset() }
        do throws(SQLiteError) {
            guard try presence.step(), let entry = entry(presence), entry.first <= seq else { return nil }
            return entry
        } catch {
            guard error.failure.cause == .corrupt else { throw error }
            return nil
        }
    }

    // MARK: The chain

    /// The nearest value of the chain that is in the file, at `seq` or before it.
    func knownHead(at seq: SequenceNumber) throws(SQLiteError) -> JournalHead {
        let anchor = statements.anchorBefore
        anchor.bind(1, Int64(clamping: seq))
        defer { anchor.reset() }
        guard try anchor.step(), let hash = ChainHash(bytes: anchor.blob(1)),
            let found = UInt64(exactly: anchor.integer(0)), found > base.seq
        else { return base }
        return JournalHead(seq: found, hash: hash)
    }

    /// Follows the chain from `start` over the rows up to `last`, as far as they can be read. Returns how far that was.
    func follow(
        _ start: JournalHead, through last: SequenceNumber
    ) throws(SQLiteError) -> (reached: JournalHead, isWhole: Bool) {
        var reached = start
        guard start.seq < last else { return (reached, true) }
        let selection = statements.selection
        selection.bind(1, Int64(clamping: start.seq))
        selection.bind(2, Int64(clamping: last - start.seq))
        defer { selection.reset() }
        do throws(SQLiteError) {
            while reached.seq < last, try selection.step() {
                guard let entry = entry(selection), entry.first == reached.seq + 1, entry.last <= last else { break }
                reached = advance(reached, over: entry)
            }
        } catch {
            guard error.failure.cause == .corrupt else { throw error }
        }
        return (reached, reached.seq == last)
    }

    /// The chain's value behind an entry.
    func advance(_ head: JournalHead, over entry: StoredEntry) -> JournalHead {
        switch entry {
        case .kept(let row, let commitment):
            JournalHead(seq: row.seq, hash: sealer.link(head.hash, commitment))
        case .erased(let seq, _, _, let commitment):
            JournalHead(seq: seq, hash: sealer.link(head.hash, commitment))
        case .run(_, let last, _, let hash): JournalHead(seq: last, hash: hash)
        }
    }
}
