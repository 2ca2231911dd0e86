internal import HubMessages

/// What was measured of a running quarter-hour. It is kept over a restart of the daemon.
struct SlotTally: Hashable, Sendable, Codable {
    /// The quarter-hour's first moment.
    let start: WallTime
    // Nanoseconds.
    var covered: Int64 = 0
    var healthy: Int64 = 0
    var used: Int64 = 0
    // People times nanoseconds.
    var weighted = 0.0
    var peak = 0
    // Of those in none of the spaces inside; absent where there are none.
    var ownPeak: Int?
    var entries = 0
    var noShows = 0
    var walkIns = 0
    var overstays = 0
    var climate: ClimateSummary?
    // What the electricity meters showed when it began.
    var energyAtStart: Double?
    /// When somebody was there, in milliseconds from the start, in order and without overlaps.
    var usedSpans: [Span] = []
    /// The bookings that hold, or held, within it.
    var bookings: [BookingID: Span] = [:]

    /// From one millisecond of the quarter-hour to another; a booking's may lie outside of it.
    struct Span: Hashable, Sendable, Codable {
        var from: Int64
        var to: Int64
    }

    init(start: WallTime, energy: Double?) {
        self.start = start
        energyAtStart = energy
    }

    /// Somebody was there from one moment to another.
    mutating func use(from: WallTime, to: WallTime) {
        let from = max((from - start).milliseconds, 0)
        let to = min((to - start).milliseconds, UtilizationMeter.slotMilliseconds)
        guard from < to else { return }
        if let last = usedSpans.last, last.to >= from {
            usedSpans[usedSpans.count - 1].to = max(last.to, to)
        } else {
            usedSpans.append(Span(from: from, to: to))
        }
    }

    /// The numbers, of all the quarter-hour's 900 seconds.
    func numbers(energy: Double?) -> UseNumbers {
        var use = UseNumbers()
        use.covered = Self.seconds(covered)
        use.healthy = Self.seconds(healthy)
        use.used = Self.seconds(used)
        use.peak = peak
        use.ownPeak = ownPeak
        if covered > 0 { use.mean = UseNumbers.hundredths(weighted / Double(covered)) }
        use.entries = entries
        use.noShows = noShows
        use.walkIns = walkIns
        use.overstays = overstays
        use.climate = climate?.rounded
        if let energy, let energyAtStart { use.energy = UseNumbers.millionths(max(energy - energyAtStart, 0)) }
        Self.book(Array(bookings.values), usedSpans, in: &use)
        return use
    }

    /// Sets what depends on the bookings.
    static func book(_ bookings: [Span], _ used: [Span], in use: inout UseNumbers) {
        let length = UtilizationMeter.slotMilliseconds
        use.bookings = bookings.count { (0..<length).contains($0.from) }
        var booked: Int64 = 0
        var both: Int64 = 0
        var reached: Int64 = 0
        for span in bookings.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            let from = max(span.from, reached)
            let to = min(span.to, length)
            guard from < to else { continue }
            booked += to - from
            both += used.reduce(0) { $0 + max(min($1.to, to) - max($1.from, from), 0) }
            reached = to
        }
        use.booked = Int(booked / 1_000)
        use.usedBooked = min(Int((both + 500) / 1_000), use.used)
    }

    private static func seconds(_ nanoseconds: Int64) -> Int {
        min(Int((nanoseconds + 500_000_000) / 1_000_000_000), 900)
    }
}
