internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import LinuxIO

// Schedules, made absolute with the machine's time zone data: the core knows no time zone.
extension HubDaemon {
    func expandSchedules(around time: WallTime) {
        let expansion = ScheduleExpansion.machine
        let settings = configuration.hub
        var windows: [ScheduleID: [TimeWindow]] = [:]
        for schedule in settings.schedules {
            windows[schedule.id] = expansion.windows(of: schedule, holidays: settings.holidays, around: time)
        }
        followUps.append(.schedules(windows))
    }
}

extension ScheduleExpansion {
    /// By the C library and the process's zone.
    static var machine: ScheduleExpansion {
        ScheduleExpansion(
            day: { time in
                let day = LocalTime.day(of: Int64((Double(time.milliseconds) / 1_000).rounded(.down)))
                // The C library knows days that the calendar has.
                return CalendarDate(year: day.year, month: day.month, day: day.day) ?? firstDay
            },
            moment: { date, minute, isEnd in
                let day = LocalTime.Day(year: date.year, month: date.month, day: date.day)
                return WallTime(milliseconds: LocalTime.seconds(of: day, minute: minute, isEnd: isEnd) * 1_000)
            })
    }

    private static var firstDay: CalendarDate {
        guard let date = CalendarDate(year: 1970, month: 1, day: 1) else {
            preconditionFailure("1970 began with a first of January")
        }
        return date
    }
}
