public import HubMessages

/// Takes ringing off a line: a pulse shorter than ``shortest`` merges with the levels around it.
///
/// An edge is known to stand only once it lasted so long; it keeps its own time.
public struct EdgeFilter: Hashable, Sendable {
    /// An edge that stands.
    public struct Edge: Hashable, Sendable {
        /// The level after it.
        public var level: Bool
        /// When it was.
        public var time: MonotonicTime
    }

    /// Pulses shorter than this are ringing.
    public let shortest: Duration
    /// The edge that may still turn out to be ringing.
    public private(set) var pending: Edge?
    /// Edges to a level that the line had already: one between them is missing.
    public private(set) var missed = 0
    private var level: Bool?

    /// A filter before its first edge.
    public init(shortest: Duration) {
        self.shortest = shortest
    }

    /// When the last edge stands, if none follows.
    public var deadline: MonotonicTime? { pending.map { $0.time + shortest } }

    /// The line went to `level`. Returns the edge before, where that stands now.
    public mutating func edge(_ level: Bool, at time: MonotonicTime) -> Edge? {
        if level == pending?.level ?? self.level {
            missed += 1
            return nil
        }
        guard let before = pending else {
            pending = Edge(level: level, time: time)
            return nil
        }
        if time - before.time < shortest {
            pending = nil
            return nil
        }
        self.level = before.level
        pending = Edge(level: level, time: time)
        return before
    }

    /// Time has passed. Returns the last edge, where it stands now.
    public mutating func advance(to time: MonotonicTime) -> Edge? {
        guard let deadline, time >= deadline else { return nil }
        return flush()
    }

    /// No edge comes any more. Returns the last one.
    public mutating func flush() -> Edge? {
        defer { pending = nil }
        level = pending?.level ?? level
        return pending
    }
}
