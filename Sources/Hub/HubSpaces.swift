internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Occupancy
internal import Sensing
internal import Utilization

/// A space of the hub: its count and its meter.
struct Space: Equatable, Sendable {
    var settings: SpaceSettings
    var occupancy: SpaceOccupancy
    var meter: UtilizationMeter
    var booking = BookingView()

    /// When the space begins or ceases to be booked, as far as the wall clock at `moment` tells.
    func bookingEdge(at moment: Moment) -> MonotonicTime? {
        guard moment.quality != .unknown, let until = booking.until else { return nil }
        return moment.monotonic + max(until - moment.wall, .zero)
    }
}

/// Whether a space is booked, and until when that answer holds.
struct BookingView: Equatable, Sendable {
    var isBooked: Bool?
    var until: WallTime?
}

/// A sensor of the hub.
struct Sensor: Equatable, Sendable {
    var settings: SensorSettings
    var machine: Machine
    var entered: UInt64 = 0
    var left: UInt64 = 0
    /// What the lines showed last; a counter needs both to begin anew.
    var levels: [LineRole: Bool] = [:]

    enum Machine: Equatable, Sendable {
        case presence(PresenceSensor)
        case counter(BeamCounter)
    }

    var deadline: MonotonicTime? {
        switch machine {
        case .presence(let sensor): sensor.deadline
        case .counter(let counter): counter.deadline
        }
    }
}

extension Hub {
    mutating func sensorEdge(_ id: SensorID, _ edge: SensedEdge, at moment: Moment) {
        guard var sensor = sensors[id] else { return }
        sensor.levels[edge.line] = edge.isActive
        switch sensor.machine {
        case .presence(var machine):
            let change = machine.output(edge.isActive, at: edge.time)
            sensor.machine = .presence(machine)
            sensors[id] = sensor
            presenceChanged(change, sensor: id, at: moment)
        case .counter(var machine):
            let wasBlocked = machine.isBlocked
            let passage = machine.beam(edge.line, broken: edge.isActive, at: edge.time)
            sensor.machine = .counter(machine)
            sensors[id] = sensor
            count(passage, sensor: id, at: moment)
            reportBlocked(id, was: wasBlocked, at: moment)
        }
    }

    /// The levels of a sensor's lines were read, because its lines were just requested or because edges were lost.
    mutating func sensorLevels(_ id: SensorID, _ levels: [LineRole: Bool], edgesLost: Bool, at moment: Moment) {
        guard var sensor = sensors[id] else { return }
        sensor.levels = levels
        switch sensor.machine {
        case .presence(var machine):
            let change = machine.output(levels[.only] ?? false, at: moment.monotonic)
            sensor.machine = .presence(machine)
            sensors[id] = sensor
            presenceChanged(change, sensor: id, at: moment)
        case .counter(var machine):
            let wasBlocked = machine.isBlocked
            let passage = machine.resynchronize(
                outerBroken: levels[.outer] ?? false, innerBroken: levels[.inner] ?? false, edgesLost: edgesLost,
                at: moment.monotonic)
            sensor.machine = .counter(machine)
            sensors[id] = sensor
            count(passage, sensor: id, at: moment)
            reportBlocked(id, was: wasBlocked, at: moment)
        }
        touched.insert(.sensor(id))
        measure(sensor.settings.space, at: moment)
    }

    mutating func sensorFailed(_ id: SensorID, at moment: Moment) {
        guard var sensor = sensors[id] else { return }
        touched.insert(.sensor(id))
        switch sensor.machine {
        case .presence(var machine):
            machine.fail()
            sensor.machine = .presence(machine)
            sensors[id] = sensor
            updatePresence(of: sensor.settings.space, at: moment)
        case .counter:
            sensor.machine = .counter(BeamCounter())
            sensors[id] = sensor
            counterFailed(id, at: moment)
        }
        measure(sensor.settings.space, at: moment)
    }

    /// A counter failed or came back after that: nobody knows who passed it meanwhile.
    mutating func counterFailed(_ id: SensorID, at moment: Moment) {
        guard let sensor = sensors[id], case .counter = sensor.machine else { return }
        let space = sensor.settings.space
        let capacity = spaces[space]?.settings.capacity
        count(
            spaces[space]?.occupancy.counterFailed(capacity: capacity, at: moment.monotonic) ?? [], in: space,
            at: moment)
    }

    mutating func counterEdgesLost(_ id: SensorID, count: UInt64, at moment: Moment) {
        guard let sensor = sensors[id], case .counter = sensor.machine else { return }
        let space = sensor.settings.space
        self.count(spaces[space]?.occupancy.edgesLost(count, at: moment.monotonic) ?? [], in: space, at: moment)
        measure(space, at: moment)
    }

