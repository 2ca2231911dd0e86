/// What a space was used for in one quarter-hour. There is no person in it. docs/utilization.md defines every number.
public struct UtilizationRecord: Hashable, Sendable {
    /// The space.
    public var space: SpaceID
    /// What the space is equipped as.
    public var module: SpaceModule
    /// The quarter-hour's first moment: a multiple of 15 minutes since 1970-01-01T00:00:00Z.
    public var start: WallTime
    /// 0 for the first record of the quarter-hour; one more with each that replaces it because something came late.
    public var revision: Int
    /// The numbers.
    public var use: UseNumbers

    /// A record of `use`.
    public init(space: SpaceID, module: SpaceModule, start: WallTime, revision: Int = 0, use: UseNumbers) {
        self.space = space
        self.module = module
        self.start = start
        self.revision = revision
        self.use = use
    }
}

/// What a space was used for in some time. Quarter-hours, days and months have the same numbers: those of a longer time
/// are sums (of seconds, people, bookings, energy), maxima (peak, extremes) and weighted means (mean, climate).
public struct UseNumbers: Hashable, Sendable {
    /// How many seconds the daemon was running and knew the time.
    public var covered = 0
    /// For how many of the covered seconds all of the space's sensors worked.
    public var healthy = 0
    /// For how many seconds the space was booked.
    public var booked = 0
    /// For how many of the covered seconds somebody was there, by count or by presence.
    public var used = 0
    /// For how many of these it was booked besides.
    public var usedBooked = 0
    /// The highest best estimate of the occupancy.
    public var peak = 0
    /// The highest best estimate of those who are in none of the spaces inside this one; absent where there are none.
    public var ownPeak: Int?
    /// The mean of the best estimate over the covered seconds, to hundredths.
    public var mean = 0.0
    /// How many people came in through a counter.
    public var entries = 0
    /// How many bookings began.
    public var bookings = 0
    /// How many bookings were found to have nobody there within the grace.
    public var noShows = 0
    /// How often somebody was found in a space that nobody had booked.
    public var walkIns = 0
    /// How often somebody was found to stay after the end of a booking.
    public var overstays = 0
    /// The air; absent without a reading.
    public var climate: ClimateSummary?
    /// Kilowatt-hours; absent without a meter for electricity.
    public var energy: Double?

    /// Nothing was measured.
    public init() {}
}

/// Readings of the air in some time.
public struct ClimateSummary: Hashable, Sendable, Codable {
    /// Degrees Celsius.
    public var temperature: Readings?
    /// Per cent of relative humidity.
    public var humidity: Readings?
    /// Carbon dioxide in parts per million.
    public var co2: Readings?
    /// How many of the CO₂ readings were under ``comfortLimit``.
    public var co2Comfortable: Int?

    /// Air that holds less CO₂ than this, in ppm, is hygienically unobjectionable (Umweltbundesamt, Bundesgesundheitsblatt
    /// 2008, 51:1358; von Pettenkofer's number).
    public static let comfortLimit = 1_000.0

    /// No reading.
    public init() {}

    /// Readings of one quantity.
    public struct Readings: Hashable, Sendable, Codable {
        /// How many.
        public var count: Int
        /// Their arithmetic mean, to hundredths.
        public var mean: Double
        /// The lowest.
        public var minimum: Double
        /// The highest.
        public var maximum: Double

        /// All fields.
        public init(count: Int, mean: Double, minimum: Double, maximum: Double) {
            self.count = count
            self.mean = mean
            self.minimum = minimum
            self.maximum = maximum
        }
    }
}

/// A day or a month of a space, made of its quarter-hours. For operators.
public struct UtilizationSummary: Hashable, Sendable {
    /// How long it is.
    public enum Period: String, Hashable, Sendable, Codable, CaseIterable {
        /// A local day: 23 or 25 hours when the clocks change.
        case day
        /// A local month.
        case month
    }

    /// The space.
    public var space: SpaceID
    /// What the space is equipped as.
    public var module: SpaceModule
    /// How long it is.
    public var period: Period
    /// Its name in local time: `2026-11-25` or `2026-11`.
    public var name: String
    /// Its first moment.
    public var from: WallTime
    /// The first moment after it.
    public var to: WallTime
    /// 0 for the first; one more with each that replaces it.
    public var revision: Int
    /// How many quarter-hours have a record.
    public var quarters: Int
    /// The numbers.
    public var use: UseNumbers
    /// Where the journal's hash chain stood: who keeps the summary can check the journal up to there. Absent before the
    /// first event is on disk.
    public var head: JournalHead?

    /// All fields.
    public init(
        space: SpaceID, module: SpaceModule, period: Period, name: String, from: WallTime, to: WallTime, revision: Int,
        quarters: Int, use: UseNumbers, head: JournalHead? = nil
    ) {
        self.space = space
        self.module = module
        self.period = period
        self.name = name
        self.from = from
        self.to = to
        self.revision = revision
        self.quarters = quarters
        self.use = use
        self.head = head
    }
}
