public import HubMessages

/// A local day, whose length the core cannot know: made by whoever knows the time zone.
public struct CalendarDay: Hashable, Sendable, Codable {
    /// Its date, `YYYY-MM-DD`.
    public var date: String
    /// Its first moment.
    public var from: WallTime
    /// The first moment after it: 23, 24 or 25 hours later.
    public var to: WallTime

    /// That day.
    public init(date: String, from: WallTime, to: WallTime) {
        self.date = date
        self.from = from
        self.to = to
    }

    /// The month's name, `YYYY-MM`.
    public var month: String { String(date.prefix(7)) }
}

/// Adds one space's quarter-hours up to days and months, and gives a sum out when its time is over.
struct SummaryKeeper: Hashable, Sendable, Codable {
    // The running and the last complete sum of each period.
    private var days: [Sum] = []
    private var months: [Sum] = []

    struct Sum: Hashable, Sendable, Codable {
        var name: String
        var from: WallTime
        var to: WallTime
        // Whether `to` is its end, and not only that of its last day known yet.
        var isWhole = false
        var module: SpaceModule
        var quarters = 0
        var use = UseNumbers()
        // `nil` while it runs; then that of the summary that was given out last.
        var revision: Int?
    }

    /// Takes a quarter-hour's first record, whose day is `day`. `next` is the day after it. Returns what is complete now.
    mutating func take(_ record: UtilizationRecord, day: CalendarDay, next: CalendarDay?) -> [UtilizationSummary] {
        var complete = Self.finish(&days, .day, except: day.date, record.space)
        complete += Self.finish(&months, .month, except: day.month, record.space)
        Self.add(record, to: &days, named: day.date, day)
        Self.add(record, to: &months, named: day.month, day)
        // The last quarter-hour of a day ends it.
        guard record.start + UtilizationMeter.slot >= day.to else { return complete }
        complete += Self.finish(&days, .day, except: next?.date, record.space)
        if let next, next.month != day.month {
            complete += Self.finish(&months, .month, except: next.month, record.space)
        }
        return complete
    }

    /// Takes a record that replaces an earlier one. Returns summaries that were given out and are different now.
    mutating func replace(_ old: UseNumbers, with record: UtilizationRecord) -> [UtilizationSummary] {
        var revised: [UtilizationSummary] = []
        for (period, path) in [(UtilizationSummary.Period.day, \Self.days), (.month, \Self.months)] {
            for index in self[keyPath: path].indices
            where self[keyPath: path][index].from <= record.start && record.start < self[keyPath: path][index].to {
                self[keyPath: path][index].use.replace(old, with: record.use)
                guard let revision = self[keyPath: path][index].revision else { continue }
                self[keyPath: path][index].revision = revision + 1
                revised.append(Self.summary(self[keyPath: path][index], period, record.space))
            }
        }
        return revised
    }

    private static func add(_ record: UtilizationRecord, to sums: inout [Sum], named name: String, _ day: CalendarDay) {
        if sums.last?.name != name || sums.last?.revision != nil {
            sums.append(Sum(name: name, from: day.from, to: day.to, module: record.module))
            if sums.count > 2 { sums.removeFirst() }
        }
        guard var sum = sums.popLast() else { return }
        sum.to = max(sum.to, day.to)
        sum.module = record.module
        sum.quarters += 1
        sum.use.add(record.use)
        sums.append(sum)
    }

    /// Gives out what runs and is not named so.
    private static func finish(
        _ sums: inout [Sum], _ period: UtilizationSummary.Period, except name: String?, _ space: SpaceID
    ) -> [UtilizationSummary] {
        guard var sum = sums.popLast() else { return [] }
        defer { sums.append(sum) }
        guard sum.revision == nil, sum.name != name else { return [] }
        sum.revision = 0
        return [summary(sum, period, space)]
    }

    private static func summary(
        _ sum: Sum, _ period: UtilizationSummary.Period, _ space: SpaceID
    ) -> UtilizationSummary {
        var use = sum.use
        use.climate = use.climate?.rounded
        return UtilizationSummary(
            space: space, module: sum.module, period: period, name: sum.name, from: sum.from, to: sum.to,
            revision: sum.revision ?? 0, quarters: sum.quarters, use: use)
    }
}
