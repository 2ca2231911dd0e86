internal import CLinux
internal import Glibc

/// Wakes a thread that waits in `epoll_wait`, `poll` or ``wait()``: an `eventfd(2)`.
///
/// Any number of ``signal()`` before the waiter looks are one wake-up. Safe to use from every thread.
public final class EventCounter: Sendable {
    /// The descriptor to wait on; readable while signalled.
    public let descriptor: CInt

    /// A counter at zero. Throws where the process has no descriptor left.
    public init() throws(SystemError) {
        descriptor = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError(call: "eventfd") }
    }

    deinit {
        close(descriptor)
    }

    /// Makes the descriptor readable. Never blocks.
    public func signal() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then it is signalled already.
        _ = write(descriptor, &one, 8)
    }

    /// Resets the counter. Never blocks; returns whether it had been signalled.
    @discardableResult
    public func drain() -> Bool {
        var count: UInt64 = 0
        return read(descriptor, &count, 8) == 8
    }

    /// Waits until signalled or until `timeout` is over, then resets the counter. `nil` waits for ever. A signal(7) that is
    /// handled meanwhile ends it no earlier.
    public func wait(timeout: Duration? = nil) {
        let start = SystemClock.monotonicNanoseconds()
        var left = timeout
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, pollTimeout(left)) < 0, errno == EINTR {
            let waited = Duration.nanoseconds(Int64(clamping: SystemClock.monotonicNanoseconds() - start))
            left = timeout.map { max(.zero, $0 - waited) }
        }
        drain()
    }
}
