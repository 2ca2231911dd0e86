public import HubMessages

/// Keeps one device's lines requested: asks again with growing patience after each failure.
///
/// A chip that is unplugged comes back by itself once it is plugged in again.
public struct DeviceSupervisor: Hashable, Sendable {
    /// The wait after the first failure; it doubles with each further one.
    public static let firstRetry = Duration.milliseconds(500)
    /// The longest wait between two attempts.
    public static let longestRetry = Duration.seconds(15)

    /// What is known of the device.
    public enum Condition: Hashable, Sendable {
        /// Asked for, not answered yet.
        case requested
        /// Its lines are ours.
        case available
        /// It failed.
        case failed
    }

    /// What is known of the device.
    public private(set) var condition = Condition.requested
    private var retry: MonotonicTime?
    private var wait = firstRetry

    /// A device that was just asked for.
    public init() {}

    /// When to ask for the lines again.
    public var deadline: MonotonicTime? { retry }

    /// The lines are ours. Returns whether that ends a failure.
    public mutating func ready() -> Bool {
        let recovered = condition == .failed
        condition = .available
        retry = nil
        wait = Self.firstRetry
        return recovered
    }

    /// The request failed, or the lines were lost. Returns whether that is news.
    public mutating func failed(at time: MonotonicTime) -> Bool {
        let isNews = condition != .failed
        condition = .failed
        retry = time + wait
        wait = min(wait * 2, Self.longestRetry)
        return isNews
    }

    /// Time has passed. Returns whether to ask for the lines now.
    public mutating func advance(to time: MonotonicTime) -> Bool {
        guard let retry, time >= retry else { return false }
        self.retry = nil
        return true
    }
}
