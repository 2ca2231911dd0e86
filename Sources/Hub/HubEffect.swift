public import Delivery
public import HubConfiguration
public import HubMessages
public import Utilization

extension Hub {
    /// What a hub asks its edges to do. Nothing else leaves it.
    public enum Effect: Equatable, Sendable {
        /// Request the device's lines; a lock's output begins with that level. Answer with ``Event/deviceReady(_:_:)``
        /// or ``Event/deviceFailed(_:reason:)``.
        case request(DeviceID, released: Bool)
        /// Give the device's lines back.
        case abandon(DeviceID)
        /// Read the levels of the device's lines, once its waiting edges are handled.
        case readLevels(DeviceID)
        /// Make the device's only line an output and pull it low.
        case pullLow(DeviceID)
        /// Let go of that line: an input again, whose edges are reported.
        case listen(DeviceID)
        /// Ask the kernel's driver for a reading; answer with ``Event/reading(_:_:)``.
        case readDriver(SensorID, KernelSensor)
        /// Set a door's lock line.
        case setLock(DoorID, released: Bool)
        /// Set a reader's light and buzzer.
        case setSignal(DeviceID, led: Bool, buzzer: Bool)
        /// Light the house's fault LED, or put it out.
        case setFaultLED(lit: Bool)
        /// Write an event to disk.
        case append(EventLog.Entry, Moment)
        /// Read committed rows for the network.
        case readRows(after: SequenceNumber, request: UInt64)
        /// Send the rows of that read.
        case publishRows(request: UInt64)
        /// Rows up to here need not be kept for the network.
        case acknowledge(upTo: SequenceNumber)
        /// Take the content of events of these classes from before these times.
        case expire([Expiry], now: WallTime)
        /// Connect to the broker, with a last will made of this status.
        case connect(will: HubStatus)
        /// Give up the connection to the broker.
        case disconnect
        /// Show this to whoever watches: retained topics, `hubctl watch`.
        case show(LiveState)
        /// Show nothing on this topic any more: what it was about is not configured any longer.
        case clear(topic: String)
        /// Make absolute windows of the configured schedules around that time; answer with ``Event/schedules(_:)``.
        case expandSchedules(around: WallTime)
        /// Read the part of the feed in use that matters around that time, and take out of its file what ended before
        /// `endedBefore`; answer with ``Event/bookings(_:)``.
        case loadBookings(around: WallTime, endedBefore: WallTime)
        /// Make a new key for pseudonyms and destroy the one in use; answer with ``Event/pseudonyms(_:)``.
        case renewPseudonyms(period: Int64)
        /// Name the local days around that time; answer with ``Event/calendar(_:)``.
        case makeCalendar(around: WallTime)
        /// Keep over a restart when the network last confirmed the feed.
        case storeConfirmation(WallTime)
        /// Store a booking added here.
        case storeBooking(Booking)
        /// Keep over a restart how often bookings with a number of uses have let in.
        case storeBookingUses([BookingID: Int])
        /// Store a standing right.
        case storeHolder(Holder)
        /// Remove a stored standing right.
        case removeHolder(HolderID)
        /// Remove a stored booking that was added here.
        case removeBooking(BookingID)
        /// Keep what operators and the fire alarm have set doors to over a restart.
        case storeDoors(DoorMemory)
        /// Keep the counts over a restart.
        case storeOccupancy([SpaceID: OccupancyCount])
        /// Keep over a restart how spaces are used: the running quarter-hour, day and month.
        case storeUses([SpaceUse.Memory])
        /// Keep complete quarter-hours over a restart, by their place: they take the room of what was in it.
        case storeQuarters([Int: [ClosedQuarter]])
        /// Keep what meters counted over a restart.
        case storeMeters([SensorID: UInt64])
        /// Show the bits of a frame that is no card to operators who watch at the hub just now; nowhere else.
        case showFrame(RejectedBits)
        /// Answer a request that asked for something to see, or is refused as a request.
        case respond(request: UInt64, HubResponse)
        /// Answer an operator's command, or a request that was one.
        case answer(request: UInt64, Answer)
    }

    /// Events of a class from before a time are kept no longer.
    public struct Expiry: Hashable, Sendable {
        /// The class.
        public var eventClass: EventClass
        /// The time.
        public var before: WallTime
    }
}
