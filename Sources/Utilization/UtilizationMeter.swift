public import HubMessages

/// Measures one space's use, a quarter-hour at a time.
///
/// Quarter-hours are those of wall time, everything within them is counted in monotonic time: a jump of the date ends
/// the running quarter-hour, or stretches over several, but never adds or takes away a second of use. Time in which the
/// date is not known is counted nowhere; `covered` tells.
public struct UtilizationMeter: Hashable, Sendable {
    /// The space.
    public let space: SpaceID
    /// What the space is equipped as.
    public let module: SpaceModule

    /// The length of a slot.
    public static let slot = Duration.seconds(900)
    private static let slotMilliseconds: Int64 = 900_000

    private var start: WallTime?
    private var last: MonotonicTime?
    private var covered: Int64 = 0
    private var healthy: Int64 = 0
    private var used: Int64 = 0
    private var weighted: Double = 0
    private var peak = 0
    private var entriesAtStart: UInt64 = 0

    private var reading = Reading(estimate: 0, isPresent: false, isHealthy: false, entries: 0)

    /// What the space shows from now on.
    public struct Reading: Hashable, Sendable {
        /// The best estimate of the occupancy.
        public var estimate: Int
        /// Whether presence is seen.
        public var isPresent: Bool
        /// Whether all of the space's sensors work.
        public var isHealthy: Bool
        /// People who came in since the start of the daemon.
        public var entries: UInt64

        /// All parts.
        public init(estimate: Int, isPresent: Bool, isHealthy: Bool, entries: UInt64) {
            self.estimate = estimate
            self.isPresent = isPresent
            self.isHealthy = isHealthy
            self.entries = entries
        }
    }

    /// A meter that has measured nothing.
    public init(space: SpaceID, module: SpaceModule) {
        self.space = space
        self.module = module
    }

    /// When the running quarter-hour ends, on the monotonic clock, as far as the wall clock at `moment` tells.
    public func deadline(at moment: Moment) -> MonotonicTime? {
        guard moment.quality != .unknown, let start else { return nil }
        return moment.monotonic + max(start + Self.slot - moment.wall, .zero)
    }

    /// The space shows `reading` from `moment` on. Returns the quarter-hours that are complete.
    public mutating func observe(
        _ reading: Reading, at moment: Moment, bookings: [Booking]
    ) -> [UtilizationRecord] {
        let records = advance(to: moment, bookings: bookings)
        self.reading = reading
        peak = max(peak, reading.estimate)
        return records
    }

    /// Time has passed. Returns the quarter-hours that are complete.
    ///
    /// A gap of several quarter-hours (the date jumped forward) is not filled: nothing was measured in them.
    public mutating func advance(to moment: Moment, bookings: [Booking]) -> [UtilizationRecord] {
        guard moment.quality != .unknown else {
            // What was measured until now stays in its quarter-hour; the clock's return decides where to go on.
            last = nil
            return []
        }
        let slot = Self.slotStart(of: moment.wall)
        guard let start else {
            begin(slot, at: moment.monotonic)
            return []
        }
        let elapsed = last.map { max($0, moment.monotonic) - $0 } ?? .zero
        guard slot != start else {
            add(elapsed)
            last = moment.monotonic
            return []
        }
        // The share of the elapsed time that belongs to the new quarter-hour: what its wall time shows, if it follows.
        let inNew = min(max(moment.wall - slot, .zero), elapsed)
        add(elapsed - (slot == start + Self.slot ? inNew : .zero))
        let record = close(start, bookings: bookings)
        begin(slot, at: moment.monotonic)
        if slot == start + Self.slot {
            add(inNew)
        }
        return record.map { [$0] } ?? []
    }

    private mutating func begin(_ slot: WallTime, at time: MonotonicTime) {
        start = slot
        last = time
        covered = 0
        healthy = 0
        used = 0
        weighted = 0
        peak = reading.estimate
        entriesAtStart = reading.entries
    }

    private mutating func add(_ elapsed: Duration) {
        let nanoseconds = elapsed.nanoseconds
        covered += nanoseconds
        if reading.isHealthy { healthy += nanoseconds }
        if reading.estimate > 0 || reading.isPresent { used += nanoseconds }
        weighted += Double(reading.estimate) * Double(nanoseconds)
    }

    private func close(_ start: WallTime, bookings: [Booking]) -> UtilizationRecord? {
        guard covered > 0 else { return nil }
        let seconds = { (nanoseconds: Int64) in Int((nanoseconds + 500_000_000) / 1_000_000_000) }
        return UtilizationRecord(
            space: space, module: module, start: start, covered: min(seconds(covered), 900),
            healthy: min(seconds(healthy), 900), booked: Self.bookedSeconds(from: start, bookings: bookings),
            used: min(seconds(used), 900), peak: peak,
            mean: (weighted / Double(covered) * 100).rounded() / 100,
            entries: Int(clamping: reading.entries - min(entriesAtStart, reading.entries)))
    }

    /// For how many seconds of the slot that begins at `start` at least one booking holds.
    static func bookedSeconds(from start: WallTime, bookings: [Booking]) -> Int {
        let end = start + slot
        var covered: Int64 = 0
        var reached = start
        for booking in bookings.sorted(by: { $0.from < $1.from }) where !booking.cancelled {
            let from = max(booking.from, reached)
            let to = min(booking.to, end)
            if from < to {
                covered += (to - from).milliseconds
                reached = to
            }
        }
        return Int(covered / 1_000)
    }

    private static func slotStart(of time: WallTime) -> WallTime {
        let remainder = time.milliseconds % slotMilliseconds
        return WallTime(milliseconds: time.milliseconds - (remainder < 0 ? remainder + slotMilliseconds : remainder))
    }
}
