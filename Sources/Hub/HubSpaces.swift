internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Occupancy
internal import Sensing
internal import Utilization

/// A space of the hub: its count, its use, its hours.
struct Space: Equatable, Sendable {
    var settings: SpaceSettings
    var occupancy: SpaceOccupancy
    var use: SpaceUse
    var capacity = CapacityWatch()
    var hours = OpeningHours()
    var booking = BookingView()

    /// When the space begins or ceases to be booked, as far as the wall clock at `moment` tells.
    func bookingEdge(at moment: Moment) -> MonotonicTime? {
        guard moment.quality != .unknown, let until = booking.until else { return nil }
        return moment.monotonic + max(until - moment.wall, .zero)
    }
}

/// Whether a space is booked, and until when that answer holds.
struct BookingView: Equatable, Sendable {
    var isBooked: Bool?
    var until: WallTime?
}

extension Hub {
    /// How soon a change of how spaces are used is stored; a power cut costs at most so much of a quarter-hour.
    static let useStoreDelay = Duration.seconds(300)
    private static let calendarInterval = Duration.seconds(86_400)

    /// Makes a space out of its settings, or takes changed ones; what it holds goes on undisturbed.
    mutating func build(_ settings: SpaceSettings) {
        let occupancyRules = rules(of: settings)
        let useRules = BookingUse.Rules(
            noShowAfter: settings.noShowAfter, overstayAfter: settings.overstayAfter,
            walkInAfter: settings.walkInAfter, early: configuration.access.before, isBookable: settings.isBookable)
        let district = SpaceUse.District(
            hub: configuration.hub, threshold: configuration.privacy.minimumPeople)
        var space =
            spaces[settings.id]
            ?? Space(
                settings: settings, occupancy: SpaceOccupancy(space: settings.id, rules: occupancyRules),
                use: SpaceUse(
                    space: settings.id, module: settings.module, rules: useRules, district: district,
                    memory: storedUses.removeValue(forKey: settings.id), closed: storedQuarters))
        if space.use.module != settings.module {
            storedQuarters += space.use.closed
            space.use = SpaceUse(
                space: settings.id, module: settings.module, rules: useRules, district: district)
        }
        space.settings = settings
        space.occupancy.rules = occupancyRules
        space.use.rules = useRules
        space.use.district = district
        spaces[settings.id] = space
        touched.insert(.space(settings.id))
    }

    private func rules(of settings: SpaceSettings) -> OccupancyRules {
        var rules = OccupancyRules(
            capacity: settings.capacity, countError: settings.countError, isCounted: false, presenceHold: .zero)
        for sensor in configuration.sensors where sensor.space == settings.id {
            switch sensor.kind {
            case .presence(_, let hold, let blind):
                rules.emptyAfter = settings.emptyAfter
                rules.presenceHold = max(rules.presenceHold, hold + blind + .seconds(10))
            case .seat(_, let hold):
                rules.emptyAfter = settings.emptyAfter
                rules.presenceHold = max(rules.presenceHold, hold + .seconds(10))
            case .beamCounter, .peopleCounter: rules.isCounted = true
            case .climate, .co2, .driver, .meter, .input, .feedback: break
            }
        }
        return rules
    }

    mutating func advanceSpace(_ id: SpaceID, to moment: Moment) {
        // While somebody is in a space inside, it is not silent here.
        if innerMinimum(of: id) > 0 { spaces[id]?.occupancy.innerActivity(at: moment.monotonic) }
        if spaces[id]?.hours.advance(to: moment) != nil { followHours(of: id, at: moment) }
        count(spaces[id]?.occupancy.advance(to: moment.monotonic) ?? [], in: id, at: moment)
        measure(id, at: moment)
    }

    /// Tells what a space shows now to whoever measures its use, and records what that completes.
    mutating func measure(_ id: SpaceID, at moment: Moment) {
        guard var space = spaces[id] else { return }
        let reading = UtilizationMeter.Reading(
            estimate: space.occupancy.estimate, own: own(of: space), isPresent: space.occupancy.isPresent,
            isHealthy: isHealthy(id), entries: space.occupancy.entries, energy: energy(of: id))
        let events = space.use.observe(
            reading, at: moment, bookings: book.bookings(of: id), days: calendar)
        spaces[id] = space
        viewBookings(of: id, at: moment)
        usesDue = usesDue ?? moment.monotonic + Self.useStoreDelay
        record(events.map(withHead), at: moment)
    }

    /// The bookings changed: quarter-hours that are complete are recorded anew where that came late.
    mutating func reviseUse(of id: SpaceID, at moment: Moment) {
        let events = spaces[id]?.use.bookingsChanged(book.bookings(of: id), at: moment) ?? []
        usesDue = usesDue ?? moment.monotonic + Self.useStoreDelay
        record(events.map(withHead), at: moment)
    }

    private func withHead(_ event: JournalEvent) -> JournalEvent {
        guard case .utilizationSummary(var summary) = event else { return event }
        summary.head = journalCare.head
        return .utilizationSummary(summary)
    }

