public import HubMessages

/// Which of a climate sensor's readings are journaled: the first, each that moved noticeably, and one now and then.
///
/// A reading every half minute would be a million rows a year and sensor, which say nothing. With the defaults a
/// room at rest makes 96 rows a day, and at most 1,440 when it never rests.
public struct ClimateReporter: Hashable, Sendable {
    /// One is journaled at least so often.
    public static let every = Duration.seconds(900)
    /// And at most so often.
    public static let apart = Duration.seconds(60)
    /// By so much a quantity moves noticeably: °C, % relative humidity, ppm, hPa.
    public static let steps = Climate(temperature: 0.5, humidity: 3, co2: 100, pressure: 1)

    private var last: Climate?
    private var time = MonotonicTime.zero

    /// A reporter before the first reading.
    public init() {}

    /// Whether to journal this reading.
    public mutating func isDue(_ reading: Climate, at time: MonotonicTime) -> Bool {
        if let last {
            let elapsed = time - self.time
            guard elapsed >= Self.every || (elapsed >= Self.apart && Self.hasMoved(reading, since: last)) else {
                return false
            }
        }
        last = reading
        self.time = time
        return true
    }

    private static func hasMoved(_ reading: Climate, since last: Climate) -> Bool {
        func moved(_ path: KeyPath<Climate, Double?>) -> Bool {
            guard let new = reading[keyPath: path], let old = last[keyPath: path], let step = steps[keyPath: path]
            else { return reading[keyPath: path] != last[keyPath: path] }
            return abs(new - old) >= step
        }
        return moved(\.temperature) || moved(\.humidity) || moved(\.co2) || moved(\.pressure)
    }
}
