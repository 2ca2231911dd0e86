/// What the retained topic `state/door/<id>` and `hubctl doors` show of a door.
public struct DoorState: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// Its name for people.
    public var name: String
    /// What it is set to.
    public var mode: DoorMode
    /// Whether the lock line is commanded to release; absent where the line cannot be set.
    public var released: Bool?
    /// What the contact shows.
    public var contact: ContactState
    /// What the bolt's feedback shows; absent where the lock has none.
    public var bolt: BoltState?
    /// Whether the fire alarm holds the door released; absent where it does not.
    public var fire: Bool?
    /// The active alarms, sorted.
    public var alarms: [DoorAlarm]

    /// All fields.
    public init(
        door: DoorID, name: String, mode: DoorMode, released: Bool?, contact: ContactState,
        bolt: BoltState? = nil, fire: Bool? = nil, alarms: [DoorAlarm]
    ) {
        self.door = door
        self.name = name
        self.mode = mode
        self.released = released
        self.contact = contact
        self.bolt = bolt
        self.fire = fire
        self.alarms = alarms
    }
}

/// What the retained topic `state/space/<id>` shows of a space.
public struct SpaceState: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// Its name for people.
    public var name: String
    /// What it is equipped as.
    public var module: SpaceModule
    /// The best estimate of how many people are there.
    public var estimate: Int
    /// At least so many are there.
    public var minimum: Int
    /// At most so many are there.
    public var maximum: Int
    /// How many people the space is made for, where configured.
    public var capacity: Int?
    /// Whether presence is seen; absent where the space has no working presence sensor.
    public var present: Bool?
    /// Whether a booking covers this moment; absent while the time is not known.
    public var booked: Bool?
    /// How near it is to its capacity; absent where that is not configured.
    public var level: CapacityLevel?
    /// What estimate and interval are made of, since the space was last known to be empty.
    public var reasons: [OccupancyCause]

    /// All fields.
    public init(
        space: SpaceID, name: String, module: SpaceModule, estimate: Int, minimum: Int, maximum: Int,
        capacity: Int?, present: Bool?, booked: Bool?, level: CapacityLevel? = nil, reasons: [OccupancyCause] = []
    ) {
        self.level = level
        self.reasons = reasons
        self.space = space
        self.name = name
        self.module = module
        self.estimate = estimate
        self.minimum = minimum
        self.maximum = maximum
        self.capacity = capacity
        self.present = present
        self.booked = booked
    }
}

/// What the retained topic `status` (``published``) and `hubctl status` show of the hub.
public struct HubStatus: Hashable, Sendable, Codable {
    /// The hub.
    public var hub: HubID
    /// Its name for people.
    public var name: String
    /// `false` only in the last will and in the last message before an orderly stop.
    public var online: Bool
    /// The software's version.
    public var version: String
    /// What the wall clock is worth.
    public var clock: ClockQuality
    /// The journal events are kept in.
    public var journal: JournalID
    /// The version of the booking feed in use; 0 before the first. Absent on the topic.
    public var feedVersion: UInt64?
    /// Whether the disk takes events; `false` while writing fails.
    public var journalHealthy: Bool
    /// Why it does not; absent while it does.
    public var journalFault: JournalFault?
    /// The head of the journal's hash chain, at most a quarter of an hour old; absent before the first event, and on the topic.
    public var journalHead: JournalHead?
    /// Devices that cannot be used, sorted.
    public var failedDevices: [DeviceID]

    /// All fields.
    public init(
        hub: HubID, name: String, online: Bool, version: String, clock: ClockQuality, journal: JournalID,
        feedVersion: UInt64?, journalHealthy: Bool, failedDevices: [DeviceID], journalFault: JournalFault? = nil,
        journalHead: JournalHead? = nil
    ) {
        self.hub = hub
        self.name = name
        self.online = online
        self.version = version
        self.clock = clock
        self.journal = journal
        self.feedVersion = feedVersion
        self.journalHealthy = journalHealthy
        self.journalFault = journalFault
        self.journalHead = journalHead
        self.failedDevices = failedDevices
    }

    /// What the topic carries, which the district may read. The journal's head counts events and the feed's version counts
    /// changes of bookings: whoever takes one from the next knows how often somebody came through a door, or booked.
    public var published: HubStatus {
        var status = self
        status.feedVersion = nil
        status.journalHead = nil
        return status
    }

    /// The rest, for operators.
    public var progress: JournalState {
        JournalState(journal: journal, feedVersion: feedVersion ?? 0, head: journalHead)
    }
}

/// What the retained topic `state/journal` shows: how far the hub is. For operators, as everything under `state`.
public struct JournalState: Hashable, Sendable, Codable {
    /// The journal events are kept in.
    public var journal: JournalID
    /// The version of the booking feed in use; 0 before the first.
    public var feedVersion: UInt64
    /// The head of the journal's hash chain, at most a quarter of an hour old; absent before the first event.
    public var head: JournalHead?

    /// The topic below the configured root.
    public static let topic = "state/journal"

    /// All fields.
    public init(journal: JournalID, feedVersion: UInt64, head: JournalHead?) {
        self.journal = journal
        self.feedVersion = feedVersion
        self.head = head
    }
}

/// A message on a retained topic: the last one is what is true now.
public enum LiveState: Hashable, Sendable {
    /// On `status`.
    case status(HubStatus)
    /// On `state/door/<id>`.
    case door(DoorState)
    /// On `state/space/<id>`.
    case space(SpaceState)
    /// On `state/sensor/<id>`.
    case sensor(SensorState)

    /// The topic below the configured root.
    public var topic: String {
        switch self {
        case .status: "status"
        case .door(let state): "state/door/\(state.door)"
        case .space(let state): "state/space/\(state.space)"
        case .sensor(let state): "state/sensor/\(state.sensor)"
        }
    }
}

extension LiveState: Encodable {
    /// Encodes the state alone, as its topic carries it.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .status(let state): try state.encode(to: encoder)
        case .door(let state): try state.encode(to: encoder)
        case .space(let state): try state.encode(to: encoder)
        case .sensor(let state): try state.encode(to: encoder)
        }
    }
}
