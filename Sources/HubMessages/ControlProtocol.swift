/// A request over the control socket: one JSON object on one line, such as `{"unlock":{"door":"eingang"}}`.
public enum ControlRequest: Hashable, Sendable, Codable {
    /// How the hub is: answered with ``ControlResponse/status(report:)``.
    case status
    /// All doors: answered with ``ControlResponse/doors(list:)``.
    case doors
    /// Everything live from now on: a status, the last of every live state, then every change and event.
    case watch
    /// Do something with a door, or with all of the hub.
    case order(order: DoorOrder)
    /// The last `count` events, 1 to ``maximumEvents``: answered with ``ControlResponse/events(list:)``.
    case journalTail(count: Int)
    /// One event.
    case journalShow(seq: SequenceNumber)
    /// At most `count` events behind `after`, 1 to ``maximumEvents``; answered like ``journalTail(count:)``.
    case journalRead(after: SequenceNumber, count: Int)
    /// What would be decided about a credential at a door, now or at another moment: answered with
    /// ``ControlResponse/explanation(of:)``.
    case explain(door: DoorID, credential: CredentialDescription, at: WallTime?)
    /// All bookings: answered with ``ControlResponse/bookings(list:)``.
    case bookings
    /// Add a booking that stays until it is removed here.
    case addBooking(booking: BookingFeed.Entry)
    /// Remove a booking that was added here.
    case removeBooking(id: BookingID)
    /// All configured lines: answered with ``ControlResponse/lines(list:)``.
    case lines
    /// All standing rights: answered with ``ControlResponse/holders(list:)``.
    case holders
    /// Add a standing right, or replace the one of that id.
    case putHolder(holder: HolderDescription)
    /// Remove a standing right.
    case removeHolder(id: HolderID)
    /// Put a standing right on the blocked list, or take it off.
    case suspendHolder(id: HolderID, suspended: Bool)
    /// Do something in the simulated house.
    case simulate(action: SimulatedAction)

    /// At most so many events in one answer.
    public static let maximumEvents = 1_000
    /// A request is not longer than this, in bytes.
    public static let maximumBytes = 65_536
}

/// An answer over the control socket: one JSON object on one line.
public enum ControlResponse: Hashable, Sendable, Codable {
    /// How the hub is.
    case status(report: StatusReport)
    /// All doors.
    case doors(list: [DoorState])
    /// Events, by ascending seq.
    case events(list: [JournalEnvelope])
    /// All bookings.
    case bookings(list: [Booking])
    /// All standing rights, by id.
    case holders(list: [Holder])
    /// What would be decided.
    case explanation(of: Explanation)
    /// All configured lines.
    case lines(list: [LineReport])
    /// Done, nothing to tell.
    case done
    /// Not done, and why.
    case refused(reason: String)
    /// A watched door.
    case door(state: DoorState)
    /// A watched space.
    case space(state: SpaceState)
    /// A watched sensor.
    case sensor(state: SensorState)
    /// The watched hub.
    case hub(state: HubStatus)
    /// The bits of a frame that is no card, for operators who watch.
    case frame(rejected: RejectedBits)
    /// A watched event.
    case event(envelope: JournalEnvelope)
}

/// How the hub is, with what only somebody at the hub needs to know.
public struct StatusReport: Hashable, Sendable, Codable {
    /// What the network sees too.
    public var hub: HubStatus
    /// The hub's wall clock.
    public var time: WallTime
    /// How long the daemon runs, in milliseconds of the hub's monotonic clock.
    public var uptime: Int64
    /// Whether the connection to the broker stands; absent where none is configured.
    public var connected: Bool?
    /// How many events on disk the network has not acknowledged.
    public var backlog: UInt64
    /// How many events wait for the disk.
    public var waitingForDisk: Int
    /// How many bookings the hub has.
    public var bookings: Int
    /// How many times faster than real time the simulated house runs; absent with real lines.
    public var simulationSpeed: Double?
    /// All spaces.
    public var spaces: [SpaceState]
    /// All sensors.
    public var sensors: [SensorState]

    /// All fields.
    public init(
        hub: HubStatus, time: WallTime, uptime: Int64, connected: Bool?, backlog: UInt64, waitingForDisk: Int,
        bookings: Int, simulationSpeed: Double?, spaces: [SpaceState], sensors: [SensorState]
    ) {
        self.hub = hub
        self.time = time
        self.uptime = uptime
        self.connected = connected
        self.backlog = backlog
        self.waitingForDisk = waitingForDisk
        self.bookings = bookings
        self.simulationSpeed = simulationSpeed
        self.spaces = spaces
        self.sensors = sensors
    }
}

/// What somebody, or the weather, can do in the simulated house.
public enum SimulatedAction: Hashable, Sendable, Codable {
    /// Hold a card to a door's reader, the outer one where no side is given.
    case swipe(door: DoorID, card: CredentialDescription, side: ReaderSide? = nil)
    /// Open a door; a locked one is forced open.
    case open(door: DoorID)
    /// Close a door.
    case close(door: DoorID)
    /// Press a door's exit button for a moment.
    case press(door: DoorID)
    /// Type keys at a door's keypad: digits, `*`, `#`.
    case type(door: DoorID, keys: String)
    /// Activate a sensor's only input, or let it rest: open a window, spill water, stand on a mat.
    case input(sensor: SensorID, active: Bool)
    /// Press a button of a feedback terminal, counted from 1.
    case answer(sensor: SensorID, rank: Int)
    /// Let a meter count.
    case pulses(sensor: SensorID, count: Int)
    /// Change the air around a climate sensor.
    case climate(sensor: SensorID, climate: Climate)
    /// Walk into a space through its beam counter.
    case walkIn(space: SpaceID)
    /// Walk out of a space through its beam counter.
    case walkOut(space: SpaceID)
    /// Move (or sit still again) under a space's presence sensors.
    case motion(space: SpaceID, moving: Bool)
    /// Open a housing at a door, or close it again.
    case tamper(door: DoorID, open: Bool)
    /// Set off the fire alarm, or end it.
    case fire(active: Bool)
    /// Pull the plug of the GPIO chip.
    case unplug
    /// Plug the GPIO chip in again.
    case plug
}
