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
    /// One event; answered like ``journalTail(count:)``.
    case journalShow(seq: SequenceNumber)
    /// At most `count` events behind `after`, 1 to ``maximumEvents``; answered like ``journalTail(count:)``.
    case journalRead(after: SequenceNumber, count: Int)
    /// Follow the hash chain over all events, and compare it with heads noted earlier: answered with
    /// ``ControlResponse/verified(report:)``.
    case journalVerify(heads: [JournalHead])
    /// Give the journal's free room back: answered with ``ControlResponse/compacted(before:after:)``.
    case journalCompact
    /// Erase everything that names a person from the journal and the bookings: answered with
    /// ``ControlResponse/erased(count:)``.
    case privacyErase(person: PersonDescription)
    /// Everything that names a person: answered with ``ControlResponse/events(list:)``, once or more, with
    /// ``ControlResponse/bookings(list:)`` and ``ControlResponse/holders(list:)`` where there are such, and at the end
    /// ``ControlResponse/done``.
    case privacyExport(person: PersonDescription)
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
    /// The events asked for begin with some that cannot be read, because the disk has damaged them: the first and last of
    /// these. What follows is there when it is asked for from behind them.
    case unreadable(first: SequenceNumber, last: SequenceNumber)
    /// All bookings.
    case bookings(list: [Booking])
    /// What following the hash chain found.
    case verified(report: VerificationReport)
    /// The journal's size in bytes before and after.
    case compacted(before: Int, after: Int)
    /// So many events were erased.
    case erased(count: UInt64)
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
    /// What the configuration leaves out; absent for nothing.
    public var warnings: [SetupWarning]?

    /// All fields.
    public init(
        hub: HubStatus, time: WallTime, uptime: Int64, connected: Bool?, backlog: UInt64, waitingForDisk: Int,
        bookings: Int, simulationSpeed: Double?, spaces: [SpaceState], sensors: [SensorState],
        warnings: [SetupWarning]? = nil
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
        self.warnings = warnings
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

/// Whom a request about personal data is about: by what the events know of them.
public struct PersonDescription: Hashable, Sendable, Codable {
    /// Cards.
    public var cards: [CredentialDescription]
    /// Pseudonyms, as `access.decided` shows them.
    public var pseudonyms: [String]
    /// Bookings.
    public var bookings: [BookingID]

    /// All fields.
    public init(cards: [CredentialDescription] = [], pseudonyms: [String] = [], bookings: [BookingID] = []) {
        self.cards = cards
        self.pseudonyms = pseudonyms
        self.bookings = bookings
    }
}

/// What following the journal's hash chain over all events found.
public struct VerificationReport: Hashable, Sendable, Codable {
    /// Whether all is as it was written.
    public var sound: Bool
    /// The first event that is still there.
    public var first: SequenceNumber
    /// The chain's head, as the events give it.
    public var head: JournalHead
    /// How many events are there with their content.
    public var kept: UInt64
    /// How many were erased lawfully.
    public var erased: UInt64
    /// How many are gone as `loss` events tell.
    public var removed: UInt64
    /// Events that are damaged or gone without a word, as first and last.
    public var damaged: [[SequenceNumber]]
    /// Places where the events do not lead to the chain's value in the file.
    public var broken: [SequenceNumber]
    /// How many heads (asked about, or told of once a day) agree.
    public var agreeing: UInt64
    /// Heads that do not agree, also those from behind the last event.
    public var contradicted: [JournalHead]
    /// Heads asked about that lie where events were deleted.
    public var unknown: [JournalHead]

    /// All fields.
    public init(
        sound: Bool, first: SequenceNumber, head: JournalHead, kept: UInt64, erased: UInt64, removed: UInt64,
        damaged: [[SequenceNumber]], broken: [SequenceNumber], agreeing: UInt64, contradicted: [JournalHead],
        unknown: [JournalHead]
    ) {
        self.sound = sound
        self.first = first
        self.head = head
        self.kept = kept
        self.erased = erased
        self.removed = removed
        self.damaged = damaged
        self.broken = broken
        self.agreeing = agreeing
        self.contradicted = contradicted
        self.unknown = unknown
    }
}
