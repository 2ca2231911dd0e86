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

    /// Whether a time server disciplines the wall clock (`adjtimex(2)`: `STA_UNSYNC` is clear).
    public static func isSynchronized() -> Bool {
        var state = timex()
        let code = adjtimex(&state)
        return code >= 0 && code != TIME_ERROR && state.status & STA_UNSYNC == 0
    }

    /// Whether the board has a battery-backed clock (`/dev/rtc0`) that set the wall clock at boot.
    public static func hasHardwareClock() -> Bool {
        access("/dev/rtc0", F_OK) == 0
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_nsec))
    }
}
