internal import HubMessages

/// How a space's count is judged and what its bookings are held to.
struct SpaceUseSettings {
    var inside: SpaceID?
    var hours: ScheduleID?
    var warnAt: Int?
    var countError: Int
    var isBookable: Bool
    var noShowAfter: Duration
    var overstayAfter: Duration
    var walkInAfter: Duration
}

extension HouseParser {
    /// Reads what a space's count and use are judged by. A space inside another one stands behind it in the file, so that
    /// none can be inside itself.
    mutating func use(
        of table: inout TableReader, capacity: Int?, _ module: SpaceModule?, _ id: SpaceID?,
        _ mistakes: inout [ConfigurationMistake]
    ) -> SpaceUseSettings {
        let inside = around(&table, id, &mistakes)
        let hours = hours(&table, &mistakes)
        var warnAt: Int?
        if let node = table.node("warn_at") {
            if let capacity {
                warnAt = table.optionalInteger("warn_at", in: 1...capacity, &mistakes)
            } else {
                mistakes.append(
                    ConfigurationMistake(
                        at: node.position, "'warn_at' of \(table.name) needs a 'capacity' that it warns of"))
            }
        }
        let minute = Duration.seconds(60)
        let day = minute * 1_440
        return SpaceUseSettings(
            inside: inside, hours: hours, warnAt: warnAt,
            countError: table.integer("count_error", default: 3, in: 0...50, &mistakes),
            isBookable: table.flag("bookable", &mistakes) ?? module?.isUsuallyBooked ?? true,
            noShowAfter: table.duration("no_show_after", default: minute * 15, in: minute...day, &mistakes),
            overstayAfter: table.duration("overstay_after", default: minute * 10, in: minute...day, &mistakes),
            walkInAfter: table.duration("walk_in_after", default: minute * 10, in: minute...day, &mistakes))
    }

    private func around(
        _ table: inout TableReader, _ id: SpaceID?, _ mistakes: inout [ConfigurationMistake]
    ) -> SpaceID? {
        guard let node = table.node("inside") else { return nil }
        guard case .string(let text) = node.value, let around = SpaceID(text) else {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "'inside' of \(table.name) is no space; expected \(SpaceID.rule)"))
            return nil
        }
        guard spaces.contains(around), around != id else {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position,
                    "\(table.name) lies inside space '\(around)', which is not configured above it",
                    hint: NearMiss.hint(text, among: spaces.filter { $0 != id }.map(\.rawValue))))
            return nil
        }
        return around
    }

    private func hours(_ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]) -> ScheduleID? {
        guard table.node("hours") != nil,
            let id: ScheduleID = table.identifier("hours", &mistakes)
        else { return nil }
        guard schedules.contains(id) else {
            mistakes.append(
                ConfigurationMistake(
                    at: table.position, "\(table.name) has the hours '\(id)', which are no configured schedule",
                    hint: NearMiss.hint(id.rawValue, among: schedules.map(\.rawValue))))
            return nil
        }
        return id
    }
}

extension SpaceModule {
    /// Whether such spaces are usually there to be booked.
    var isUsuallyBooked: Bool {
        switch self {
        case .coworking, .meeting, .workshop, .consulting, .assembly: true
        case .shop, .parcel, .circulation: false
        }
    }
}
