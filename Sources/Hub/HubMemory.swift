public import AccessControl
public import HubMessages
public import Utilization

extension Hub {
    /// What the hub had before it was started.
    public struct Memory: Equatable, Sendable {
        /// The journal.
        public var journal: JournalID
        /// The place of the journal's last event; 0 for none.
        public var lastEvent: SequenceNumber
        /// The head of the journal's hash chain; `nil` for a journal without an event.
        public var head: JournalHead?
        /// Everything up to here is acknowledged by the network.
        public var acknowledged: SequenceNumber
        /// What is held of the stored feed.
        public var feed: BookingWindow
        /// When the network last confirmed the feed.
        public var feedConfirmed: WallTime?
        /// The stored bookings that were added here.
        public var bookings: [Booking]
        /// How often bookings with a number of uses have let in.
        public var bookingUses: [BookingID: Int]
        /// The stored standing rights.
        public var holders: [Holder]
        /// What doors were set to.
        public var doors: DoorMemory
        /// The stored counts.
        public var occupancy: [SpaceID: OccupancyCount]
        /// What meters had counted, in pulses.
        public var meters: [SensorID: UInt64]
        /// How spaces were used, as far as that goes on.
        public var uses: [SpaceUse.Memory]
        /// The complete quarter-hours of the last day.
        public var quarters: [ClosedQuarter]
        /// What credentials are called in events.
        public var pseudonyms: PseudonymHash

        /// All parts.
        public init(
            journal: JournalID, lastEvent: SequenceNumber = 0, head: JournalHead? = nil,
            acknowledged: SequenceNumber = 0,
            feed: BookingWindow = BookingWindow(), feedConfirmed: WallTime? = nil, bookings: [Booking] = [],
            bookingUses: [BookingID: Int] = [:],
            holders: [Holder] = [], doors: DoorMemory = DoorMemory(), occupancy: [SpaceID: OccupancyCount] = [:],
            meters: [SensorID: UInt64] = [:], uses: [SpaceUse.Memory] = [],
            quarters: [ClosedQuarter] = [], pseudonyms: PseudonymHash = .unkeyed
        ) {
            self.journal = journal
            self.lastEvent = lastEvent
            self.head = head
            self.acknowledged = acknowledged
            self.feed = feed
            self.feedConfirmed = feedConfirmed
            self.bookings = bookings
            self.bookingUses = bookingUses
            self.holders = holders
            self.doors = doors
            self.occupancy = occupancy
            self.meters = meters
            self.uses = uses
            self.quarters = quarters
            self.pseudonyms = pseudonyms
        }
    }
}
