public import HubMessages

/// When opening hours open and close one door: the plan that a door is run by, and how it gives way to a new one.
///
/// A plan is made of absolute windows and kept as one deadline on the monotonic clock. A jump of the wall clock makes a
/// new plan and moves nothing by itself: what the door is, it stays until the next change of the old plan or of the new
/// one, whichever comes first, and is then what the windows say.
public struct OpeningHours: Equatable, Sendable {
    /// Whether the hours have begun and not ended, as far as this plan has moved the door.
    public private(set) var isOpen = false
    /// When the windows are to be looked at again; `nil` where nothing is planned.
    public private(set) var due: MonotonicTime?
    private var windows: [TimeWindow] = []
    private var isPlanned = false

    /// No hours.
    public init() {}

    /// Takes other windows (a new configuration, the next weeks): the door is what they say. Returns whether the hours are
    /// open, where that changed.
    public mutating func plan(_ windows: [TimeWindow], at moment: Moment) -> Bool? {
        self.windows = windows
        return look(at: moment)
    }

    /// The wall clock jumped or became known. Moves nothing, unless there was no plan because the time was unknown.
    public mutating func clockChanged(at moment: Moment) -> Bool? {
        guard moment.quality != .unknown else { return nil }
        guard isPlanned else { return look(at: moment) }
        let next = nextEdge(after: moment)
        due = [due, next].compactMap(\.self).min()
        return nil
    }

    /// Time has passed. Returns whether the hours are open, where that changed.
    public mutating func advance(to moment: Moment) -> Bool? {
        guard let due, moment.monotonic >= due else { return nil }
        return look(at: moment)
    }

    private mutating func look(at moment: Moment) -> Bool? {
        guard moment.quality != .unknown else {
            // What stands goes on to its planned end; nothing begins.
            if let planned = due, moment.monotonic >= planned {
                due = nil
                return set(false)
            }
            return nil
        }
        isPlanned = true
        due = nextEdge(after: moment)
        return set(windows.contains { $0.contains(moment.wall) })
    }

    private mutating func set(_ new: Bool) -> Bool? {
        guard new != isOpen else { return nil }
        isOpen = new
        return new
    }

    private func nextEdge(after moment: Moment) -> MonotonicTime? {
        let edges = windows.flatMap { [$0.from, $0.to] }.filter { $0 > moment.wall }
        return edges.min().map { moment.monotonic + ($0 - moment.wall) }
    }
}
