// Sums of quarter-hours: the same definitions for every length of time.
extension UseNumbers {
    /// Takes the numbers of another time in. Means are weighted and rounded to hundredths.
    public mutating func add(_ other: UseNumbers) {
        let weight = covered + other.covered
        if weight > 0 {
            mean = Self.hundredths((mean * Double(covered) + other.mean * Double(other.covered)) / Double(weight))
        }
        addCounts(of: other, sign: 1)
        peak = max(peak, other.peak)
        if let theirs = other.ownPeak { ownPeak = max(ownPeak ?? 0, theirs) }
        if let theirs = other.climate {
            var own = climate ?? ClimateSummary()
            own.add(theirs)
            climate = own
        }
        if let theirs = other.energy { energy = Self.millionths((energy ?? 0) + theirs) }
    }

    /// Replaces the numbers of a part that came in before: only what can come late, bookings, differs.
    public mutating func replace(_ old: UseNumbers, with new: UseNumbers) {
        addCounts(of: old, sign: -1)
        addCounts(of: new, sign: 1)
    }

    private mutating func addCounts(of other: UseNumbers, sign: Int) {
        covered += sign * other.covered
        healthy += sign * other.healthy
        booked += sign * other.booked
        used += sign * other.used
        usedBooked += sign * other.usedBooked
        entries += sign * other.entries
        bookings += sign * other.bookings
        noShows += sign * other.noShows
        walkIns += sign * other.walkIns
        overstays += sign * other.overstays
    }

    /// `value` to hundredths.
    public static func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    /// `value` to millionths: a watt-hour's thousandth.
    public static func millionths(_ value: Double) -> Double { (value * 1_000_000).rounded() / 1_000_000 }
}

extension ClimateSummary {
    /// Takes one reading in.
    public mutating func add(_ climate: Climate) {
        temperature = Readings.sum(temperature, climate.temperature)
        humidity = Readings.sum(humidity, climate.humidity)
        co2 = Readings.sum(co2, climate.co2)
        if let co2 = climate.co2 { co2Comfortable = (co2Comfortable ?? 0) + (co2 < Self.comfortLimit ? 1 : 0) }
    }

    /// Takes the readings of another time in.
    public mutating func add(_ other: ClimateSummary) {
        temperature = Readings.sum(temperature, other.temperature)
        humidity = Readings.sum(humidity, other.humidity)
        co2 = Readings.sum(co2, other.co2)
        if let theirs = other.co2Comfortable { co2Comfortable = (co2Comfortable ?? 0) + theirs }
    }

    /// The same with means to hundredths, as records have them.
    public var rounded: ClimateSummary {
        var rounded = self
        rounded.temperature?.round()
        rounded.humidity?.round()
        rounded.co2?.round()
        return rounded
    }
}

extension ClimateSummary.Readings {
    /// Both together; means are weighted by how many readings they are of, and not rounded.
    public static func sum(_ left: Self?, _ right: Self?) -> Self? {
        guard let left else { return right }
        guard let right else { return left }
        let count = left.count + right.count
        return Self(
            count: count, mean: (left.mean * Double(left.count) + right.mean * Double(right.count)) / Double(count),
            minimum: min(left.minimum, right.minimum), maximum: max(left.maximum, right.maximum))
    }

    static func sum(_ readings: Self?, _ value: Double?) -> Self? {
        sum(readings, value.map { Self(count: 1, mean: $0, minimum: $0, maximum: $0) })
    }

    mutating func round() {
        mean = UseNumbers.hundredths(mean)
    }
}
