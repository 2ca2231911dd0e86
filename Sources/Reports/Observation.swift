public import HubMessages

/// Where the hub stands, for formats that must say so.
public struct HubPlace: Hashable, Sendable {
    /// The hub.
    public var hub: HubID
    /// Its name for people.
    public var name: String
    /// Degrees east and north (WGS 84).
    public var longitude, latitude: Double
    /// Street and number.
    public var street: String
    /// The postal code.
    public var postalCode: String
    /// The town.
    public var locality: String

    /// All parts.
    public init(
        hub: HubID, name: String, longitude: Double, latitude: Double, street: String, postalCode: String,
        locality: String
    ) {
        self.hub = hub
        self.name = name
        self.longitude = longitude
        self.latitude = latitude
        self.street = street
        self.postalCode = postalCode
        self.locality = locality
    }
}

/// What an open format says of a space in some time.
public struct Observation: Hashable, Sendable {
    /// The space.
    public var space: SpaceID
    /// The first moment.
    public var from: WallTime
    /// The first moment after it.
    public var to: WallTime
    /// How many people came in; absent where that is not told.
    public var entries: Int?
    /// How many were there at most at the same time; absent where that is not told.
    public var people: Int?
    /// The share of the time in which somebody was there; absent where that is not told.
    public var usedShare: Double?
    /// The means of the air; absent where there is none, or that is not told.
    public var climate: ClimateSummary?
    /// Kilowatt-hours.
    public var energy: Double?

    /// Everything that a quarter-hour's record says: for the hub's operators.
    public init(full record: UtilizationRecord) {
        let use = record.use
        space = record.space
        from = record.start
        to = record.start + .seconds(900)
        entries = use.entries
        people = use.peak
        usedShare = share(use.used, of: use.covered)
        climate = use.climate
        energy = use.energy
    }

    /// What the public may see of a quarter-hour: what the district sees.
    public init(public quarter: DistrictUtilization) {
        space = quarter.space
        from = quarter.start
        to = quarter.start + .seconds(900)
        people = quarter.people
        usedShare = quarter.inUse ? 1 : 0
        // Visits are those of the whole run: told once, with its first quarter-hour.
        entries = quarter.run == nil || quarter.run == quarter.start ? quarter.visits : nil
    }

    /// What the public may see of an event, as it is written; `nil` for an event that nothing is published of. The air is
    /// that of days: a later revision of one says nothing else of it.
    public init?(public event: JournalEvent) {
        if case .districtQuarter(let quarter) = event {
            self.init(public: quarter)
        } else if case .utilizationSummary(let summary) = event, summary.period == .day, summary.revision == 0,
            summary.use.climate?.temperature != nil
        {
            self.init(
                public: UseReport.Day(date: summary.name, use: summary.use), of: summary.space, from: summary.from,
                to: summary.to)
        } else {
            return nil
        }
    }

    /// What the public may see of the air: the mean temperature of a whole day, to the nearest two degrees. What people breathe
    /// out and use up tells how many they were, also of a day: no CO₂, no humidity, no energy.
    public init(public day: UseReport.Day, of space: SpaceID, from: WallTime, to: WallTime) {
        self.space = space
        self.from = from
        self.to = to
        guard let temperature = day.use.climate?.temperature else { return }
        let mean = (temperature.mean / 2).rounded() * 2
        var open = ClimateSummary()
        open.temperature = ClimateSummary.Readings(
            count: temperature.count, mean: mean, minimum: mean, maximum: mean)
        climate = open
    }
}
