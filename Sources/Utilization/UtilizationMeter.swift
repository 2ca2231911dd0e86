public import HubMessages

/// Measures one space's use, a quarter-hour at a time.
///
/// Quarter-hours are those of wall time, everything within them is counted in monotonic time: a jump of the date ends
/// the running quarter-hour, or stretches over several, but never adds or takes away a second of use. Time in which the
/// date is not known is counted nowhere; `covered` tells. A restart goes on in the quarter-hour that was running.
/// docs/utilization.md defines every number.
public struct UtilizationMeter: Hashable, Sendable {
    /// The space.
    public let space: SpaceID
    /// What the space is equipped as.
    public let module: SpaceModule

    /// The length of a slot.
    public static let slot = Duration.seconds(900)
    static let slotMilliseconds: Int64 = 900_000
    /// So long complete quarter-hours are remembered for bookings that come late.
    static let history = slot * ClosedQuarter.places

    private var tally: SlotTally?
    private var last: MonotonicTime?
    private var reading = Reading(estimate: 0, isPresent: false, isHealthy: false, entries: 0)
    /// The complete quarter-hours of the last day, in the order in which they were complete.
    private(set) var closed: [ClosedQuarter] = []
    // Places of complete quarter-hours that are not stored as they are now.
    private var unstored: Set<Int> = []

    /// What the space shows from now on.
    public struct Reading: Hashable, Sendable {
        /// The best estimate of the occupancy.
        public var estimate: Int
        /// How many of these are in none of the spaces inside it; `nil` where there are none.
        public var own: Int?
        /// Whether presence is seen.
        public var isPresent: Bool
        /// Whether all of the space's sensors work.
        public var isHealthy: Bool
        /// People who came in since the start of the daemon.
        public var entries: UInt64
        /// What the space's electricity meters have counted, in kilowatt-hours; `nil` where it has none.
        public var energy: Double?

        /// All parts.
        public init(
            estimate: Int, own: Int? = nil, isPresent: Bool, isHealthy: Bool, entries: UInt64, energy: Double? = nil
        ) {
            self.estimate = estimate
            self.own = own
            self.isPresent = isPresent
            self.isHealthy = isHealthy
            self.entries = entries
            self.energy = energy
        }

        /// Whether somebody is there.
        public var isUsed: Bool { estimate > 0 || isPresent }
    }

    /// What is counted in the quarter-hour in which it is found.
    public enum Finding: Hashable, Sendable {
        /// Nobody came for a booking.
        case noShow
        /// Somebody is there without a booking.
        case walkIn
        /// Somebody stays after the end of a booking.
        case overstay
    }

    /// A meter that has measured nothing.
    public init(space: SpaceID, module: SpaceModule) {
        self.space = space
        self.module = module
    }

    /// A meter that goes on where another one was.
    init(space: SpaceID, module: SpaceModule, tally: SlotTally?, closed: [ClosedQuarter]) {
        self.init(space: space, module: module)
        self.tally = tally
        self.closed = closed
    }

    /// The places of complete quarter-hours that changed since the last call.
    mutating func takeUnstored() -> Set<Int> {
        defer { unstored = [] }
        return unstored
    }

    /// What outlasts a restart.
    var memory: SlotTally? { tally }

    /// When the running quarter-hour ends, on the monotonic clock, as far as the wall clock at `moment` tells.
    public func deadline(at moment: Moment) -> MonotonicTime? {
        guard moment.quality != .unknown, let tally else { return nil }
        return moment.monotonic + max(tally.start + Self.slot - moment.wall, .zero)
    }

    /// The space shows `reading` from `moment` on. Returns the quarter-hours that are complete.
    public mutating func observe(
        _ reading: Reading, at moment: Moment, bookings: [Booking]
    ) -> [UtilizationRecord] {
        // After a restart the meters' counts are known before the quarter-hour from before is closed.
        self.reading.energy = self.reading.energy ?? reading.energy
        let records = advance(to: moment, bookings: bookings)
        let entered = Int(clamping: reading.entries - min(self.reading.entries, reading.entries))
        self.reading = reading
        tally?.entries += entered
        if tally?.energyAtStart == nil { tally?.energyAtStart = reading.energy }
        return records
    }

    /// A reading of the air that was believed.
    public mutating func observe(_ climate: Climate) {
        guard tally != nil else { return }
        var summary = tally?.climate ?? ClimateSummary()
        summary.add(climate)
        tally?.climate = summary
    }

    /// Something was found that is counted.
    public mutating func count(_ finding: Finding) {
        switch finding {
        case .noShow: tally?.noShows += 1
        case .walkIn: tally?.walkIns += 1
        case .overstay: tally?.overstays += 1
        }
    }

    /// Time has passed. Returns the quarter-hours that are complete.
    ///
    /// A gap of several quarter-hours (the date jumped forward, the daemon was off) is not filled: nothing was measured in
    /// them.
    public mutating func advance(to moment: Moment, bookings: [Booking]) -> [UtilizationRecord] {
        guard moment.quality != .unknown else {
            // What was measured until now stays in its quarter-hour; the clock's return decides where to go on.
            last = nil
            return []
        }
        let slot = Self.slotStart(of: moment.wall)
        guard let start = tally?.start else {
            begin(slot, at: moment.monotonic, bookings)
            return []
        }
        let elapsed = last.map { max($0, moment.monotonic) - $0 } ?? .zero
        guard slot != start else {
            add(elapsed, until: moment.wall)
            last = moment.monotonic
            return []
        }
        // The share of the elapsed time that belongs to the new quarter-hour: what its wall time shows, if it follows.
        let inNew = slot == start + Self.slot ? min(max(moment.wall - slot, .zero), elapsed) : .zero
        add(elapsed - inNew, until: min(moment.wall, start + Self.slot))
        let record = close()
        begin(slot, at: moment.monotonic, bookings)
        add(inNew, until: moment.wall)
        return record.map { [$0] } ?? []
    }

