internal import CLinux
internal import Glibc

/// Becomes readable at a point in time: `timerfd_create(2)`.
public struct TimerDescriptor: ~Copyable {
    private let descriptor: FileDescriptor

    /// For ``Poller``.
    public var number: CInt { descriptor.number }

    /// A timer on `CLOCK_MONOTONIC` that is not armed.
    public init() throws(SystemError) {
        descriptor = try Self.make(CLOCK_MONOTONIC)
    }

    private init(owning descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }

    /// A timer that becomes readable whenever somebody sets the wall clock, and never else
    /// (`TFD_TIMER_CANCEL_ON_SET`). ``drain()`` arms it again.
    public static func wallClockWatch() throws(SystemError) -> TimerDescriptor {
        let watch = TimerDescriptor(owning: try make(CLOCK_REALTIME))
        watch.armWatch()
        return watch
    }

    /// Becomes readable at `nanoseconds` after boot, at once if that is over; `nil` disarms.
    public func arm(at nanoseconds: UInt64?) {
        var time = itimerspec()
        if let nanoseconds {
            // All zero would disarm.
            let point = max(nanoseconds, 1)
            time.it_value.tv_sec = Int(clamping: point / 1_000_000_000)
            time.it_value.tv_nsec = Int(point % 1_000_000_000)
        }
        _ = timerfd_settime(descriptor.number, CInt(TFD_TIMER_ABSTIME), &time, nil)
    }

    /// Takes the readiness away.
    public func drain() {
        var count: UInt64 = 0
        _ = read(descriptor.number, &count, 8)
    }

    /// Takes the readiness of a ``wallClockWatch()`` away and watches for the next time the clock is set.
    public func drainWatch() {
        drain()
        armWatch()
    }

    private func armWatch() {
        var time = itimerspec()
        // Far enough away never to fire by itself: the year 2200.
        time.it_value.tv_sec = 7_258_118_400
        let flags = CInt(TFD_TIMER_ABSTIME) | CInt(TFD_TIMER_CANCEL_ON_SET)
        _ = timerfd_settime(descriptor.number, flags, &time, nil)
    }

    private static func make(_ clock: clockid_t) throws(SystemError) -> FileDescriptor {
        let number = timerfd_create(clock, CInt(TFD_CLOEXEC) | CInt(TFD_NONBLOCK))
        guard number >= 0 else { throw SystemError(call: "timerfd_create") }
        return FileDescriptor(owning: number)
    }
}
