internal import HubConfiguration
internal import HubMessages
internal import Occupancy
internal import Sensing

/// What is known of a door for comparing with the counter behind it.
struct DoorTrace: Equatable, Sendable {
    /// Since when the contact shows closed; `nil` while it does not, or there is none.
    var closedSince: MonotonicTime?
    /// When the lock was released last.
    var released: MonotonicTime?
    /// Who was last let in there and has not come in yet.
    var grant: Grant?

    /// What somebody was let in for.
    struct Grant: Equatable, Sendable {
        let booking: BookingID?
        let space: SpaceID?
    }
}

// What sensors say of each other.
extension Hub {
    /// Whoever passes a counter was at its door at most so long before or after.
    static let wayToCounter = Duration.seconds(30)

    /// An event of a door is remembered for its counters.
    mutating func trace(_ event: JournalEvent, at moment: Moment) {
        switch event {
        case .doorContact(let change):
            doorTraces[change.door, default: DoorTrace()].closedSince =
                change.contact == .closed ? moment.monotonic : nil
        case .doorReleased(let release):
            doorTraces[release.door, default: DoorTrace()].released = moment.monotonic
        case _: break
        }
    }

    /// A counter's passage is compared with its door and with the count: people do not pass a closed door, nor one that
    /// nobody unlocked, and nobody leaves a space who never came in.
    mutating func compare(_ passage: Passage, _ settings: SensorSettings, in space: SpaceID, at moment: Moment) {
        guard passage.direction == .entered || passage.direction == .left else { return }
        if let door = settings.door, let settingsOfDoor = doors[door]?.settings {
            let trace = doorTraces[door] ?? DoorTrace()
            let time = moment.monotonic
            var disagreement: String?
            if settingsOfDoor.contact != nil {
                if let closed = trace.closedSince, time - closed > Self.wayToCounter {
                    disagreement = "people pass while the contact of door '\(door)' shows closed"
                }
            } else if time - (trace.released ?? startTime) > Self.wayToCounter * 20 {
                // Without a contact nobody knows how long a door that was unlocked stood open.
                disagreement = "people pass though nobody unlocked door '\(door)'"
            }
            tell(
                sensors[settings.id]?.health.compare(agrees: disagreement == nil, disagreement ?? "") ?? [],
                of: settings.id, at: moment)
        } else if spaces[space]?.occupancy.estimate == 0 {
            let leaves = passage.direction == .left
            tell(
                sensors[settings.id]?.health.compare(
                    agrees: !leaves, "people leave who never came in: are outer and inner swapped?") ?? [],
                of: settings.id, at: moment)
        }
    }
}
