/// The timing that a reader's pulses keep.
///
/// SIA AC-01 gives a pulse 20–100 µs and 0.2–20 ms from one pulse to the next. The pulses' own width is checked only
/// where ``pulse`` is set: the edge back carries no bit, doubles the load on the kernel's buffer, and its time says more
/// of the wire's capacitance and of interrupt latency than of the reader.
public struct WiegandLimits: Hashable, Sendable {
    /// Two pulses closer than this are noise.
    public var shortestGap: Duration
    /// Two pulses of one frame further apart than this are two halves of something broken.
    public var longestGap: Duration
    /// Silence that ends a frame; longer than ``longestGap``.
    public var endOfFrame: Duration
    /// How long a pulse is; `nil`: it is not looked at, and only the edges that begin one are asked for.
    public var pulse: ClosedRange<Duration>?

    /// What a hub may be configured with as the shortest and the longest pulse.
    public static let pulses = Duration.microseconds(5)...Duration.milliseconds(2)
    /// The pulse of SIA AC-01.
    public static let standardPulse = Duration.microseconds(20)...Duration.microseconds(100)
    /// What a hub may be configured with as ``shortestGap``: never more than the fastest legal frame needs.
    public static let shortestGaps = Duration.microseconds(20)...Duration.microseconds(200)
    /// What a hub may be configured with as ``longestGap``.
    public static let longestGaps = Duration.milliseconds(2)...Duration.milliseconds(20)
    /// What a hub may be configured with as ``endOfFrame``.
    public static let endsOfFrame = Duration.milliseconds(30)...Duration.milliseconds(50)

    /// Pulses on both lines closer than the shortest legal pulse is wide were there at once.
    static let shortestPulse = Duration.microseconds(20)

    /// The limits; by default half of the shortest legal gap, the longest legal gap, and 40 ms of silence.
    public init(
        shortestGap: Duration = .microseconds(100), longestGap: Duration = .milliseconds(20),
        endOfFrame: Duration = .milliseconds(40), pulse: ClosedRange<Duration>? = nil
    ) {
        self.shortestGap = shortestGap
        self.longestGap = longestGap
        self.endOfFrame = endOfFrame
        self.pulse = pulse
    }
}
