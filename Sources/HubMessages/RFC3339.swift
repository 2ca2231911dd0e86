// Text form of WallTime: RFC 3339, section 5.6 ("date-time"), proleptic Gregorian calendar.

extension WallTime {
    /// The point as RFC 3339 in UTC with milliseconds, for example `2026-11-23T07:05:00.000Z`.
    ///
    /// Years are written with four digits; points outside the years 0000 to 9999 are cut to them.
    public var rfc3339: String {
        let bounded = min(max(milliseconds, Self.yearZero), Self.yearTenThousand - 1)
        let day = Self.floorDivide(bounded, 86_400_000)
        let inDay = bounded - day * 86_400_000
        let (year, month, dayOfMonth) = Self.civil(fromDay: day)
        var text = ""
        text.reserveCapacity(24)
        text += Self.digits(year, 4) + "-" + Self.digits(month, 2) + "-" + Self.digits(dayOfMonth, 2) + "T"
        text += Self.digits(inDay / 3_600_000, 2) + ":" + Self.digits(inDay / 60_000 % 60, 2) + ":"
        text += Self.digits(inDay / 1_000 % 60, 2) + "." + Self.digits(inDay % 1_000, 3) + "Z"
        return text
    }

    /// Reads an RFC 3339 date-time; `nil` where `text` is not one.
    ///
    /// The offset is required (`Z` or `+hh:mm`); a fraction is cut to milliseconds; the leap second `60` is refused,
    /// because POSIX time has no such point.
    public init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.skip(UInt8(ascii: "-")),
            let month = reader.number(2), (1...12).contains(month), reader.skip(UInt8(ascii: "-")),
            let day = reader.number(2), day >= 1, day <= Self.days(inMonth: month, of: year),
            reader.skip(UInt8(ascii: "T")) || reader.skip(UInt8(ascii: "t")),
            let hour = reader.number(2), hour < 24, reader.skip(UInt8(ascii: ":")),
            let minute = reader.number(2), minute < 60, reader.skip(UInt8(ascii: ":")),
            let second = reader.number(2), second < 60
        else { return nil }
        var millisecond: Int64 = 0
        if reader.skip(UInt8(ascii: ".")) {
            guard let fraction = reader.fraction() else { return nil }
            millisecond = fraction
        }
        guard let offset = reader.offsetMinutes(), reader.atEnd else { return nil }
        let minutes = (Self.day(fromCivil: year, month, day) * 24 + hour) * 60 + minute - offset
        self.init(milliseconds: (minutes * 60 + second) * 1_000 + millisecond)
    }

    private static let yearZero: Int64 = day(fromCivil: 0, 1, 1) * 86_400_000
    private static let yearTenThousand: Int64 = day(fromCivil: 10_000, 1, 1) * 86_400_000

    private static func digits(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : -((-value + by - 1) / by)
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Years counted from 1 March, so that the leap day is the last of its year: 146,097 days in 400 years, and the
    // first day of the m-th month after March is (153 m + 2) / 5.
    private static func day(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let leapDays = floorDivide(shifted, 4) - floorDivide(shifted, 100) + floorDivide(shifted, 400)
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        return shifted * 365 + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - 719_468
    }

    private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let sinceMarchOfYearZero = day + 719_468
        let cycle = floorDivide(sinceMarchOfYearZero, 146_097)
        let inCycle = sinceMarchOfYearZero - cycle * 146_097
        let yearOfCycle = (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
        let dayOfYear = inCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = (monthFromMarch + 2) % 12 + 1
        let year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

/// Reads the fixed-width fields of an RFC 3339 date-time.
private struct DigitReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var atEnd: Bool { position == bytes.count }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func number(_ width: Int) -> Int64? {
        guard position + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + width] {
            guard let digit = Self.digit(byte) else { return nil }
            value = value * 10 + digit
        }
        position += width
        return value
    }

    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var weight: Int64 = 100
        let start = position
        while position < bytes.count, let digit = Self.digit(bytes[position]) {
            value += digit * weight
            weight /= 10
            position += 1
        }
        return position > start ? value : nil
    }

    mutating func offsetMinutes() -> Int64? {
        if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) {
            return 0
        }
        let sign: Int64
        if skip(UInt8(ascii: "+")) {
            sign = 1
        } else if skip(UInt8(ascii: "-")) {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(2), hours < 24, skip(UInt8(ascii: ":")), let minutes = number(2),
            minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}

extension WallTime: Codable {
    /// Decodes an RFC 3339 string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = WallTime(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "'\(text.prefix(40))' is not an RFC 3339 time such as 2026-11-23T08:00:00+01:00")
        }
        self = time
    }

    /// Encodes as an RFC 3339 string in UTC.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }
}
