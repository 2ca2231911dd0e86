internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import LinuxIO
internal import Utilization

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

extension CalendarDay {
    /// The local days from the day before yesterday to a month ahead, by the C library and the process's zone.
    static func machine(around time: WallTime) -> [CalendarDay] {
        var days: [CalendarDay] = []
        var start = LocalTime.day(of: seconds(time) - 2 * 86_400)
        for _ in 0..<34 {
            let from = LocalTime.seconds(of: start, minute: 0, isEnd: false)
            let to = LocalTime.seconds(of: start, minute: 1_440, isEnd: false)
            days.append(
                CalendarDay(
                    date: "\(start.year)-\(digits(start.month))-\(digits(start.day))",
                    from: WallTime(milliseconds: from * 1_000), to: WallTime(milliseconds: to * 1_000)))
            start = LocalTime.day(of: to)
        }
        return days
    }

    private static func seconds(_ time: WallTime) -> Int64 {
        Int64((Double(time.milliseconds) / 1_000).rounded(.down))
    }

    private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
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
