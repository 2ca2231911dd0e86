/// A point on the kernel's monotonic clock: nanoseconds since boot (`CLOCK_MONOTONIC`, Linux `clock_gettime(2)`).
///
/// Every duration in RegioHub is a difference of two of these. Kernel timestamps of GPIO edges are on the same
/// clock, so an edge and a timer compare directly. It never goes back and knows no date.
public struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since boot.
    public var nanoseconds: UInt64

    /// A point `nanoseconds` after boot.
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// The moment of boot.
    public static let zero = MonotonicTime(nanoseconds: 0)

    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The earlier one of two points, of which either may not be. Asked at every event of every machine, so without a
    /// list.
    public static func earlier(_ left: MonotonicTime?, _ right: MonotonicTime?) -> MonotonicTime? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }

    /// The point `duration` later; saturates at both ends instead of trapping.
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let delta = duration.nanoseconds
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(UInt64(bitPattern: delta))
        if delta >= 0 {
            return MonotonicTime(nanoseconds: overflow ? .max : sum)
        }
        return MonotonicTime(nanoseconds: overflow ? sum : 0)
    }

    /// The point `duration` earlier; saturates at both ends instead of trapping.
    public static func - (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        time + .nanoseconds(-duration.nanoseconds)
    }

    /// The duration from `right` to `left`; negative where `left` is the earlier one; saturates at 292 years.
    public static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        left < right
            ? .nanoseconds(-Int64(clamping: right.nanoseconds - left.nanoseconds))
            : .nanoseconds(Int64(clamping: left.nanoseconds - right.nanoseconds))
    }
}

extension Duration {
    /// The duration in whole nanoseconds, cut to what an `Int64` holds (292 years).
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        if overflow || overflow2 {
            return seconds < 0 ? -.max : .max
        }
        return max(sum, -.max)
    }

    /// The duration in whole milliseconds, rounded toward zero.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
