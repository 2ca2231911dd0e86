import HubMessages
import TestSupport
import Utilization

/// A space's month with everything in it that anything published is made of: bookings with a party, of which some do not come
/// and some are cancelled, people who walk in, energy and air. Days follow a season that all hubs share.
///
/// **Rare, usual, busy** spaces have 4, 25, 60 visits in a month of a usual season; what is published of them is made by the
/// same types as in a hub. A test holds it against the hub's own path.
struct DistrictWorld {
    /// A booking with or without people, or people without a booking.
    struct Event: Hashable {
        var day: Int
        /// Quarter-hours of the local day.
        var quarters: Range<Int>
        var isBooked: Bool
        /// How many came; 0 is a no-show.
        var people: Int
        /// What each of them uses besides the light, in kilowatt-hours.
        var energy = 0.2
        /// How many quarter-hours with more than 1000 ppm each of them makes.
        var stale = 1.0
    }

    /// What does not change from month to month, and whoever knows the building knows.
    struct Traits: Hashable {
        var space: SpaceID
        var visits: Double
        /// Of standby and heating, in kilowatt-hours; known to a twentieth.
        var baseLoad: Double
        /// Whether machines stand there: a visit then takes ten times the energy.
        var hasMachines: Bool
    }

    static let hub: HubID = name("polch")
    static let days = 30
    static let start = WallTime(milliseconds: 1_793_491_200_000)
    static let threshold = 3
    static let module: SpaceModule = .coworking

    var traits: Traits
    private(set) var events: [Event] = []

    /// A month of `season` (1 is usual).
    init(_ traits: Traits, season: Double, _ random: inout SeededRandom) {
        self.traits = traits
        let wanted = traits.visits * season * Double.random(in: 0.7...1.3, using: &random)
        let parties = traits.visits < 10 ? [1, 1, 1, 2] : [1, 1, 1, 2, 2, 3, 4, 6]
        for _ in 0..<Int(wanted.rounded()) {
            let isBooked = Int.random(in: 0..<10, using: &random) < 7
            let party = parties.randomElement(using: &random) ?? 1
            let isNoShow = isBooked && Int.random(in: 0..<8, using: &random) == 0
            // Of a party not all come.
            let came = isNoShow ? 0 : Int.random(in: max(party - 1, 1)...party, using: &random)
            guard let quarters = free(on: Int.random(in: 0..<Self.days, using: &random), &random) else { continue }
            add(event(quarters.day, quarters.range, isBooked: isBooked, people: came, &random))
        }
    }

    /// An event there.
    func event(
        _ day: Int, _ quarters: Range<Int>, isBooked: Bool, people: Int, _ random: inout SeededRandom
    ) -> Event {
        Event(
            day: day, quarters: quarters, isBooked: isBooked, people: people,
            energy: Double.random(in: 0.5...1.5, using: &random) * 0.025 * Double(quarters.count)
                * (traits.hasMachines ? 10 : 1),
            stale: Double.random(in: 0...0.6, using: &random) * Double(quarters.count))
    }

    /// Some time of opening hours (8 to 20 h) in which nobody is and nothing is booked, with a quarter-hour on either side.
    func free(on day: Int, _ random: inout SeededRandom) -> (day: Int, range: Range<Int>)? {
        for _ in 0..<20 {
            let from = Int.random(in: 32..<76, using: &random)
            let range = from..<min(from + Int.random(in: 2...12, using: &random), 80)
            if taken[day] & Self.mask((range.lowerBound - 1)..<(range.upperBound + 1)) == 0 { return (day, range) }
        }
        return nil
    }

    // The quarter-hours from 7:45 to 20:15 in which something is.
    private var taken = Array(repeating: UInt64(0), count: Self.days)

    private static func mask(_ quarters: Range<Int>) -> UInt64 {
        ((1 << UInt64(quarters.count)) - 1) << UInt64(quarters.lowerBound - 31)
    }

    /// One more event, where nothing else is.
    mutating func add(_ event: Event) {
        events.append(event)
        taken[event.day] |= Self.mask(event.quarters)
    }

    // MARK: What is measured

    /// Kilowatt-hours of the month without its noise.
    var energy: Double {
        events.reduce(traits.baseLoad) {
            $0 + $1.energy * Double($1.people) + ($1.people > 0 ? Double($1.quarters.count) * 0.02 : 0)
        }
    }

    /// Quarter-hours with more than 1000 ppm.
    var stale: Double { events.reduce(0) { $0 + $1.stale * Double($1.people) } }

