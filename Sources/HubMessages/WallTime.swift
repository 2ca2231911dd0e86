/// A point in civil time: milliseconds since 1970-01-01T00:00:00Z without leap seconds (POSIX.1-2017, 4.16).
///
/// Bookings and utilization are on this scale. How far it can be trusted is said by ``ClockQuality``, which travels
/// beside it in every ``Moment``. The core knows no time zone; what has one is expanded before it comes in.
public struct WallTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
    public var milliseconds: Int64

    /// The point `milliseconds` after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: WallTime, right: WallTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The point `duration` later, to the millisecond; saturates instead of trapping.
    public static func + (time: WallTime, duration: Duration) -> WallTime {
        let delta = duration.milliseconds
        let (sum, overflow) = time.milliseconds.addingReportingOverflow(delta)
        return WallTime(milliseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }

    /// The point `duration` earlier, to the millisecond; saturates instead of trapping.
    public static func - (time: WallTime, duration: Duration) -> WallTime {
        time + .milliseconds(-duration.milliseconds)
    }

    /// The duration from `right` to `left`; negative where `left` is the earlier one.
    public static func - (left: WallTime, right: WallTime) -> Duration {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return .milliseconds(overflow ? (left < right ? -Int64.max : .max) : difference)
    }
}

/// How far the wall clock can be trusted.
public enum ClockQuality: String, Hashable, Sendable, Codable, CaseIterable {
    /// The kernel's clock is disciplined by a time server (`adjtimex(2)`: `STA_UNSYNC` is clear).
    case synchronized
    /// The board has a clock that may have kept the time (`/dev/rtc0`); no time server has confirmed it.
    case rtcOnly
    /// No source has set it since a cold boot, or it shows a date before the software was built.
    case unknown
}

/// When something happened, on both clocks: the monotonic one for durations, the wall clock for bookings.
public struct Moment: Hashable, Sendable {
    /// The monotonic reading.
    public var monotonic: MonotonicTime
    /// The wall clock's reading at the same instant.
    public var wall: WallTime
    /// What the wall clock's reading is worth.
    public var quality: ClockQuality

    /// Both readings of one instant.
    public init(monotonic: MonotonicTime, wall: WallTime, quality: ClockQuality) {
        self.monotonic = monotonic
        self.wall = wall
        self.quality = quality
    }
}
