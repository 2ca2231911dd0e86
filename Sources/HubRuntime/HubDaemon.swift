internal import ConfigurationFile
internal import ControlSocket
internal import Dashboard
internal import Delivery
internal import GPIO
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import KernelSensors
internal import LinuxIO
public import Logging
internal import MessageCoding
internal import Sensing
internal import ServiceManager
internal import Uplink

/// The daemon: one loop on one thread that turns what happens outside into events of the ``Hub``, and does what its
/// effects say.
///
/// The loop waits in one place only, for descriptors and for the next deadline. Disk, broker, terminal and file system
/// are reached through bounded queues to threads of their own; nothing here waits for them.
public final class HubDaemon {
    let log: Logger
    let coding = MessageCoding()
    let clock: HubClock
    let journal: Journal
    let keeper: BookingKeeper
    let desk: ControlDesk
    let service = ServiceManager()
    let house: SimulatedHouse?
    let drivers: KernelSensors

    var configuration: DaemonConfiguration
    var hub: Hub
    var devices: DeviceTable
    var link: NetworkLink?
    var dashboard: Dashboard?
    let metrics: HubMetrics
    var poller: Poller
    let started: Moment
    /// The moment of this turn of the loop. It is read before the edges are, and everything in the turn happens at it:
    /// no timer is told of a time from which edges may still be unread.
    var now: Moment

    // What effects lead to, handled before the loop waits again.
    var followUps: [Hub.Event] = []
    var rereads: Set<DeviceID> = []
    // Rows that the writer's queue did not take yet, and those on their way to the network.
    var unwritten: [JournalRow] = []
    var outgoing = OutgoingRows()
    // What happened while the doors were being armed, written as soon as they are.
    var isStarting = true
    var startEvents: [(entry: EventLog.Entry, moment: Moment)] = []
    var nextStoreRequest: UInt64 = 1
    var awaitedStores = AwaitedStores()
    // Requests from the network that are to be answered, and how many may come.
    var requests = NetworkRequests()
    // What was asked about persons and is under way.
    var personRequests: [UInt64: PersonRequest] = [:]
    // An outage is logged once, not with every attempt.
    var isOutageLogged = false

    private let path: String
    private let signals: SignalDescriptor
    private let timer: TimerDescriptor
    private let clockWatch: TimerDescriptor
    let reloads: ConfigurationReloads
    private var isStopping = false
    private var nextAlive: UInt64 = 0
    private var shownStatus = ""

    /// How long a stop may take until the journal and the network have everything.
    public static let stopBound = Duration.seconds(5)
    static let occupancyKey = "occupancy"
    static let doorsKey = "doors"
    static let confirmedKey = "feed-confirmed"

    /// Opens everything that the configuration names. The doors are not touched yet.
    ///
    /// `path` is read again on SIGHUP. Call before any other thread is made.
    public init(
        _ configuration: DaemonConfiguration, path: String, version: String, log: Logger
    ) throws(DaemonError) {
        do throws(SystemError) {
            signals = try SignalDescriptor()
            timer = try TimerDescriptor()
            clockWatch = try TimerDescriptor.wallClockWatch()
            poller = try Poller()
            reloads = try ConfigurationReloads()
            drivers = try KernelSensors()
        } catch {
            throw .system(error)
        }
        guard LocalTime.setZone(configuration.hub.timeZone) else {
            throw .unknownTimeZone(configuration.hub.timeZone)
        }
        self.configuration = configuration
        self.path = path
        self.log = log
        let settings = configuration.hub
        clock = HubClock(settings)
        started = clock.now()
        now = started
        var random = SystemRandomNumberGenerator()
        do throws(JournalError) {
            journal = try Journal.open(
                JournalConfiguration(settings.journal, coding: MessageCoding()),
                newID: JournalID(high: random.next(), low: random.next()))
        } catch {
            throw .journal(error)
        }
        var stored = StoredHub(journal.opening, coding: coding)
        if let key = journal.opening.bookings.state[StoredHub.pseudonymKey].flatMap(PseudonymKey.init(stored:)) {
            stored.memory.pseudonyms = key.hash
        } else {
            // Good until the time is known, and a period is.
            let key = PseudonymKey(period: nil)
            _ = journal.saveState(key: StoredHub.pseudonymKey, value: key.stored)
            stored.memory.pseudonyms = key.hash
        }
        let feed: FeedStore
        do throws(JournalError) {
            feed = try FeedStore(directory: settings.journal.directory)
        } catch {
            throw .journal(error)
        }
        stored.open(feed, around: started)
        if !stored.oldFeed.bookings.isEmpty { _ = journal.forgetFeed() }
        setAsideFeed = feed.setAside
        let hasTokens = !stored.memory.bookings.isEmpty || !stored.memory.holders.isEmpty || feed.count > 0
        let key = try CredentialKey.load(settings.access.keyFile, mayCreate: !hasTokens)
        if let name = stored.keyName, name != key.hash.keyName, hasTokens {
            throw .otherCredentialKey(path: settings.access.keyFile)
        }
        do throws(SystemError) {
            keeper = try BookingKeeper(feed, hash: key.hash)
        } catch {
            throw .system(error)
        }
        do throws(ControlSocketError) {
            desk = try ControlDesk(
                path: settings.control.socket, policy: configuration.peers)
        } catch {
            throw .control(error)
        }
        switch settings.gpio {
        case .libgpiod:
            house = nil
            devices = DeviceTable(LibgpiodProvider())
        case .simulated:
            let house = try SimulatedHouse(settings, at: started.monotonic)
            self.house = house
            devices = DeviceTable(house.board)
        }
        hub = Hub(
            configuration: settings, version: version, memory: stored.memory, hash: key.hash, seed: random.next())
        metrics = HubMetrics(version: version, faults: JournalFault.allCases.map(\.rawValue))
        startReport = HubStarted(
            version: version, simulated: house != nil, newJournal: journal.opening.isNew,
            setAside: journal.opening.setAside?.path)
        losses = stored.losses
        if stored.keyName != key.hash.keyName {
            _ = journal.saveState(key: StoredHub.keyNameKey, value: Array(key.hash.keyName.utf8))
        }
    }

