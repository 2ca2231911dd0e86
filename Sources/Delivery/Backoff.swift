internal import HubMessages

/// How long to wait before the next attempt: twice as long after each failure, with jitter, within bounds.
///
/// The jitter takes up half of the wait, so that the hubs of a district do not all come back in the same second after
/// their broker did.
public struct Backoff: Hashable, Sendable {
    /// The wait after the first failure, before jitter.
    public static let first = Duration.seconds(1)
    /// The longest wait.
    public static let longest = Duration.seconds(120)

    private var wait = first
    private var random: SplitMix64

    /// A backoff whose jitter follows from `seed`.
    public init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// An attempt failed: how long to wait before the next.
    public mutating func failed() -> Duration {
        let half = wait.nanoseconds / 2
        let jitter = Int64(random.next() % UInt64(half + 1))
        wait = min(wait * 2, Self.longest)
        return .nanoseconds(half + jitter)
    }

    /// An attempt succeeded: the next failure is the first one again.
    public mutating func succeeded() {
        wait = Self.first
    }
}