    /// The bookings changed. Returns records of complete quarter-hours anew whose bookings came late.
    ///
    /// A booking counts for the time for which it held: one that is revoked while it runs, until then. One that is over
    /// and is not in the bookings any more has held all the same: platforms do not send what is past.
    public mutating func bookingsChanged(_ bookings: [Booking], at moment: Moment) -> [UtilizationRecord] {
        guard moment.quality != .unknown else { return [] }
        if let start = tally?.start {
            let spans = Self.merged(tally?.bookings ?? [:], bookings, start: start, now: moment.wall)
            tally?.bookings = spans
        }
        var revised: [UtilizationRecord] = []
        for index in closed.indices {
            let slot = closed[index]
            let spans = Self.merged(slot.bookings, bookings, start: slot.record.start, now: moment.wall)
            guard spans != slot.bookings else { continue }
            closed[index].bookings = spans
            unstored.insert(slot.place)
            SlotTally.book(Array(spans.values), slot.usedSpans, in: &closed[index].record.use)
            guard closed[index].record.use != slot.record.use else { continue }
            closed[index].record.revision += 1
            revised.append(closed[index].record)
        }
        return revised
    }

    /// Forgets the names of these bookings; their time still counts.
    mutating func forget(_ ids: Set<BookingID>) {
        if let spans = tally?.bookings { tally?.bookings = Self.nameless(spans, ids) }
        for index in closed.indices where closed[index].bookings.keys.contains(where: ids.contains) {
            closed[index].bookings = Self.nameless(closed[index].bookings, ids)
            unstored.insert(closed[index].place)
        }
    }

    private static func nameless(
        _ spans: [BookingID: SlotTally.Span], _ ids: Set<BookingID>
    ) -> [BookingID: SlotTally.Span] {
        var kept = spans.filter { !ids.contains($0.key) }
        for (number, (_, span)) in spans.filter({ ids.contains($0.key) }).sorted(by: { $0.key < $1.key }).enumerated() {
            if let name = BookingID("erased/\(kept.count)/\(number)") { kept[name] = span }
        }
        return kept
    }

    private mutating func begin(_ slot: WallTime, at time: MonotonicTime, _ bookings: [Booking]) {
        var tally = SlotTally(start: slot, energy: reading.energy)
        tally.bookings = Self.merged([:], bookings, start: slot, now: slot)
        // What is older than a day goes, and what lies further ahead, where the date was wrong.
        let outdated = closed.filter { slot - $0.record.start > Self.history || $0.record.start - slot > Self.history }
        unstored.formUnion(outdated.map(\.place))
        closed.removeAll(where: outdated.contains)
        self.tally = tally
        last = time
    }

    private mutating func add(_ elapsed: Duration, until end: WallTime) {
        let nanoseconds = elapsed.nanoseconds
        // What lasts for no time at all was not: a change at the first moment of a quarter-hour.
        guard nanoseconds > 0 else { return }
        if let peak = tally?.peak, reading.estimate > peak { tally?.peak = reading.estimate }
        if let own = reading.own, own >= tally?.ownPeak ?? 0 { tally?.ownPeak = own }
        tally?.covered += nanoseconds
        if reading.isHealthy { tally?.healthy += nanoseconds }
        tally?.weighted += Double(reading.estimate) * Double(nanoseconds)
        guard reading.isUsed else { return }
        tally?.used += nanoseconds
        tally?.use(from: end - elapsed, to: end)
    }

    private mutating func close() -> UtilizationRecord? {
        guard let tally, tally.covered > 0 else { return nil }
        let record = UtilizationRecord(
            space: space, module: module, start: tally.start, use: tally.numbers(energy: reading.energy))
        let quarter = ClosedQuarter(record: record, usedSpans: tally.usedSpans, bookings: tally.bookings)
        closed.append(quarter)
        unstored.insert(quarter.place)
        // More than two days' worth comes of a date that jumps to and fro.
        if closed.count > 2 * ClosedQuarter.places { unstored.insert(closed.removeFirst().place) }
        return record
    }

    /// What is known of a quarter-hour's bookings, and what the bookings say now.
    private static func merged(
        _ known: [BookingID: SlotTally.Span], _ bookings: [Booking], start: WallTime, now: WallTime
    ) -> [BookingID: SlotTally.Span] {
        var spans: [BookingID: SlotTally.Span] = [:]
        for booking in bookings where !booking.cancelled {
            let span = SlotTally.Span(
                from: (booking.from - start).milliseconds, to: (booking.to - start).milliseconds)
            if span.from < slotMilliseconds, span.to > 0 { spans[booking.id] = span }
        }
        let present = (now - start).milliseconds
        for (id, span) in known where spans[id] == nil && !bookings.contains(where: { $0.id == id }) {
            let held = SlotTally.Span(from: span.from, to: min(span.to, present))
            if held.from < held.to, held.to > 0 { spans[id] = held }
        }
        return spans
    }

    private static func slotStart(of time: WallTime) -> WallTime {
        let remainder = time.milliseconds % slotMilliseconds
        return WallTime(milliseconds: time.milliseconds - (remainder < 0 ? remainder + slotMilliseconds : remainder))
    }
}
