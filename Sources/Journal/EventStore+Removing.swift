internal import HubMessages

// Taking rows out: the oldest as a whole, others' content from between.
extension EventStore {
    /// What came of a look at one stretch of rows.
    struct Sweep {
        /// The last row looked at.
        var reached: SequenceNumber
        /// How many rows lost their content.
        var removed = 0
        /// How many rows kept what was to go, because where they are is damaged.
        var missed = 0
        /// What of that is a loss.
        var entries: [LedgerEntry] = []
    }

    /// One row of a stretch, as far as removing needs it.
    private struct Item {
        var first: SequenceNumber
        var last: SequenceNumber
        var kind: Int64
        var wall: WallTime
        var commitment: ChainHash?
        /// The chain's value behind it, where it could be followed.
        var chain: ChainHash?
        var isRemoved: Bool
        var goes: Bool
    }

    // As many removed rows in a row are worth a run.
    private static let leastRun = 4

    /// A row that is not what was written. It cannot be given out; what it holds may go all the same.
    private struct DamagedItem {
        var seq: SequenceNumber
        var kind: Int64
    }

    /// The place up to which rows can be deleted when they may be up to `limit`, with the chain's value there.
    func deletionBase(upTo limit: SequenceNumber) throws(SQLiteError) -> JournalHead {
        let (reached, isWhole) = try follow(try knownHead(at: limit), through: limit)
        if isWhole { return reached }
        // A run that goes beyond the limit stays; a damaged row goes.
        if let next = try entry(holding: reached.seq + 1), next.first == reached.seq + 1, next.last > limit {
            return reached
        }
        var end = limit
        if let crossing = try entry(holding: limit), crossing.last > limit { end = crossing.first - 1 }
        guard end > reached.seq else { return reached }
        return JournalHead(seq: end, hash: RowSealer.bridge(reached.hash, from: reached.seq + 1, through: end))
    }

    /// The end of the stretch that begins behind `seq`: where the chain's value is in the file.
    func stretchEnd(after seq: SequenceNumber, through last: SequenceNumber) -> SequenceNumber {
        min((seq / Self.anchorDistance + 1) * Self.anchorDistance, last)
    }

    /// Looks at the rows of one stretch behind `start`, at most up to `last`, and takes the content of those that `goes`
    /// picks. With `makesRuns`, removed rows beside each other become one. Rows behind the cursor that go are a loss of
    /// `cause`. Of damaged rows, as they read, those go that `damagedGoes` picks; they stay damaged, and empty.
    func sweep(
        after start: SequenceNumber, through last: SequenceNumber, cause: LedgerEntry.Cause?, makesRuns: Bool,
        damagedGoes: (JournalRow) -> Bool = { _ in false }, _ goes: (JournalRow) -> Bool
    ) throws(SQLiteError) -> Sweep {
        let start = max(start, base.seq)
        let end = stretchEnd(after: start, through: last)
        guard end > start else { return Sweep(reached: max(start, end)) }
        let (items, damaged) = try items(after: start, through: end, damagedGoes, goes)
        var sweep = Sweep(reached: end, removed: items.count { $0.goes } + damaged.count)
        // A run that goes beyond the stretch is passed over as a whole, however long it is.
        if items.last?.last != end, let crossing = try entry(holding: end) { sweep.reached = crossing.last }
        guard sweep.removed > 0 else { return sweep }
        if let cause { sweep.entries = entries(items, cause) }
        let entries = sweep.entries
        var missed = 0
        try transaction { () throws(SQLiteError) in
            var index = 0
            while index < items.count {
                let group = group(items, from: index)
                if makesRuns, group.count >= Self.leastRun, let chain = items[group.upperBound - 1].chain {
                    let range = items[group.lowerBound].first...items[group.upperBound - 1].last
                    try statements.remove(range)
                    try putRun(range, chain, isNew: true, wall: items[group.upperBound - 1].wall)
                } else {
                    for item in items[group] where item.goes {
                        guard let commitment = item.commitment else { continue }
                        try statements.replace(
                            item.last, kind: item.kind, payload: commitment.bytes,
                            seal: RemovedRows.seal(first: item.last, last: item.last, commitment))
                    }
                }
                index = max(group.upperBound, index + 1)
            }
            for item in damaged {
                // Where its place is what is damaged, another row may be there, or none.
                if try entry(holding: item.seq) == nil {
                    try statements.replace(item.seq, kind: item.kind, payload: [], seal: [])
                    if database.changes == 0 { missed += 1 }
                } else {
                    missed += 1
                }
            }
            for entry in entries { try statements.note(entry) }
        }
        ledger += entries
        sweep.removed -= missed
        sweep.missed = missed
        return sweep
    }

