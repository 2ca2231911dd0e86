public import HubMessages

/// How many people a space holds: a best estimate within an interval that holds the truth.
///
/// Counters count; presence, seats, cards, closing time and the spaces around and inside say whether that can be. A count
/// that cannot be true is corrected, and every correction says why and by how much. The interval grows with passages that
/// nobody could read, with passages that nobody saw, and with time; evidence narrows it, and it collapses when the space
/// is known to be empty. docs/occupancy.md has every rule.
public struct SpaceOccupancy: Hashable, Sendable {
    /// The space.
    public let space: SpaceID
    /// What the count is judged by.
    public var rules: OccupancyRules

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
    /// What the estimate and the interval are made of, since the space was last known to be empty; each once, in the order
    /// in which it first mattered.
    public private(set) var reasons: [OccupancyCause] = []

    private var missed = CountDoubt()
    // What the doubt did not take from the minimum, because somebody had just come in.
    private var spared = 0
    // The last sign of people, or of nobody.
    private var quietSince: MonotonicTime?
    // The last evidence of any kind: from there doubt grows with time.
    private var doubtedSince: MonotonicTime?
    // When somebody last went out.
    private var lastLeft: MonotonicTime?
    // Whether a presence sensor works: only then does silence mean anything.
    private var isWatched = false
    private var isClosed = false
    // Since when, to the minute, a counter does not see who passes.
    private var blindSince: MonotonicTime?
    // Bookings whose party is in the estimate already.
    private var admitted: Set<BookingID> = []

    /// No more than this are ever counted or reckoned with.
    public static let limit = 10_000

    /// An empty space.
    public init(space: SpaceID, rules: OccupancyRules) {
        self.space = space
        self.rules = rules
    }

    /// When time alone changes something next.
    public var deadline: MonotonicTime? {
        [silenceEnds, presenceConfirmed, doubtGrows, blindMinuteEnds].compactMap(\.self).min()
    }

    /// When silence has lasted long enough to call the space empty.
    private var silenceEnds: MonotonicTime? {
        guard let quietSince, let emptyAfter = rules.emptyAfter, maximum > 0, isWatched, !isPresent else { return nil }
        return quietSince + (isClosed ? min(emptyAfter, OccupancyRules.silenceAfterClosing) : emptyAfter)
    }

    /// When presence that goes on after somebody has left must be somebody else.
    private var presenceConfirmed: MonotonicTime? {
        guard isPresent, estimate == 0 || minimum == 0, let lastLeft else { return nil }
        return lastLeft + rules.presenceHold
    }

    private var blindMinuteEnds: MonotonicTime? {
        guard let blindSince, minimum > 0 || maximum < most else { return nil }
        return blindSince + .seconds(60)
    }

    private var doubtGrows: MonotonicTime? {
        guard maximum > 0, let doubtedSince, minimum > (isPresent ? 1 : 0) || maximum < most else { return nil }
        return doubtedSince + OccupancyRules.doubtEvery
    }

    /// As many as there may be where nobody knows.
    private var most: Int { rules.capacity ?? Self.limit }

    // MARK: Counters

    /// Somebody walked through one of the space's counters, or something happened there that it could not read.
    public mutating func passage(_ passage: Passage, at time: MonotonicTime) -> [JournalEvent] {
        touch(time)
        let entered = max(passage.estimate, 0)
        entries += UInt64(entered)
        // Who turned round is one who may have been somebody else as well.
        let met = passage.direction == .turned ? passage.maximum * 2 : entered
        let slack = missed.count(met, percent: rules.countError)
        let doubt = OccupancyRules.doubt(passage.direction)
        let low = minimum + max(passage.minimum, passage.estimate - doubt) - slack
        let best = estimate + passage.estimate
        let high = maximum + min(passage.maximum, passage.estimate + doubt) + slack
        switch passage.direction {
        case .entered:
            // Who has just come in is there; with the next one that is in doubt again.
            let sure = max(low - spared, max(passage.minimum, 0))
            spared = sure - (low - spared)
            return become(best, sure, high, .entered)
        case .left:
            lastLeft = time
            guard best < 0 || high < 0 else { return become(best, low, high, .left) }
            // Somebody went out who had not been counted in: an entry was missed, and who misses one may miss another.
            return become(0, 0, maximum == 0 ? 1 : max(high, 0), .leftWhileEmpty, corrected: -best)
        case .turned, .ambiguous: return become(best, low, high, .ambiguousPassage)
        }
    }

