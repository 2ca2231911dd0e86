public import HubMessages

/// A sensor that the kernel has a driver for: asks for a reading now and then, and judges what comes.
public struct DriverSensor: Hashable, Sendable {
    /// How many readings must fail in a row for the sensor to count as unreadable.
    public static let failuresToFault = 3
    /// A failed reading is asked for again after this.
    public static let retry = Duration.seconds(3)
    /// A driver that has not answered by then hangs; it is not asked again until it does.
    public static let patience = Duration.seconds(60)

    /// From one reading to the next.
    public let interval: Duration
    /// Readings that failed since the start.
    public private(set) var failures: UInt64 = 0

    private var due: MonotonicTime?
    private var askedAt: MonotonicTime?
    private var failedInRow = 0
    private var isUnreadable = false
    private var check = ClimateCheck()

    /// A sensor that has not been asked.
    public init(interval: Duration) {
        self.interval = interval
    }

    /// When the next step is due.
    public var deadline: MonotonicTime? {
        if let askedAt { return isUnreadable ? nil : askedAt + Self.patience }
        return due
    }

    /// The hub is there.
    public mutating func ready(at time: MonotonicTime) {
        if due == nil, askedAt == nil { due = time }
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [SensorFinding] {
        guard let deadline, time >= deadline else { return [] }
        if askedAt != nil { return unreadable("the driver has not answered for \(Self.patience)") }
        askedAt = time
        due = nil
        return [.read]
    }

    /// A reading came, or the reason why there is none.
    public mutating func reading(_ result: Result<Climate, DriverFault>, at time: MonotonicTime) -> [SensorFinding] {
        let asked = askedAt ?? time
        askedAt = nil
        var reason: String
        switch result {
        case .failure(let fault): reason = fault.text
        case .success(let climate):
            switch check.judge(climate, at: time) {
            case .failure(let implausible): reason = "\(implausible)"
            case .success(let believed):
                failedInRow = 0
                due = max(asked + interval, time)
                defer { isUnreadable = false }
                return (isUnreadable ? [.fault(.unreadable, isActive: false, detail: nil)] : []) + [.measured(believed)]
            }
        }
        failures += 1
        failedInRow += 1
        let isExhausted = failedInRow >= Self.failuresToFault
        due = time + (isExhausted ? max(interval, Self.retry) : Self.retry)
        return isExhausted ? unreadable(reason) : []
    }

    private mutating func unreadable(_ detail: String) -> [SensorFinding] {
        defer { isUnreadable = true }
        return isUnreadable ? [] : [.fault(.unreadable, isActive: true, detail: detail)]
    }
}

/// Why a driver gave no reading, in words for an operator.
public struct DriverFault: Error, Hashable, Sendable {
    /// What, where, and what to do.
    public var text: String

    /// A reason.
    public init(_ text: String) {
        self.text = text
    }
}
