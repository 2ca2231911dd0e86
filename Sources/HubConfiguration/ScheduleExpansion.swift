public import HubMessages

/// Makes absolute windows of weekly hours: what the core decides by, which knows no time zone.
///
/// The zone comes in as two functions. In the night in which clocks go forward, an edge that the clock skips is the moment
/// of the skip; in the night in which they go back, hours begin with the first and end with the second of two equal
/// times: nobody is shut out of an hour that is on the notice at the door.
public struct ScheduleExpansion {
    /// The local day of a moment.
    public var day: (WallTime) -> CalendarDate
    /// The moment of a minute of a local day, 0 to 1440; `isEnd` chooses between two equal times.
    public var moment: (CalendarDate, _ minute: Int, _ isEnd: Bool) -> WallTime

    /// With a zone.
    public init(
        day: @escaping (WallTime) -> CalendarDate,
        moment: @escaping (CalendarDate, _ minute: Int, _ isEnd: Bool) -> WallTime
    ) {
        self.day = day
        self.moment = moment
    }

    /// Windows reach from the day before `time` over so many days.
    public static let days = 21

    /// The windows of a schedule around `time`, in order, joined where they touch.
    public func windows(
        of schedule: ScheduleSettings, holidays: Set<CalendarDate>, around time: WallTime
    ) -> [TimeWindow] {
        var found: [TimeWindow] = []
        var date = day(time - .seconds(86_400))
        for _ in 0..<Self.days {
            for hours in hours(of: schedule, on: date, holidays) {
                let from = moment(date, hours.from, false)
                let to = hours.to <= 1_440 ? moment(date, hours.to, true) : moment(date.next, hours.to - 1_440, true)
                if from < to { found.append(TimeWindow(from: from, to: to)) }
            }
            date = date.next
        }
        found.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        return found.reduce(into: []) { joined, window in
            if let last = joined.last, window.from <= last.to {
                joined[joined.count - 1].to = max(last.to, window.to)
            } else {
                joined.append(window)
            }
        }
    }

    private func hours(
        of schedule: ScheduleSettings, on date: CalendarDate, _ holidays: Set<CalendarDate>
    ) -> [ScheduleSettings.Hours] {
        if let special = schedule.holidays, holidays.contains(date) { return special }
        return schedule.weekly.filter { $0.days.contains(date.weekday) }.map(\.hours)
    }
}
