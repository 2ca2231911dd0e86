internal import HubConfiguration
internal import HubMessages
internal import Occupancy
internal import Sensing
internal import Utilization

/// A sensor of the hub: its machine, its health, and what it showed last.
struct Sensor: Equatable, Sendable {
    var settings: SensorSettings
    var machine: SensorMachine
    var health: SensorHealth
    var entered: UInt64 = 0
    var left: UInt64 = 0
    /// The last readings that were believed.
    var climate: Climate?
    var reporter = ClimateReporter()

    init(_ settings: SensorSettings, pulses: UInt64) {
        self.settings = settings
        machine = SensorMachine(settings.kind, pulses: pulses)
        health = SensorHealth(settings.health)
    }

    /// Takes changed settings; what they do not change goes on undisturbed.
    mutating func configure(_ new: SensorSettings) {
        let pulses: UInt64
        if case .meter(let meter) = machine { pulses = meter.pulses } else { pulses = 0 }
        let fresh = SensorMachine(new.kind, pulses: pulses)
        machine = machine.reconfigured(as: fresh)
        if settings.kind != new.kind { climate = nil }
        health.limits = new.health
        settings = new
    }

    var deadline: MonotonicTime? {
        MonotonicTime.earlier(machine.deadline, health.deadline)
    }
}

extension SensorMachine {
    /// The machine of a sensor of that kind; a meter has counted `pulses` before.
    init(_ kind: SensorSettings.Kind, pulses: UInt64) {
        switch kind {
        case .presence(_, let hold, let blind): self = .presence(PresenceSensor(hold: hold, blind: blind))
        case .seat(_, let hold): self = .presence(PresenceSensor(hold: hold))
        case .beamCounter(_, _, let geometry): self = .beams(BeamCounter(geometry: geometry))
        case .peopleCounter(_, let meaning): self = .people(PeopleCounter(meaning))
        case .climate(let climate): self = .dht(DHTSensor(climate.variant, interval: climate.interval))
        case .co2(_, let range, let interval, let warmUp):
            self = .co2(CO2Sensor(range: range, interval: interval, warmUp: warmUp))
        case .driver(_, let interval): self = .driver(DriverSensor(interval: interval))
        case .meter(_, let medium, let unit):
            let shortest = medium == .electricity ? PulseCounter.shortestS0 : PulseCounter.shortestReed
            self = .meter(PulseMeter(unit: unit, shortest: shortest, pulses: pulses))
        case .input: self = .input(nil)
        case .feedback: self = .feedback(FeedbackTerminal())
        }
    }

    /// This machine under the settings of `fresh`: it goes on where it is of the same kind.
    func reconfigured(as fresh: SensorMachine) -> SensorMachine {
        switch (self, fresh) {
        case (.presence(var own), .presence(let new)):
            own.hold = new.hold
            own.blind = new.blind
            return .presence(own)
        case (.beams(var own), .beams(let new)):
            own.geometry = new.geometry
            return .beams(own)
        case (.people(var own), .people(let new)):
            own.meaning = new.meaning
            return .people(own)
        case (.meter(var own), .meter(let new)) where own.shortest == new.shortest:
            own.unit = new.unit
            return .meter(own)
        case (.dht(let own), .dht(let new)) where own.variant == new.variant && own.interval == new.interval:
            return self
        case (.co2(let own), .co2(let new))
        where own.range == new.range && own.interval == new.interval && own.warmUp == new.warmUp:
            return self
        case (.driver(let own), .driver(let new)) where own.interval == new.interval: return self
        case (.input, .input), (.feedback, .feedback): return self
        case (.presence, _), (.beams, _), (.people, _), (.dht, _), (.co2, _), (.driver, _), (.meter, _), (.input, _),
            (.feedback, _):
            return fresh
        }
    }
}

extension Hub {
    mutating func sensorEdge(_ id: SensorID, _ edge: SensedEdge, at moment: Moment) {
        guard let kind = sensors[id]?.settings.kind, let findings = sensors[id]?.machine.edge(edge) else { return }
        let changes = sensors[id]?.health.edge(isActive: kind.showsActivity ? edge.isActive : nil, at: edge.time) ?? []
        tell(changes, of: id, at: moment)
        take(findings, of: id, at: moment)
    }

    /// The levels of a sensor's lines were read, because its lines were just requested or because edges were lost.
    mutating func sensorLevels(_ id: SensorID, _ levels: [LineRole: Bool], edgesLost: Bool, at moment: Moment) {
        guard let kind = sensors[id]?.settings.kind else { return }
        if !edgesLost {
            sensors[id]?.machine.ready(at: moment.monotonic)
            sensors[id]?.health.ready(at: moment.monotonic)
        }
        let findings = sensors[id]?.machine.levels(levels, edgesLost: edgesLost, at: moment.monotonic) ?? []
        if kind.showsActivity, let level = levels[.only] {
            tell(sensors[id]?.health.level(level, at: moment.monotonic) ?? [], of: id, at: moment)
        }
        take(findings, of: id, at: moment)
        touched.insert(.sensor(id))
        measureSpace(of: id, at: moment)
    }

