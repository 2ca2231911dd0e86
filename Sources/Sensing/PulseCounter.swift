public import HubMessages

/// Counts the pulses of a meter's output: S0 of an energy meter, the reed contact of a water or gas meter.
///
/// S0: DIN 43864 and EN 62053-31 (class A): a pulse closes the output for at least 30 ms and leaves it open for at least
/// 30 ms. What is shorter is interference and not counted.
public struct PulseCounter: Hashable, Sendable {
    /// The shortest pulse and the shortest pause of S0, with the fiftieth that a coarse clock may take off.
    public static let shortestS0 = Duration.microseconds(29_400)
    /// The shortest pulse and pause of a reed contact, whose magnet passes slowly and which bounces.
    public static let shortestReed = Duration.milliseconds(50)

    /// The shortest pulse and the shortest pause that count.
    public let shortest: Duration

    /// Pulses and pauses shorter than this are ringing and merge with what is around them.
    public static let ringing = Duration.milliseconds(1)

    /// The pulses so far.
    public private(set) var count = 0
    private var filter = EdgeFilter(shortest: ringing)
    private var began: MonotonicTime?
    private var ended: MonotonicTime?

    /// A pulse that ended.
    public struct Pulse: Hashable, Sendable {
        /// When it began.
        public var time: MonotonicTime
        /// How long it was.
        public var length: Duration
        /// Whether it counts; a shorter one, or one too close behind the last, does not.
        public var isCounted: Bool
    }

    /// A counter at zero, with the output open.
    public init(shortest: Duration = shortestS0) {
        self.shortest = shortest
    }

    /// When the last edge is known to be none of ringing.
    public var deadline: MonotonicTime? { filter.deadline }

    /// The output was closed (`active`) or opened. Returns the pulse that is complete with that.
    public mutating func output(_ active: Bool, at time: MonotonicTime) -> Pulse? {
        filter.edge(active, at: time).flatMap { settled($0.level, at: $0.time) }
    }

    /// Time has passed. Returns the pulse that is complete with that.
    public mutating func advance(to time: MonotonicTime) -> Pulse? {
        filter.advance(to: time).flatMap { settled($0.level, at: $0.time) }
    }

    /// No edge comes any more: the recording ends. Returns the pulse that is complete with that.
    public mutating func finish() -> Pulse? {
        filter.flush().flatMap { settled($0.level, at: $0.time) }
    }

    private mutating func settled(_ active: Bool, at time: MonotonicTime) -> Pulse? {
        if active {
            if began == nil { began = time }
            return nil
        }
        guard let start = began else { return nil }
        began = nil
        let isApart = ended.map { start - $0 >= shortest } ?? true
        let length = time - start
        let isCounted = isApart && length >= shortest
        if isCounted { count += 1 }
        ended = isCounted ? time : ended
        return Pulse(time: start, length: length, isCounted: isCounted)
    }
}