    /// The kernel lost `count` edges of a counter: four make a passage.
    public mutating func edgesLost(_ count: UInt64, at time: MonotonicTime) -> [JournalEvent] {
        touch(time)
        let passages = Int(min(max(count / 4, 1), UInt64(Self.limit)))
        return become(estimate, minimum - passages, maximum + passages, .edgesLost)
    }

    /// A counter failed (`true`), or all of them work again: whoever passes it meanwhile is not seen. The interval grows
    /// with every minute that it lasts.
    public mutating func counterFailed(_ failed: Bool, at time: MonotonicTime) -> [JournalEvent] {
        touch(time)
        guard failed else {
            blindSince = nil
            return []
        }
        guard blindSince == nil else { return [] }
        blindSince = time
        return unseen(.counterFailed, people: OccupancyRules.unseenAtFirst)
    }

    /// So many people may have passed unseen, in or out.
    private mutating func unseen(_ cause: OccupancyCause, people: Int) -> [JournalEvent] {
        become(estimate, minimum - people, max(maximum, min(maximum + people, most)), cause)
    }

    // MARK: Presence

    /// Mats and seats say that at least so many are there.
    public mutating func seats(occupied: Int, at time: MonotonicTime) -> [JournalEvent] {
        touch(time)
        guard occupied > minimum else { return [] }
        return become(
            max(estimate, occupied), occupied, max(maximum, occupied), .presence,
            corrected: rules.isCounted ? max(occupied - estimate, 0) : 0)
    }

    /// The space's presence sensors see somebody (`true`), or none of them does any more. They do not count: where nobody
    /// was reckoned with, `expected` (how many are booked just now) is the best guess of a space without counters.
    public mutating func presence(_ present: Bool, expected: Int?, at time: MonotonicTime) -> [JournalEvent] {
        guard !isWatched || isPresent != present else { return [] }
        isWatched = true
        isPresent = present
        touch(time)
        return present ? somebody(expected) : []
    }

    /// The last presence sensor failed: its silence means nothing now.
    public mutating func presenceLost() {
        isPresent = false
        isWatched = false
    }

    /// At least one is there.
    private mutating func somebody(_ expected: Int?) -> [JournalEvent] {
        let guess = rules.isCounted ? 1 : max(expected ?? 1, 1)
        let high =
            rules.isCounted ? max(maximum, min(OccupancyRules.missedAtOnce, most)) : max(maximum, most, guess)
        guard estimate == 0 else { return become(estimate, max(minimum, 1), maximum, .presence) }
        return become(
            guess, max(minimum, 1), maximum == 0 ? high : max(maximum, guess), .presenceWhileEmpty,
            corrected: rules.isCounted ? guess : 0)
    }

    // MARK: Doors without counters

    /// Somebody with a right opened the space's own door, which no counter watches: one, or the `party` of that booking.
    /// Who comes later with the same booking is of that party.
    public mutating func admitted(_ booking: BookingID?, party: Int?, at time: MonotonicTime) -> [JournalEvent] {
        guard !rules.isCounted else { return [] }
        touch(time)
        let isKnown = booking.map { !admitted.insert($0).inserted } ?? false
        guard let party, party > 0 else {
            return become(estimate + 1, minimum, maximum + OccupancyRules.usualGroup, .admitted)
        }
        if isKnown { return become(max(estimate, 1), minimum, maximum + 1, .admitted) }
        return become(estimate + party, minimum, maximum + max(party, OccupancyRules.usualGroup), .admitted)
    }

    /// Somebody asked to be let out through the space's own door, which no counter watches: one, or all of them.
    public mutating func exitRequest(at time: MonotonicTime) -> [JournalEvent] {
        guard !rules.isCounted, maximum > 0 else { return [] }
        touch(time)
        lastLeft = time
        return become(max(estimate - 1, 0), 0, maximum, .exitRequest)
    }

    // MARK: The house

    /// The space's hours end (`true`) or begin. Who shows himself stays; in a space that nobody watches the best guess is
    /// that all are gone, and the interval still says who may be left.
    public mutating func closed(_ closed: Bool, at time: MonotonicTime) -> [JournalEvent] {
        guard isClosed != closed else { return [] }
        isClosed = closed
        guard closed, !isWatched, maximum > 0 else { return [] }
        return become(0, 0, maximum, .closingTime)
    }

