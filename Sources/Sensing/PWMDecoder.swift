public import HubMessages

/// Reads a CO₂ sensor's pulse width output, a cycle at a time.
///
/// Winsen, MH-Z19 and MH-Z19C user's manuals, PWM output: a cycle of 1004 ms ± 5 % begins with 2 ms high
/// and ends with 2 ms low; ppm = range × (Th − 2 ms) / (Th + Tl − 4 ms), the range being the sensor's, 2000 or 5000.
public struct PWMDecoder: Hashable, Sendable {
    /// Pulses shorter than this are ringing; the shortest real one is 2 ms.
    public static let shortestPulse = Duration.microseconds(500)
    /// The shortest and longest cycle.
    public static let cycle = Duration.milliseconds(953)...Duration.milliseconds(1055)

    /// What the sensor measures at most, in ppm.
    public let range: Int
    private var filter = EdgeFilter(shortest: shortestPulse)
    private var rise: MonotonicTime?
    private var fall: MonotonicTime?

    /// A cycle, and when it began.
    public struct Cycle: Hashable, Sendable {
        /// The rise that began it.
        public var time: MonotonicTime
        /// The concentration in ppm; `nil` where the cycle is not one of the sensor's.
        public var ppm: Int?
    }

    /// A decoder before its first edge, for a sensor that measures up to `range` ppm.
    public init(range: Int) {
        self.range = range
    }

    /// When the last edge is known to be none of ringing.
    public var deadline: MonotonicTime? { filter.deadline }

    /// The output went to `level`. Returns the cycle that is complete with that.
    public mutating func edge(_ level: Bool, at time: MonotonicTime) -> Cycle? {
        filter.edge(level, at: time).flatMap { settled($0) }
    }

    /// Time has passed. Returns the cycle that is complete with that.
    public mutating func advance(to time: MonotonicTime) -> Cycle? {
        filter.advance(to: time).flatMap { settled($0) }
    }

    /// No edge comes any more: the recording ends. Returns the cycle that is complete with that.
    public mutating func finish() -> Cycle? {
        filter.flush().flatMap { settled($0) }
    }

    private mutating func settled(_ edge: EdgeFilter.Edge) -> Cycle? {
        guard edge.level else {
            fall = edge.time
            return nil
        }
        defer {
            rise = edge.time
            fall = nil
        }
        guard let rise, let fall else { return nil }
        let whole = edge.time - rise
        guard Self.cycle.contains(whole) else { return Cycle(time: rise, ppm: nil) }
        let numerator = Double((fall - rise).nanoseconds - 2_000_000) * Double(range)
        let ppm = Int((numerator / Double(whole.nanoseconds - 4_000_000)).rounded())
        return Cycle(time: rise, ppm: (0...range).contains(ppm) ? ppm : nil)
    }
}