    /// Puts what stands for the rows of `range` in the place of the last.
    func putRun(
        _ range: ClosedRange<SequenceNumber>, _ chain: ChainHash, isNew: Bool,
        wall: WallTime = WallTime(milliseconds: 0)
    ) throws(SQLiteError) {
        let payload = RemovedRows.run(range.lowerBound, chain)
        let seal = RemovedRows.seal(first: range.lowerBound, last: range.upperBound, chain)
        let result = payload.withUnsafeBytes { payload in
            seal.withUnsafeBytes { seal in
                Result { () throws(SQLiteError) in
                    try statements.insert(
                        seq: Int64(clamping: range.upperBound), wall: wall.milliseconds, kind: KindCodes.removed,
                        payload: payload, seal: seal)
                }
            }
        }
        try result.get()
    }

    private func items(
        after start: SequenceNumber, through end: SequenceNumber, _ damagedGoes: (JournalRow) -> Bool,
        _ goes: (JournalRow) -> Bool
    ) throws(SQLiteError) -> (whole: [Item], damaged: [DamagedItem]) {
        let known = try knownHead(at: start)
        var chain: JournalHead? = known.seq == start ? known : nil
        if chain == nil {
            let (reached, isWhole) = try follow(known, through: start)
            chain = isWhole ? reached : nil
        }
        var items: [Item] = []
        var damaged: [DamagedItem] = []
        try visit(after: start, through: end) { row, entry in
            guard let entry else {
                chain = nil
                let seq = UInt64(clamping: row.integer(0))
                let kind = row.integer(2)
                let content = JournalRow(
                    seq: seq, wall: WallTime(milliseconds: row.integer(1)), kind: kinds.name(of: kind),
                    payload: row.blob(3))
                if damaged.last?.seq != seq, damagedGoes(content) { damaged.append(DamagedItem(seq: seq, kind: kind)) }
                return
            }
            if let before = chain {
                chain = before.seq + 1 == entry.first ? advance(before, over: entry) : nil
            }
            items.append(item(entry, kind: row.integer(2), chain: chain?.hash, goes))
        }
        return (items, damaged)
    }

    private func item(
        _ entry: StoredEntry, kind: Int64, chain: ChainHash?, _ goes: (JournalRow) -> Bool
    ) -> Item {
        switch entry {
        case .kept(let row, let commitment):
            Item(
                first: row.seq, last: row.seq, kind: kind, wall: row.wall, commitment: commitment, chain: chain,
                isRemoved: false, goes: goes(row))
        case .erased(let seq, let wall, let kind, let commitment):
            Item(
                first: seq, last: seq, kind: kind, wall: wall, commitment: commitment, chain: chain, isRemoved: true,
                goes: false)
        case .run(let first, let last, let wall, _):
            Item(
                first: first, last: last, kind: kind, wall: wall, commitment: nil, chain: chain, isRemoved: true,
                goes: false)
        }
    }

    /// The items from `index` on that are gone and beside each other; empty where the first is not gone.
    private func group(_ items: [Item], from index: Int) -> Range<Int> {
        var end = index
        while end < items.count, items[end].goes || items[end].isRemoved,
            end == index || items[end].first == items[end - 1].last + 1
        {
            end += 1
        }
        // One run that stands alone already is left as it is.
        return items[index..<end].contains { $0.goes } ? index..<end : index..<index
    }

    /// What of the items that go the network has not acknowledged, by kind.
    private func entries(_ items: [Item], _ cause: LedgerEntry.Cause) -> [LedgerEntry] {
        var found: [String: LedgerEntry] = [:]
        for item in items where item.goes && item.last > acknowledgedSeq {
            let kind = kinds.name(of: item.kind)
            var entry =
                found[kind] ?? LedgerEntry(cause: cause, kind: kind, first: item.last, last: item.last, count: 0)
            entry.last = item.last
            entry.count += 1
            found[kind] = entry
        }
        return found.values.sorted { ($0.first, $0.kind) < ($1.first, $1.kind) }
    }
}
