public import HubMessages

/// Hours of a week, in local time, and what holds on holidays.
public struct ScheduleSettings: Hashable, Sendable {
    /// Its name.
    public var id: ScheduleID
    /// The hours of usual days.
    public var weekly: [DayHours]
    /// The hours of holidays, whatever weekday they fall on; `nil`: as on that weekday.
    public var holidays: [Hours]?

    /// Hours on some days of the week.
    public struct DayHours: Hashable, Sendable {
        /// The days on which they begin.
        public var days: Set<Weekday>
        /// The hours.
        public var hours: Hours
    }

    /// From one time of day to another.
    public struct Hours: Hashable, Sendable {
        /// The first minute of the day, 0 to 1439.
        public var from: Int
        /// The first minute after, up to 2879: over 1440 it is on the next day.
        public var to: Int

        /// Both ends.
        public init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }
}

/// A day of the week.
public enum Weekday: Int, Hashable, Sendable, CaseIterable {
    /// ISO 8601 numbers Monday 1.
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday
}

/// A day of the calendar (proleptic Gregorian).
public struct CalendarDate: Hashable, Comparable, Sendable {
    /// The year.
    public var year: Int
    /// The month, 1 to 12.
    public var month: Int
    /// The day, 1 to 31.
    public var day: Int

    /// That day; `nil` where the calendar has none.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9_999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(in: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `2026-12-25` (ISO 8601).
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day after.
    public var next: CalendarDate {
        if let date = CalendarDate(year: year, month: month, day: day + 1) { return date }
        var date = self
        date.day = 1
        date.month = month == 12 ? 1 : month + 1
        date.year = month == 12 ? year + 1 : year
        return date
    }

    /// Its day of the week: Zeller's congruence (Acta Mathematica 9, 1887), for the Gregorian calendar.
    public var weekday: Weekday {
        let (shifted, year) = month < 3 ? (month + 12, self.year - 1) : (month, self.year)
        let number = (day + 13 * (shifted + 1) / 5 + year + year / 4 - year / 100 + year / 400) % 7
        // 0 is Saturday there.
        return Weekday(rawValue: (number + 5) % 7 + 1) ?? .monday
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}
