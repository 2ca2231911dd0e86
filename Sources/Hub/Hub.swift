internal import AccessControl
internal import Delivery
public import HubConfiguration
public import HubMessages
internal import Occupancy
internal import Sensing
internal import Utilization

/// A whole hub as a value: every rule, no clock, no I/O.
///
/// Events go in with the moment they happened at, effects come out; there is one ``deadline``. Two hubs that were
/// given the same events are equal.
public struct Hub: Equatable, Sendable {
    /// What the hub is configured with.
    public internal(set) var configuration: HubConfiguration {
        didSet { wiring = configuration.devices }
    }
    /// The lines of every configured device: what ``configuration`` says, by device. Looked up with every edge.
    public private(set) var wiring: [DeviceID: DeviceLines]
    /// The software's version.
    public let version: String
    /// The journal that events are kept in.
    public let journal: JournalID

    let hash: CredentialHash
    var doors: [DoorID: Door] = [:]
    var spaces: [SpaceID: Space] = [:]
    var sensors: [SensorID: Sensor] = [:]
    var devices: [DeviceID: DeviceSupervisor] = [:]
    var exitButtons: [DoorID: Bool] = [:]
    // What each lock line was requested with, until it is there.
    var requestedReleases: [DoorID: Bool] = [:]
    var monitors: [DeviceLine: SequenceMonitor] = [:]
    var activities: [DeviceLine: LineActivity] = [:]
    // Lines whose debounce period the kernel refused to keep.
    var unfiltered: Set<DeviceID> = []
    var filters: [DeviceLine: EdgeFilter] = [:]
    // What is being typed at keypads.
    var codes: [ReaderPlace: CodeEntry] = [:]
    var doorTraces: [DoorID: DoorTrace] = [:]
    // What meters had counted, also those that are not configured now.
    var meterMemory: [SensorID: UInt64]
    var metersDue: MonotonicTime?

    var book: BookingBook
    // When another range of the feed is to be read, or what is over to be forgotten.
    var bookingsDue: MonotonicTime?
    var holders: HolderBook
    // The configured schedules as absolute windows, and when they are to be made anew.
    var schedules: [ScheduleID: [TimeWindow]] = [:]
    var schedulesDue: MonotonicTime?
    // Doors whose opening hours wait for the first person.
    var awaitFirstPerson: Set<DoorID> = []
    // Who has typed wrong codes, and who is expected to type one.
    var keypadLockouts: [ReaderPlace: Lockout] = [:]
    var cardLockouts: [CredentialToken: Lockout] = [:]
    var awaitedPINs: [ReaderPlace: AwaitedPIN] = [:]
    var requests = RequestMemory()
    var refusals = RefusalTally()
    var log: EventLog
    var publisher: Publisher
    var journalCare: JournalCare
    // What outlasts a restart of the daemon: orders, and the fire alarm until it is reset.
    var doorMemory: DoorMemory
    var isFireActive = false
    // What the fault LED was told last; `nil` while it cannot be told anything.
    var isFaultLEDLit: Bool?

    var startTime = MonotonicTime.zero
    var lastMoment: Moment?
    var snapshotDue: MonotonicTime?
    var usesDue: MonotonicTime?
    var pseudonyms: PseudonymHash
    var pseudonymsDue: MonotonicTime?
    // The local days around now, and when they are to be made anew.
    var calendar: [CalendarDay] = []
    var calendarDue: MonotonicTime?
    // The bookings or the clock changed: what was looked up of them does not hold.
    var mustViewBookings = false
    // What was shown last, by topic; only a change is shown again.
    var shown: [String: LiveState] = [:]
    // Topics whose subject is gone, until a broker has been told.
    var abandoned: Set<String> = []
    var touched: Set<Subject> = []
    var effects: [Effect] = []
    // After a stop nothing moves any more; only what was begun is brought to an end.
    private var isStopped = false

    /// How often it is looked whether the time is known by now, where it is not.
    static let clockLook = Duration.seconds(10)
    /// How long after a change of the occupancy it is stored.
    static let snapshotDelay = Duration.seconds(5)

