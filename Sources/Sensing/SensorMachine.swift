public import HubMessages

/// The machine of one sensor, whatever its kind: edges, levels, readings and time go in, findings come out.
public enum SensorMachine: Hashable, Sendable {
    /// A PIR, a mat or a seat switch.
    case presence(PresenceSensor)
    /// Two beams.
    case beams(BeamCounter)
    /// The output of a finished people counter.
    case people(PeopleCounter)
    /// A DHT11, AM2302 or relative.
    case dht(DHTSensor)
    /// A CO₂ sensor's pulse width output.
    case co2(CO2Sensor)
    /// A sensor with a kernel driver.
    case driver(DriverSensor)
    /// A meter's pulse output.
    case meter(PulseMeter)
    /// An input of the house: its last level.
    case input(Bool?)
    /// A feedback terminal.
    case feedback(FeedbackTerminal)

    /// When the machine has something to do by itself.
    public var deadline: MonotonicTime? {
        switch self {
        case .presence(let machine): machine.deadline
        case .beams(let machine): machine.deadline
        case .dht(let machine): machine.deadline
        case .co2(let machine): machine.deadline
        case .driver(let machine): machine.deadline
        case .meter(let machine): machine.deadline
        case .feedback(let machine): machine.deadline
        case .people, .input: nil
        }
    }

    /// A line changed.
    public mutating func edge(_ edge: SensedEdge) -> [SensorFinding] {
        switch self {
        case .presence(var machine):
            defer { self = .presence(machine) }
            return machine.output(edge.isActive, at: edge.time).map { [.presence($0)] } ?? []
        case .beams(var machine):
            defer { self = .beams(machine) }
            let before = machine
            let passage = machine.beam(edge.line, broken: edge.isActive, at: edge.time)
            return Self.findings(passage, of: machine, before: before)
        case .people(var machine):
            defer { self = .people(machine) }
            return machine.output(edge.isActive).map { [.passage($0)] } ?? []
        case .dht(var machine):
            defer { self = .dht(machine) }
            return machine.edge(edge.isActive, at: edge.time)
        case .co2(var machine):
            defer { self = .co2(machine) }
            return machine.edge(edge.isActive, at: edge.time)
        case .meter(var machine):
            defer { self = .meter(machine) }
            return machine.output(edge.isActive, at: edge.time)
        case .input(let before):
            self = .input(edge.isActive)
            return before == edge.isActive ? [] : [.input(edge.isActive)]
        case .feedback(var machine):
            defer { self = .feedback(machine) }
            return machine.button(edge.line, isPressed: edge.isActive, at: edge.time)
        case .driver: return []
        }
    }

    /// The levels were read: after edges were lost, or (not `edgesLost`) because the lines were just requested.
    public mutating func levels(
        _ levels: [LineRole: Bool], edgesLost: Bool, at time: MonotonicTime
    ) -> [SensorFinding] {
        let only = levels[.only] ?? false
        switch self {
        case .presence(var machine):
            defer { self = .presence(machine) }
            return machine.output(only, at: time).map { [.presence($0)] } ?? []
        case .beams(var machine):
            defer { self = .beams(machine) }
            let before = machine
            let passage = machine.resynchronize(
                outerBroken: levels[.outer] ?? false, innerBroken: levels[.inner] ?? false, edgesLost: edgesLost,
                at: time)
            return Self.findings(passage, of: machine, before: before)
        case .people(var machine):
            defer { self = .people(machine) }
            machine.resynchronize(only)
            return []
        case .meter(var machine):
            defer { self = .meter(machine) }
            machine.resynchronize()
            return []
        case .input(let before):
            self = .input(only)
            // At rest before anything was known is nothing to tell.
            return before == only || (before == nil && !only) ? [] : [.input(only)]
        case .feedback(var machine):
            defer { self = .feedback(machine) }
            return machine.levels(levels, at: time)
        case .dht, .co2, .driver: return []
        }
    }

    /// The lines are ours, or the driver can be asked.
    public mutating func ready(at time: MonotonicTime) {
        switch self {
        case .dht(var machine):
            machine.ready(at: time)
            self = .dht(machine)
        case .co2(var machine):
            machine.ready(at: time)
            self = .co2(machine)
        case .driver(var machine):
            machine.ready(at: time)
            self = .driver(machine)
        case .presence, .beams, .people, .meter, .input, .feedback: break
        }
    }

    /// The kernel lost `count` edges before `time`. Returns what that alone says; the levels are read anew later.
    public mutating func edgesLost(_ count: UInt64, at time: MonotonicTime) -> [SensorFinding] {
        switch self {
        case .dht(var machine):
            defer { self = .dht(machine) }
            return machine.edgesLost(at: time)
        case .co2(var machine):
            machine.edgesLost()
            self = .co2(machine)
            return []
        case .people(let machine): return [.passage(machine.lost(edges: count))]
        case .presence, .beams, .driver, .meter, .input, .feedback: return []
        }
    }

    /// The lines are gone: nothing is known.
    public mutating func fail() {
        switch self {
        case .presence(var machine):
            machine.fail()
            self = .presence(machine)
        case .beams(let machine): self = .beams(BeamCounter(geometry: machine.geometry))
        case .people(let machine): self = .people(PeopleCounter(machine.meaning))
        case .dht(var machine):
            machine.fail()
            self = .dht(machine)
        case .co2(var machine):
            machine.fail()
            self = .co2(machine)
        case .meter(var machine):
            machine.resynchronize()
            self = .meter(machine)
        case .input: self = .input(nil)
        case .feedback: self = .feedback(FeedbackTerminal())
        case .driver: break
        }
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [SensorFinding] {
        switch self {
        case .presence(var machine):
            defer { self = .presence(machine) }
            return machine.advance(to: time).map { [.presence($0)] } ?? []
        case .beams(var machine):
            defer { self = .beams(machine) }
            let before = machine
            return Self.findings(machine.advance(to: time), of: machine, before: before)
        case .dht(var machine):
            defer { self = .dht(machine) }
            return machine.advance(to: time)
        case .co2(var machine):
            defer { self = .co2(machine) }
            return machine.advance(to: time)
        case .driver(var machine):
            defer { self = .driver(machine) }
            return machine.advance(to: time)
        case .meter(var machine):
            defer { self = .meter(machine) }
            return machine.advance(to: time)
        case .feedback(var machine):
            defer { self = .feedback(machine) }
            return machine.advance(to: time)
        case .people, .input: return []
        }
    }

    /// A driver's reading, or why there is none.
    public mutating func reading(_ result: Result<Climate, DriverFault>, at time: MonotonicTime) -> [SensorFinding] {
        guard case .driver(var machine) = self else { return [] }
        defer { self = .driver(machine) }
        return machine.reading(result, at: time)
    }

    private static func findings(
        _ passage: Passage?, of machine: BeamCounter, before: BeamCounter
    ) -> [SensorFinding] {
        var findings = passage.map { [SensorFinding.passage($0)] } ?? []
        let (wasDead, isDead) = (before.seesOneBeamOnly, machine.seesOneBeamOnly)
        if isDead != wasDead {
            findings.append(
                .fault(
                    .contradicting, isActive: isDead,
                    detail: isDead ? "visit after visit moves one beam alone: the other one sees nobody" : nil))
        }
        if machine.isBlocked != before.isBlocked {
            findings.append(
                .fault(
                    .stuck, isActive: machine.isBlocked,
                    detail: machine.isBlocked ? "a beam is broken for over a minute: blocked, or its light is out" : nil
                ))
        }
        return findings
    }
}
