internal import GPIO
internal import HubConfiguration
internal import HubMessages
internal import Sensing

// The sensors of the simulated house: what they measure, and how they say it on their lines.
extension SimulatedHouse {
    /// A line on which a climate sensor is woken.
    struct WakeLine: Hashable {
        let chip: String
        let line: Int
    }

    /// The sensor on such a line, and since when somebody pulls it low.
    struct WakeState {
        let sensor: SensorID
        let variant: ClimateVariant
        var lowSince: MonotonicTime?
    }

    /// The air of a house in which nobody has changed anything.
    static let usualAir = Climate(temperature: 21, humidity: 45, co2: 600, pressure: 1_013)
    // Aosong, AM2302 manual, table 6: the host pulls for 0.8 ms at least.
    private static let shortestWake = Duration.microseconds(800)
    // How far ahead the cycles of a CO₂ sensor are planned.
    private static let horizon = Duration.seconds(3)

    /// What a sensor with a kernel driver reads.
    func reading(of sensor: SensorID) -> Result<Climate, DriverFault> {
        guard case .driver(let device, _) = sensors[sensor]?.kind else {
            return .failure(DriverFault("the simulated house has no driver for '\(sensor)'"))
        }
        var air = air(at: sensor)
        if device.interface == .oneWire { air = Climate(temperature: air.temperature) }
        return .success(air)
    }

    /// Which lines sensors are woken on.
    func findWakes() {
        wakes = [:]
        for sensor in sensors.values {
            guard case .climate(let climate) = sensor.kind, let (_, place) = place(.sensor(sensor.id), .only) else {
                continue
            }
            wakes[WakeLine(chip: place.chip.label, line: place.line)] = WakeState(
                sensor: sensor.id, variant: climate.variant)
        }
        planned = planned.filter { sensors[$0.key] != nil }
    }

    /// An output changed. Returns whether it is a line on which a sensor is woken: it answers once it is let go of.
    func lineChanged(_ change: SimulatedChip.OutputChange, of chip: String) -> Bool {
        let line = WakeLine(chip: chip, line: change.line)
        guard var state = wakes[line] else { return false }
        defer { wakes[line] = state }
        guard change.level else {
            state.lowSince = change.time
            return true
        }
        if let since = state.lowSince, change.time - since >= Self.shortestWake {
            answer(state, from: change.time + .microseconds(30))
        }
        state.lowSince = nil
        return true
    }

    /// Aosong, AM2302 manual, 7.2: 80 µs low, 80 µs high, then 40 bits of 50 µs low and 26 or 70 µs high, 50 µs low.
    private func answer(_ state: WakeState, from start: MonotonicTime) {
        let air = air(at: state.sensor)
        let bytes = state.variant.bytes(
            tenthsOfDegree: Int(((air.temperature ?? 0) * 10).rounded()),
            tenthsOfPercent: Int(((air.humidity ?? 0) * 10).rounded()))
        var time = start
        func hold(_ isHigh: Bool, _ microseconds: Int64) {
            // A plan that is full cuts the answer short, as a loose wire would.
            _ = schedule(.sensor(state.sensor), .only, active: isHigh, at: time)
            time = time + .microseconds(microseconds)
        }
        hold(false, 80)
        hold(true, 80)
        for byte in bytes {
            for bit in (0..<8).reversed() {
                hold(false, 50)
                hold(true, byte >> UInt8(bit) & 1 == 1 ? 70 : 26)
            }
        }
        hold(false, 50)
        hold(true, 0)
    }

    /// Plans the cycles of the CO₂ sensors: Winsen, MH-Z19C manual, a cycle of 1004 ms with 2 ms high and 2 ms low at its
    /// ends.
    func planCycles(at time: MonotonicTime) {
        for (id, sensor) in sensors {
            guard case .co2(_, let range, _, _) = sensor.kind else { continue }
            var start = max(planned[id] ?? time, time - .seconds(2))
            while start < time + Self.horizon {
                let ppm = min(max(air(at: id).co2 ?? 0, 0), Double(range))
                let high = Duration.microseconds(2_000 + Int64(ppm / Double(range) * 1_000_000))
                guard schedule(.sensor(id), .only, active: true, at: start) == nil,
                    schedule(.sensor(id), .only, active: false, at: start + high) == nil
                else { break }
                start = start + .milliseconds(1_004)
            }
            planned[id] = start
        }
    }

    private func air(at sensor: SensorID) -> Climate { air[sensor] ?? Self.usualAir }

    func breathe(_ sensor: SensorID, _ climate: Climate) -> String? {
        switch sensors[sensor]?.kind {
        case .climate, .co2, .driver: break
        case .presence, .seat, .beamCounter, .peopleCounter, .meter, .input, .feedback:
            return "sensor '\(sensor)' measures no climate"
        case nil: return "the house has no sensor '\(sensor)'"
        }
        var air = air(at: sensor)
        air.temperature = climate.temperature ?? air.temperature
        air.humidity = climate.humidity ?? air.humidity
        air.co2 = climate.co2 ?? air.co2
        air.pressure = climate.pressure ?? air.pressure
        self.air[sensor] = air
        return nil
    }

    func input(_ sensor: SensorID, _ active: Bool, at time: MonotonicTime) -> String? {
        switch sensors[sensor]?.kind {
        case .presence, .seat, .peopleCounter, .input, .meter:
            return drive(.sensor(sensor), .only, active: active, at: time)
        case .beamCounter, .climate, .co2, .driver, .feedback: return "sensor '\(sensor)' has no input of its own"
        case nil: return "the house has no sensor '\(sensor)'"
        }
    }

    func answer(_ sensor: SensorID, _ rank: Int, at time: MonotonicTime) -> String? {
        guard case .feedback(let buttons) = sensors[sensor]?.kind else {
            return "the house has no feedback terminal '\(sensor)'"
        }
        guard buttons.indices.contains(rank - 1) else {
            return "terminal '\(sensor)' has the buttons 1 to \(buttons.count)"
        }
        let role = LineRole.buttons[rank - 1]
        return drive(.sensor(sensor), role, active: true, at: time)
            ?? schedule(.sensor(sensor), role, active: false, at: time + .milliseconds(200))
    }

    /// Pulses of 60 ms with pauses of 60 ms, one behind the other.
    func pulse(_ sensor: SensorID, _ count: Int, at time: MonotonicTime) -> String? {
        switch sensors[sensor]?.kind {
        case .meter, .peopleCounter: break
        case .presence, .seat, .beamCounter, .climate, .co2, .driver, .input, .feedback:
            return "sensor '\(sensor)' counts no pulses"
        case nil: return "the house has no sensor '\(sensor)'"
        }
        guard (1...1_000).contains(count) else { return "\(count) pulses; expected 1 to 1000" }
        let device = DeviceID.sensor(sensor)
        var start = max(time, busyUntil[device] ?? time)
        for _ in 0..<count {
            if let problem = schedule(device, .only, active: true, at: start)
                ?? schedule(device, .only, active: false, at: start + .milliseconds(60))
            {
                return problem
            }
            start = start + .milliseconds(120)
        }
        busyUntil[device] = start
        return nil
    }
}
