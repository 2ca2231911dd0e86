public import HubMessages

/// What a climate sensor's readings must be to be believed: within what its kind can measure, and no jump that air does
/// not make, unless the next reading confirms it.
///
/// A sum of eight bits lets one of 256 damaged answers through, and a clone's driver now and then returns a reading
/// of something else. The air of a room moves slowly; a window opened in winter takes minutes to show. A reading that
/// is far from the one before is held back, and counts once the next one agrees with it.
public struct ClimateCheck: Hashable, Sendable {
    /// What a quantity may be, and how far apart two readings of it may be.
    struct Limits {
        let range: ClosedRange<Double>
        /// At any time.
        let step: Double
        /// Besides, for each second since the last believed reading.
        let slope: Double
    }

    // No instrument of a house measures beyond these; the data sheets' ranges are the decoders' matter.
    private static let temperature = Limits(range: -55...125, step: 2, slope: 0.05)
    private static let humidity = Limits(range: 0...100, step: 10, slope: 0.5)
    private static let co2 = Limits(range: 0...40_000, step: 500, slope: 20)
    private static let pressure = Limits(range: 300...1_250, step: 5, slope: 0.05)

    private var believed: Climate?
    private var time = MonotonicTime.zero
    private var doubted: Climate?

    /// A check before the first reading.
    public init() {}

    /// Judges a reading: itself where it is believed, or why it is not.
    public mutating func judge(_ reading: Climate, at time: MonotonicTime) -> Result<Climate, Implausible> {
        for (_, value, limits) in Self.quantities(reading) {
            guard let value, !limits.range.contains(value) else { continue }
            return .failure(.outOfRange)
        }
        guard let believed else {
            self.believed = reading
            self.time = time
            return .success(reading)
        }
        if Self.isNear(reading, believed, within: time - self.time)
            || doubted.map({ Self.isNear(reading, $0, within: .zero) }) == true
        {
            self.believed = reading
            self.time = time
            doubted = nil
            return .success(reading)
        }
        doubted = reading
        return .failure(.jump)
    }

    /// Why a reading is not believed.
    public enum Implausible: Error, Hashable, Sendable {
        /// No instrument measures this.
        case outOfRange
        /// Air does not change so fast; the next reading decides.
        case jump
    }

    private static func isNear(_ one: Climate, _ other: Climate, within time: Duration) -> Bool {
        let seconds = Double(max(time.nanoseconds, 0)) / 1e9
        return zip(quantities(one), quantities(other)).allSatisfy { one, other in
            guard let left = one.value, let right = other.value else { return true }
            return abs(left - right) <= one.limits.step + one.limits.slope * seconds
        }
    }

    private static func quantities(_ climate: Climate) -> [(name: String, value: Double?, limits: Limits)] {
        [
            ("temperature", climate.temperature, temperature), ("humidity", climate.humidity, humidity),
            ("co2", climate.co2, co2), ("pressure", climate.pressure, pressure),
        ]
    }
}
