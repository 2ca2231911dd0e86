public import HubMessages

/// A change of one line, as the kernel reported it.
public struct SensedEdge: Hashable, Sendable {
    /// Which line of the device.
    public var line: LineRole
    /// Whether the line is active now, after active-low was taken into account.
    public var isActive: Bool
    /// The kernel's timestamp.
    public var time: MonotonicTime
    /// The line's own sequence number: one more than that of the line's edge before, unless edges were lost.
    public var sequence: UInt32

    /// A change of `line`.
    public init(line: LineRole, isActive: Bool, time: MonotonicTime, sequence: UInt32) {
        self.line = line
        self.isActive = isActive
        self.time = time
        self.sequence = sequence
    }
}
