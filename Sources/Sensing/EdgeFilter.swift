public import HubMessages

/// Takes ringing and bouncing off a line: a pulse shorter than ``shortest`` merges with the levels around it, and
/// whatever level is there at the end is reported.
///
/// An edge is known to stand only once it lasted so long; it keeps its own time. Judged by the edges' own times, a level
/// that lasted counts however late it is read, also where the line has changed again since. The daemon debounces with it
/// where the kernel does not, and `hubctl decode --sensor contact` always.
public struct EdgeFilter: Hashable, Sendable {
    /// An edge that stands.
    public struct Edge: Hashable, Sendable {
        /// The level after it.
        public var level: Bool
        /// When it was.
        public var time: MonotonicTime

        /// An edge to `level` at `time`.
        public init(level: Bool, time: MonotonicTime) {
            self.level = level
            self.time = time
        }
    }

    /// Pulses shorter than this are ringing.
    public let shortest: Duration
    /// The edge that may still turn out to be ringing.
    public private(set) var pending: Edge?
    /// Edges to a level that the line had already: one between them is missing.
    public private(set) var missed = 0
    private var level: Bool?

    /// A filter before its first edge, of a line that is known to be at `level`.
    public init(shortest: Duration, level: Bool? = nil) {
        self.shortest = shortest
        self.level = level
    }

    /// The level was read anew, after edges were lost: it stands.
    public mutating func reread(_ level: Bool) {
        pending = nil
        self.level = level
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
