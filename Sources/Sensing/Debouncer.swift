public import HubMessages

/// Takes bouncing off a line where neither the chip nor the kernel does: a level counts once it has lasted for the
/// period, and whatever level is there at the end of bouncing is reported.
///
/// The same rule as the kernel's (docs/gpio.md, "Debounce"), on the edges' own times: a level that lasted long enough
/// counts even if it is read late and the line has changed again since.
public struct Debouncer: Hashable, Sendable {
    /// How long a level must last.
    public let period: Duration
    /// The level that counts.
    public private(set) var level: Bool

    private var latest: Bool
    private var since: MonotonicTime

    /// A line that rests at `level`.
    public init(period: Duration, level: Bool, at time: MonotonicTime) {
        self.period = period
        self.level = level
        latest = level
        since = time
    }

    /// When the level that is there counts, if it lasts.
    public var deadline: MonotonicTime? { latest == level ? nil : since + period }

    /// The line went to `level`. Returns the level before, where that had lasted long enough and differs from what
    /// counted, with the time from which on it counts.
    public mutating func edge(_ level: Bool, at time: MonotonicTime) -> (level: Bool, time: MonotonicTime)? {
        let settled = advance(to: time)
        if level != latest || deadline != nil { since = time }
        latest = level
        return settled
    }

    /// Time has passed. Returns the level that counts now, where it is another.
    public mutating func advance(to time: MonotonicTime) -> (level: Bool, time: MonotonicTime)? {
        guard let deadline, time >= deadline else { return nil }
        level = latest
        return (level, deadline)
    }

    /// The level was read anew after edges were lost: it counts at once. Returns it where it is another.
    public mutating func reread(_ level: Bool, at time: MonotonicTime) -> Bool? {
        latest = level
        since = time
        guard self.level != level else { return nil }
        self.level = level
        return level
    }
}
