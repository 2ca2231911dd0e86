internal import HubMessages

// Reads schedules, holidays, and which doors are unlocked by them.
extension HouseParser {
    mutating func schedule(
        _ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]
    ) -> ScheduleSettings? {
        var table = TableReader(node, name: "[[schedule]]", &mistakes)
        let id: ScheduleID? = table.identifier("id", &mistakes)
        claim(id, in: &schedules, "schedule", at: node.position, &mistakes)
        table.name = id.map { "[[schedule]] '\($0)'" } ?? table.name
        let weekly = list("weekly", of: &table, Self.weeklyForm, &mistakes, ScheduleSettings.DayHours.init)
        if weekly == nil, table.node("weekly") == nil {
            _ = table.required("weekly", Self.weeklyForm, &mistakes)
        }
        let holidays = list("holidays", of: &table, Self.hoursForm, &mistakes, ScheduleSettings.Hours.init)
        table.finish(&mistakes)
        guard let id, let weekly else { return nil }
        return ScheduleSettings(id: id, weekly: weekly, holidays: holidays)
    }

    mutating func holiday(_ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]) -> CalendarDate? {
        var table = TableReader(node, name: "[[holiday]]", &mistakes)
        defer { table.finish(&mistakes) }
        _ = table.string("name", "the holiday's name for people", &mistakes)
        guard let text = table.required("date", "a date such as \"2026-12-25\"", &mistakes) else { return nil }
        guard case .string(let date) = text.value, let day = CalendarDate(date) else {
            mistakes.append(
                ConfigurationMistake(at: text.position, "'date' is no date; expected one such as \"2026-12-25\""))
            return nil
        }
        return day
    }

    /// What of a door's table says when it is unlocked.
    mutating func openingHours(
        of door: DoorID?, _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> (schedule: ScheduleID?, firstPersonIn: Bool) {
        let firstPersonIn = table.flag("first_person_in", &mistakes)
        guard let node = table.node("opening_hours") else {
            if let firstPersonIn, firstPersonIn {
                mistakes.append(
                    ConfigurationMistake(
                        at: table.position, "\(table.name) has a 'first_person_in' and no 'opening_hours'"))
            }
            return (nil, false)
        }
        let id: ScheduleID? = table.identifier("opening_hours", &mistakes)
        guard let id else { return (nil, false) }
        if !schedules.contains(id) {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "\(table.name) has the hours of schedule '\(id)', which is not configured",
                    hint: NearMiss.hint(id.rawValue, among: schedules.map(\.rawValue))))
        }
        if let door { hoursOf[door] = node.position }
        return (id, firstPersonIn ?? false)
    }

    private static let hoursForm = "hours such as \"08:00-18:00\""
    private static let weeklyForm = "a list of days and hours such as [\"mo-fr 08:00-18:00\", \"sa 22:00-02:00\"]"

    private func list<Element>(
        _ key: String, of table: inout TableReader, _ expected: String, _ mistakes: inout [ConfigurationMistake],
        _ read: (String) -> Element?
    ) -> [Element]? {
        guard let node = table.node(key) else { return nil }
        guard case .array(let elements) = node.value else {
            mistakes.append(
                ConfigurationMistake(at: node.position, "'\(key)' is \(node.value.kind); expected \(expected)"))
            return nil
        }
        return elements.compactMap { element in
            if case .string(let text) = element.value, let value = read(text) { return value }
            mistakes.append(
                ConfigurationMistake(at: element.position, "'\(key)' holds no hours; expected \(expected)"))
            return nil
        }
    }
}

extension ScheduleSettings.Hours {
    /// Reads `08:00-18:00`; an end that is not after the beginning is on the next day. `24:00` is midnight at the end.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = Self.minute(parts[0]), let to = Self.minute(parts[1]), from < 1_440
        else { return nil }
        self.init(from: from, to: to > from ? to : to + 1_440)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0...24).contains(hour), (0..<60).contains(minute),
            hour * 60 + minute <= 1_440
        else { return nil }
        return hour * 60 + minute
    }
}

extension ScheduleSettings.DayHours {
    /// Reads `mo-fr 08:00-18:00`, `sa 09:00-13:00`, `mo,mi 10:00-12:00`; days in English or German.
    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let days = Self.days(parts[0]), let hours = ScheduleSettings.Hours(String(parts[1]))
        else { return nil }
        self.init(days: days, hours: hours)
    }

    private static let names: [String: Weekday] = [
        "mo": .monday, "tu": .tuesday, "di": .tuesday, "we": .wednesday, "mi": .wednesday, "th": .thursday,
        "do": .thursday, "fr": .friday, "sa": .saturday, "su": .sunday, "so": .sunday,
    ]

    private static func days(_ text: Substring) -> Set<Weekday>? {
        var days: Set<Weekday> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { names[String($0)] }
            switch ends.count {
            case 1:
                guard let day = ends[0] else { return nil }
                days.insert(day)
            case 2:
                guard let first = ends[0], let last = ends[1] else { return nil }
                // From Saturday to Monday goes over the end of the week.
                for offset in 0...(last.rawValue - first.rawValue + 7) % 7 {
                    if let day = Weekday(rawValue: (first.rawValue - 1 + offset) % 7 + 1) { days.insert(day) }
                }
            case _: return nil
            }
        }
        return days
    }
}
