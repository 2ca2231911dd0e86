internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Occupancy

// What doors and the house say of how many people are there.
extension Hub {
    /// Weighs an event that was just recorded.
    mutating func weigh(_ event: JournalEvent, at moment: Moment) {
        switch event {
        case .accessDecided(let decision) where decision.granted:
            doorTraces[decision.door, default: DoorTrace()].grant = DoorTrace.Grant(
                booking: decision.booking, space: decision.space)
        case .accessUsed(let use) where use.taken: admit(through: use.door, at: moment)
        case .doorReleased(let release):
            switch release.cause {
            // Without a contact nobody knows whether the door was opened; most who show a card do.
            case .grant where doors[release.door]?.settings.contact == nil: admit(through: release.door, at: moment)
            case .exitRequest: letOut(through: release.door, at: moment)
            case .grant, .operator, .openingHours, .fire: break
            }
        case .inputChanged(let change) where change.input == .armed && change.active:
            for id in spaces.keys.sorted() where change.space == nil || isInside(id, change.space) {
                count(spaces[id]?.occupancy.armed(at: moment.monotonic) ?? [], in: id, at: moment)
                measure(id, at: moment)
            }
        case _: break
        }
    }

    private mutating func admit(through door: DoorID, at moment: Moment) {
        guard let grant = doorTraces[door]?.grant else { return }
        doorTraces[door]?.grant = nil
        for id in spaces(behind: door) where grant.space == nil || grant.space == id {
            let party = book.bookings(of: id).first { $0.id == grant.booking }?.partySize
            count(
                spaces[id]?.occupancy.admitted(grant.booking, party: party, at: moment.monotonic) ?? [], in: id,
                at: moment)
            measure(id, at: moment)
        }
    }

    private mutating func letOut(through door: DoorID, at moment: Moment) {
        for id in spaces(behind: door) {
            count(spaces[id]?.occupancy.exitRequest(at: moment.monotonic) ?? [], in: id, at: moment)
            measure(id, at: moment)
        }
    }

    /// The spaces whose own door it is: the last one on the way in.
    private func spaces(behind door: DoorID) -> [SpaceID] {
        configuration.spaces.filter { $0.doors.last == door }.map(\.id)
    }

    private func isInside(_ id: SpaceID, _ outer: SpaceID?) -> Bool {
        var place: SpaceID? = id
        while let current = place {
            if current == outer { return true }
            place = spaces[current]?.settings.inside
        }
        return false
    }
}
