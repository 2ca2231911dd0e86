internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Occupancy
internal import Sensing
internal import Utilization

/// A space of the hub: its count and its meter.
struct Space: Equatable, Sendable {
    var settings: SpaceSettings
    var occupancy: SpaceOccupancy
    var meter: UtilizationMeter
    var booking = BookingView()

    /// When the space begins or ceases to be booked, as far as the wall clock at `moment` tells.
    func bookingEdge(at moment: Moment) -> MonotonicTime? {
        guard moment.quality != .unknown, let until = booking.until else { return nil }
        return moment.monotonic + max(until - moment.wall, .zero)
    }
}

/// Whether a space is booked, and until when that answer holds.
struct BookingView: Equatable, Sendable {
    var isBooked: Bool?
    var until: WallTime?
}

extension Hub {
    mutating func advanceSpace(_ id: SpaceID, to moment: Moment) {
        count(spaces[id]?.occupancy.advance(to: moment.monotonic) ?? [], in: id, at: moment)
        measure(id, at: moment)
    }

    /// Tells a space's meter what the space shows now, and records what that completes.
    mutating func measure(_ id: SpaceID, at moment: Moment) {
        guard var space = spaces[id] else { return }
        let reading = UtilizationMeter.Reading(
            estimate: space.occupancy.estimate, isPresent: space.occupancy.isPresent, isHealthy: isHealthy(id),
            entries: space.occupancy.entries)
        let records = space.meter.observe(reading, at: moment, bookings: book.bookings(of: id))
        spaces[id] = space
        viewBookings(of: id, at: moment)
        record(records.map(JournalEvent.utilization), at: moment)
    }

    /// Records what changed a space's count, and has it stored soon.
    mutating func count(_ events: [JournalEvent], in space: SpaceID, at moment: Moment) {
        guard !events.isEmpty else { return }
        record(events, at: moment)
        touched.insert(.space(space))
        snapshotDue = snapshotDue ?? moment.monotonic + Self.snapshotDelay
    }

    mutating func storeOccupancy() {
        snapshotDue = nil
        effects.append(.storeOccupancy(spaces.mapValues { $0.occupancy.estimate }))
    }
}
