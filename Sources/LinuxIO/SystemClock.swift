internal import CLinux
internal import Glibc

/// The kernel's clocks, in nanoseconds.
public enum SystemClock {
    /// `CLOCK_MONOTONIC`: nanoseconds since boot.
    public static func monotonicNanoseconds() -> UInt64 {
        read(CLOCK_MONOTONIC)
    }

    /// `CLOCK_REALTIME`: nanoseconds since 1970-01-01T00:00:00Z; 0 where the clock stands before it.
    public static func realtimeNanoseconds() -> UInt64 {
        read(CLOCK_REALTIME)
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_nsec))
    }
}