    /// The lines of a sensor are gone.
    mutating func sensorFailed(_ id: SensorID, at moment: Moment) {
        guard let sensor = sensors[id] else { return }
        touched.insert(.sensor(id))
        sensors[id]?.machine.fail()
        sensors[id]?.climate = nil
        tell(sensors[id]?.health.unavailable() ?? [], of: id, at: moment)
        switch sensor.settings.kind {
        case .presence, .seat: updatePresence(of: sensor.settings.space, at: moment)
        case .beamCounter, .peopleCounter: countersFailed(with: id, at: moment)
        case .climate, .co2, .driver, .meter, .input, .feedback: break
        }
        measureSpace(of: id, at: moment)
    }

    /// A counter failed or came back after that: whether all of its space's counters can be read now.
    mutating func countersFailed(with id: SensorID, at moment: Moment) {
        guard let settings = sensors[id]?.settings, settings.kind.isCounter, let space = settings.space else { return }
        let isBlind = sensors.keys.contains { other in
            guard let sensor = sensors[other], sensor.settings.space == space, sensor.settings.kind.isCounter else {
                return false
            }
            return devices[.sensor(other)]?.condition == .failed
        }
        count(spaces[space]?.occupancy.counterFailed(isBlind, at: moment.monotonic) ?? [], in: space, at: moment)
    }

    /// The kernel lost edges of a sensor's lines; the levels are read anew once what waits is handled.
    mutating func sensorEdgesLost(_ id: SensorID, count: UInt64, before time: MonotonicTime, at moment: Moment) {
        guard let settings = sensors[id]?.settings else { return }
        tell(sensors[id]?.health.lost(count, at: time) ?? [], of: id, at: moment)
        take(sensors[id]?.machine.edgesLost(count, at: time) ?? [], of: id, at: moment)
        if case .beamCounter = settings.kind, let space = settings.space {
            self.count(spaces[space]?.occupancy.edgesLost(count, at: moment.monotonic) ?? [], in: space, at: moment)
        }
        measureSpace(of: id, at: moment)
    }

    /// A driver's reading came, or the reason why there is none.
    mutating func sensorReading(_ id: SensorID, _ result: Result<Climate, DriverFault>, at moment: Moment) {
        take(sensors[id]?.machine.reading(result, at: moment.monotonic) ?? [], of: id, at: moment)
    }

    mutating func advanceSensor(_ id: SensorID, to moment: Moment) {
        guard let deadline = sensors[id]?.deadline, moment.monotonic >= deadline else { return }
        tell(sensors[id]?.health.advance(to: moment.monotonic) ?? [], of: id, at: moment)
        take(sensors[id]?.machine.advance(to: moment.monotonic) ?? [], of: id, at: moment)
    }

