internal import HubMessages
internal import Sensing

/// The sensors that `hubctl decode` knows, by the name a person gives.
enum SensorName: String, CaseIterable {
    case dht11, dht12, am2302, am2301, am2320, dht21, dht22, rht03
    case wiegand, keypad4, keypad8, counter, co2pwm, s0, contact

    /// What its lines are, in the order of `--line`.
    var roles: [String] {
        switch self {
        case .dht11, .dht12, .am2302, .am2301, .am2320, .dht21, .dht22, .rht03: ["data"]
        case .wiegand, .keypad4, .keypad8: ["DATA0", "DATA1"]
        case .counter: ["outer", "inner"]
        case .co2pwm, .s0, .contact: ["output"]
        }
    }
}

/// One of the daemon's decoders, fed with the lines of a recording.
struct SensorDecoder {
    private enum Machine {
        case climate(DHTDecoder)
        case wiegand(WiegandDecoder)
        case keypad(KeypadDecoder)
        case counter(BeamCounter)
        case co2(PWMDecoder)
        case s0(PulseCounter)
        case contact(EdgeFilter)
    }

    let sensor: SensorName
    private var machine: Machine
    private let format: String?
    // Whether low is the active level; `nil`: a contact, beam or meter begins inactive, and a reader's lines are low.
    private let activeLow: Bool?
    private var idle: [Int: Bool] = [:]
    private var isOuterBroken = false
    private var isInnerBroken = false
    private var began: UInt64?
    private var bits = 0

    /// The settings that differ between installations.
    struct Settings {
        var format = WiegandFormat.h10301
        var range = 2000
        var debounce = Duration.milliseconds(20)
        var activeLow: Bool?
    }

    init(_ sensor: SensorName, _ settings: Settings) {
        self.sensor = sensor
        activeLow = settings.activeLow
        format = sensor == .wiegand ? settings.format.name : nil
        machine =
            switch sensor {
            case .dht11, .dht12: .climate(DHTDecoder(.dht11))
            case .am2302, .am2301, .am2320, .dht21, .dht22, .rht03: .climate(DHTDecoder(.am2302))
            case .wiegand: .wiegand(WiegandDecoder(format: settings.format))
            case .keypad4: .keypad(KeypadDecoder(complemented: false))
            case .keypad8: .keypad(KeypadDecoder(complemented: true))
            case .counter: .counter(BeamCounter())
            case .co2pwm: .co2(PWMDecoder(range: settings.range))
            case .s0: .s0(PulseCounter())
            case .contact: .contact(EdgeFilter(shortest: settings.debounce))
            }
    }

    /// The recording begins with line number `line` at `level`.
    mutating func begin(_ line: Int, _ level: Bool) {
        idle[line] = activeLow ?? level
        guard case .counter(var counter) = machine, level != idle[line] else { return }
        // Somebody stands in a beam already: what he did before is not known.
        if line == 0 { isOuterBroken = true } else { isInnerBroken = true }
        _ = counter.resynchronize(
            outerBroken: isOuterBroken, innerBroken: isInnerBroken, edgesLost: true, at: .zero)
        machine = .counter(counter)
    }

    /// Line number `line` (by the sensor's roles) went to `level`.
    mutating func edge(_ line: Int, _ level: Bool, at time: UInt64) -> DecodedFrame? {
        let moment = MonotonicTime(nanoseconds: time)
        if idle[line] == nil { idle[line] = activeLow ?? !level }
        let isActive = level != idle[line]
        switch machine {
        case .climate(var decoder):
            defer { machine = .climate(decoder) }
            return climate(decoder.edge(level, at: moment))
        case .wiegand, .keypad: return level == (activeLow ?? true) ? nil : pulse(line == 1, at: time)
        case .counter(var counter):
            defer { machine = .counter(counter) }
            let passed = counter.advance(to: moment)
            let passage = counter.beam(line == 0 ? .outer : .inner, broken: isActive, at: moment) ?? passed
            return passage.map { frame(time, .passage($0.direction)) }
        case .co2(var decoder):
            defer { machine = .co2(decoder) }
            return co2(decoder.edge(level, at: moment))
        case .s0(var counter):
            defer { machine = .s0(counter) }
            let pulse = counter.output(isActive, at: moment)
            return s0(pulse, counter.count)
        case .contact(var filter):
            defer { machine = .contact(filter) }
            return contact(filter.edge(isActive, at: moment))
        }
    }

