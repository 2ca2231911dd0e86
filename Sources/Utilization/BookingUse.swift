public import HubMessages

/// What bookings and people of one space say of each other: arrivals, no-shows, overstays, walk-ins.
///
/// Somebody is *there* while the estimate is over zero or presence is seen. docs/utilization.md has the definitions; the
/// event of each is written at the moment at which it is certain.
public struct BookingUse: Hashable, Sendable {
    /// What holds for a space.
    public struct Rules: Hashable, Sendable {
        /// A booking with nobody there for so long from its beginning is a no-show.
        public var noShowAfter: Duration
        /// Who is there for longer than this after the end of a booking stays over.
        public var overstayAfter: Duration
        /// Who is there for longer than this without a booking has walked in.
        public var walkInAfter: Duration
        /// Who comes so long before a booking has come for it.
        public var early: Duration
        /// Whether the space is there to be booked: in others nobody walks in or stays over.
        public var isBookable: Bool

        /// All parts.
        public init(
            noShowAfter: Duration = .seconds(900), overstayAfter: Duration = .seconds(600),
            walkInAfter: Duration = .seconds(600), early: Duration = .seconds(600), isBookable: Bool = true
        ) {
            self.noShowAfter = noShowAfter
            self.overstayAfter = overstayAfter
            self.walkInAfter = walkInAfter
            self.early = early
            self.isBookable = isBookable
        }
    }

    /// The space.
    public let space: SpaceID
    /// What holds for it.
    public var rules: Rules

    // Bookings that have begun, until a while after their end.
    private(set) var begun: [BookingID: Begun]
    // Since when nothing was missed.
    private var watchedSince: WallTime?
    private var seenAt: WallTime?
    private var isUsed = false
    private var isObserved = false
    // The booking during which whoever is there came.
    private var guest: Guest?
    private var uncovered: Uncovered?

    struct Begun: Hashable, Sendable, Codable {
        var from: WallTime
        var to: WallTime
        var hasArrived = false
        var isNoShow = false
        // Somebody may have come unseen.
        var isBlind = false
    }

    private struct Guest: Hashable {
        let booking: BookingID
        let to: WallTime
    }

    private struct Uncovered: Hashable {
        let since: MonotonicTime
        let sinceWall: WallTime
        let guest: Guest?
        var isTold = false
    }

    /// What was found: an event for the journal, and what the quarter-hour counts.
    public struct Found: Hashable, Sendable {
        /// The event.
        public var event: JournalEvent
        /// What is counted; `nil` for none.
        public var finding: UtilizationMeter.Finding?
    }

    /// A gap in watching of no more than this hides nobody: a restart of the daemon.
    static let shortGap = Duration.seconds(60)
    private static let remembered = Duration.seconds(86_400)

    /// Nothing is booked and nobody is there.
    public init(space: SpaceID, rules: Rules) {
        self.init(space: space, rules: rules, memory: Memory())
    }

    init(space: SpaceID, rules: Rules, memory: Memory) {
        self.space = space
        self.rules = rules
        begun = memory.begun
        seenAt = memory.seenAt
        watchedSince = memory.watchedSince
    }

    /// What outlasts a restart.
    struct Memory: Hashable, Sendable, Codable {
        var begun: [BookingID: Begun] = [:]
        var seenAt: WallTime?
        var watchedSince: WallTime?
    }

    var memory: Memory { Memory(begun: begun, seenAt: seenAt, watchedSince: watchedSince) }

    /// Forgets these bookings: a person wants it so. What was counted of them stays a number.
    mutating func forget(_ ids: Set<BookingID>) {
        begun = begun.filter { !ids.contains($0.key) }
        if let booking = guest?.booking, ids.contains(booking) { guest = nil }
        if let booking = uncovered?.guest?.booking, ids.contains(booking) { uncovered = nil }
    }

    /// When something may be found next without anything happening; beginnings and ends of bookings besides.
    public func deadline(at moment: Moment) -> MonotonicTime? {
        guard moment.quality != .unknown else { return nil }
        var next: MonotonicTime?
        for booking in begun.values where !booking.hasArrived && !booking.isNoShow && !booking.isBlind {
            let due = graceEnds(booking)
            if due > moment.wall {
                next = MonotonicTime.earlier(next, moment.monotonic + (due - moment.wall))
            }
        }
        if let uncovered, !uncovered.isTold {
            next = MonotonicTime.earlier(next, uncovered.since + patience(uncovered))
        }
        return next
    }