    /// Sensors without lines begin with the hub.
    mutating func startDrivers(at moment: Moment) {
        for (id, sensor) in sensors.sorted(by: { $0.key < $1.key }) {
            guard case .driver = sensor.settings.kind else { continue }
            sensors[id]?.machine.ready(at: moment.monotonic)
            sensors[id]?.health.ready(at: moment.monotonic)
        }
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

    /// Whether all that counts or sees people in the space works.
    func isHealthy(_ space: SpaceID) -> Bool {
        let own = sensors.filter { $0.value.settings.space == space && $0.value.settings.kind.seesPeople }
        return !own.isEmpty && own.keys.allSatisfy(isAvailable)
    }

    /// Whether a sensor's readings can be used.
    func isAvailable(_ id: SensorID) -> Bool {
        guard let sensor = sensors[id] else { return false }
        if wiring[.sensor(id)] != nil, devices[.sensor(id)]?.condition != .available { return false }
        return !sensor.health.faults.contains(where: \.voidsReadings)
    }

    /// Does what a machine found.
    private mutating func take(_ findings: [SensorFinding], of id: SensorID, at moment: Moment) {
        for finding in findings {
            guard let settings = sensors[id]?.settings else { return }
            touched.insert(.sensor(id))
            switch finding {
            case .presence(let present): presenceChanged(present, settings, at: moment)
            case .passage(let passage): count(passage, settings, at: moment)
            case .measured(let climate): measured(climate, id, at: moment)
            case .pulse:
                storeMetersSoon(at: moment)
                measureSpace(of: id, at: moment)
            case .metered: reportMeter(id, at: moment)
            case .input(let active):
                guard case .input(_, let input) = settings.kind else { break }
                record(
                    .inputChanged(InputChanged(sensor: id, space: settings.space, input: input, active: active)),
                    at: moment)
            case .button(let rank):
                guard case .feedback(let buttons) = settings.kind, buttons.indices.contains(rank - 1) else { break }
                record(
                    .feedback(
                        FeedbackGiven(
                            sensor: id, space: settings.space, answer: buttons[rank - 1].answer, rank: rank,
                            of: buttons.count)), at: moment)
            case .fault(let fault, let isActive, let detail):
                tell(sensors[id]?.health.report(fault, isActive: isActive, detail: detail) ?? [], of: id, at: moment)
            case .pullLow: effects.append(.pullLow(.sensor(id)))
            case .listen:
                // The line's numbers go on from before; where, only its next edge tells.
                monitors[DeviceLine(device: .sensor(id), line: .only)] = SequenceMonitor(isResumed: true)
                effects.append(.listen(.sensor(id)))
            case .read:
                if case .driver(let device, _) = settings.kind { effects.append(.readDriver(id, device)) }
            }
        }
    }

    /// Records a sensor's faults as they begin and end.
    mutating func tell(_ changes: [SensorHealth.Change], of id: SensorID, at moment: Moment) {
        guard !changes.isEmpty, let settings = sensors[id]?.settings else { return }
        touched.insert(.sensor(id))
        for change in changes {
            record(
                .sensorFault(
                    SensorFaultChanged(
                        sensor: id, space: settings.space, fault: change.fault, active: change.isActive,
                        detail: change.detail)), at: moment)
        }
        measureSpace(of: id, at: moment)
    }

    /// Readings that were believed.
    private mutating func measured(_ climate: Climate, _ id: SensorID, at moment: Moment) {
        guard let settings = sensors[id]?.settings else { return }
        sensors[id]?.climate = climate
        if let space = settings.space { spaces[space]?.use.observe(climate) }
        tell(sensors[id]?.health.reading(climate, at: moment.monotonic) ?? [], of: id, at: moment)
        guard sensors[id]?.reporter.isDue(climate, at: moment.monotonic) == true else { return }
        record(.climate(ClimateMeasured(sensor: id, space: settings.space, climate)), at: moment)
    }

    private mutating func presenceChanged(_ present: Bool, _ settings: SensorSettings, at moment: Moment) {
        guard let space = settings.space else { return }
        record(
            .presenceChanged(PresenceChanged(space: space, sensor: settings.id, present: present)), at: moment)
        updatePresence(of: space, at: moment)
        if case .seat = settings.kind, present { countSeats(in: space, at: moment) }
    }

    private mutating func countSeats(in space: SpaceID, at moment: Moment) {
        let occupied = sensors.values.filter { sensor in
            guard sensor.settings.space == space, case .seat = sensor.settings.kind,
                case .presence(let machine) = sensor.machine
            else { return false }
            return machine.isPresent == true
        }
        count(
            spaces[space]?.occupancy.seats(occupied: occupied.count, at: moment.monotonic) ?? [], in: space, at: moment)
    }

    private mutating func updatePresence(of space: SpaceID?, at moment: Moment) {
        guard let space else { return }
        if let present = presence(of: space) {
            let expected = expectedPeople(in: space, at: moment)
            count(
                spaces[space]?.occupancy.presence(present, expected: expected, at: moment.monotonic) ?? [], in: space,
                at: moment)
        } else {
            spaces[space]?.occupancy.presenceLost()
        }
        touched.insert(.space(space))
        measure(space, at: moment)
    }

    private mutating func count(_ passage: Passage, _ settings: SensorSettings, at moment: Moment) {
        guard let space = settings.space else { return }
        compare(passage, settings, in: space, at: moment)
        switch passage.direction {
        case .entered: sensors[settings.id]?.entered += UInt64(max(passage.estimate, 0))
        case .left: sensors[settings.id]?.left += UInt64(max(-passage.estimate, 0))
        case .turned, .ambiguous: break
        }
        record(.passage(PassageCounted(space: space, sensor: settings.id, passage: passage)), at: moment)
        count(spaces[space]?.occupancy.passage(passage, at: moment.monotonic) ?? [], in: space, at: moment)
        measure(space, at: moment)
    }

    mutating func measureSpace(of id: SensorID, at moment: Moment) {
        if let space = sensors[id]?.settings.space { measure(space, at: moment) }
    }
}

extension SensorSettings.Kind {
    /// Whether an active output means something that cannot go on for ever.
    var showsActivity: Bool {
        switch self {
        case .presence, .seat, .peopleCounter: true
        case .beamCounter, .climate, .co2, .driver, .meter, .input, .feedback: false
        }
    }

    /// Whether it counts people.
    var isCounter: Bool {
        switch self {
        case .beamCounter, .peopleCounter: true
        case .presence, .seat, .climate, .co2, .driver, .meter, .input, .feedback: false
        }
    }

    /// Whether it counts or notices people.
    var seesPeople: Bool {
        switch self {
        case .presence, .seat, .beamCounter, .peopleCounter: true
        case .climate, .co2, .driver, .meter, .input, .feedback: false
        }
    }
}