    private let setAsideFeed: SetAsideFile?
    private let startReport: HubStarted
    private let losses: [Loss]

    /// Runs until the process is told to stop; then locks go to their rest state and what is known is written and sent,
    /// within ``stopBound``. Returns whether everything was.
    public func run() throws(DaemonError) -> Bool {
        do throws(SystemError) {
            for descriptor in [
                signals.number, timer.number, clockWatch.number, desk.descriptor, reloads.arrived,
                journal.noticesArrived.descriptor, drivers.arrived.descriptor, keeper.arrived,
            ] {
                try poller.watch(descriptor)
            }
            logStart()
            serveDashboard()
            now = clock.now()
            perform(hub.start(startReport, losses: losses, at: now))
            settle()
            service.ready()
            writeStart()
            // Its work on the other core would have taken the doors' time.
            loadWholeWindow()
            while !isStopping {
                try turn()
            }
            return try stop()
        } catch {
            throw .system(error)
        }
    }

    /// One turn of the loop: waits for something to happen, and handles all of it.
    private func turn() throws(SystemError) {
        showStatus()
        arm()
        var ready: Set<CInt> = []
        try poller.wait(into: &ready)
        now = clock.now()
        house?.advance(to: now.monotonic)
        // Asked once more: whatever a line did until this moment is read now, before anything that is told the moment.
        // However late the loop is, no timer ends a card's frame while a pulse of it waits unread.
        try poller.look(into: &ready)
        handleEdges(of: ready.compactMap(devices.device))
        if ready.contains(timer.number) { timer.drain() }
        if ready.contains(clockWatch.number) { clockWatch.drainWatch() }
        if ready.contains(journal.noticesArrived.descriptor) { handleJournal() }
        if ready.contains(keeper.arrived) { handleKeeper() }
        if ready.contains(drivers.arrived.descriptor) { handleReadings() }
        if let link, ready.contains(link.arrived) { handleLink(link) }
        if ready.contains(reloads.arrived) { handleReloads() }
        if ready.contains(signals.number) { handleSignals() }
        handleClients(ready)
        feed(.tick)
        writeWaiting()
        keepAlive()
    }

    /// Lets the hub handle an event and does what it asks for, and what that leads to.
    func feed(_ event: Hub.Event, at moment: Moment? = nil) {
        perform(hub.handle(event, at: moment ?? now))
        settle()
    }

    private func settle() {
        while !followUps.isEmpty {
            let events = followUps
            followUps = []
            for event in events { perform(hub.handle(event, at: now)) }
        }
    }

    func watch(_ descriptor: CInt, reads: Bool = true, writes: Bool = false) {
        do throws(SystemError) {
            try poller.watch(descriptor, reads: reads, writes: writes)
        } catch {
            log.error("a descriptor cannot be watched", metadata: ["error": "\(error)"])
        }
    }

    private func handleEdges(of ready: [DeviceID]) {
        var edges: [(device: DeviceID, edge: SensedEdge)] = []
        for device in ready.sorted() {
            do throws(GPIOError) {
                for edge in try devices.takeEdges(device) { edges.append((device, edge)) }
            } catch {
                fail(device, error)
            }
        }
        // Several devices' edges in the order in which they happened; each device's own order is the kernel's.
        let order = edges.indices.sorted { (edges[$0].edge.time, $0) < (edges[$1].edge.time, $1) }
        for index in order {
            let (device, edge) = edges[index]
            feed(.edge(device, edge), at: HubClock.moment(at: min(edge.time, now.monotonic), now: now))
        }
        for device in rereads.sorted() { reread(device) }
        rereads = []
    }

    private func reread(_ device: DeviceID) {
        do throws(GPIOError) {
            guard let levels = try devices.levels(device) else { return }
            feed(.levels(device, levels))
        } catch {
            fail(device, error)
        }
    }