    /// A hub that has not started. `seed` decides the jitter of its connection attempts.
    public init(
        configuration: HubConfiguration, version: String, memory: Memory, hash: CredentialHash, seed: UInt64
    ) {
        self.configuration = configuration
        wiring = configuration.devices
        self.version = version
        self.hash = hash
        journal = memory.journal
        book = BookingBook(
            window: memory.feed, confirmed: memory.feedConfirmed, local: memory.bookings, used: memory.bookingUses)
        holders = HolderBook(stored: memory.holders)
        log = EventLog(last: memory.lastEvent, limit: configuration.journal.queueLimit)
        publisher = Publisher(
            isEnabled: configuration.mqtt != nil, acknowledged: memory.acknowledged, committed: memory.lastEvent,
            seed: seed, acknowledgement: configuration.mqtt?.acknowledgement == .archive ? .archive : .broker,
            bytesPerSecond: configuration.mqtt?.bytesPerSecond)
        journalCare = JournalCare(head: memory.head)
        storedOccupancy = memory.occupancy
        meterMemory = memory.meters
        doorMemory = memory.doors
        pseudonyms = memory.pseudonyms
        storedUses = Dictionary(memory.uses.map { ($0.space, $0) }) { first, _ in first }
        storedQuarters = memory.quarters
    }

    // What spaces had before the start, until they are there.
    var storedUses: [SpaceID: SpaceUse.Memory]
    // What was stored of complete quarter-hours, until the first time they are stored anew.
    var storedQuarters: [ClosedQuarter]
    private var storedOccupancy: [SpaceID: OccupancyCount]

    /// The hub begins. `losses` are what was found missing while its files were opened.
    public mutating func start(
        _ report: HubStarted, losses: [Loss] = [], at moment: Moment
    ) -> [Effect] {
        startTime = moment.monotonic
        lastMoment = moment
        journalCare.start(at: moment)
        record(.hubStarted(report), at: moment)
        for loss in losses {
            record(.loss(loss), at: moment)
        }
        build(configuration, at: moment)
        tellRestoredDoors(at: moment)
        makeCalendar(at: moment)
        careForPseudonyms(at: moment)
        expandSchedules(at: moment)
        careForBookings(at: moment)
        for space in spaces.keys.sorted() {
            let last = storedOccupancy[space]
            let off = moment.quality == .unknown ? nil : last?.at.map { moment.wall - $0 }
            let events = spaces[space]?.occupancy.restart(last: last, off: off, at: moment.monotonic)
            count(events ?? [], in: space, at: moment)
        }
        storedOccupancy = [:]
        touched.insert(.hub)
        return finish(at: moment)
    }

    /// Something happened at `moment`. Returns what to do, in order.
    public mutating func handle(_ event: Event, at moment: Moment) -> [Effect] {
        // Edges carry their own time, which lies a little back; the hub's time never does.
        var moment = moment
        if let lastMoment, moment.monotonic < lastMoment.monotonic { moment = lastMoment }
        guard !isStopped else { return handleAfterStop(event, at: moment) }
        watchClock(moment)
        // Whatever fell due before this event is done before it.
        if let deadline, moment.monotonic >= deadline { advance(to: moment) }
        // Only when nothing waits in front of the hub does silence end a frame: its pulses may be read late.
        if case .tick = event { endFrames(at: moment) }
        switch event {
        case .edge(let device, let edge): sense(device, edge, at: moment)
        case .levels(let device, let levels): reread(device, levels, at: moment)
        case .deviceUnfiltered(let device): filterHere(device)
        case .deviceReady(let device, let levels): deviceReady(device, levels, at: moment)
        case .deviceFailed(let device, let reason): deviceFailed(device, reason, at: moment)
        case .reading(let sensor, let result): sensorReading(sensor, result, at: moment)
        case .journalCommitted(let seq): journalCommitted(seq, at: moment)
        case .journalHead(let head): journalCare.head = head
        case .journalFailing(let fault): journalFailing(fault)
        case .journalRecovered: journalRecovered(at: moment)
        case .lost(let loss): record(.loss(loss), at: moment)
        case .erased(let tokens, let bookings): forget(tokens, bookings, at: moment)
        case .privacyErased(let count, let operatorName):
            record(.privacyErased(PrivacyErased(count: count, by: operatorName)), at: moment)
        case .rowsRead(let request, let last, let bytes):
            deliver(publisher.rowsRead(request, last: last, bytes: bytes, at: moment.monotonic))
        case .rowsUnreadable(let last): passOver(last, at: moment)
        case .archived(let journal, let seq): archived(journal, upTo: seq, at: moment)
        case .connected: connected()
        case .disconnected: publisher.disconnected(at: moment.monotonic)
        case .batchAcknowledged(let request): deliver(publisher.acknowledged(request))
        case .messageRejected: deliver(publisher.rejected())
        case .messagesDropped(let topic, let count):
            record(.loss(Loss(cause: .messageDropped, source: topic, count: count)), at: moment)
        case .feed(let outcome): take(outcome, at: moment)
        case .bookings(let window): take(window, at: moment)
        case .command(let command, let operatorName, let request):
            execute(command, by: operatorName, request: request, at: moment)
        case .request(let request, let signer, let isRetained, let number):
            carryOut(request, of: signer, isRetained: isRetained, number: number, at: moment)
        case .requestRejected(let reason): reject(reason, at: moment)
        case .schedules(let windows): take(windows, at: moment)
        case .calendar(let days): calendar = days
        case .pseudonyms(let hash): pseudonyms = hash
        case .reconfigured(let configuration): reconfigure(configuration, at: moment)
        case .configurationRefused(let mistakes):
            record(
                .configurationChanged(ConfigurationChanged(accepted: false, mistakes: mistakes)), at: moment)
        case .tick: break
        case .stop: stop(at: moment)
        }
        return finish(at: moment)
    }