    /// A Wiegand pulse.
    mutating func pulse(_ bit: Bool, at time: UInt64) -> DecodedFrame? {
        let moment = MonotonicTime(nanoseconds: time)
        var completed: DecodedFrame?
        switch machine {
        case .wiegand(var decoder):
            completed = card(decoder.pulse(bit, at: moment))
            machine = .wiegand(decoder)
        case .keypad(var decoder):
            completed = key(decoder.pulse(bit, at: moment))
            machine = .keypad(decoder)
        case .climate, .counter, .co2, .s0, .contact: return nil
        }
        if completed != nil || began == nil {
            began = time
            bits = 0
        }
        bits += 1
        return completed
    }

    /// The recording is at its end: silence follows.
    mutating func finish(at time: UInt64) -> DecodedFrame? {
        let later = MonotonicTime(nanoseconds: time) + .seconds(1)
        switch machine {
        case .climate(var decoder): return climate(decoder.finish())
        case .wiegand(var decoder): return card(decoder.advance(to: later))
        case .keypad(var decoder): return key(decoder.advance(to: later))
        case .counter(var counter):
            guard counter.deadline != nil else { return nil }
            let passage = counter.resynchronize(
                outerBroken: false, innerBroken: false, edgesLost: false, at: later)
            return passage.map { frame(time, .passage($0.direction)) }
        case .co2(var decoder): return co2(decoder.finish())
        case .s0(var counter):
            let pulse = counter.finish()
            return s0(pulse, counter.count)
        case .contact(var filter): return contact(filter.flush())
        }
    }

    private func frame(_ time: UInt64?, _ content: DecodedFrame.Content) -> DecodedFrame {
        DecodedFrame(time: time, sensor: sensor.rawValue, format: format, content: content)
    }

    private func climate(_ answer: DHTDecoder.Answer?) -> DecodedFrame? {
        guard let answer else { return nil }
        switch answer.result {
        case .success(let reading):
            return frame(
                answer.time.nanoseconds,
                .climate(
                    temperature: Double(reading.tenthsOfDegree) / 10, humidity: Double(reading.tenthsOfPercent) / 10))
        case .failure(let fault): return frame(answer.time.nanoseconds, .fault(fault.rawValue))
        }
    }

    private func card(_ result: WiegandDecoder.Frame?) -> DecodedFrame? {
        guard let result else { return nil }
        var decoded: DecodedFrame
        switch result {
        case .card(.card(_, let facility, let number)):
            decoded = frame(began, .card(facility: facility, number: number))
            decoded.bits = bits
        case .rejected(let fault, let count):
            decoded = frame(began, .fault(fault.rawValue))
            decoded.bits = count
        // A decoder of cards alone sees neither keys nor codes, and a frame is never a PIN by itself.
        case .card(.pin), .card(.cardAndPIN), .key, .code: return nil
        }
        return decoded
    }

    private func key(_ result: KeypadDecoder.Frame?) -> DecodedFrame? {
        guard let result else { return nil }
        var decoded: DecodedFrame
        switch result {
        case .key(let key):
            decoded = frame(began, .key(String(key)))
            decoded.bits = bits
        case .rejected(let fault, let count):
            decoded = frame(began, .fault(fault.rawValue))
            decoded.bits = count
        }
        return decoded
    }

    private func co2(_ cycle: PWMDecoder.Cycle?) -> DecodedFrame? {
        cycle.map { cycle in
            frame(cycle.time.nanoseconds, cycle.ppm.map { .co2($0) } ?? .fault("timing"))
        }
    }

    private func s0(_ pulse: PulseCounter.Pulse?, _ count: Int) -> DecodedFrame? {
        pulse.map { pulse in
            frame(
                pulse.time.nanoseconds,
                pulse.isCounted
                    ? .pulse(count: count, seconds: Double(pulse.length.nanoseconds) / 1e9) : .fault("timing"))
        }
    }

    private func contact(_ edge: EdgeFilter.Edge?) -> DecodedFrame? {
        edge.map { frame($0.time.nanoseconds, .contact(isActive: $0.level)) }
    }
}
