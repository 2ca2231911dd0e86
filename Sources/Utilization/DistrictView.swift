internal import HubMessages

/// Makes what the district gets of one space: quarter-hours in runs.
///
/// A *run* is a row of quarter-hours in use without a gap, at most a day long. All quarter-hours of a run say the same
/// numbers, those of the whole run, or none: so no difference between neighbours tells of one person's coming or going.
/// Between runs there are quarter-hours in which nobody was, or of which nothing is known; who stays longer than a day is in
/// two runs, each with numbers of its own. Nothing else is published of quarter-hours: every sum, over
/// times, spaces or hubs, is a sum of what is published, and tells nothing that its parts do not. Whoever is in a space inside
/// another is counted there and not in the outer one: else the difference of the two would tell of the few who are in the
/// outer one alone, and rooms in use of how few are in each of them where the outer one's numbers are left out.
struct DistrictView: Hashable, Sendable, Codable {
    private var run: [UtilizationRecord] = []

    /// A run is at most so many quarter-hours long.
    static let longestRun = 96

    /// Takes a quarter-hour's first record. Returns what can be published now, in the order of time. A record that
    /// replaces another is not for here: what differs in it, the bookings, is not published by the quarter-hour.
    mutating func take(_ record: UtilizationRecord, hub: HubID, threshold: Int) -> [DistrictUtilization] {
        var published: [DistrictUtilization] = []
        let follows = run.last.map { $0.start + UtilizationMeter.slot == record.start } ?? true
        let isInUse = record.use.used > 0 || record.use.peak > 0 || record.use.entries > 0
        if !follows || !isInUse || run.count >= Self.longestRun {
            published = end(hub: hub, threshold: threshold)
        }
        if isInUse {
            // Kept over a restart: no more of it than is published.
            var kept = record
            kept.use = UseNumbers()
            kept.use.covered = record.use.covered
            kept.use.healthy = record.use.healthy
            kept.use.peak = record.use.ownPeak ?? record.use.peak
            kept.use.entries = record.use.entries
            run.append(kept)
        } else {
            published.append(DistrictUtilization(hub: hub, empty: record))
        }
        return published
    }

    private mutating func end(hub: HubID, threshold: Int) -> [DistrictUtilization] {
        defer { run = [] }
        guard let first = run.first else { return [] }
        let peak = run.map(\.use.peak).max() ?? 0
        let entries = run.reduce(0) { $0 + $1.use.entries }
        let numbers = DistrictNumbers(peak: peak, entries: entries, threshold: threshold)
        return run.map { DistrictUtilization(hub: hub, record: $0, run: first.start, numbers: numbers) }
    }
}