    /// The next moment at which `handle(.tick, …)` has something to do. Edges that wait are handed over before a tick.
    public internal(set) var deadline: MonotonicTime?

    private var nextDeadline: MonotonicTime? {
        if isStopped { return nil }
        var earliest: MonotonicTime?
        func consider(_ time: MonotonicTime?) {
            if let time { earliest = min(earliest ?? time, time) }
        }
        for door in doors.values { consider(door.deadline) }
        for space in spaces.values {
            consider(space.occupancy.deadline)
            consider(space.hours.due)
            if let lastMoment {
                consider(space.use.deadline(at: lastMoment))
                consider(space.bookingEdge(at: lastMoment))
            }
        }
        for sensor in sensors.values { consider(sensor.deadline) }
        for filter in filters.values { consider(filter.deadline) }
        for code in codes.values { consider(code.deadline) }
        for device in devices.values { consider(device.deadline) }
        consider(publisher.deadline)
        if let lastMoment { consider(journalCare.deadline(at: lastMoment)) }
        consider(snapshotDue)
        consider(metersDue)
        consider(schedulesDue)
        consider(bookingsDue)
        consider(refusals.deadline)
        consider(usesDue)
        consider(calendarDue)
        consider(pseudonymsDue)
        // A clock that is slewed and not set wakes nobody.
        if let lastMoment, lastMoment.quality == .unknown { consider(lastMoment.monotonic + Self.clockLook) }
        return earliest
    }

    private mutating func advance(to moment: Moment) {
        for device in devices.keys.sorted() where devices[device]?.advance(to: moment.monotonic) == true {
            request(device)
        }
        advanceFilters(to: moment)
        for door in doors.keys.sorted() { advanceDoor(door, to: moment) }
        advanceCodes(to: moment)
        for sensor in sensors.keys.sorted() { advanceSensor(sensor, to: moment) }
        for space in spaces.keys.sorted() { advanceSpace(space, to: moment) }
        deliver(publisher.advance(to: moment.monotonic))
        careForJournal(at: moment)
        if let snapshotDue, moment.monotonic >= snapshotDue { storeOccupancy(at: moment) }
        if let schedulesDue, moment.monotonic >= schedulesDue { expandSchedules(at: moment) }
        if let metersDue, moment.monotonic >= metersDue { storeMeters() }
        record(refusals.advance(to: moment.monotonic).map(JournalEvent.requestRefused), at: moment)
        if let bookingsDue, moment.monotonic >= bookingsDue { careForBookings(at: moment) }
        if let usesDue, moment.monotonic >= usesDue { storeUses() }
        if let calendarDue, moment.monotonic >= calendarDue { makeCalendar(at: moment) }
        if let pseudonymsDue, moment.monotonic >= pseudonymsDue { careForPseudonyms(at: moment) }
    }