    /// The month's numbers, as the hub adds them up.
    var summary: UtilizationSummary {
        var use = UseNumbers()
        use.covered = Self.days * 86_400
        use.healthy = use.covered
        use.used = events.reduce(0) { $0 + ($1.people > 0 ? $1.quarters.count * 900 : 0) }
        use.peak = events.map(\.people).max() ?? 0
        use.entries = events.reduce(0) { $0 + $1.people }
        let booked = events.filter(\.isBooked)
        use.booked = booked.reduce(0) { $0 + $1.quarters.count * 900 }
        use.usedBooked = booked.filter { $0.people > 0 }.reduce(0) { $0 + $1.quarters.count * 900 }
        use.bookings = booked.count
        use.noShows = booked.count { $0.people == 0 }
        use.walkIns = events.count - booked.count
        use.energy = energy
        var climate = ClimateSummary()
        climate.co2 = ClimateSummary.Readings(
            count: Self.days * 96, mean: 600, minimum: 400, maximum: 1_800)
        climate.co2Comfortable = Self.days * 96 - Int(stale.rounded())
        use.climate = climate
        return UtilizationSummary(
            space: traits.space, module: Self.module, period: .month, name: "2026-11", from: Self.start,
            to: Self.start + .seconds(Self.days * 86_400), revision: 0, quarters: Self.days * 96, use: use)
    }

    // MARK: What is published

    /// The message about the month. `noise`: what nobody can know of the meter and the air.
    static func month(of summary: UtilizationSummary, noise: Noise = Noise(energy: 0, stale: 0)) -> DistrictMonth? {
        var summary = summary
        summary.use.energy = summary.use.energy.map { max($0 + noise.energy, 0) }
        if let climate = summary.use.climate, let co2 = climate.co2, let good = climate.co2Comfortable {
            summary.use.climate?.co2Comfortable = min(max(good - Int(noise.stale.rounded()), 0), co2.count)
        }
        return DistrictMonth(hub: hub, summary: summary, threshold: threshold)
    }

    /// In kilowatt-hours, and in quarter-hours of bad air.
    struct Noise {
        var energy, stale: Double
    }

    /// A run in use as the messages of its quarter-hours tell it.
    struct Run: Hashable {
        var quarters: Range<Int>
        var numbers: DistrictNumbers?
    }

    /// The runs of the month: between two events there is a quarter-hour in which nobody is.
    var runs: [Run] {
        events.filter { $0.people > 0 }.map {
            Run(
                quarters: ($0.day * 96 + $0.quarters.lowerBound)..<($0.day * 96 + $0.quarters.upperBound),
                numbers: DistrictNumbers(peak: $0.people, entries: $0.people, threshold: Self.threshold))
        }
    }

    /// The same by the hub's own path: every quarter-hour is measured, with bookings, people, energy and air.
    var published: [JournalEvent] {
        var use = SpaceUse(
            space: traits.space, module: Self.module, rules: BookingUse.Rules(noShowAfter: .seconds(900)),
            district: SpaceUse.District(hub: Self.hub, threshold: Self.threshold))
        let bookings = events.filter(\.isBooked).enumerated().compactMap { index, event in
            BookingID("B\(index)").map { ($0, event) }
        }.map { id, event in
            Booking(
                id: id, space: traits.space, from: Self.moment(event.day, event.quarters.lowerBound).wall,
                to: Self.moment(event.day, event.quarters.upperBound).wall, credentials: [],
                source: .feed)
        }
        let days = (0...Self.days).map { day in
            CalendarDay(
                date: day < Self.days ? "2026-11-\(day < 9 ? "0" : "")\(day + 1)" : "2026-12-01",
                from: Self.moment(day, 0).wall, to: Self.moment(day + 1, 0).wall)
        }
        var people = Array(repeating: 0, count: (Self.days + 1) * 96)
        var entered = people
        for event in events {
            for quarter in event.quarters { people[event.day * 96 + quarter] += event.people }
            entered[event.day * 96 + event.quarters.lowerBound] += event.people
        }
        var told: [JournalEvent] = []
        var entries: UInt64 = 0
        var bad = Int(stale.rounded())
        for quarter in 0...(Self.days * 96) {
            entries += UInt64(entered[quarter])
            let moment = Self.moment(0, quarter)
            told += use.observe(
                UtilizationMeter.Reading(
                    estimate: people[quarter], isPresent: false, isHealthy: true, entries: entries,
                    energy: energy * Double(quarter) / Double(Self.days * 96)),
                at: moment, bookings: bookings, days: days)
            use.observe(Climate(co2: bad > 0 ? 1_500 : 600))
            bad -= 1
        }
        return told
    }

    private static func moment(_ day: Int, _ quarter: Int) -> Moment {
        let seconds = Int64(day * 96 + quarter) * 900
        return Moment(
            monotonic: .zero + .seconds(seconds), wall: start + .seconds(seconds), quality: .synchronized)
    }
}
