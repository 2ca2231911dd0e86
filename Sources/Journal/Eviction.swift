internal import HubMessages

/// Makes room, rung by rung of the ladder, the oldest rows of a rung first, one stretch at a time.
struct Eviction {
    private let ladder: [EvictionRung]
    private let subject: @Sendable (JournalRow) -> String
    /// Above so many pages in use it begins, below the second it ends.
    private let begins: Int64
    private let ends: Int64

    private(set) var isUnderWay = false
    private var used: Int64 = 0
    private var mustFinish = false
    private let most: Int64
    /// Whether it is under way, and half of the room that was left when it began is used up.
    var isTight: Bool {
        isUnderWay && (mustFinish || begins < .max && used > begins + (most - begins) / 2)
    }
    /// Whether the file is so near its limit that what can go must not stay.
    var isNear: Bool { used > begins }
    private var rung = 0
    private var position: SequenceNumber = 0
    private var kept: [String: Int64] = [:]
    // Where it found nothing more to take; it does not look again before so many more rows.
    private var exhaustedAt: SequenceNumber?

    private static let quarterHour: Int64 = 900_000

    init(_ configuration: JournalConfiguration, pages: Int64?) {
        ladder = configuration.ladder
        most = pages ?? .max
        subject = configuration.subject
        // Room for a large commit at the end, and so much at a time that it is not done for every one.
        let commit = Int64((256 << 10) / configuration.pageSize)
        let begins = pages.map { $0 - max($0 / 16, min($0 / 4, commit)) }
        self.begins = begins ?? .max
        ends = begins.map { $0 - max($0 / 64, 32) } ?? 0
    }

    /// Begins where the file is near its limit, unless there are delivered rows that go first.
    mutating func consider(_ store: EventStore, mayBegin: Bool) throws(SQLiteError) {
        guard !ladder.isEmpty, begins < .max else { return }
        let (all, free) = try store.pages()
        used = all - free
        guard mayBegin, !isUnderWay, used > begins else { return }
        if let exhaustedAt, store.lastSeq < exhaustedAt + EventStore.anchorDistance { return }
        begin()
    }

    /// A write found no room: begins, or goes on with nothing else before it. Not where it is the disk that is full and
    /// not the file, nor where it found nothing to take and no row has come since.
    mutating func press(_ store: EventStore) throws(SQLiteError) {
        let (all, free) = try store.pages()
        used = all - free
        guard !ladder.isEmpty, begins < .max, used > ends, exhaustedAt != store.lastSeq else { return }
        if !isUnderWay { begin() }
        mustFinish = true
    }

    private mutating func begin() {
        isUnderWay = true
        rung = 0
        position = 0
        kept = [:]
        exhaustedAt = nil
        mustFinish = false
    }

    /// It cannot go on; it begins again when more rows have come.
    mutating func giveUp(_ store: EventStore) {
        isUnderWay = false
        exhaustedAt = store.lastSeq
    }

    /// One stretch. Returns what of it is a loss.
    mutating func step(_ store: EventStore) throws(SQLiteError) -> [LedgerEntry] {
        let (all, free) = try store.pages()
        used = all - free
        guard used > ends else {
            isUnderWay = false
            return []
        }
        guard rung < ladder.count else {
            giveUp(store)
            return []
        }
        let last = store.lastSeq - min(store.lastSeq, 1)
        var entries: [LedgerEntry] = []
        do throws(SQLiteError) {
            entries = try climb(store, last)
        } catch {
            // A damaged page keeps the rows around it, and not those of all other stretches and rungs.
            guard error.failure.cause == .corrupt else { throw error }
            position = ladder[rung] == .acknowledged ? last : store.stretchEnd(after: position, through: last)
        }
        if position >= last {
            rung += 1
            position = 0
            kept = [:]
        }
        return entries
    }

    /// Takes what the present rung has in one stretch. Returns what of it is a loss.
    private mutating func climb(_ store: EventStore, _ last: SequenceNumber) throws(SQLiteError) -> [LedgerEntry] {
        switch ladder[rung] {
        case .acknowledged:
            let limit = min(store.acknowledgedSeq, last, store.base.seq + EventStore.anchorDistance)
            let base = try store.deletionBase(upTo: limit)
            if base.seq > store.base.seq { try store.commit([], newBase: base) } else { position = last }
            return []
        case .thin(let kinds):
            var kept = kept
            let subject = subject
            defer { self.kept = kept }
            return try sweep(store, last) { row in
                guard kinds.contains(row.kind) else { return false }
                let quarterHour = row.wall.milliseconds / Self.quarterHour
                return kept.updateValue(quarterHour, forKey: subject(row)) == quarterHour
            }
        case .fold(let kinds):
            let now = try store.lastWall() / Self.quarterHour
            return try sweep(store, last) { row in
                kinds.contains(row.kind) && row.wall.milliseconds / Self.quarterHour < now
            }
        case .remove(let kinds): return try sweep(store, last) { kinds.contains($0.kind) }
        }
    }

    private mutating func sweep(
        _ store: EventStore, _ last: SequenceNumber, _ goes: (JournalRow) -> Bool
    ) throws(SQLiteError) -> [LedgerEntry] {
        let sweep = try store.sweep(after: position, through: last, cause: .limit, makesRuns: true, goes)
        position = sweep.reached
        return sweep.entries
    }
}