    /// A jump of the wall clock against the monotonic one, or a change of its quality, is an event; it moves nothing.
    private mutating func watchClock(_ moment: Moment) {
        defer { lastMoment = moment }
        guard let lastMoment else { return }
        let elapsed = moment.monotonic - lastMoment.monotonic
        let jump = (moment.wall - lastMoment.wall) - elapsed
        // A disciplined clock is slewed by at most 500 ppm (adjtimex(2)); twice that, and two seconds, are no jump.
        let tolerance = Duration.seconds(2) + .nanoseconds(abs(elapsed.nanoseconds) / 1_000)
        let jumped = jump > tolerance || jump < .zero - tolerance
        guard jumped || moment.quality != lastMoment.quality else { return }
        mustViewBookings = true
        bookingsDue = moment.monotonic
        touched.insert(.hub)
        hoursClockChanged(at: moment)
        makeCalendar(at: moment)
        careForPseudonyms(at: moment)
        record(
            .clockChanged(ClockChanged(quality: moment.quality, jump: jumped ? jump.milliseconds : 0)), at: moment)
    }

    private mutating func stop(at moment: Moment) {
        for door in doors.keys.sorted() {
            guard var machine = doors[door]?.machine else { continue }
            let asked = machine.stop()
            doors[door]?.machine = machine
            doors[door]?.pending = nil
            perform(asked, door: door, at: moment)
        }
        for space in spaces.keys.sorted() { measure(space, at: moment) }
        storeOccupancy(at: moment)
        storeMeters()
        storeUses()
        putOutFaultLED()
        isStopped = true
        record(
            .hubStopped(HubStopped(uptime: (moment.monotonic - startTime).milliseconds)), at: moment)
        effects += log.tellEverything(at: moment).map { .append($0, $0.moment) }
    }

    private mutating func handleAfterStop(_ event: Event, at moment: Moment) -> [Effect] {
        switch event {
        case .journalCommitted(let seq): journalCommitted(seq, at: moment)
        case .rowsRead(let request, let last, let bytes):
            deliver(publisher.rowsRead(request, last: last, bytes: bytes, at: moment.monotonic))
        case .rowsUnreadable(let last): passOver(last, at: moment)
        case .archived(let journal, let seq): archived(journal, upTo: seq, at: moment)
        case .batchAcknowledged(let request): deliver(publisher.acknowledged(request))
        case .command(_, _, let request), .request(_, from: _, isRetained: _, let request):
            effects.append(.answer(request: request, .refused("the hub is stopping")))
        case .edge, .levels, .deviceUnfiltered, .deviceReady, .deviceFailed, .reading, .journalFailing,
            .journalRecovered, .connected, .disconnected, .journalHead, .lost, .erased, .privacyErased,
            .messageRejected,
            .messagesDropped, .feed, .bookings, .requestRejected, .schedules, .calendar, .pseudonyms, .reconfigured,
            .configurationRefused,
            .tick, .stop:
            break
        }
        return finish(at: moment)
    }

    private mutating func finish(at moment: Moment) -> [Effect] {
        if mustViewBookings { viewAllBookings(at: moment) }
        if !isStopped { showFaults() }
        showChanges(at: moment)
        deadline = nextDeadline
        defer { effects = [] }
        return effects
    }

    /// Gives an event its place and asks for it to be written. Returns the place, or `nil` where the queue is full.
    @discardableResult
    mutating func record(_ event: JournalEvent, at moment: Moment) -> SequenceNumber? {
        trace(event, at: moment)
        let entries = log.append(event, at: moment)
        effects += entries.map { .append($0, $0.moment) }
        journalCare.recorded(event, isWaiting: log.waiting > 0, at: moment)
        weigh(event, at: moment)
        return entries.last?.seq
    }

    mutating func record(_ events: [JournalEvent], at moment: Moment) {
        for event in events { record(event, at: moment) }
    }
}

/// A line of a device.
struct DeviceLine: Hashable, Sendable {
    let device: DeviceID
    let line: LineRole
}

/// What has a live state of its own.
enum Subject: Hashable, Sendable {
    case hub
    case door(DoorID)
    case space(SpaceID)
    case sensor(SensorID)
}
