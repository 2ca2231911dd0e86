internal import Hub
internal import HubMessages
internal import Utilization

/// The disk and the journal on it, as badly as they may behave.
///
/// Fault model. Rows are written in the order they were asked for, one batch after the other; a batch is on disk after
/// 1 to 12 ms. A stall holds the batch under way for up to minutes; a failing disk refuses every batch until it is well
/// again, and rows wait in memory meanwhile. A power cut loses what waits; of the batch under way any prefix may be on
/// disk although nobody was told. What is on disk stays. Bookings and estimates are small files, written at once.
struct SimulatedJournal {
    /// Rows on disk; the place of each is its index plus one.
    private(set) var rows: [JournalEvent] = []
    /// What waits in memory.
    private(set) var waiting: [JournalEvent] = []
    /// Everything up to here the network has acknowledged.
    var acknowledged: SequenceNumber = 0
    /// Whether a batch is under way.
    var isWriting = false
    /// Whether the disk refuses.
    var isFailing = false
    /// Until when the disk answers nothing.
    var stalledUntil: Int64 = 0
    /// What is stored besides the rows.
    var feed = SimulatedFeed()
    var feedConfirmed: WallTime?
    var bookings: [Booking] = []
    var bookingUses: [BookingID: Int] = [:]
    var holders: [Holder] = []
    var doors = DoorMemory()
    var occupancy: [SpaceID: OccupancyCount] = [:]
    /// How spaces were used.
    var uses: [SpaceUse.Memory] = []
    var quarters: [Int: [ClosedQuarter]] = [:]
    /// What meters had counted.
    var meters: [SensorID: UInt64] = [:]

    /// The place of the last row on disk.
    var committed: SequenceNumber { SequenceNumber(rows.count) }

    /// Takes a row; `false` where its place is not the next one: a gap, or a place used twice.
    mutating func append(_ event: JournalEvent, seq: SequenceNumber) -> Bool {
        guard seq == committed + SequenceNumber(waiting.count) + 1 else { return false }
        waiting.append(event)
        return true
    }

    /// Everything that waits is on disk now.
    mutating func commit() {
        rows += waiting
        waiting = []
    }

    /// The power is gone: `kept` of the waiting rows had made it to the disk.
    mutating func cutPower(keeping kept: Int) {
        rows += waiting.prefix(kept)
        waiting = []
        isWriting = false
        feed.cutPower()
    }
}
