public import HubMessages

/// A change of a line's level, as the kernel saw it.
public struct LineEdge: Hashable, Sendable {
    /// The line's index in its request.
    public var line: Int
    /// Whether the line became active (after active-low).
    public var isActive: Bool
    /// When: the time of the interrupt; with a debounce period, the end of the period that accepted the level.
    public var time: MonotonicTime
    /// The edge's number among all edges of the request, from 1, wrapping. A gap says that edges were lost.
    public var requestSequence: UInt32
    /// The edge's number among the edges of its line, from 1, wrapping. A gap says that edges of this line were lost.
    public var lineSequence: UInt32

    /// An edge.
    public init(
        line: Int, isActive: Bool, time: MonotonicTime, requestSequence: UInt32, lineSequence: UInt32
    ) {
        self.line = line
        self.isActive = isActive
        self.time = time
        self.requestSequence = requestSequence
        self.lineSequence = lineSequence
    }
}