    /// From `moment` on somebody is there, or nobody; `isObserved`: all of the space's sensors work. Call it also when
    /// bookings begin, end or change, and at the ``deadline(at:)``.
    public mutating func observe(
        isUsed used: Bool, isObserved observed: Bool, at moment: Moment, bookings: [Booking]
    ) -> [Found] {
        guard moment.quality != .unknown else {
            // Nobody can say what is booked now: nothing is found, and what was being watched was not.
            watchedSince = nil
            seenAt = nil
            (isUsed, isObserved, guest, uncovered) = (used, observed, nil, nil)
            return []
        }
        let wasObserved = isObserved
        (isUsed, isObserved) = (used, observed)
        if seenAt.map({ moment.wall - $0 > Self.longGap || moment.wall < $0 }) ?? true { watchedSince = moment.wall }
        seenAt = moment.wall
        let current = bookings.filter { !$0.cancelled && $0.from <= moment.wall && moment.wall < $0.to }
        var found = judge(current, wasObserved: wasObserved, at: moment)
        found += cover(current, isExpected: isExpected(bookings, at: moment), at: moment)
        begun = begun.filter { moment.wall - $0.value.to < Self.remembered }
        return found
    }

    // Ticks come at least every quarter of an hour; a longer gap was a power cut or a jump of the date.
    private static let longGap = Duration.seconds(900) + shortGap

    private mutating func judge(_ current: [Booking], wasObserved: Bool, at moment: Moment) -> [Found] {
        var found: [Found] = []
        for booking in current {
            var state = begun[booking.id] ?? Begun(from: booking.from, to: booking.to)
            if state.from != booking.from { state = Begun(from: booking.from, to: booking.to) }
            state.to = booking.to
            if let watchedSince, watchedSince > booking.from + Self.shortGap { state.isBlind = true }
            // The grace's last moment is still judged by what was seen until then.
            if !isObserved && !wasObserved { state.isBlind = true }
            let isOver = moment.wall >= graceEnds(state)
            if !state.hasArrived && !state.isNoShow && isOver && !state.isBlind {
                state.isNoShow = true
                found.append(
                    Found(
                        event: .bookingNoShow(
                            BookingNoShow(
                                space: space, booking: booking.id, from: booking.from, to: booking.to,
                                grace: Int((graceEnds(state) - booking.from).milliseconds / 1_000))),
                        finding: .noShow))
            }
            if isUsed && !state.hasArrived {
                state.hasArrived = true
                found.append(
                    Found(
                        event: .bookingArrived(
                            BookingArrived(
                                space: space, booking: booking.id, from: booking.from, to: booking.to,
                                after: Int((moment.wall - booking.from).milliseconds / 1_000), late: state.isNoShow)),
                        finding: nil))
            }
            begun[booking.id] = state
        }
        return found
    }

    private func graceEnds(_ booking: Begun) -> WallTime { min(booking.from + rules.noShowAfter, booking.to) }

    private func isExpected(_ bookings: [Booking], at moment: Moment) -> Bool {
        bookings.contains { !$0.cancelled && moment.wall < $0.from && moment.wall >= $0.from - rules.early }
    }

    private mutating func cover(_ current: [Booking], isExpected: Bool, at moment: Moment) -> [Found] {
        let isCovered = !current.isEmpty || isExpected
        if !isUsed {
            guest = nil
        } else if let last = current.max(by: { $0.to < $1.to }) {
            guest = Guest(booking: last.id, to: last.to)
        }
        guard isUsed, !isCovered, rules.isBookable else {
            defer { uncovered = nil }
            guard let uncovered, uncovered.isTold else { return [] }
            return [Found(event: event(uncovered, until: moment.monotonic), finding: nil)]
        }
        if uncovered == nil {
            uncovered = Uncovered(since: moment.monotonic, sinceWall: moment.wall, guest: guest)
        }
        guard let open = uncovered, !open.isTold, moment.monotonic >= open.since + patience(open) else { return [] }
        uncovered?.isTold = true
        return [Found(event: event(open, until: nil), finding: open.guest == nil ? .walkIn : .overstay)]
    }

    private func patience(_ uncovered: Uncovered) -> Duration {
        uncovered.guest == nil ? rules.walkInAfter : rules.overstayAfter
    }

    private func event(_ uncovered: Uncovered, until end: MonotonicTime?) -> JournalEvent {
        let seconds = end.map { Int(($0 - uncovered.since).milliseconds / 1_000) }
        guard let guest = uncovered.guest else {
            return .walkIn(
                WalkIn(space: space, since: uncovered.sinceWall, active: end == nil, seconds: seconds))
        }
        return .bookingOverstay(
            BookingOverstay(
                space: space, booking: guest.booking, to: guest.to, active: end == nil, seconds: seconds))
    }
}
