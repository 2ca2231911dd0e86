public import HubMessages

/// A CO₂ sensor's pulse width output: averages its cycles over an interval into one reading.
public struct CO2Sensor: Hashable, Sendable {
    /// A sensor that warms up says nothing yet: the longest that is usual (Winsen, MH-Z19C manual: preheating time
    /// 1 min; MH-Z19B: 3 min).
    public static let usualWarmUp = Duration.seconds(180)
    /// Without a cycle for so long it is unreadable: five cycles.
    public static let patience = Duration.seconds(6)

    /// From one reading to the next.
    public let interval: Duration
    /// For so long after its lines were requested it may be warming up.
    public let warmUp: Duration
    /// Cycles that were none of the sensor's, since the start.
    public private(set) var badCycles: UInt64 = 0

    private var decoder: PWMDecoder
    private var warmUntil: MonotonicTime?
    private var due = MonotonicTime.zero
    private var lastCycle = MonotonicTime.zero
    private var sum = 0
    private var count = 0
    private var isUnreadable = false
    private var check = ClimateCheck()

    /// A sensor that measures up to `range` ppm.
    public init(range: Int, interval: Duration, warmUp: Duration = usualWarmUp) {
        self.interval = interval
        self.warmUp = warmUp
        decoder = PWMDecoder(range: range)
    }

    /// What the sensor measures at most.
    public var range: Int { decoder.range }

    /// When the next step is due.
    public var deadline: MonotonicTime? {
        guard warmUntil != nil else { return nil }
        let silence = isUnreadable ? nil : lastCycle + Self.patience
        return MonotonicTime.earlier(decoder.deadline, silence)
    }

    /// The line is ours; the sensor may have been switched on just now.
    public mutating func ready(at time: MonotonicTime) {
        warmUntil = time + warmUp
        lastCycle = time
        due = time + warmUp
    }

    /// The line is gone.
    public mutating func fail() {
        self = CO2Sensor(range: range, interval: interval, warmUp: warmUp)
    }

    /// Edges were lost: the running cycle is void.
    public mutating func edgesLost() {
        decoder = PWMDecoder(range: range)
    }

    /// The output went to `level`.
    public mutating func edge(_ level: Bool, at time: MonotonicTime) -> [SensorFinding] {
        decoder.edge(level, at: time).map { take($0, at: time) } ?? []
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [SensorFinding] {
        if let cycle = decoder.advance(to: time) { return take(cycle, at: time) }
        guard warmUntil != nil, !isUnreadable, time >= lastCycle + Self.patience else { return [] }
        isUnreadable = true
        return [
            .fault(.unreadable, isActive: true, detail: "no cycle of 1004 ms for \(Self.patience)")
        ]
    }

    private mutating func take(_ cycle: PWMDecoder.Cycle, at time: MonotonicTime) -> [SensorFinding] {
        guard let ppm = cycle.ppm else {
            badCycles += 1
            return []
        }
        lastCycle = time
        var findings: [SensorFinding] = []
        if isUnreadable {
            isUnreadable = false
            findings.append(.fault(.unreadable, isActive: false, detail: nil))
        }
        guard let warmUntil, time >= warmUntil else { return findings }
        sum += ppm
        count += 1
        guard time >= due else { return findings }
        let mean = (Double(sum) / Double(count)).rounded()
        (sum, count) = (0, 0)
        due = time + interval
        if case .success(let believed) = check.judge(Climate(co2: mean), at: time) {
            findings.append(.measured(believed))
        }
        return findings
    }
}
