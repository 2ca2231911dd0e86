internal import AccessControl
internal import HubConfiguration
internal import HubMessages

// Schedules as absolute windows, and the opening hours that unlock doors.
extension Hub {
    /// Windows are made anew so often: they reach far beyond that.
    private static let expansionInterval = Duration.seconds(86_400)

    /// Asks for the windows of the configured schedules.
    mutating func expandSchedules(at moment: Moment) {
        guard !configuration.schedules.isEmpty else {
            schedulesDue = nil
            if !schedules.isEmpty { take([:], at: moment) }
            return
        }
        schedulesDue = moment.monotonic + Self.expansionInterval
        effects.append(.expandSchedules(around: moment.wall))
    }

    mutating func take(_ windows: [ScheduleID: [TimeWindow]], at moment: Moment) {
        schedules = windows
        for door in doors.keys.sorted() {
            let hours = doors[door]?.settings.openingHours.flatMap { schedules[$0] } ?? []
            follow(doors[door]?.hours.plan(hours, at: moment), of: door, at: moment)
        }
        planSpaces(at: moment)
    }

    /// The wall clock jumped or is known now: new plans are made, and no relay moves by that.
    mutating func hoursClockChanged(at moment: Moment) {
        for door in doors.keys.sorted() {
            follow(doors[door]?.hours.clockChanged(at: moment), of: door, at: moment)
        }
        spaceHoursClockChanged(at: moment)
        expandSchedules(at: moment)
    }

    /// The opening hours of a door begin or end; `nil` where neither.
    mutating func follow(_ isOpen: Bool?, of door: DoorID, at moment: Moment) {
        guard let isOpen else { return }
        if isOpen, doors[door]?.settings.firstPersonIn == true {
            awaitFirstPerson.insert(door)
            return
        }
        awaitFirstPerson.remove(door)
        perform(doors[door]?.machine.openingHours(isOpen, at: moment.monotonic) ?? [], door: door, at: moment)
    }

    /// Somebody was let in: if the hours waited for that, the door is unlocked now.
    mutating func firstPersonCame(to door: DoorID, at moment: Moment) {
        guard awaitFirstPerson.remove(door) != nil else { return }
        perform(doors[door]?.machine.openingHours(true, at: moment.monotonic) ?? [], door: door, at: moment)
    }
}
