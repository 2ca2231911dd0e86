internal import Hub
public import HubConfiguration
public import HubMessages
internal import Sensing

/// A whole hub under a virtual clock: people, doors, a disk, a broker and faults that follow from one seed.
///
/// One seed replays one run to the last effect. All along the run the guarantees of DESIGN.md are checked from
/// outside; the first one that is broken ends the run and is reported with its virtual time.
public struct Simulation {
    let configuration: HubConfiguration
    let days: Int
    var random: SplitMix64
    var agenda = Agenda()
    var building = SimulatedBuilding()
    var journal = SimulatedJournal()
    var broker = SimulatedBroker()
    var watch = Watch()
    var report: SimulationReport

    /// The hub; `nil` while the power is off.
    var hub: Hub?
    /// Microseconds since the simulation began.
    var now: Int64 = 0
    var bootTime: Int64 = 0
    var boot = 0
    var clockOffset: Int64 = 0
    var quality = ClockQuality.synchronized
    /// Counts everything that may excuse a visitor who was not let in.
    var faults = 0
    var isQuiet = false
    var batches: [UInt64: ClosedRange<SequenceNumber>] = [:]
    var feed: [BookingFeed.Entry] = []
    var feedVersion: UInt64 = 0

    static let second: Int64 = 1_000_000
    static let day: Int64 = 86_400 * second
    /// Midnight of the first day, UTC.
    static let start = WallTime(milliseconds: 1_795_392_000_000)

    /// A run of `days` days in the house of `configuration`.
    public init(configuration: HubConfiguration, seed: UInt64, days: Int) {
        self.configuration = configuration
        self.days = days
        random = SplitMix64(seed: seed)
        report = SimulationReport(seed: seed, days: days)
    }

    /// Runs to the end, or to the first broken guarantee.
    public mutating func run() -> SimulationReport {
        for day in 0..<days { agenda.add(.planDay(day), at: Int64(day) * Self.day) }
        start()
        agenda.add(.fault, at: 600 * Self.second)
        // The last night is without faults and people, and long enough for all to come to rest.
        run(until: Int64(days) * Self.day)
        isQuiet = true
        heal()
        run(until: Int64(days) * Self.day + 6 * 3_600 * Self.second)
        // A quarter-hour may have ended in the last moment: its events get the seconds they need.
        for _ in 0..<3 where !journal.waiting.isEmpty || broker.archived != journal.committed {
            run(until: now + 30 * Self.second)
        }
        finish()
        report.rows = journal.committed
        report.duplicates = broker.duplicates
        return report
    }

    private mutating func run(until end: Int64) {
        var idleTicks = 0
        while report.violation == nil {
            let due = hub?.deadline.map { (($0 - .zero).nanoseconds + 999) / 1_000 + bootTime }
            let next = agenda.next
            guard let time = [due, next].compactMap({ $0 }).min(), time <= end else { break }
            now = max(now, time)
            if let next, next <= time {
                if let (_, action) = agenda.take() { perform(action) }
            } else {
                send(.tick)
                idleTicks =
                    time < now || due == time && hub?.deadline.map({ $0 <= monotonic }) == true ? idleTicks + 1 : 0
                if idleTicks > 1_000 { violate("the hub asks for ticks without end") }
            }
        }
        now = max(now, end)
    }

    /// Both clocks, as the hub reads them.
    var moment: Moment {
        Moment(
            monotonic: monotonic,
            wall: Self.start + .microseconds(now + clockOffset), quality: quality)
    }

    var monotonic: MonotonicTime { .zero + .microseconds(now - bootTime) }

    /// The hub boots from what is on disk.
    mutating func start() {
        boot += 1
        bootTime = now
        var hub = Hub(
            configuration: configuration, version: "simulation",
            memory: Hub.Memory(
                journal: JournalID(high: 0, low: 1), lastEvent: journal.committed, acknowledged: journal.acknowledged,
                feed: journal.feed.window(around: moment.wall), feedConfirmed: journal.feedConfirmed,
                bookings: journal.bookings, bookingUses: journal.bookingUses,
                holders: journal.holders,
                doors: journal.doors, occupancy: journal.occupancy, meters: journal.meters,
                uses: journal.uses, quarters: journal.quarters.sorted { $0.key < $1.key }.flatMap(\.value)),
            hash: Self.hash, seed: random.next())
        let effects = hub.start(
            HubStarted(version: "simulation", simulated: true, newJournal: journal.committed == 0), at: moment)
        self.hub = hub
        obey(effects)
    }

    /// The hub hears of `event`.
    mutating func send(_ event: Hub.Event) {
        let moment = moment
        guard let effects = hub?.handle(event, at: moment) else { return }
        report.events += 1
        obey(effects)
    }

    /// Random microseconds.
    mutating func between(_ low: Int64, _ high: Int64) -> Int64 { .random(in: low...high, using: &random) }

    /// Whether something happens that happens once in `count` times.
    mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    mutating func violate(_ guarantee: String) {
        guard report.violation == nil else { return }
        report.violation = guarantee
        report.violationTime = moment.wall
    }

    /// A stand-in for the keyed hash: distinct for distinct cards, and no secret.
    static let hash = CredentialHash(keyName: "simulation") { credential in
        var mixer = SplitMix64(
            seed: credential.canonicalBytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
        guard let token = CredentialToken(digest: (0..<16).map { _ in UInt8(truncatingIfNeeded: mixer.next()) }) else {
            preconditionFailure("16 bytes make a token")
        }
        return token
    }
}

/// What came of a run.
public struct SimulationReport: Equatable, Sendable {
    /// The seed that replays it.
    public let seed: UInt64
    /// How many days were lived through.
    public let days: Int
    /// How many events the hub handled.
    public var events: UInt64 = 0
    /// How many effects it had.
    public var effects: UInt64 = 0
    /// How many rows are in the journal.
    public var rows: UInt64 = 0
    /// How many times a lock was released.
    public var releases = 0
    /// How many visitors with a booking were let in at a door.
    public var admissions = 0
    /// How many strangers were turned away.
    public var refusals = 0
    /// How many faults were injected, by kind.
    public var injected: [String: Int] = [:]
    /// How many events reached the archive more than once.
    public var duplicates: UInt64 = 0
    /// A hash over every effect with its time: the same for the same seed.
    public var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    /// The guarantee that was broken, if one was.
    public var violation: String?
    /// When, on the virtual wall clock.
    public var violationTime: WallTime?

    init(seed: UInt64, days: Int) {
        self.seed = seed
        self.days = days
    }

    /// Takes `text` into the digest (FNV-1a, 64 bits).
    mutating func digest(_ text: String) {
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
