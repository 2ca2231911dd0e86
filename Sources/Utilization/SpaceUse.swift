public import HubMessages

/// Everything about how one space is used: its quarter-hours, what bookings and people say of each other, days and months,
/// and what the district gets.
public struct SpaceUse: Hashable, Sendable {
    /// The space.
    public var space: SpaceID { meter.space }
    /// What holds for bookings.
    public var rules: BookingUse.Rules {
        get { bookings.rules }
        set { bookings.rules = newValue }
    }
    /// What the district gets of it.
    public var district: District

    private var meter: UtilizationMeter
    private var bookings: BookingUse
    private var summaries: SummaryKeeper
    private var view: DistrictView
    // The last records of the last quarter-hours, for what a revision replaces.
    private var issued: [WallTime: UseNumbers]

    /// What the district gets of a space.
    public struct District: Hashable, Sendable {
        /// The hub.
        public var hub: HubID
        /// Numbers of fewer people than this are suppressed.
        public var threshold: Int

        /// All parts.
        public init(hub: HubID, threshold: Int) {
            self.hub = hub
            self.threshold = threshold
        }
    }

    /// What outlasts a restart.
    public struct Memory: Hashable, Sendable, Codable {
        /// The space.
        public let space: SpaceID
        let module: SpaceModule
        let tally: SlotTally?
        let bookings: BookingUse.Memory
        let summaries: SummaryKeeper
        let view: DistrictView
    }

    /// A space that nothing is known of, or that goes on where `memory` ends, with the quarter-hours that were complete.
    public init(
        space: SpaceID, module: SpaceModule, rules: BookingUse.Rules, district: District, memory: Memory? = nil,
        closed: [ClosedQuarter] = []
    ) {
        self.district = district
        let kept = memory?.module == module ? memory : nil
        let closed = closed.filter { $0.record.space == space && $0.record.module == module }
            .sorted { $0.record.start < $1.record.start }
        meter = UtilizationMeter(space: space, module: module, tally: kept?.tally, closed: closed)
        issued = Dictionary(closed.map { ($0.record.start, $0.record.use) }) { _, last in last }
        bookings = BookingUse(space: space, rules: rules, memory: kept?.bookings ?? BookingUse.Memory())
        summaries = kept?.summaries ?? SummaryKeeper()
        view = kept?.view ?? DistrictView()
    }

    /// What outlasts a restart.
    public var memory: Memory {
        Memory(
            space: space, module: meter.module, tally: meter.memory, bookings: bookings.memory, summaries: summaries,
            view: view)
    }

    /// The complete quarter-hours that a late booking may still change.
    public var closed: [ClosedQuarter] { meter.closed }

    /// The places of complete quarter-hours that changed since the last call: to be stored.
    public mutating func takeUnstored() -> Set<Int> { meter.takeUnstored() }

    /// What the space is equipped as.
    public var module: SpaceModule { meter.module }

    /// When something is complete or found next.
    public func deadline(at moment: Moment) -> MonotonicTime? {
        MonotonicTime.earlier(meter.deadline(at: moment), bookings.deadline(at: moment))
    }

    /// The space shows `reading` from `moment` on. Returns what is to be recorded. `days` are the local days around.
    public mutating func observe(
        _ reading: UtilizationMeter.Reading, at moment: Moment, bookings booked: [Booking], days: [CalendarDay]
    ) -> [JournalEvent] {
        let records = meter.observe(reading, at: moment, bookings: booked)
        var events = records.flatMap { complete($0, days) }
        for found in bookings.observe(
            isUsed: reading.isUsed, isObserved: reading.isHealthy, at: moment, bookings: booked)
        {
            events.append(found.event)
            if let finding = found.finding { meter.count(finding) }
        }
        return events
    }

    /// A reading of the air that was believed.
    public mutating func observe(_ climate: Climate) {
        meter.observe(climate)
    }

    /// The bookings changed. Returns what is to be recorded anew because they came late.
    public mutating func bookingsChanged(_ booked: [Booking], at moment: Moment) -> [JournalEvent] {
        meter.bookingsChanged(booked, at: moment).flatMap { record -> [JournalEvent] in
            guard let old = issued.updateValue(record.use, forKey: record.start) else { return [] }
            return [.utilization(record)] + told(summaries.replace(old, with: record))
        }
    }

    /// Forgets these bookings: a person wants it so. What was counted of them stays a number.
    public mutating func forget(_ ids: Set<BookingID>) {
        bookings.forget(ids)
        meter.forget(ids)
    }

    private mutating func complete(_ record: UtilizationRecord, _ days: [CalendarDay]) -> [JournalEvent] {
        issued[record.start] = record.use
        if issued.count > 2 * ClosedQuarter.places { issued[issued.keys.min() ?? record.start] = nil }
        var events: [JournalEvent] = [.utilization(record)]
        if let index = days.firstIndex(where: { $0.from <= record.start && record.start < $0.to }) {
            let next = days.indices.contains(index + 1) ? days[index + 1] : nil
            events += told(summaries.take(record, day: days[index], next: next))
        }
        let cells = view.take(record, hub: district.hub, threshold: district.threshold)
        return events + cells.map(JournalEvent.districtQuarter)
    }

    private func told(_ summaries: [UtilizationSummary]) -> [JournalEvent] {
        summaries.flatMap { summary -> [JournalEvent] in
            // A revised month would tell the district what one late booking changed: it gets the first only.
            let month =
                summary.revision == 0
                ? DistrictMonth(hub: district.hub, summary: summary, threshold: district.threshold) : nil
            return [.utilizationSummary(summary)] + (month.map { [.districtMonth($0)] } ?? [])
        }
    }
}
