internal import Synchronization

/// How the loop wakes an edge's thread and ends it within a bound.
///
/// ``signal()``, ``requestClose()`` and ``waitForEnd(_:)`` are for the loop's thread, ``isClosing`` and ``reportEnd()``
/// for the edge's; neither ever waits for the other but in ``waitForEnd(_:)``.
public final class Lifeline: Sendable {
    /// What the edge's thread waits on.
    public let wake: EventCounter

    private let ended: EventCounter
    private let closing = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)

    /// Of a thread that is to be started. Throws where the process has no descriptor left.
    public init() throws(SystemError) {
        wake = try EventCounter()
        ended = try EventCounter()
    }

    /// There is something to do.
    public func signal() {
        wake.signal()
    }

    /// Whether the thread is to end.
    public var isClosing: Bool { closing.load(ordering: .acquiring) }

    /// Asks the thread to end.
    public func requestClose() {
        closing.store(true, ordering: .releasing)
        wake.signal()
    }

    /// The thread does nothing any more. The last thing that it calls.
    public func reportEnd() {
        hasEnded.store(true, ordering: .releasing)
        ended.signal()
    }

    /// Waits, `bound` at most, until the thread does nothing any more. Returns whether it does; call once.
    public func waitForEnd(_ bound: Duration) -> Bool {
        ended.wait(timeout: bound)
        return hasEnded.load(ordering: .acquiring)
    }
}
