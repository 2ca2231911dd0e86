import HubMessages
import TestSupport
import Testing

@Suite struct TimeTests {
    /// A calendar that counts one day at a time and knows the rule of leap years, nothing else.
    private struct SlowCalendar {
        var year = 1970
        var month = 1
        var day = 1

        var text: String {
            func pad(_ value: Int, _ width: Int) -> String {
                String(repeating: "0", count: width - String(value).count) + String(value)
            }
            return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
        }

        var daysInMonth: Int {
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }

        mutating func next() {
            day += 1
            if day > daysInMonth { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
    }

    @Test func `every day of 400 years is written and read as a calendar that counts days has it`() {
        var calendar = SlowCalendar()
        for day in 0..<146_097 as Range<Int64> {
            let time = WallTime(milliseconds: day * 86_400_000 + 1)
            let text = calendar.text + "T00:00:00.001Z"
            guard time.rfc3339 == text, WallTime(rfc3339: text) == time else {
                Issue.record("day \(day): \(time.rfc3339), expected \(text)")
                return
            }
            calendar.next()
        }
        #expect(calendar.text == "2370-01-01")
    }

    @Test func `days before 1970 are counted down to the year 0`() {
        #expect(WallTime(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
        #expect(WallTime(rfc3339: "0000-03-01T00:00:00Z") == WallTime(milliseconds: -719_468 * 86_400_000))
        #expect(WallTime(milliseconds: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
        #expect(WallTime(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
    }

    @Test(arguments: [
        ("2026-11-23T08:00:00+01:00", "2026-11-23T07:00:00.000Z"),
        ("2026-11-23T00:30:00+05:45", "2026-11-22T18:45:00.000Z"),
        ("2026-11-23T23:30:00-03:30", "2026-11-24T03:00:00.000Z"),
        ("2026-11-23t07:05:09.5z", "2026-11-23T07:05:09.500Z"),
        ("2026-11-23T07:05:09.1239999999999999999999Z", "2026-11-23T07:05:09.123Z"),
        ("2028-02-29T12:00:00-00:00", "2028-02-29T12:00:00.000Z"),
        ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000Z"),
    ])
    func `offsets, fractions and leap days`(text: String, utc: String) {
        #expect(WallTime(rfc3339: text)?.rfc3339 == utc)
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T07:00:00", "2026-11-23 07:00:00Z", "2026-11-23T07:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T07:60:00Z",
        "2026-11-23T07:00:60Z", "2026-11-23T07:00:00.Z", "2026-11-23T07:00:00,5Z", "2026-11-23T07:00:00+1:00",
        "2026-11-23T07:00:00+24:00", "2026-11-23T07:00:00+01:60", "2026-11-23T07:00:00+0100",
        "2026-11-23T07:00:00Z ", " 2026-11-23T07:00:00Z", "+026-11-23T07:00:00Z", "2026-11-2३T07:00:00Z",
    ])
    func `what is no RFC 3339 time is nil`(text: String) {
        #expect(WallTime(rfc3339: text) == nil)
    }

    @Test func `monotonic time saturates at both ends`() {
        let last = MonotonicTime(nanoseconds: .max)
        #expect(last + .nanoseconds(1) == last)
        #expect(MonotonicTime.zero - .nanoseconds(1) == .zero)
        #expect(MonotonicTime.zero + .nanoseconds(-1) == .zero)
        #expect(MonotonicTime(nanoseconds: 5) - .nanoseconds(5) == .zero)
        #expect(
            MonotonicTime(nanoseconds: 5) + .seconds(Int64.max) == MonotonicTime(nanoseconds: UInt64(Int64.max) + 5))
        #expect((last - MonotonicTime.zero).nanoseconds == .max)
        #expect((MonotonicTime.zero - last).nanoseconds == -.max)
        #expect((MonotonicTime(nanoseconds: 3) - MonotonicTime(nanoseconds: 10)).nanoseconds == -7)
    }

    @Test func `wall time and durations saturate`() {
        let last = WallTime(milliseconds: .max)
        let first = WallTime(milliseconds: .min)
        #expect(last + .seconds(1) == last)
        #expect(first - .seconds(1) == first)
        #expect((last - first) == .milliseconds(Int64.max))
        #expect((first - last) == .milliseconds(-Int64.max))
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == -.max)
        #expect(Duration.milliseconds(-1).nanoseconds == -1_000_000)
        #expect(Duration.nanoseconds(-1_999_999).milliseconds == -1)
    }

    @Test func `random points survive writing and reading`() {
        var random = SeededRandom.announced()
        for _ in 0..<20_000 {
            let time = WallTime(milliseconds: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &random))
            #expect(WallTime(rfc3339: time.rfc3339) == time)
        }
    }

    @Test func `SplitMix64 is the published sequence`() {
        // The reference implementation's first outputs for the seed 1234567.
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }
}