    mutating func advanceSensor(_ id: SensorID, to moment: Moment) {
        guard var sensor = sensors[id] else { return }
        switch sensor.machine {
        case .presence(var machine):
            guard let change = machine.advance(to: moment.monotonic) else { return }
            sensor.machine = .presence(machine)
            sensors[id] = sensor
            presenceChanged(change, sensor: id, at: moment)
        case .counter(var machine):
            let wasBlocked = machine.isBlocked
            machine.advance(to: moment.monotonic)
            sensor.machine = .counter(machine)
            sensors[id] = sensor
            reportBlocked(id, was: wasBlocked, at: moment)
        }
    }

    mutating func advanceSpace(_ id: SpaceID, to moment: Moment) {
        count(spaces[id]?.occupancy.advance(to: moment.monotonic) ?? [], in: id, at: moment)
        measure(id, at: moment)
    }

    /// Tells a space's meter what the space shows now, and records what that completes.
    mutating func measure(_ id: SpaceID, at moment: Moment) {
        guard var space = spaces[id] else { return }
        let reading = UtilizationMeter.Reading(
            estimate: space.occupancy.estimate, isPresent: space.occupancy.isPresent, isHealthy: isHealthy(id),
            entries: space.occupancy.entries)
        let records = space.meter.observe(reading, at: moment, bookings: book.bookings(of: id))
        spaces[id] = space
        viewBookings(of: id, at: moment)
        record(records.map(JournalEvent.utilization), at: moment)
    }

    /// The presence that a space's sensors agree on; `nil` where none of them can say.
    func presence(of space: SpaceID) -> Bool? {
        var known: Bool?
        for sensor in sensors.values where sensor.settings.space == space {
            if case .presence(let machine) = sensor.machine, let present = machine.isPresent {
                known = (known ?? false) || present
            }
        }
        return known
    }

    private func isHealthy(_ space: SpaceID) -> Bool {
        let own = sensors.filter { $0.value.settings.space == space }
        return !own.isEmpty
            && own.allSatisfy { id, sensor in
                guard devices[.sensor(id)]?.condition == .available else { return false }
                if case .counter(let machine) = sensor.machine { return !machine.isBlocked }
                return true
            }
    }

    private mutating func presenceChanged(_ change: Bool?, sensor id: SensorID, at moment: Moment) {
        guard let change, let space = sensors[id]?.settings.space else { return }
        touched.insert(.sensor(id))
        record(.presenceChanged(PresenceChanged(space: space, sensor: id, present: change)), at: moment)
        updatePresence(of: space, at: moment)
    }

    private mutating func updatePresence(of space: SpaceID, at moment: Moment) {
        if let present = presence(of: space) {
            let capacity = spaces[space]?.settings.capacity
            count(
                spaces[space]?.occupancy.presence(present, capacity: capacity, at: moment.monotonic) ?? [], in: space,
                at: moment)
        } else {
            spaces[space]?.occupancy.presenceLost()
        }
        touched.insert(.space(space))
        measure(space, at: moment)
    }

    private mutating func count(_ passage: PassageDirection?, sensor id: SensorID, at moment: Moment) {
        guard let passage, let space = sensors[id]?.settings.space else { return }
        touched.insert(.sensor(id))
        switch passage {
        case .entered: sensors[id]?.entered += 1
        case .left: sensors[id]?.left += 1
        case .turned, .ambiguous: break
        }
        record(.passage(PassageCounted(space: space, sensor: id, direction: passage)), at: moment)
        count(spaces[space]?.occupancy.passage(passage, at: moment.monotonic) ?? [], in: space, at: moment)
        measure(space, at: moment)
    }

    /// Records what changed a space's count, and has it stored soon.
    mutating func count(_ events: [JournalEvent], in space: SpaceID, at moment: Moment) {
        guard !events.isEmpty else { return }
        record(events, at: moment)
        touched.insert(.space(space))
        snapshotDue = snapshotDue ?? moment.monotonic + Self.snapshotDelay
    }

    mutating func storeOccupancy() {
        snapshotDue = nil
        effects.append(.storeOccupancy(spaces.mapValues { $0.occupancy.estimate }))
    }

    private mutating func reportBlocked(_ id: SensorID, was wasBlocked: Bool, at moment: Moment) {
        guard let sensor = sensors[id], case .counter(let machine) = sensor.machine, machine.isBlocked != wasBlocked
        else { return }
        touched.insert(.sensor(id))
        record(
            .deviceChanged(
                DeviceChanged(
                    device: .sensor(id), available: !machine.isBlocked,
                    reason: machine.isBlocked ? "a beam is broken for over a minute: blocked, or its light is out" : nil
                )),
            at: moment)
        measure(sensor.settings.space, at: moment)
    }
}
