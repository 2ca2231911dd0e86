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
    /// ``covered`` where all of the space's sensors worked all the time, else 0: some faults begin or end with somebody's
    /// passing, and seconds would tell when.
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
        healthy = record.use.healthy >= record.use.covered ? record.use.covered : 0
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
/// Every number is rounded so coarsely that one person's booking, no-show or visit seldom changes it, and never tells which:
/// bookings to multiples of ``step``, the air to ``comfortStep`` and energy to ``energyStep``. A number of bookings that is
/// smaller than the step, or whose complement is, is left out. It has no visits and no booked hours: what their sum leaves when
/// the published runs are taken off would tell of a single run, and of a single booking that nobody came for.
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
    /// About so many bookings began, to the nearest multiple of the step; absent where fewer than the step.
    public let bookings: Int?
    /// About so many bookings were no-shows, to the nearest multiple of the step; absent where they, or the others, are fewer
    /// than the step.
    public let noShows: Int?
    /// The share of CO₂ readings under 1000 ppm, to the nearest ten per cent; absent without a reading.
    public let comfort: Int?
    /// Kilowatt-hours, to the nearest fifty; absent without a meter.
    public let energy: Int?

    /// The step of numbers of bookings; the threshold, where that is more.
    public static let step = 25
    /// The step of ``comfort``, in per cent.
    public static let comfortStep = 10
    /// The step of ``energy``, in kilowatt-hours.
    public static let energyStep = 50

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
        bookings = use.bookings >= step ? Self.nearest(Double(use.bookings), step) : nil
        noShows =
            use.noShows >= step && use.bookings - use.noShows >= step
            ? Self.nearest(Double(use.noShows), step) : nil
        comfort = use.climate.flatMap { climate in
            guard let co2 = climate.co2, let good = climate.co2Comfortable, co2.count > 0 else { return nil }
            return Self.nearest(100 * Double(good) / Double(co2.count), Self.comfortStep)
        }
        energy = use.energy.map { Self.nearest($0, Self.energyStep) }
    }

    /// The multiple of `step` nearest to `value`, the higher of two.
    private static func nearest(_ value: Double, _ step: Int) -> Int {
        Int(clamping: Int64((value / Double(step) + 0.5).rounded(.down))) * step
    }
}