    /// Records what changed a space's count and what follows for its capacity and for the spaces around and inside it, and
    /// has it stored soon.
    mutating func count(_ events: [JournalEvent], in id: SpaceID, at moment: Moment) {
        guard !events.isEmpty, var space = spaces[id] else { return }
        record(events, at: moment)
        record(
            space.capacity.update(
                space.occupancy, capacity: space.settings.capacity, warnAt: space.settings.warnAt), at: moment)
        spaces[id]?.capacity = space.capacity
        touched.insert(.space(id))
        snapshotDue = snapshotDue ?? moment.monotonic + Self.snapshotDelay
        if let around = space.settings.inside {
            spaces[around]?.occupancy.innerActivity(at: moment.monotonic)
            raise(around, at: moment)
            // Whoever went in there is not in this one itself any more.
            measure(around, at: moment)
        }
        // Evidence of people inside is stronger than the outer count: that is raised first.
        raise(id, at: moment)
        let most = spaces[id]?.occupancy.maximum ?? 0
        for inner in spaces.keys.sorted() where spaces[inner]?.settings.inside == id {
            count(
                spaces[inner]?.occupancy.holds(atMost: most, at: moment.monotonic) ?? [], in: inner, at: moment)
        }
    }

    private mutating func raise(_ id: SpaceID, at moment: Moment) {
        let least = innerMinimum(of: id)
        let events = spaces[id]?.occupancy.holds(atLeast: least, at: moment.monotonic) ?? []
        count(events, in: id, at: moment)
        if !events.isEmpty { measure(id, at: moment) }
    }

    /// How many are in a space but in none of those inside it; `nil` where there are none.
    private func own(of space: Space) -> Int? {
        var inner: Int?
        for other in spaces.values where other.settings.inside == space.settings.id {
            inner = (inner ?? 0) + other.occupancy.estimate
        }
        return inner.map { max(space.occupancy.estimate - $0, 0) }
    }

    private func innerMinimum(of id: SpaceID) -> Int {
        spaces.values.reduce(0) { $0 + ($1.settings.inside == id ? $1.occupancy.minimum : 0) }
    }

    /// How many people are booked into a space just now; `nil` where nobody says.
    func expectedPeople(in id: SpaceID, at moment: Moment) -> Int? {
        guard moment.quality != .unknown else { return nil }
        let sizes = book.bookings(of: id)
            .filter { $0.from - configuration.access.before <= moment.wall && moment.wall < $0.to }
            .compactMap(\.partySize)
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }

    private func energy(of id: SpaceID) -> Double? {
        var sum: Double?
        for sensor in sensors.values where sensor.settings.space == id {
            if case .meter(let meter) = sensor.machine, let energy = meter.energy { sum = (sum ?? 0) + energy }
        }
        return sum
    }

    // MARK: Hours

    /// The schedules' windows are there: spaces with hours are open or closed.
    mutating func planSpaces(at moment: Moment) {
        for id in spaces.keys.sorted() {
            guard let hours = spaces[id]?.settings.hours else {
                count(spaces[id]?.occupancy.closed(false, at: moment.monotonic) ?? [], in: id, at: moment)
                continue
            }
            _ = spaces[id]?.hours.plan(schedules[hours] ?? [], at: moment)
            followHours(of: id, at: moment)
        }
    }

    mutating func spaceHoursClockChanged(at moment: Moment) {
        for id in spaces.keys.sorted() where spaces[id]?.hours.clockChanged(at: moment) != nil {
            followHours(of: id, at: moment)
        }
    }

    private mutating func followHours(of id: SpaceID, at moment: Moment) {
        guard let isOpen = spaces[id]?.hours.isOpen, moment.quality != .unknown else { return }
        count(spaces[id]?.occupancy.closed(!isOpen, at: moment.monotonic) ?? [], in: id, at: moment)
    }

    // MARK: Kept over a restart, and the calendar

    mutating func storeOccupancy(at moment: Moment) {
        snapshotDue = nil
        let time = moment.quality == .unknown ? nil : moment.wall
        effects.append(
            .storeOccupancy(
                spaces.mapValues { space in
                    var count = space.occupancy.count
                    count.at = time
                    return count
                }))
    }

    mutating func storeUses() {
        usesDue = nil
        effects.append(.storeUses(spaces.keys.sorted().compactMap { spaces[$0]?.use.memory }))
        storeQuarters()
    }

    private mutating func storeQuarters() {
        var places: Set<Int> = []
        for space in spaces.keys { places.formUnion(spaces[space]?.use.takeUnstored() ?? []) }
        let all = spaces.keys.sorted().flatMap { spaces[$0]?.use.closed ?? [] }
        // What the last life left of spaces that are no more, or are equipped otherwise now, goes.
        places.formUnion(Set(storedQuarters).subtracting(all).map(\.place))
        storedQuarters = []
        guard !places.isEmpty else { return }
        let kept = Dictionary(grouping: all.filter { places.contains($0.place) }, by: \.place)
        effects.append(
            .storeQuarters(Dictionary(places.map { ($0, kept[$0] ?? []) }) { first, _ in first }))
    }

    /// Asks for the local days around now.
    mutating func makeCalendar(at moment: Moment) {
        calendarDue = moment.monotonic + Self.calendarInterval
        effects.append(.makeCalendar(around: moment.wall))
    }
}
