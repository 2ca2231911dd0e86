public import HubMessages

/// What a sensor's health is judged by; `nil` is not judged.
public struct HealthLimits: Hashable, Sendable {
    /// Without an edge or a reading for so long it is silent.
    public var silentAfter: Duration?
    /// With its output active for so long it is stuck.
    public var stuckAfter: Duration?
    /// With more edges a minute it is noisy.
    public var noisyAbove: Int?
    /// With the same reading for so long it is dead.
    public var unchangingAfter: Duration?
    /// With more edges lost an hour the kernel, or what floods it, is at fault.
    public var lostPerHour: Int

    /// The limits.
    public init(
        silentAfter: Duration? = nil, stuckAfter: Duration? = nil, noisyAbove: Int? = nil,
        unchangingAfter: Duration? = nil, lostPerHour: Int = 20
    ) {
        self.silentAfter = silentAfter
        self.stuckAfter = stuckAfter
        self.noisyAbove = noisyAbove
        self.unchangingAfter = unchangingAfter
        self.lostPerHour = lostPerHour
    }
}

/// A sensor's faults as they begin and end: one change each, however often their cause is seen.
///
/// A contradiction must be seen ``strikes`` times in a row before it counts, and is over after as many agreements:
/// one strange event is a strange event, not a fault.
public struct SensorHealth: Hashable, Sendable {
    /// How many contradictions in a row make a fault, and how many agreements end it.
    public static let strikes = 3

    /// A fault began or ended.
    public struct Change: Hashable, Sendable {
        /// Which.
        public var fault: SensorFault
        /// Whether it began.
        public var isActive: Bool
        /// What was seen.
        public var detail: String?

        /// A change of `fault`.
        public init(_ fault: SensorFault, isActive: Bool, detail: String? = nil) {
            self.fault = fault
            self.isActive = isActive
            self.detail = detail
        }
    }

    /// What the sensor is judged by.
    public var limits: HealthLimits
    /// What is wrong with it.
    public private(set) var faults: Set<SensorFault> = []

    private var lastSign: MonotonicTime?
    private var activeSince: MonotonicTime?
    private var reading: Climate?
    private var readingSince = MonotonicTime.zero
    private var disagreements = 0
    private var agreements = 0
    private var minute = SlidingCount(window: .seconds(60))
    private var lost = SlidingCount(window: .seconds(3_600))
    private var lookAgain: MonotonicTime?

    /// A sensor without faults of which nothing was seen yet.
    public init(_ limits: HealthLimits) {
        self.limits = limits
    }

    /// When time alone changes something.
    public var deadline: MonotonicTime? {
        var earliest = lookAgain
        func consider(_ time: MonotonicTime?, _ limit: Duration?, _ fault: SensorFault) {
            guard let time, let limit, !faults.contains(fault) else { return }
            earliest = MonotonicTime.earlier(earliest, time + limit)
        }
        consider(lastSign, limits.silentAfter, .silent)
        consider(activeSince, limits.stuckAfter, .stuck)
        consider(reading == nil ? nil : readingSince, limits.unchangingAfter, .unchanging)
        return earliest
    }

    /// The sensor's lines or driver are there: silence counts from now.
    public mutating func ready(at time: MonotonicTime) {
        lastSign = time
    }

    /// The sensor's lines are gone, which is told otherwise: what was wrong with it is not known any more.
    public mutating func unavailable() -> [Change] {
        let ended = faults.sorted().map { Change($0, isActive: false) }
        self = SensorHealth(limits)
        return ended
    }

    /// An edge, after which the output is active or not (`nil` where a level says nothing).
    public mutating func edge(isActive: Bool?, at time: MonotonicTime) -> [Change] {
        var changes = sign(at: time)
        minute.add(1, at: time)
        if let isActive { changes += level(isActive, at: time) }
        if let limit = limits.noisyAbove, minute.count(at: time) > UInt64(limit) {
            changes += begin(.noisy, "\(minute.count(at: time)) edges within a minute")
            lookAgain = time + .seconds(60)
        }
        return changes
    }

    /// The output's level was read.
    public mutating func level(_ isActive: Bool, at time: MonotonicTime) -> [Change] {
        guard isActive else {
            activeSince = nil
            return end(.stuck)
        }
        activeSince = activeSince ?? time
        return []
    }

    /// A reading came.
    public mutating func reading(_ climate: Climate, at time: MonotonicTime) -> [Change] {
        let changes = sign(at: time)
        guard climate != reading else { return changes }
        reading = climate
        readingSince = time
        return changes + end(.unchanging)
    }

    /// The kernel lost so many edges.
    public mutating func lost(_ count: UInt64, at time: MonotonicTime) -> [Change] {
        lost.add(count, at: time)
        guard lost.count(at: time) > UInt64(max(limits.lostPerHour, 0)) else { return [] }
        lookAgain = max(lookAgain ?? time, time + .seconds(3_600))
        return begin(.losingEdges, "\(lost.count(at: time)) edges lost within an hour")
    }

    /// Another sensor or a door agrees with this one, or contradicts it.
    public mutating func compare(agrees: Bool, _ detail: String) -> [Change] {
        guard !agrees else {
            disagreements = 0
            agreements = min(agreements + 1, Self.strikes)
            return agreements >= Self.strikes ? end(.contradicting) : []
        }
        agreements = 0
        disagreements = min(disagreements + 1, Self.strikes)
        return disagreements >= Self.strikes ? begin(.contradicting, detail) : []
    }

    /// A fault that the sensor's own machine sees.
    public mutating func report(_ fault: SensorFault, isActive: Bool, detail: String?) -> [Change] {
        isActive ? begin(fault, detail) : end(fault)
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [Change] {
        var changes: [Change] = []
        if let since = lastSign, let limit = limits.silentAfter, time >= since + limit {
            changes += begin(.silent, "nothing for \(limit)")
        }
        if let since = activeSince, let limit = limits.stuckAfter, time >= since + limit {
            changes += begin(.stuck, "active for \(limit)")
        }
        if reading != nil, let limit = limits.unchangingAfter, time >= readingSince + limit {
            changes += begin(.unchanging, "the same reading for \(limit)")
        }
        if let due = lookAgain, time >= due {
            lookAgain = nil
            if faults.contains(.noisy) {
                if minute.count(at: time) <= UInt64(limits.noisyAbove ?? .max) {
                    changes += end(.noisy)
                } else {
                    lookAgain = time + .seconds(60)
                }
            }
            if faults.contains(.losingEdges) {
                if lost.count(at: time) <= UInt64(max(limits.lostPerHour, 0)) {
                    changes += end(.losingEdges)
                } else {
                    lookAgain = min(lookAgain ?? time + .seconds(300), time + .seconds(300))
                }
            }
        }
        return changes
    }

    private mutating func sign(at time: MonotonicTime) -> [Change] {
        lastSign = time
        return end(.silent)
    }

    private mutating func begin(_ fault: SensorFault, _ detail: String?) -> [Change] {
        faults.insert(fault).inserted ? [Change(fault, isActive: true, detail: detail)] : []
    }

    private mutating func end(_ fault: SensorFault) -> [Change] {
        faults.remove(fault) == nil ? [] : [Change(fault, isActive: false)]
    }
}