    private func handleReadings() {
        drivers.arrived.drain()
        while let reading = drivers.next() { feed(.reading(reading.sensor, reading.result)) }
    }

    private func handleSignals() {
        while let signal = signals.next() {
            switch signal {
            case .terminate:
                isStopping = true
            case .hangUp:
                log.notice("reading the configuration again", metadata: ["file": "\(path)"])
                service.reloading(monotonicMicroseconds: SystemClock.monotonicNanoseconds() / 1_000)
                reloads.load(path)
            }
        }
    }

    private func logStart() {
        let opening = journal.opening
        log.notice(
            "started",
            metadata: [
                "hub": "\(hub.configuration.hub)", "version": "\(hub.version)", "journal": "\(opening.id)",
                "last_seq": "\(opening.lastSeq)", "bookings": "\(hub.bookingCount)",
                "gpio": "\(hub.configuration.gpio.rawValue)", "clock": "\(started.quality.rawValue)",
            ])
        for file in [opening.setAside, opening.bookings.setAside, setAsideFeed].compactMap({ $0 }) {
            log.error("a damaged file was set aside", metadata: ["file": "\(file.path)", "reason": "\(file.reason)"])
        }
        warnOfSetup()
    }

    /// A page that cannot be served keeps no door from its work.
    private func serveDashboard() {
        guard let settings = configuration.hub.dashboard else { return }
        do throws(DashboardError) {
            let dashboard = try Dashboard(port: settings.port, hosts: settings.hosts, metrics: metrics)
            self.dashboard = dashboard
            log.notice("the dashboard is served", metadata: ["url": "http://127.0.0.1:\(dashboard.port)/"])
        } catch {
            log.error("the dashboard is not served", metadata: ["error": "\(error)"])
        }
    }

    private func arm() {
        var next = nextDeadline
        if service.watchdogInterval != nil { next = min(next ?? nextAlive, nextAlive) }
        if !desk.busy.isEmpty { next = 0 }
        timer.arm(at: next)
    }

    private var nextDeadline: UInt64? {
        [hub.deadline, house?.deadline].compactMap { $0 }.min().map(clock.machineTime)
    }

    private func keepAlive() {
        guard let interval = service.watchdogInterval else { return }
        let now = SystemClock.monotonicNanoseconds()
        guard now >= nextAlive else { return }
        service.alive()
        nextAlive = now + UInt64(interval.nanoseconds)
    }

    private func showStatus() {
        if dashboard != nil { metrics.set(measured) }
        let failed = hub.status.failedDevices.count
        var text = "\(hub.configuration.doors.count) doors, \(hub.bookingCount) bookings"
        switch hub.isConnected {
        case true?: text += ", connected"
        case false?: text += ", not connected"
        case nil: break
        }
        if failed > 0 { text += ", \(failed) devices failed" }
        if !hub.isJournalWritable { text += ", the disk takes no events" }
        guard text != shownStatus else { return }
        shownStatus = text
        service.status(text)
    }

    /// Locks at rest, what is known written and sent, everything closed.
    private func stop() throws(SystemError) -> Bool {
        log.notice("stopping")
        service.stopping()
        feed(.stop)
        // Nothing of the house is listened to any more, and no client.
        for device in devices.devices.sorted() { release(device) }
        for descriptor in desk.descriptors { poller.forget(descriptor) }
        desk.close()
        let end = SystemClock.monotonicNanoseconds() + UInt64(Self.stopBound.nanoseconds)
        if hub.isConnected == true {
            var goodbye = hub.status
            goodbye.online = false
            link?.sendFinalStatus(goodbye)
        }
        while SystemClock.monotonicNanoseconds() < end, !isEverythingOut {
            timer.arm(at: min(end, nextDeadline ?? end))
            var ready: Set<CInt> = []
            try poller.wait(into: &ready)
            now = clock.now()
            if ready.contains(timer.number) { timer.drain() }
            if ready.contains(journal.noticesArrived.descriptor) { handleJournal() }
            if let link, ready.contains(link.arrived) { handleLink(link) }
            writeWaiting()
        }
        let isDelivered = isEverythingOut
        dashboard?.close()
        let isUplinkClosed = link?.close(within: .seconds(1)) ?? true
        let isKeeperClosed = keeper.close(within: .seconds(1))
        let isJournalClosed = journal.close(within: .seconds(2))
        if !isKeeperClosed { log.notice("a feed was being stored; it is taken anew after the next start") }
        log.notice(
            "stopped",
            metadata: ["waiting_for_disk": "\(hub.waitingForDisk)", "waiting_for_network": "\(hub.backlog)"])
        return isDelivered && isUplinkClosed && isJournalClosed
    }

    /// Whether disk and network have everything. A network that is not connected does not count: its events wait on
    /// disk.
    private var isEverythingOut: Bool {
        guard hub.waitingForDisk == 0, unwritten.isEmpty else { return false }
        guard hub.isConnected == true, let link else { return true }
        return hub.backlog == 0 && link.isFinalStatusSent
    }
}