    /// The intruder alarm was armed: nobody is in the house, or the alarm would go off.
    public mutating func armed(at time: MonotonicTime) -> [JournalEvent] {
        touch(time)
        return empty(.armed)
    }

    /// Spaces inside this one hold at least `count` people.
    public mutating func holds(atLeast count: Int, at time: MonotonicTime) -> [JournalEvent] {
        guard count > minimum else { return [] }
        touch(time)
        return become(
            max(estimate, count), count, max(maximum, count), .innerSpace, corrected: max(count - estimate, 0))
    }

    /// The space around this one holds at most `count` people.
    public mutating func holds(atMost count: Int, at time: MonotonicTime) -> [JournalEvent] {
        guard count < maximum, count >= minimum else { return [] }
        return become(min(estimate, count), minimum, count, .outerSpace, corrected: min(count - estimate, 0))
    }

    /// Something moved in a space inside this one: it is not silent here either.
    public mutating func innerActivity(at time: MonotonicTime) {
        touch(time)
    }

    // MARK: Time

    /// The daemon started at `time`. `last` is the count from before, where one was kept, and `off` how long ago that was:
    /// people came and went unseen since. After ten minutes, or where nobody knows, anybody may be there.
    public mutating func restart(last: OccupancyCount?, off: Duration?, at time: MonotonicTime) -> [JournalEvent] {
        touch(time)
        guard let last else { return [] }
        // As it was, and then what the time without eyes may have changed.
        (estimate, minimum, maximum) = (
            Self.limited(last.estimate), Self.limited(last.minimum), Self.limited(last.maximum)
        )
        guard let off, off >= .zero, off <= OccupancyRules.shortOutage else {
            return become(estimate, 0, max(maximum, most), .restart)
        }
        return unseen(.restart, people: OccupancyRules.unseenAtFirst + Int(off / .seconds(60)))
    }

    /// What outlasts a restart.
    public var count: OccupancyCount {
        OccupancyCount(estimate: estimate, minimum: minimum, maximum: maximum)
    }

    private static func limited(_ count: Int) -> Int { min(max(count, 0), limit) }

    /// Time has passed: a long silence empties the space, presence that stays is somebody, doubt grows.
    public mutating func advance(to time: MonotonicTime) -> [JournalEvent] {
        if let silenceEnds, time >= silenceEnds {
            let isEarly = rules.emptyAfter.map { silenceEnds - (quietSince ?? time) < $0 } ?? false
            return empty(isEarly ? .closingTime : .longSilence)
        }
        var events: [JournalEvent] = []
        if let blindMinuteEnds, time >= blindMinuteEnds {
            blindSince = time
            events += unseen(.counterFailed, people: 1)
        }
        if let presenceConfirmed, time >= presenceConfirmed {
            lastLeft = nil
            doubtedSince = time
            events += somebody(nil)
        }
        if let doubtGrows, time >= doubtGrows {
            doubtedSince = time
            events += become(
                estimate, max(minimum - 1, isPresent ? min(minimum, 1) : 0), min(maximum + 1, max(maximum, most)), .time
            )
        }
        return events
    }

    private mutating func touch(_ time: MonotonicTime) {
        quietSince = time
        doubtedSince = time
    }

    private mutating func empty(_ cause: OccupancyCause) -> [JournalEvent] {
        become(0, 0, 0, cause, corrected: rules.isCounted ? -estimate : 0)
    }

    /// The bounds hold each other and zero; what is beyond the limit cannot be counted. `corrected` is what the evidence
    /// contradicts the count by, and is told even where the numbers stay.
    private mutating func become(
        _ best: Int, _ low: Int, _ high: Int, _ cause: OccupancyCause, corrected: Int = 0
    ) -> [JournalEvent] {
        let low = min(max(low, 0), Self.limit)
        let high = min(max(high, low), Self.limit)
        let best = min(max(best, low), high)
        guard corrected != 0 || (best, low, high) != (estimate, minimum, maximum) else { return [] }
        (estimate, minimum, maximum) = (best, low, high)
        if high == 0 {
            missed = CountDoubt()
            spared = 0
            admitted = []
            reasons = [cause]
        } else if !reasons.contains(cause) {
            reasons.append(cause)
        }
        return [
            .occupancyChanged(
                OccupancyChanged(
                    space: space, estimate: best, minimum: low, maximum: high, cause: cause,
                    corrected: corrected == 0 ? nil : corrected))
        ]
    }
}
