/// A span of wall time, from its first moment to the first one after it.
public struct TimeWindow: Hashable, Sendable {
    /// The first moment.
    public var from: WallTime
    /// The first moment after.
    public var to: WallTime

    /// Both ends.
    public init(from: WallTime, to: WallTime) {
        self.from = from
        self.to = to
    }

    /// Whether `time` lies in it.
    public func contains(_ time: WallTime) -> Bool { from <= time && time < to }
}
