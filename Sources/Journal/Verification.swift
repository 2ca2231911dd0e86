public import HubMessages

/// What the journal's rows are worth, found by following the hash chain over all of them.
public struct JournalVerification: Hashable, Sendable {
    /// The first row that is still there; everything before it was delivered and deleted.
    public var first: SequenceNumber = 0
    /// The last row, and the chain's value there as the rows give it.
    public var head: JournalHead
    /// How many rows are there with their content.
    public var kept: UInt64 = 0
    /// How many rows were erased lawfully; the chain goes on over them.
    public var erased: UInt64 = 0
    /// How many rows are gone as the loss ledger tells; the chain goes on behind them.
    public var removed: UInt64 = 0
    /// Rows that are damaged or missing without a word, at most ``maximumFindings``.
    public var damaged: [ClosedRange<SequenceNumber>] = []
    /// Places where the rows do not lead to the value of the chain that is in the file: somebody or something changed or
    /// removed rows before them. At most ``maximumFindings``.
    public var broken: [SequenceNumber] = []
    /// How many heads that rows told of (one a day) were compared, and agree.
    public var agreeing: UInt64 = 0
    /// Heads that were told of or asked about and do not agree, also those from behind the last row.
    public var contradicted: [JournalHead] = []
    /// Heads that were asked about and lie where rows were deleted.
    public var unknown: [JournalHead] = []

    /// At most so many findings of a kind are named.
    public static let maximumFindings = 100

    /// Whether all of it is as it was written.
    public var isSound: Bool { damaged.isEmpty && broken.isEmpty && contradicted.isEmpty }
}

/// Follows the chain over all rows.
struct Verification {
    let request: UInt64
    private(set) var result: JournalVerification
    // The chain as the rows give it; `nil` behind damage, until the file names a value again.
    private var chain: JournalHead
    private var isFollowing = true
    private var claims: [SequenceNumber: [JournalHead]]
    // The chain at the last rows: a row tells of a head a little before it.
    private var recent: [SequenceNumber: ChainHash] = [:]
    private let claim: @Sendable (JournalRow) -> JournalHead?

    private static let recentRows: SequenceNumber = 4_096

    init(
        _ store: EventStore, asked: [JournalHead], request: UInt64,
        claim: @escaping @Sendable (JournalRow) -> JournalHead?
    ) {
        self.request = request
        self.claim = claim
        chain = store.base
        result = JournalVerification(first: store.firstSeq, head: store.base)
        claims = Dictionary(grouping: asked, by: \.seq)
        recent[store.base.seq] = store.base.hash
        settleClaims(at: store.base)
    }

    mutating func step(_ store: EventStore) throws(SQLiteError) -> JournalStep {
        let start = max(chain.seq, store.base.seq)
        if start > chain.seq { resume(at: store.base) }
        let last = store.lastSeq
        let end = store.stretchEnd(after: start, through: last)
        var expected = start + 1
        try store.visit(after: start, through: end) { _, entry in
            guard let entry else { return }
            if entry.first > expected { damage(expected...entry.first - 1) }
            take(entry, store)
            expected = entry.last + 1
        }
        // A run may go beyond the stretch.
        if expected <= end, let crossing = try store.entry(holding: expected), crossing.last > end {
            take(crossing, store)
            expected = crossing.last + 1
        }
        if expected <= end {
            damage(expected...end)
            chain.seq = end
        }
        compare(with: try store.knownHead(at: chain.seq))
        if chain.seq < last { return .goesOn }
        result.head = chain
        if isFollowing, chain.seq == store.head.seq, chain.hash != store.head.hash { note(broken: chain.seq) }
        // Deletion begins with the oldest and never takes the last: whoever has a head from behind it has seen rows that are
        // missing.
        let left = claims.values.flatMap { $0 }.sorted { $0.seq < $1.seq }
        result.contradicted += left.filter { $0.seq > last }
        result.unknown = left.filter { $0.seq <= last }
        return .done
    }

    private mutating func take(_ entry: StoredEntry, _ store: EventStore) {
        switch entry {
        case .kept: result.kept += 1
        case .erased: result.erased += 1
        case .run(let first, let last, _, _):
            result.removed += last - first + 1
            isFollowing = true
        }
        chain = isFollowing ? store.advance(chain, over: entry) : JournalHead(seq: entry.last, hash: chain.hash)
        guard isFollowing else { return }
        recent[chain.seq] = chain.hash
        if chain.seq >= Self.recentRows { recent[chain.seq - Self.recentRows] = nil }
        settleClaims(at: chain)
        if case .kept(let row, _) = entry, let told = claim(row) { check(told) }
    }

    private mutating func check(_ told: JournalHead) {
        guard let found = recent[told.seq] else { return }
        if found == told.hash {
            result.agreeing += 1
        } else if result.contradicted.count < JournalVerification.maximumFindings {
            result.contradicted.append(told)
        }
    }

    private mutating func settleClaims(at head: JournalHead) {
        for claim in claims.removeValue(forKey: head.seq) ?? [] {
            if claim.hash == head.hash { result.agreeing += 1 } else { result.contradicted.append(claim) }
        }
    }

    /// At a place where the file holds the chain's value: the rows must lead to the same.
    private mutating func compare(with known: JournalHead) {
        guard known.seq == chain.seq else { return }
        if isFollowing, known.hash != chain.hash { note(broken: known.seq) }
        resume(at: known)
    }

    private mutating func resume(at head: JournalHead) {
        chain = head
        isFollowing = true
    }

    private mutating func damage(_ range: ClosedRange<SequenceNumber>) {
        isFollowing = false
        if result.damaged.count < JournalVerification.maximumFindings { result.damaged.append(range) }
    }

    private mutating func note(broken seq: SequenceNumber) {
        if result.broken.count < JournalVerification.maximumFindings { result.broken.append(seq) }
    }
}
