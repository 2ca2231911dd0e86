public import HubMessages

/// Where a moment lies in local time. Made by whoever knows the time zone.
public struct LocalQuarter: Hashable, Sendable {
    /// The date, `YYYY-MM-DD`.
    public var date: String
    /// The weekday by ISO 8601: 1 is Monday.
    public var weekday: Int
    /// The hour, 0 to 23.
    public var hour: Int

    /// All parts.
    public init(date: String, weekday: Int, hour: Int) {
        self.date = date
        self.weekday = weekday
        self.hour = hour
    }
}

/// What a space is called and how many people it is made for.
public struct ReportedSpace: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// Its name for people.
    public var name: String
    /// How many people it is made for; absent where not configured.
    public var capacity: Int?

    /// All parts.
    public init(space: SpaceID, name: String, capacity: Int?) {
        self.space = space
        self.name = name
        self.capacity = capacity
    }
}

/// How spaces were used between two days: what a mayor needs to see whether a space has found its users.
///
/// All numbers follow from the records of quarter-hours by the definitions of docs/utilization.md; of several records of a
/// quarter-hour the highest revision counts.
public struct UseReport: Hashable, Sendable, Codable {
    /// The first day that has a record.
    public var from: String
    /// The last day that has one.
    public var to: String
    /// The spaces, by name.
    public var spaces: [SpaceReport]

    /// One space.
    public struct SpaceReport: Hashable, Sendable, Codable {
        /// Its name and capacity.
        public var space: ReportedSpace
        /// What it is equipped as.
        public var module: SpaceModule
        /// How many quarter-hours have a record.
        public var quarters: Int
        /// The sums.
        public var use: UseNumbers
        /// By day.
        public var days: [Day]
        /// By weekday, Monday first, and hour: 7 times 24.
        public var week: [[Hour]]

        /// The share of covered time in which somebody was there; `nil` where nothing was covered.
        public var usedShare: Double? { share(use.used, of: use.covered) }
        /// The share of booked time in which somebody was there; `nil` where nothing was booked.
        public var usedOfBooked: Double? { share(use.usedBooked, of: use.booked) }
        /// The share of bookings that were no-shows; `nil` without bookings.
        public var noShowRate: Double? { share(use.noShows, of: use.bookings) }
        /// The share of CO₂ readings under 1000 ppm; `nil` without a reading.
        public var comfort: Double? {
            guard let climate = use.climate, let good = climate.co2Comfortable else { return nil }
            return share(good, of: climate.co2?.count ?? 0)
        }
        /// Kilowatt-hours per hour in which somebody was there; `nil` without a meter, or where nobody was.
        public var energyPerUsedHour: Double? {
            guard let energy = use.energy, use.used > 0 else { return nil }
            return energy / (Double(use.used) / 3_600)
        }
        /// The share of covered time in which all sensors worked.
        public var quality: Double? { share(use.healthy, of: use.covered) }
    }

    /// A day of a space.
    public struct Day: Hashable, Sendable, Codable {
        /// The date.
        public var date: String
        /// The numbers.
        public var use: UseNumbers
    }

    /// An hour of the week of a space, over all weeks.
    public struct Hour: Hashable, Sendable, Codable {
        /// Seconds observed.
        public var covered = 0
        /// Of these, with somebody there.
        public var used = 0
        /// The share of them; `nil` where nothing was observed.
        public var share: Double? { Reports.share(used, of: covered) }

        init() {}
    }

    /// The report of these records. `spaces` are the names of spaces, `local` says where a moment lies.
    public init(_ records: [UtilizationRecord], spaces: [ReportedSpace], local: (WallTime) -> LocalQuarter) {
        struct Place: Hashable {
            let space: SpaceID
            let start: WallTime
        }
        var latest: [Place: UtilizationRecord] = [:]
        for record in records {
            let place = Place(space: record.space, start: record.start)
            if let known = latest[place], known.revision >= record.revision { continue }
            latest[place] = record
        }
        var reports: [SpaceID: SpaceReport] = [:]
        var dates: Set<String> = []
        for record in latest.values.sorted(by: { ($0.space, $0.start) < ($1.space, $1.start) }) {
            let quarter = local(record.start)
            dates.insert(quarter.date)
            let name = spaces.first { $0.space == record.space }
            var report =
                reports[record.space]
                ?? SpaceReport(
                    space: name ?? ReportedSpace(space: record.space, name: record.space.rawValue, capacity: nil),
                    module: record.module, quarters: 0, use: UseNumbers(), days: [],
                    week: Array(repeating: Array(repeating: Hour(), count: 24), count: 7))
            report.quarters += 1
            report.use.add(record.use)
            if report.days.last?.date != quarter.date {
                report.days.append(Day(date: quarter.date, use: UseNumbers()))
            }
            report.days[report.days.count - 1].use.add(record.use)
            if (1...7).contains(quarter.weekday), (0...23).contains(quarter.hour) {
                report.week[quarter.weekday - 1][quarter.hour].covered += record.use.covered
                report.week[quarter.weekday - 1][quarter.hour].used += record.use.used
            }
            reports[record.space] = report
        }
        from = dates.min() ?? ""
        to = dates.max() ?? ""
        self.spaces = reports.values.map(Self.rounded).sorted {
            ($0.space.name, $0.space.space) < ($1.space.name, $1.space.space)
        }
    }

    /// Means of the air are weighted exactly while they are added up, and rounded at the end.
    private static func rounded(_ report: SpaceReport) -> SpaceReport {
        var report = report
        report.use.climate = report.use.climate?.rounded
        for index in report.days.indices { report.days[index].use.climate = report.days[index].use.climate?.rounded }
        return report
    }
}

/// A share between 0 and 1; `nil` of nothing.
func share(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
}
