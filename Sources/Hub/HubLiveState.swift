internal import AccessControl
internal import Delivery
internal import HubConfiguration
public import HubMessages
internal import Occupancy
internal import Sensing

extension Hub {
    /// What the hub shows of itself.
    public var status: HubStatus {
        HubStatus(
            hub: configuration.hub, name: configuration.name, online: true, version: version,
            clock: lastMoment?.quality ?? .unknown, journal: journal, feedVersion: book.feedVersion,
            journalHealthy: journalCare.fault == nil,
            failedDevices: devices.filter { $0.value.condition == .failed }.keys.sorted(),
            journalFault: journalCare.fault, journalHead: journalCare.head)
    }

    /// What the hub shows of its doors, in the order of the configuration.
    public var doorStates: [DoorState] { configuration.doors.compactMap { state(of: $0.id) } }

    /// What the hub shows of its spaces, in the order of the configuration.
    public var spaceStates: [SpaceState] { configuration.spaces.compactMap { state(of: $0.id) } }

    /// What the hub shows of its sensors, in the order of the configuration.
    public var sensorStates: [SensorState] { configuration.sensors.compactMap { state(of: $0.id) } }

    /// How many events on disk the network has not acknowledged.
    public var backlog: UInt64 { publisher.backlog }

    /// The place of the last event that is on disk.
    public var lastCommitted: SequenceNumber { log.committed }

    /// The token that a card's bookings are stored with.
    public func token(of card: CredentialDescription) -> CredentialToken { hash(card.credential) }

    /// The pseudonym under which events know a card, since the last change of all pseudonyms.
    public func pseudonym(of card: CredentialDescription) -> String { pseudonyms(hash(card.credential)) }

    /// How many events wait for the disk.
    public var waitingForDisk: Int { log.waiting }
    /// Whether the journal does not know yet of some of them.
    public var holdsEvents: Bool { log.holds }
    /// The place of the last event; 0 before the first.
    public var lastEvent: SequenceNumber { log.last }

    /// Whether the disk takes events.
    public var isJournalWritable: Bool { journalCare.fault == nil }

    /// The most bytes of events to read for one message.
    public var batchBytes: Int { publisher.batchBytes }

    /// Whether a device can be used; `nil` before the first attempt has ended, or where there is no such device.
    public func isAvailable(_ device: DeviceID) -> Bool? {
        switch devices[device]?.condition {
        case .available?: true
        case .failed?: false
        case .requested?, nil: nil
        }
    }

    /// Whether the connection to the broker stands; `nil` where none is configured.
    public var isConnected: Bool? {
        switch publisher.connection {
        case .disabled: nil
        case .waiting, .connecting: false
        case .connected: true
        }
    }

    /// The topics of everything in the house.
    var houseTopics: Set<String> {
        let states =
            doorStates.map(LiveState.door) + spaceStates.map(LiveState.space) + sensorStates.map(LiveState.sensor)
        return Set(states.map(\.topic))
    }

    /// Of these topics, those whose subject is gone are cleared: now, and again when the next connection stands.
    mutating func abandon(_ topics: Set<String>) {
        abandoned = abandoned.union(topics).subtracting(houseTopics)
        for topic in abandoned { shown[topic] = nil }
        // Whoever looks at the hub itself is told now; a broker that is not connected learns it later.
        effects += abandoned.sorted().map { .clear(topic: $0) }
        if isConnected == true { abandoned = [] }
    }

    mutating func clearAbandoned() {
        effects += abandoned.sorted().map { .clear(topic: $0) }
        abandoned = []
    }

    mutating func touchEverything() {
        touched.insert(.hub)
        for door in doors.keys { touched.insert(.door(door)) }
        for space in spaces.keys { touched.insert(.space(space)) }
        for sensor in sensors.keys { touched.insert(.sensor(sensor)) }
    }

    /// Shows what was touched and looks different now.
    mutating func showChanges(at moment: Moment) {
        // At most events nothing was touched; looking at that costs a copy of the whole hub.
        guard !touched.isEmpty else { return }
        for state in touched.compactMap(live).sorted(by: { $0.topic < $1.topic }) where shown[state.topic] != state {
            if case .status = state { journalCare.showedHead(at: moment) }
            shown[state.topic] = state
            effects.append(.show(state))
        }
        touched = []
    }

    private func live(_ subject: Subject) -> LiveState? {
        switch subject {
        case .hub: .status(status)
        case .door(let id): state(of: id).map(LiveState.door)
        case .space(let id): state(of: id).map(LiveState.space)
        case .sensor(let id): state(of: id).map(LiveState.sensor)
        }
    }

    func state(of id: DoorID) -> DoorState? {
        guard let door = doors[id] else { return nil }
        return DoorState(
            door: id, name: door.settings.name, mode: door.machine.mode,
            released: devices[.lock(id)]?.condition == .available ? door.machine.isReleased : nil,
            contact: door.machine.contact, bolt: door.settings.lock.bolt == nil ? nil : door.machine.bolt,
            fire: door.machine.isFireReleased ? true : nil, alarms: door.machine.alarms.sorted())
    }

    private func state(of id: SpaceID) -> SpaceState? {
        guard let space = spaces[id] else { return nil }
        return SpaceState(
            space: id, name: space.settings.name, module: space.settings.module, estimate: space.occupancy.estimate,
            minimum: space.occupancy.minimum, maximum: space.occupancy.maximum, capacity: space.settings.capacity,
            present: presence(of: id), booked: space.booking.isBooked,
            level: space.settings.capacity == nil ? nil : space.capacity.level, reasons: space.occupancy.reasons)
    }

    private func state(of id: SensorID) -> SensorState? {
        guard let sensor = sensors[id] else { return nil }
        var state = SensorState(
            sensor: id, space: sensor.settings.space, available: isAvailable(id), faults: sensor.health.faults.sorted())
        if let climate = sensor.climate { state.show(climate) }
        switch sensor.machine {
        case .presence(let machine): state.present = machine.isPresent
        case .beams, .people:
            state.entered = sensor.entered
            state.left = sensor.left
        case .meter(let meter):
            state.pulses = meter.pulses
            state.energy = meter.energy
            state.volume = meter.volume
        case .input(let isActive): state.active = isActive
        case .dht, .co2, .driver, .feedback: break
        }
        return state
    }
}
