/// What the district receives of a space's quarter-hour, on the topic `utilization`.
///
/// A type of its own that cannot carry an identity: it is made of a ``UtilizationRecord``, which holds none, and of
/// ``DistrictNumbers``, which hold numbers of at least a configured number of people. Numbers are those of the whole run
/// of quarter-hours in use, the same in each of them, so that neighbours have no difference to look at.
/// docs/utilization.md and docs/de/datenschutz.md have the method and what it protects against.
public struct DistrictUtilization: Hashable, Sendable, Codable {
    /// The hub.
    public let hub: HubID
    /// The space.
    public let space: SpaceID
    /// What the space is equipped as.
    public let module: SpaceModule
    /// The quarter-hour's first moment.
    public let start: WallTime
    /// How many of its 900 seconds were observed.
    public let covered: Int
    /// For how many of the covered seconds all of the space's sensors worked.
    public let healthy: Int
    /// Whether somebody was there.
    public let inUse: Bool
    /// Whether numbers are left out because too few people were there. An absent number is not a zero.
    public let suppressed: Bool
    /// The first quarter-hour of the run that the numbers are of; absent where nobody was there, or they are left out.
    public let run: WallTime?
    /// At least so many people were there at the same time at some moment of the run.
    public let people: Int?
    /// At least so many times somebody came in during the run.
    public let visits: Int?

    /// A quarter-hour in which nobody was there.
    public init(hub: HubID, empty record: UtilizationRecord) {
        self.init(hub, record, inUse: false, run: nil, DistrictNumbers.none)
    }

    /// A quarter-hour of a run in use; without `numbers` these are suppressed.
    public init(hub: HubID, record: UtilizationRecord, run: WallTime, numbers: DistrictNumbers?) {
        self.init(hub, record, inUse: true, run: numbers == nil ? nil : run, numbers)
    }

    private init(
        _ hub: HubID, _ record: UtilizationRecord, inUse: Bool, run: WallTime?, _ numbers: DistrictNumbers?
    ) {
        self.hub = hub
        space = record.space
        module = record.module
        start = record.start
        covered = record.use.covered
        healthy = record.use.healthy
        self.inUse = inUse
        suppressed = numbers == nil
        self.run = run
        people = numbers?.people
        visits = numbers?.visits
    }
}

/// Numbers of people that may be published: multiples of the configured threshold, never anything below it but zero.
public struct DistrictNumbers: Hashable, Sendable {
    /// At least so many at the same time.
    public let people: Int
    /// At least so many visits; absent where fewer than the threshold.
    public let visits: Int?

    static let none = DistrictNumbers(people: 0, visits: 0)

    /// The numbers of a run with that peak and that many entries; `nil` where they must be suppressed.
    public init?(peak: Int, entries: Int, threshold: Int) {
        let threshold = max(threshold, 1)
        guard peak >= threshold else { return nil }
        people = Self.floor(peak, threshold)
        visits = entries >= threshold ? Self.floor(entries, threshold) : nil
    }

    private init(people: Int, visits: Int) {
        self.people = people
        self.visits = visits
    }

    /// The multiple of `step` at or below `value`.
    static func floor(_ value: Int, _ step: Int) -> Int { value / step * step }
}

/// What the district receives of a space's month, on the topic `utilization`: what single quarter-hours must not tell.
///
/// Every number of bookings is a multiple of the threshold, or of ten if that is more; a smaller one, or one whose complement
/// is smaller, is left out. It has no visits: what a sum leaves when the published runs are taken off would tell of the runs
/// without numbers, where there are few of them.
public struct DistrictMonth: Hashable, Sendable, Codable {
    /// The hub.
    public let hub: HubID
    /// The space.
    public let space: SpaceID
    /// What the space is equipped as.
    public let module: SpaceModule
    /// The month in local time: `2026-11`.
    public let month: String
    /// How many hours were observed, rounded.
    public let coveredHours: Int
    /// For how many hours the space was booked, rounded; absent where too few bookings began.
    public let bookedHours: Int?
    /// At least so many bookings began; absent where fewer than the threshold.
    public let bookings: Int?
    /// At least so many bookings were no-shows; absent where they, or the others, are too few to be told.
    public let noShows: Int?
    /// The share of CO₂ readings under 1000 ppm, in per cent; absent without a reading.
    public let comfort: Int?
    /// Kilowatt-hours, rounded; absent without a meter.
    public let energy: Int?

    /// The smallest step of monthly numbers.
    public static let step = 10

    /// The district's view of a month; `nil` for a day.
    public init?(hub: HubID, summary: UtilizationSummary, threshold: Int) {
        guard summary.period == .month else { return nil }
        let step = max(threshold, Self.step)
        let use = summary.use
        self.hub = hub
        space = summary.space
        module = summary.module
        month = summary.name
        coveredHours = (use.covered + 1_800) / 3_600
        let hasBookings = use.bookings >= step
        bookedHours = hasBookings ? (use.booked + 1_800) / 3_600 : nil
        bookings = hasBookings ? DistrictNumbers.floor(use.bookings, step) : nil
        let kept = use.bookings - use.noShows
        noShows = hasBookings && use.noShows >= step && kept >= step ? DistrictNumbers.floor(use.noShows, step) : nil
        comfort = use.climate.flatMap { climate in
            guard let co2 = climate.co2, let good = climate.co2Comfortable, co2.count > 0 else { return nil }
            return (good * 100 + co2.count / 2) / co2.count
        }
        energy = use.energy.map { Int($0.rounded()) }
    }
}
