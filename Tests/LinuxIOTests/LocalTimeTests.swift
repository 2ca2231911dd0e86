import Foundation
import LinuxIO
import Testing

/// Europe/Berlin: one hour before UTC in winter, two in summer.
@Suite(.serialized) struct LocalTimeTests {
    private func seconds(_ text: String) throws -> Int64 {
        Int64(try #require(ISO8601DateFormatter().date(from: text)).timeIntervalSince1970)
    }

    private func local(_ month: Int, _ day: Int, _ minute: Int, isEnd: Bool = false, year: Int = 2026) -> Int64 {
        LocalTime.seconds(of: LocalTime.Day(year: year, month: month, day: day), minute: minute, isEnd: isEnd)
    }

    init() throws {
        try #require(LocalTime.setZone("Europe/Berlin"))
    }

    @Test func `a time of day in winter and in summer, and the end of a day`() throws {
        #expect(try local(1, 15, 8 * 60) == seconds("2026-01-15T07:00:00Z"))
        #expect(try local(7, 15, 8 * 60) == seconds("2026-07-15T06:00:00Z"))
        #expect(try local(12, 31, 1_440) == seconds("2026-12-31T23:00:00Z"))
        #expect(try LocalTime.day(of: seconds("2026-12-31T23:00:00Z")) == LocalTime.Day(year: 2027, month: 1, day: 1))
    }

    @Test func `the night in which the clock skips an hour: what is skipped is the skip`() throws {
        for minute in [120, 150, 179, 180] {
            for isEnd in [false, true] {
                #expect(try local(3, 29, minute, isEnd: isEnd) == seconds("2026-03-29T01:00:00Z"), "\(minute)")
            }
        }
        #expect(try local(3, 29, 119) == seconds("2026-03-29T00:59:00Z"))
    }

    @Test func `the night in which an hour comes twice: begins with the first, ends with the second`() throws {
        #expect(try local(10, 25, 150) == seconds("2026-10-25T00:30:00Z"))
        #expect(try local(10, 25, 150, isEnd: true) == seconds("2026-10-25T01:30:00Z"))
        #expect(try local(10, 25, 180, isEnd: true) == seconds("2026-10-25T02:00:00Z"))
    }

    @Test func `every minute of a year is after the one before, and shows its own day`() {
        for day in [(3, 28), (3, 29), (3, 30), (10, 24), (10, 25), (10, 26), (2, 28), (12, 31)] {
            var last = Int64.min
            for minute in 0...1_440 {
                let now = local(day.0, day.1, minute)
                #expect(now >= last, "\(day) \(minute)")
                last = now
            }
        }
    }

    @Test func `a leap day is a day`() throws {
        #expect(try local(2, 29, 0, year: 2028) == seconds("2028-02-28T23:00:00Z"))
    }

    @Test func `a zone that the machine does not have is refused and changes nothing`() throws {
        #expect(!LocalTime.setZone("Europe/Polch") && !LocalTime.setZone("") && !LocalTime.setZone("../../etc/passwd"))
        #expect(try local(1, 15, 8 * 60) == seconds("2026-01-15T07:00:00Z"))
    }
}
