internal import CSQLite
internal import HubMessages

/// Work over many rows, one stretch at a time: between two stretches the writer commits what waits.
enum JournalJob {
    case verify(Verification)
    case remove(Removal)
    case search(Search)
    case compact(Compaction)

    /// It begins when the row with this number is in the file.
    var begins: SequenceNumber {
        switch self {
        case .remove(let job): job.begins
        case .search(let job): job.begins
        case .verify, .compact: 0
        }
    }

    /// Who waits for it.
    var request: UInt64? {
        switch self {
        case .verify(let job): job.request
        case .remove(let job): job.request
        case .search(let job): job.request
        case .compact(let job): job.request
        }
    }
}

/// What one stretch of a job came to.
enum JournalStep {
    case goesOn
    case done
}

/// Takes the content of rows: because of their age, or because they tell of a person who wants it so.
struct Removal {
    let choice: RowChoice
    /// Rows the network has not acknowledged are a loss of this cause.
    let cause: LedgerEntry.Cause?
    let begins: SequenceNumber
    let request: UInt64?
    private(set) var removed: UInt64 = 0
    /// Why some rows could not be looked at or changed; the others were.
    private(set) var failure: JournalFailure?
    private var position: SequenceNumber = 0
    private var age = RowAge()

    init(_ choice: RowChoice, cause: LedgerEntry.Cause?, begins: SequenceNumber = 0, request: UInt64?) {
        self.choice = choice
        self.cause = cause
        self.begins = begins
        self.request = request
    }

    mutating func step(_ store: EventStore) throws(SQLiteError) -> (JournalStep, [LedgerEntry]) {
        if position == 0 { age = RowAge(first: try store.firstWall(after: RowAge.earliest)) }
        var age = age
        var sweep = EventStore.Sweep(reached: store.stretchEnd(after: position, through: store.lastSeq))
        do throws(SQLiteError) {
            sweep = try store.sweep(
                after: position, through: store.lastSeq, cause: cause, makesRuns: false,
                damagedGoes: { row in
                    switch choice {
                    // Its own time is not to be believed.
                    case .older(let limits, _): limits[row.kind].map { age.latest < $0 } ?? false
                    case .naming(let person): person.isNamed(in: row.payload)
                    }
                },
                { row in
                    switch choice {
                    case .older(let limits, let now):
                        // Looked at in any case: a row's age follows from the rows before it.
                        let time = age.time(of: row, now: now)
                        return limits[row.kind].map { time < $0 } ?? false
                    case .naming(let person): return person.isNamed(in: row.payload)
                    }
                })
        } catch {
            // One damaged page does not keep all other rows.
            guard error.failure.cause == .corrupt else { throw error }
            failure = failure ?? error.failure
        }
        if sweep.missed > 0 {
            let text = "\(sweep.missed) damaged rows could not be reached, and hold what was to go"
            failure = failure ?? JournalFailure(cause: .corrupt, code: Int(SQLITE_CORRUPT), text: text)
        }
        self.age = age
        position = sweep.reached
        removed += UInt64(sweep.removed)
        return (position >= store.lastSeq ? .done : .goesOn, sweep.entries)
    }
}

/// Which rows' content goes.
enum RowChoice: Sendable {
    /// Rows of a kind from before a moment, as seen from now.
    case older([String: WallTime], now: WallTime)
    /// Rows that name a person.
    case naming(PersonSearch)
}

/// When a row was written at the latest, as far as its clock can be trusted.
///
/// A clock that did not know the time yet (a board without a battery begins in 1970) must not make a fresh row look old,
/// so a row is never older than the rows before it, and those in front of the first plausible time are as old as that.
/// Times that lie ahead of now do not count.
struct RowAge {
    /// The age of the last row that was looked at.
    private(set) var latest: WallTime

    /// 2024-01-01: no RegioHub is older.
    static let earliest = WallTime(milliseconds: 1_704_067_200_000)

    /// `first` is the first plausible time in the journal; without one nothing is old.
    init(first: WallTime? = nil) {
        latest = first ?? WallTime(milliseconds: .max)
    }

    mutating func time(of row: JournalRow, now: WallTime) -> WallTime {
        if row.wall >= Self.earliest, row.wall <= now { latest = max(latest, row.wall) }
        return latest
    }
}

/// The names under which a person is in the rows: pseudonyms of credentials, ids of bookings.
public struct PersonSearch: Hashable, Sendable {
    private let names: [[UInt8]]

    /// Any of these names.
    public init(names: [String]) {
        self.names = names.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    /// Whether one of the names stands in `payload`, not as a part of a longer one.
    public func isNamed(in payload: [UInt8]) -> Bool {
        names.contains { name in
            guard payload.count >= name.count else { return false }
            for start in 0...payload.count - name.count
            where payload[start] == name[0] && payload[start..<start + name.count].elementsEqual(name) {
                let end = start + name.count
                if (start == 0 || !Self.isPart(payload[start - 1]))
                    && (end == payload.count || !Self.isPart(payload[end]))
                {
                    return true
                }
            }
            return false
        }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        case _: false
        }
    }
}

/// Finds the rows that name a person.
struct Search {
    let person: PersonSearch
    let begins: SequenceNumber
    let request: UInt64
    private var position: SequenceNumber = 0

    init(_ person: PersonSearch, begins: SequenceNumber, request: UInt64) {
        self.person = person
        self.begins = begins
        self.request = request
    }

    mutating func step(_ store: EventStore) throws(SQLiteError) -> (JournalStep, [JournalRow]) {
        var found: [JournalRow] = []
        let last = store.lastSeq
        let reading = try store.read(
            after: position, maximumRows: Int(EventStore.anchorDistance), maximumBytes: .max)
        for row in reading.rows where row.removedFrom == nil && person.isNamed(in: row.payload) { found.append(row) }
        position = reading.unreadable?.upperBound ?? reading.rows.last?.seq ?? last
        return (position >= last ? .done : .goesOn, found)
    }
}

/// Gives the file's free pages back and empties the WAL.
struct Compaction {
    let request: UInt64
    private(set) var before: Int64 = 0

    init(request: UInt64) {
        self.request = request
    }

    // So many pages at a time.
    private static let pages: Int64 = 256

    mutating func step(_ store: EventStore) throws(SQLiteError) -> JournalStep {
        if before == 0 { before = try store.pages().all }
        if try store.shrink(keeping: 0, maximum: Self.pages) > 0 { return .goesOn }
        try store.checkpoint(truncates: true)
        return .done
    }
}
