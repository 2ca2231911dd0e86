public import HubMessages

/// A complete quarter-hour of a space, kept for a day in case that a booking of it comes late. It is kept over a restart.
public struct ClosedQuarter: Hashable, Sendable, Codable {
    /// What was recorded of it last.
    public internal(set) var record: UtilizationRecord
    /// When somebody was there.
    let usedSpans: [SlotTally.Span]
    /// The bookings that held within it.
    var bookings: [BookingID: SlotTally.Span]

    /// Where it is stored: quarter-hours a day apart take the same place, so that each is written once, and again only where
    /// it changed.
    public var place: Int { Self.place(of: record.start) }

    /// How many places there are: those of a day.
    public static let places = 96

    static func place(of start: WallTime) -> Int {
        let slot = start.milliseconds / UtilizationMeter.slotMilliseconds % Int64(places)
        return Int(slot < 0 ? slot + Int64(places) : slot)
    }
}
