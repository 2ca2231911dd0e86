internal import Synchronization

/// A bounded queue from one thread to one other that neither ever waits for: a ring with two counters.
///
/// The door loop hands work to the journal writer and to the uplink through these, and takes their notices from
/// them. There is no lock, so a thread that is stopped in the middle (a stalled fsync, a debugger) cannot hold up the
/// other one. A full queue refuses; what then happens is the caller's written policy.
///
/// Exactly one thread pushes and exactly one thread pops, each at its own end.
public final class HandoffQueue<Element: Sendable>: Sendable {
    /// How many elements fit.
    public let capacity: Int

    private let slots: Slots
    // Counts of all elements ever pushed and popped; their difference is what the ring holds.
    private let pushed = Atomic<Int>(0)
    private let popped = Atomic<Int>(0)

    /// An empty queue for `capacity` elements, at least one.
    public init(capacity: Int) {
        self.capacity = max(capacity, 1)
        slots = Slots(count: self.capacity)
    }

    deinit {
        while pop() != nil {}
    }

    /// Puts `element` at the end; `false` where the queue is full and did not take it. Producer only.
    public func push(_ element: Element) -> Bool {
        let end = pushed.load(ordering: .relaxed)
        guard end - popped.load(ordering: .acquiring) < capacity else { return false }
        (slots.base + end % capacity).initialize(to: element)
        pushed.store(end + 1, ordering: .releasing)
        return true
    }

    /// Takes the first element; `nil` where there is none. Consumer only.
    public func pop() -> Element? {
        let start = popped.load(ordering: .relaxed)
        guard start < pushed.load(ordering: .acquiring) else { return nil }
        let element = (slots.base + start % capacity).move()
        popped.store(start + 1, ordering: .releasing)
        return element
    }

    /// How many elements the queue held at some moment during the call.
    public var count: Int {
        let start = popped.load(ordering: .acquiring)
        return max(0, pushed.load(ordering: .acquiring) - start)
    }

    // Unchecked: the two counters above give every slot to one thread at a time.
    private final class Slots: @unchecked Sendable {
        let base: UnsafeMutablePointer<Element>

        init(count: Int) {
            base = .allocate(capacity: count)
        }

        deinit {
            base.deallocate()
        }
    }
}
