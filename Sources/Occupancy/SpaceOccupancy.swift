public import HubMessages

/// How many people a space holds: a best estimate within an interval that holds the truth.
///
/// Beam counters count, presence sensors contradict. A count that cannot be true is corrected, and every correction
/// says why. The interval grows with every passage that nobody could read and collapses when the space is known to be
/// empty.
public struct SpaceOccupancy: Hashable, Sendable {
    /// The space.
    public let space: SpaceID
    /// How long no presence and no passage mean that nobody is there; `nil` where the space has no presence sensor,
    /// because then silence means nothing.
    public var emptyAfter: Duration?

    /// The best estimate.
    public private(set) var estimate = 0
    /// At least so many.
    public private(set) var minimum = 0
    /// At most so many.
    public private(set) var maximum = 0
    /// Whether presence is seen now.
    public private(set) var isPresent = false
    /// People who came in since the start.
    public private(set) var entries: UInt64 = 0

    private var quietSince: MonotonicTime?
    // Whether a presence sensor works: only then does silence mean anything.
    private var isWatched = false

    /// No more than this are ever counted or reckoned with.
    public static let limit = 10_000

    /// An empty space.
    public init(space: SpaceID, emptyAfter: Duration?) {
        self.space = space
        self.emptyAfter = emptyAfter
    }

    /// When silence has lasted long enough to call the space empty.
    public var deadline: MonotonicTime? {
        guard let quietSince, let emptyAfter, maximum > 0, isWatched, !isPresent else { return nil }
        return quietSince + emptyAfter
    }

    /// The daemon started at `time`. `last` is the estimate from before, where one was kept; people came and went
    /// unseen since, so up to `capacity` may be there.
    public mutating func restart(last: Int?, capacity: Int?, at time: MonotonicTime) -> [JournalEvent] {
        quietSince = time
        guard let last, last > 0 else { return [] }
        return become(min(last, Self.limit), 0, max(last, capacity ?? last), .restart)
    }

    /// Somebody walked through one of the space's counters, or something happened there that it could not read.
    public mutating func passage(_ passage: Passage, at time: MonotonicTime) -> [JournalEvent] {
        quietSince = time
        entries += UInt64(max(passage.estimate, 0))
        let (low, best, high) = (minimum + passage.minimum, estimate + passage.estimate, maximum + passage.maximum)
        switch passage.direction {
        case .entered: return become(best, low, high, .entered)
        case .left:
            // Somebody went out who had not been counted in: an entry was missed, and is made up for.
            if maximum == 0 { return become(0, 0, 0, .leftWhileEmpty, always: true) }
            return become(best, low, high, .left)
        case .turned, .ambiguous: return become(best, low, high, .ambiguousPassage)
        }
    }

    /// Mats and seats say that at least so many are there.
    public mutating func seats(occupied: Int, at time: MonotonicTime) -> [JournalEvent] {
        quietSince = time
        guard occupied > minimum else { return [] }
        return become(max(estimate, occupied), occupied, max(maximum, occupied), .presence)
    }

    /// The kernel lost `count` edges of a counter: four make a passage.
    public mutating func edgesLost(_ count: UInt64, at time: MonotonicTime) -> [JournalEvent] {
        quietSince = time
        let passages = Int(min(max(count / 4, 1), UInt64(Self.limit)))
        return become(estimate, minimum - passages, maximum + passages, .edgesLost)
    }

    /// A counter failed, or came back: whoever passed it meanwhile was not seen. Without a `capacity` nobody can say how
    /// many may be there.
    public mutating func counterFailed(capacity: Int?, at time: MonotonicTime) -> [JournalEvent] {
        quietSince = time
        return become(estimate, 0, max(maximum, capacity ?? Self.limit), .counterFailed)
    }

    /// The space's presence sensors see somebody (`true`), or none of them does any more. They do not count: where
    /// nobody was reckoned with, anything up to `capacity` may be there.
    public mutating func presence(_ present: Bool, capacity: Int?, at time: MonotonicTime) -> [JournalEvent] {
        guard !isWatched || isPresent != present else { return [] }
        isWatched = true
        isPresent = present
        quietSince = time
        guard present else { return [] }
        let cause = estimate == 0 ? OccupancyCause.presenceWhileEmpty : .presence
        let high = maximum == 0 ? capacity ?? Self.limit : maximum
        return become(max(estimate, 1), max(minimum, 1), high, cause)
    }

    /// The last presence sensor failed: its silence means nothing now.
    public mutating func presenceLost() {
        isPresent = false
        isWatched = false
    }

    /// Time has passed: a long silence empties the space.
    public mutating func advance(to time: MonotonicTime) -> [JournalEvent] {
        guard let deadline, time >= deadline else { return [] }
        return become(0, 0, 0, .longSilence)
    }

    private mutating func become(
        _ estimate: Int, _ minimum: Int, _ maximum: Int, _ cause: OccupancyCause, always: Bool = false
    ) -> [JournalEvent] {
        let low = min(max(minimum, 0), Self.limit)
        let high = min(max(maximum, low), Self.limit)
        let best = min(max(estimate, low), high)
        guard always || (best, low, high) != (self.estimate, self.minimum, self.maximum) else { return [] }
        (self.estimate, self.minimum, self.maximum) = (best, low, high)
        return [
            .occupancyChanged(
                OccupancyChanged(space: space, estimate: best, minimum: low, maximum: high, cause: cause))
        ]
    }
}
