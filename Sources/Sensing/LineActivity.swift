public import HubMessages

/// How busy a line is: edges in the last minute, and edges that were lost, in the last hour and at all.
///
/// Two sliding windows of fixed size, so that the busiest line takes no more memory than the quietest.
public struct LineActivity: Hashable, Sendable {
    /// All edges since the line was requested first.
    public private(set) var edges: UInt64 = 0
    /// All edges that were lost since then.
    public private(set) var lost: UInt64 = 0
    /// The last edge.
    public private(set) var lastEdge: MonotonicTime?

    private var minute = SlidingCount(window: .seconds(60))
    private var hour = SlidingCount(window: .seconds(3_600))

    /// A line of which nothing was seen yet.
    public init() {}

    /// An edge came, and `lost` before it were lost.
    public mutating func edge(lost: UInt64, at time: MonotonicTime) {
        edges += 1
        lastEdge = time
        minute.add(1, at: time)
        if lost > 0 {
            self.lost += lost
            hour.add(lost, at: time)
        }
    }

    /// Edges in the minute before `time`.
    public func edgesPerMinute(at time: MonotonicTime) -> UInt64 { minute.count(at: time) }

    /// Edges lost in the hour before `time`.
    public func lostPerHour(at time: MonotonicTime) -> UInt64 { hour.count(at: time) }
}

/// How much happened within a window before now, to a twelfth of the window.
struct SlidingCount: Hashable, Sendable {
    private static let parts = 12

    let window: Duration
    private var counts = [UInt64](repeating: 0, count: parts)
    private var current: UInt64 = 0

    init(window: Duration) {
        self.window = window
    }

    private func part(_ time: MonotonicTime) -> UInt64 {
        time.nanoseconds / UInt64(window.nanoseconds / Int64(Self.parts))
    }

    mutating func add(_ count: UInt64, at time: MonotonicTime) {
        turn(to: part(time))
        counts[Int(current % UInt64(Self.parts))] += count
    }

    func count(at time: MonotonicTime) -> UInt64 {
        var turned = self
        turned.turn(to: part(time))
        return turned.counts.reduce(0, +)
    }

    private mutating func turn(to part: UInt64) {
        guard part > current else { return }
        let passed = part - current
        for step in 0..<min(passed, UInt64(Self.parts)) { counts[Int((part - step) % UInt64(Self.parts))] = 0 }
        current = part
    }
}
