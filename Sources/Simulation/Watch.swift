internal import Delivery
internal import Hub
internal import HubConfiguration
internal import HubMessages

/// What an observer outside remembers in order to judge the hub.
struct Watch {
    /// The last card shown at a door.
    var shown: [DoorID: (card: Credential, time: Int64)] = [:]
    /// When a door's exit button was last pressed.
    var pressed: [DoorID: Int64] = [:]
    /// The place of the last decision that grants, by door.
    var granted: [DoorID: SequenceNumber] = [:]
    /// Whether the hub was told that the disk fails.
    var toldFailing = false
    /// Spaces of which the hub has been misled since they were last empty.
    var misled: Set<SpaceID> = []

    /// A sensor's edges did not reach the hub.
    mutating func blind(_ device: DeviceID, _ configuration: HubConfiguration) {
        guard case .sensor(let id) = device else { return }
        for sensor in configuration.sensors where sensor.id == id {
            if let space = sensor.space { misled.insert(space) }
        }
    }

    /// The hub knows nothing of what happens now.
    mutating func powerIsCut(_ configuration: HubConfiguration) {
        granted = [:]
        toldFailing = false
        misled = Set(configuration.spaces.map(\.id))
    }
}

/// The guarantees, checked from outside.
extension Simulation {
    mutating func check(_ effects: [Hub.Effect]) {
        for (index, effect) in effects.enumerated() {
            switch effect {
            case .append(let entry, _): note(entry)
            case .setLock(let door, released: true):
                report.releases += 1
                justify(door, Array(effects[index...]))
            case .request, .abandon, .readLevels, .pullLow, .listen, .readDriver, .setLock, .readRows, .publishRows,
                .acknowledge, .connect,
                .disconnect,
                .show, .clear, .loadBookings, .storeBookingUses, .respond, .storeConfirmation, .storeHolder,
                .removeHolder, .storeBooking,
                .removeBooking, .storeDoors, .expandSchedules, .makeCalendar, .renewPseudonyms, .storeOccupancy,
                .storeMeters, .storeUses, .storeQuarters,
                .showFrame, .setSignal, .setFaultLED,
                .answer,
                .expire:
                break
            }
        }
        if !effects.isEmpty { checkOccupancy() }
    }

    private mutating func note(_ entry: EventLog.Entry) {
        if case .accessDecided(let decision) = entry.event, decision.granted {
            watch.granted[decision.door] = entry.seq
        }
    }

    /// A relay moves only for a grant or an order that is on disk or recorded as late, or for a request to exit.
    private mutating func justify(_ door: DoorID, _ effects: [Hub.Effect]) {
        var cause: ReleaseCause?
        var isLate = false
        for case .append(let entry, _) in effects {
            switch entry.event {
            case .doorReleased(let release) where release.door == door: cause = cause ?? release.cause
            case .recordedLate(let late) where late.door == door: isLate = true
            case _: break
            }
        }
        switch cause {
        case .grant?, .operator?:
            if !isLate, (watch.granted[door] ?? .max) > journal.committed {
                violate("G3: '\(door)' was released before its grant was on disk, and nothing says that it was late")
            }
            if let shown = watch.shown[door], !isBooked(shown.card, door), clockOffset == 0, quality == .synchronized {
                violate("G3: '\(door)' was released for a card without a booking")
            }
        case .exitRequest?:
            if watch.pressed[door] == nil || now - (watch.pressed[door] ?? 0) > 2 * Self.second {
                violate("G7: '\(door)' was released for a request to exit that nobody made")
            }
        case .openingHours?, .fire?: violate("G1: '\(door)' was released by what this house does not have")
        case nil:
            // While the disk does not answer, events wait without a place, and what finds no room is counted and told.
            if (hub?.waitingForDisk ?? 0) < min(configuration.journal.queueLimit / 2, EventLog.largestWindow) {
                violate("G2: '\(door)' was released, and the journal does not say why")
            }
        }
    }

    private func isBooked(_ card: Credential, _ door: DoorID) -> Bool {
        let token = Self.hash(card)
        let spaces = configuration.spaces.filter { $0.doors.contains(door) }.map(\.id)
        let before = configuration.access.before + .seconds(1)
        let after = configuration.access.after + .seconds(1)
        return (journal.bookings + journal.feed.bookings).contains { booking in
            booking.credentials.contains(token) && spaces.contains(booking.space) && !booking.cancelled
                && booking.from - before <= moment.wall && moment.wall < booking.to + after
        }
    }

    /// While nothing has misled the hub, its interval holds the truth.
    private mutating func checkOccupancy() {
        guard let states = hub?.spaceStates else { return }
        for state in states {
            let people = building.people[state.space] ?? 0
            guard state.minimum <= state.estimate, state.estimate <= state.maximum else {
                violate("G11: '\(state.space)' has an estimate outside of its interval")
                return
            }
            // Only a counter claims a number, and only while nobody is between its beams.
            let counters = configuration.sensors.filter { sensor in
                if case .beamCounter = sensor.kind { return sensor.space == state.space }
                return false
            }
            guard !counters.isEmpty,
                counters.allSatisfy({ now > (building.busyUntil[$0.id] ?? 0) + Self.second / 2 })
            else { continue }
            if people == 0, state.maximum == 0 { watch.misled.remove(state.space) }
            if !watch.misled.contains(state.space), people < state.minimum || people > state.maximum {
                violate(
                    "G11: '\(state.space)' holds \(people), and the hub says \(state.minimum) to \(state.maximum)")
            }
        }
    }

    /// The end of a run: everything is at rest, delivered, empty; then the hub stops and all doors are locked.
    mutating func finish() {
        guard report.violation == nil else { return }
        guard let states = hub?.spaceStates else {
            violate("the hub did not come back after the last power cut")
            return
        }
        for state in states {
            let isWatched = configuration.sensors.contains { sensor in
                if case .presence = sensor.kind { return sensor.space == state.space }
                return false
            }
            if isWatched, state.maximum != 0 {
                violate("G11: '\(state.space)' is empty and still counted as up to \(state.maximum)")
            }
        }
        if !building.released.isEmpty { violate("'\(building.released.sorted()[0])' is still released in the night") }
        if broker.archived != journal.committed || !journal.waiting.isEmpty {
            violate("G2: the archive has \(broker.archived) of \(journal.committed) events")
        }
        send(.stop)
        if !building.released.isEmpty { violate("G7: a door is released after the stop") }
        journal.commit()
        send(.journalCommitted(journal.committed))
    }
}
