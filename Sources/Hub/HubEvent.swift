public import AccessControl
public import HubConfiguration
public import HubMessages
public import Sensing
public import Utilization

extension Hub {
    /// What can happen to a hub.
    public enum Event: Equatable, Sendable {
        /// A line of a device changed.
        case edge(DeviceID, SensedEdge)
        /// The levels of a device's lines, read after ``Effect/readLevels(_:)``: active or not, by role.
        case levels(DeviceID, [LineRole: Bool])
        /// The kernel is about to give a device's lines without their debounce periods: the hub keeps them itself. Comes
        /// before ``deviceReady(_:_:)``.
        case deviceUnfiltered(DeviceID)
        /// The lines of a device were requested; for inputs with their levels.
        case deviceReady(DeviceID, [LineRole: Bool])
        /// The lines of a device could not be requested, or were lost; why, in words for an operator.
        case deviceFailed(DeviceID, reason: String)
        /// A driver's reading came after ``Effect/readDriver(_:_:)``, or why there is none.
        case reading(SensorID, Result<Climate, DriverFault>)
        /// Everything up to this place is on disk.
        case journalCommitted(SequenceNumber)
        /// Where the journal's hash chain stands.
        case journalHead(JournalHead)
        /// The disk does not take events, and why; they wait in memory.
        case journalFailing(JournalFault)
        /// The disk takes events again.
        case journalRecovered
        /// Something was lost outside of the hub: events that were in the journal.
        case lost(Loss)
        /// A person is to be forgotten: the bookings that were added here with these credentials or ids.
        case erased(tokens: Set<CredentialToken>, bookings: Set<BookingID>)
        /// Events that named a person were erased on the order of that account.
        case privacyErased(count: UInt64, by: String)
        /// A read for the network is done; `last` is the place of its last row, `nil` where it found none.
        case rowsRead(request: UInt64, last: SequenceNumber?, bytes: Int = 0)
        /// The archive has stored everything of that journal up to this place.
        case archived(JournalID, SequenceNumber)
        /// The rows up to `last` that follow the last ones read for the network cannot be read: the journal is damaged.
        case rowsUnreadable(last: SequenceNumber)
        /// The connection to the broker stands.
        case connected
        /// The connection, or the attempt, failed.
        case disconnected
        /// The network has the batch with that number.
        case batchAcknowledged(UInt64)
        /// The network refused a message.
        case messageRejected
        /// Messages of the network were dropped before anybody could read them.
        case messagesDropped(topic: String, count: UInt64)
        /// What became of a booking feed, or of a part of one, that arrived.
        case feed(FeedOutcome)
        /// Another range of the feed in use, asked for with ``Effect/loadBookings(around:)``.
        case bookings(BookingWindow)
        /// An operator's command; its answer carries the same number.
        case command(Command, by: String, request: UInt64)
        /// A request whose signature is valid, from that signer; its answer carries the same number.
        case request(HubRequest, from: SignerSettings, isRetained: Bool, request: UInt64)
        /// A message that was to be a request is of no known form, or not validly signed.
        case requestRejected(RequestRefusal)
        /// The configured schedules as absolute windows, asked for with ``Effect/expandSchedules(around:)``.
        case schedules([ScheduleID: [TimeWindow]])
        /// The local days around now, asked for with ``Effect/makeCalendar(around:)``, without gaps.
        case calendar([CalendarDay])
        /// From now on credentials are called so in events, asked for with ``Effect/renewPseudonyms(period:)``.
        case pseudonyms(PseudonymHash)
        /// A changed configuration takes effect.
        case reconfigured(HubConfiguration)
        /// A changed configuration was refused for so many mistakes.
        case configurationRefused(mistakes: Int)
        /// Nothing but time has passed, or the wall clock was set.
        case tick
        /// The daemon stops.
        case stop
    }

    /// What became of a booking feed.
    public enum FeedOutcome: Equatable, Sendable {
        /// It is the one in use: what the hub has still holds.
        case confirmed
        /// It is in use from now on, as a whole; the window is what is held of it in memory.
        case replaced(BookingWindow)
        /// It was not taken, and what the hub had stays.
        case refused(FeedFault)
    }

    /// Why a message on the topic `bookings` was not taken.
    public struct FeedFault: Error, Hashable, Sendable {
        /// The rule that is broken.
        public var refusal: BookingRefusal
        /// Where, in words for an operator.
        public var detail: String
        /// The feed's version, where it could be read.
        public var version: UInt64?

        /// All parts.
        public init(refusal: BookingRefusal, detail: String, version: UInt64? = nil) {
            self.refusal = refusal
            self.detail = detail
            self.version = version
        }
    }

    /// What an operator can order.
    public enum Command: Hashable, Sendable {
        /// Do something with a door, or with all of them.
        case order(DoorOrder)
        /// Add or replace a standing right.
        case putHolder(HolderDescription)
        /// Remove a standing right.
        case removeHolder(HolderID)
        /// Put a standing right on the blocked list, or take it off.
        case suspendHolder(HolderID, Bool)
        /// Add a booking.
        case addBooking(BookingFeed.Entry)
        /// Remove a booking that was added here.
        case removeBooking(BookingID)
    }

    /// What came of a command.
    public enum Answer: Hashable, Sendable {
        /// Done.
        case done
        /// Not done, and why, in words for the operator.
        case refused(String)
    }
}
