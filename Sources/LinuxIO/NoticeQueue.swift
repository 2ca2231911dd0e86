internal import Synchronization

/// Notices from an edge's thread to the loop: bounded, in order, and no notice is ever dropped.
///
/// A full queue makes the edge's thread wait for room, never the loop: it stops taking work in, which then shows at
/// the edge's own limits. Exactly one thread pushes and exactly one pops.
public final class NoticeQueue<Notice: Sendable>: Sendable {
    /// Signalled when there is something to ``pop()``; what the loop has in its epoll.
    public let arrived: EventCounter

    private let queue: HandoffQueue<Notice>
    private let room: EventCounter
    private let producerWaits = Atomic<Bool>(false)

    /// An empty queue for `capacity` notices; `room` is signalled when a refused producer may try again.
    public init(capacity: Int, arrived: EventCounter, room: EventCounter) {
        queue = HandoffQueue(capacity: capacity)
        self.arrived = arrived
        self.room = room
    }

    /// Puts `notice` at the end, without a signal; `false` where there is no room. Producer only.
    public func push(_ notice: Notice) -> Bool {
        if queue.push(notice) { return true }
        producerWaits.store(true, ordering: .relaxed)
        // Pairs with the fence in pop: either the consumer sees that we wait, or we see the room it made.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        return queue.push(notice)
    }

    /// Takes the first notice; `nil` where there is none. Consumer only.
    public func pop() -> Notice? {
        guard let notice = queue.pop() else { return nil }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if producerWaits.load(ordering: .relaxed) {
            producerWaits.store(false, ordering: .relaxed)
            room.signal()
        }
        return notice
    }
}

/// The producer's end of a ``NoticeQueue``: gathers the notices of one turn and hands them over with one signal.
///
/// Belongs to the edge's thread.
public struct NoticeOutbox<Notice: Sendable> {
    private let queue: NoticeQueue<Notice>
    private var waiting: [Notice] = []

    /// An empty outbox in front of `queue`.
    public init(_ queue: NoticeQueue<Notice>) {
        self.queue = queue
    }

    /// Whether notices wait for room; the edge then takes no new work in until a ``flush()`` succeeds.
    public private(set) var isBlocked = false

    /// Puts `notice` behind the others; goes out with the next ``flush()``.
    public mutating func send(_ notice: Notice) {
        waiting.append(notice)
    }

    /// Hands over what there is room for. Returns whether everything went.
    @discardableResult
    public mutating func flush() -> Bool {
        guard !waiting.isEmpty else { return true }
        defer { isBlocked = !waiting.isEmpty }
        var handed = 0
        for notice in waiting {
            guard queue.push(notice) else { break }
            handed += 1
        }
        if handed == waiting.count {
            waiting.removeAll(keepingCapacity: true)
        } else {
            waiting.removeFirst(handed)
        }
        if handed > 0 { queue.arrived.signal() }
        return waiting.isEmpty
    }
}
