internal import Glibc

/// The civil time of the process's zone (`TZ`, else `/etc/localtime`), by the C library and the machine's time zone data.
public enum LocalTime {
    /// A local day.
    public struct Day: Hashable, Sendable {
        /// The year, the month from 1, the day from 1.
        public var year, month, day: Int

        /// That day.
        public init(year: Int, month: Int, day: Int) {
            self.year = year
            self.month = month
            self.day = day
        }
    }

    /// Makes `name`, such as `Europe/Berlin`, the process's zone. Call before any other thread is made. Returns `false`
    /// where the machine does not know it, and then leaves the zone as it is.
    public static func setZone(_ name: String, directory: String = "/usr/share/zoneinfo") -> Bool {
        guard !name.isEmpty, !name.contains(".."), access("\(directory)/\(name)", R_OK) == 0 else { return false }
        setenv("TZ", ":\(name)", 1)
        tzset()
        return true
    }

    /// The local day of a moment, in seconds since 1970-01-01T00:00:00Z.
    public static func day(of seconds: Int64) -> Day {
        let parts = broken(seconds)
        return Day(year: Int(parts.tm_year) + 1_900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    }

    /// The moment of a minute of a local day, in seconds since 1970-01-01T00:00:00Z; minute 1440 is the day's end.
    ///
    /// A time that the clock skips is the moment of the skip. Of a time that the clock shows twice, it is the first, or
    /// with `isEnd` the second.
    public static func seconds(of day: Day, minute: Int, isEnd: Bool) -> Int64 {
        let wanted = reading(day, minute)
        let candidates = [CInt(0), 1].compactMap { isDST -> Int64? in
            var parts = wanted
            parts.tm_isdst = isDST
            let seconds = Int64(mktime(&parts))
            return shows(seconds, wanted) ? seconds : nil
        }
        if let found = isEnd ? candidates.max() : candidates.min() { return found }
        // Skipped: the first moment at which the clock shows more. It lies within a day of any guess.
        var parts = wanted
        parts.tm_isdst = -1
        let guess = Int64(mktime(&parts))
        var low = guess - 86_400
        var high = guess + 86_400
        while low + 1 < high {
            let middle = low + (high - low) / 2
            if isBefore(broken(middle), wanted) { low = middle } else { high = middle }
        }
        return high
    }

    /// The clock's reading that is looked for, normalized: minute 1440 is the next day's first.
    private static func reading(_ day: Day, _ minute: Int) -> tm {
        var parts = tm()
        parts.tm_year = CInt(day.year - 1_900)
        parts.tm_mon = CInt(day.month - 1)
        parts.tm_mday = CInt(day.day)
        // Noon exists on every day: it carries the date over without a clock in the way.
        parts.tm_hour = 12
        parts.tm_isdst = -1
        if minute >= 1_440 {
            parts.tm_mday += 1
            _ = mktime(&parts)
        }
        parts.tm_hour = CInt(minute % 1_440 / 60)
        parts.tm_min = CInt(minute % 60)
        parts.tm_sec = 0
        return parts
    }

    private static func broken(_ seconds: Int64) -> tm {
        var time = time_t(seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        return parts
    }

    private static func order(_ parts: tm) -> [CInt] {
        [parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    }

    private static func shows(_ seconds: Int64, _ wanted: tm) -> Bool { order(broken(seconds)) == order(wanted) }

    private static func isBefore(_ left: tm, _ right: tm) -> Bool {
        order(left).lexicographicallyPrecedes(order(right))
    }
}
