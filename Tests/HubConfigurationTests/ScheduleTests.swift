import ConfigurationFile
import Foundation
import HubConfiguration
import HubMessages
import Testing

@Suite struct ScheduleTests {
    /// A zone without daylight saving: days are days.
    private let plain = ScheduleExpansion(
        day: { time in
            var date = CalendarDate(year: 2026, month: 11, day: 1)
            for _ in 0..<max(0, (time.milliseconds - 1_793_491_200_000) / 86_400_000) { date = date?.next }
            guard let date else { preconditionFailure("a day of November") }
            return date
        },
        moment: { date, minute, _ in
            var day = CalendarDate(year: 2026, month: 11, day: 1)
            var count: Int64 = 0
            while let current = day, current < date {
                day = current.next
                count += 1
            }
            return WallTime(milliseconds: 1_793_491_200_000 + count * 86_400_000 + Int64(minute) * 60_000)
        })

    private func schedule(_ weekly: [String], holidays: [String]? = nil) throws -> ScheduleSettings {
        let quote = { (texts: [String]) in "[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
        let text =
            smallest + "\n[[schedule]]\nid = \"x\"\nweekly = \(quote(weekly))\n"
            + (holidays.map { "holidays = \(quote($0))" } ?? "")
        return try #require(try parse(text).schedules.first)
    }

    private func text(_ windows: [TimeWindow]) -> [String] {
        windows.map { "\($0.from.rfc3339.prefix(16))–\($0.to.rfc3339.prefix(16))" }
    }

    @Test func `weekdays, over midnight, on holidays; what touches is one`() throws {
        // 2026-11-23 is a Monday.
        let monday = try #require(WallTime(rfc3339: "2026-11-23T12:00:00Z"))
        let office = try schedule(
            ["mo-fr 08:00-12:00", "mo-fr 12:00-18:00", "sa 22:00-02:00"], holidays: ["10:00-12:00"])
        let holiday = try #require(CalendarDate("2026-11-25"))
        let windows = plain.windows(of: office, holidays: [holiday], around: monday)
        #expect(
            text(Array(windows.prefix(7))) == [
                "2026-11-23T08:00–2026-11-23T18:00", "2026-11-24T08:00–2026-11-24T18:00",
                "2026-11-25T10:00–2026-11-25T12:00", "2026-11-26T08:00–2026-11-26T18:00",
                "2026-11-27T08:00–2026-11-27T18:00", "2026-11-28T22:00–2026-11-29T02:00",
                "2026-11-30T08:00–2026-11-30T18:00",
            ])
        let always = try schedule(["mo-so 00:00-24:00"])
        #expect(plain.windows(of: always, holidays: [holiday], around: monday).count == 1)
        let closed = try schedule(["mo-so 00:00-24:00"], holidays: [])
        #expect(plain.windows(of: closed, holidays: [holiday], around: monday).count == 2)
    }

    @Test func `days are read in English and in German, also over the end of the week`() throws {
        #expect(try schedule(["tu,we,th 08:00-09:00"]).weekly == schedule(["di,mi,do 08:00-09:00"]).weekly)
        #expect(try schedule(["sa-mo 08:00-09:00"]).weekly.first?.days == [.saturday, .sunday, .monday])
    }

    @Test func `the calendar knows its weekdays and leap days`() throws {
        let known: [(String, Weekday)] = [
            ("2026-11-23", .monday), ("2000-02-29", .tuesday), ("2028-02-29", .tuesday), ("1999-12-31", .friday),
            ("2026-01-01", .thursday), ("2100-03-01", .monday),
        ]
        for (text, weekday) in known { #expect(CalendarDate(text)?.weekday == weekday, "\(text)") }
        #expect(
            CalendarDate("2026-02-29") == nil && CalendarDate("2100-02-29") == nil && CalendarDate("2026-13-01") == nil)
        #expect(CalendarDate("2028-02-28")?.next == CalendarDate("2028-02-29"))
        #expect(CalendarDate("2026-12-31")?.next == CalendarDate("2027-01-01"))
    }

    @Test(arguments: [
        (
            "weekly = [\"mo-fr 8-18\"]",
            "7:11: 'weekly' holds no hours; expected a list of days and hours such as "
                + "[\"mo-fr 08:00-18:00\", \"sa 22:00-02:00\"]"
        ),
        (
            "weekly = [\"xy 08:00-18:00\"]",
            "7:11: 'weekly' holds no hours; expected a list of days and hours such as "
                + "[\"mo-fr 08:00-18:00\", \"sa 22:00-02:00\"]"
        ),
        (
            "",
            "5:1: [[schedule]] 'x' has no 'weekly'; expected a list of days and hours such as "
                + "[\"mo-fr 08:00-18:00\", \"sa 22:00-02:00\"]"
        ),
    ])
    func `one mistake, with its place and what to do`(line: String, mistake: String) {
        #expect(mistakes(smallest + "\n[[schedule]]\nid = \"x\"\n" + line) == ["hub.toml:" + mistake])
    }

    @Test func `doors name schedules that are there, and interlocked ones none`() {
        let hours = "[[schedule]]\nid = \"buero\"\nweekly = [\"mo-fr 08:00-18:00\"]\n"
        let second = door.replacing("eingang", with: "hinten").replacing("GPIO17", with: "GPIO18")
        #expect(
            mistakes(smallest + door + "\nopening_hours = \"bureau\"\n" + hours).first?.contains(
                "has the hours of schedule 'bureau', which is not configured") == true)
        #expect(
            mistakes(
                smallest + door + "\nopening_hours = \"buero\"\n" + second
                    + "\n[[interlock]]\ndoors = [\"eingang\", \"hinten\"]\n" + hours
            ).first?.contains("door 'eingang' is interlocked, so no hours can unlock it") == true)
        #expect(
            mistakes(smallest + door + "\nfirst_person_in = true").first?.contains(
                "has a 'first_person_in' and no 'opening_hours'") == true)
    }

    @Test func `the holidays of Rhineland-Palatinate that ship are those of the law, by Easter's rule`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let seed = try String(
            contentsOf: root.appendingPathComponent("seeds/holidays/rheinland-pfalz.toml"), encoding: .utf8)
        let holidays = try parse(smallest + "\n" + seed).holidays
        for year in 2026...2035 {
            var date = try #require(easter(year))
            var byDays: [Int: CalendarDate] = [:]
            for days in 0...60 {
                byDays[days] = date
                date = date.next
            }
            let moving = [1, 39, 50, 60].compactMap { byDays[$0] }
            let fixed = [(1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26)].compactMap {
                CalendarDate(year: year, month: $0.0, day: $0.1)
            }
            let friday = holidays.filter { $0.year == year && $0.next.next == byDays[0] }
            #expect(friday.count == 1, "Good Friday \(year)")
            #expect(Set(moving + fixed + friday) == holidays.filter { $0.year == year }, "\(year)")
        }
        #expect(holidays.count == 110)
    }

    /// Easter Sunday by Gauss's rule with Lichtenberg's correction (Physikalisch-Technische Bundesanstalt).
    private func easter(_ year: Int) -> CalendarDate? {
        let k = year / 100
        let m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25
        let s = 2 - (3 * k + 3) / 4
        let a = year % 19
        let d = (19 * a + m) % 30
        let r = (d + a / 11) / 29
        let og = 21 + d - r
        let sz = 7 - (year + year / 4 + s) % 7
        let oe = 7 - (og - sz) % 7
        let day = og + oe
        return day <= 31
            ? CalendarDate(year: year, month: 3, day: day) : CalendarDate(year: year, month: 4, day: day - 31)
    }
}
