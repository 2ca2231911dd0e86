// modules: HubMessages Sensing
import HubMessages
import Sensing

/// Arbitrary edges, levels, losses, readings and time at a machine of every kind, with its health: nothing crashes, no
/// deadline stays due, faults begin and end in turn, and no reading that is told is out of every instrument's range.
func fuzz(_ input: inout FuzzInput) {
    var machine = machine(input.choice(10))
    var health = SensorHealth(
        HealthLimits(
            silentAfter: .seconds(300), stuckAfter: .seconds(60), noisyAbove: 100, unchangingAfter: .seconds(86_400)))
    var time = MonotonicTime.zero + .seconds(1)
    var faults: Set<SensorFault> = []
    var sequence: UInt32 = 0

    func take(_ changes: [SensorHealth.Change]) {
        for change in changes {
            let isNews = change.isActive ? faults.insert(change.fault).inserted : faults.remove(change.fault) != nil
            check(isNews, "\(change) is no news")
        }
    }
    func take(_ findings: [SensorFinding]) {
        for finding in findings {
            switch finding {
            case .measured(let climate):
                if let value = climate.temperature { check((-55...125).contains(value), "\(value) °C") }
                if let value = climate.humidity { check((0...100).contains(value), "\(value) %") }
                if let value = climate.co2 { check((0...40_000).contains(value), "\(value) ppm") }
                take(health.reading(climate, at: time))
            case .fault(let fault, let isActive, let detail):
                take(health.report(fault, isActive: isActive, detail: detail))
            case .button(let rank): check((1...5).contains(rank), "button \(rank)")
            case .presence, .passage, .pulse, .metered, .input, .pullLow, .listen, .read: break
            }
        }
    }

    while !input.isEmpty {
        let action = input.byte()
        let roles = LineRole.allCases
        switch action & 7 {
        case 0:
            time = time + input.duration()
            // As the hub does: deadline by deadline, never past one.
            var steps = 0
            while let deadline = [machine.deadline, health.deadline].compactMap({ $0 }).min(), deadline <= time {
                take(health.advance(to: deadline))
                take(machine.advance(to: deadline))
                steps += 1
                check(steps < 100_000, "a deadline stays due")
            }
        case 1:
            var levels: [LineRole: Bool] = [:]
            for role in roles { levels[role] = input.bool() }
            take(machine.levels(levels, edgesLost: action & 8 == 8, at: time))
        case 2:
            machine.ready(at: time)
            health.ready(at: time)
        case 3:
            take(machine.edgesLost(UInt64(input.number()), at: time))
            take(health.lost(UInt64(input.byte()), at: time))
        case 4:
            let value = Double(Int32(bitPattern: input.number())) / 1_000
            take(
                machine.reading(
                    action & 8 == 8 ? .success(Climate(temperature: value, co2: value)) : .failure(DriverFault("x")),
                    at: time))
        case 5:
            machine.fail()
            take(health.unavailable())
        case _:
            sequence &+= 1
            time = time + .microseconds(Int64(input.byte()))
            let edge = SensedEdge(
                line: roles[input.choice(roles.count)], isActive: action & 8 == 8, time: time, sequence: sequence)
            take(machine.edge(edge))
            take(health.edge(isActive: edge.isActive, at: time))
        }
    }
    check(faults == health.faults, "what was told is not what is wrong")
}

private func machine(_ kind: Int) -> SensorMachine {
    switch kind {
    case 0: .presence(PresenceSensor(hold: .seconds(60), blind: .seconds(3)))
    case 1: .beams(BeamCounter())
    case 2: .people(PeopleCounter(.either))
    case 3: .dht(DHTSensor(.am2302, interval: .seconds(30)))
    case 4: .dht(DHTSensor(.dht11, interval: .seconds(30)))
    case 5: .co2(CO2Sensor(range: 2_000, interval: .seconds(30)))
    case 6: .driver(DriverSensor(interval: .seconds(60)))
    case 7: .meter(PulseMeter(unit: .perKilowattHour(1_000), shortest: PulseCounter.shortestS0, pulses: 0))
    case 8: .input(nil)
    case _: .feedback(FeedbackTerminal())
    }
}
