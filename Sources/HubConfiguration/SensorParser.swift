internal import HubMessages
internal import Sensing

// Reads `[[sensor]]`.
extension HouseParser {
    /// The names of the kinds, and the settings that belong to each.
    private enum KindName: String, CaseIterable {
        case presence
        case seat
        case beamCounter = "beam-counter"
        case peopleCounter = "people-counter"
        case dht
        case co2 = "co2-pwm"
        case driver
        case meter
        case window
        case waterLeak = "water-leak"
        case smokeAlarm = "smoke-alarm"
        case tamper
        case mainsFailure = "mains-failure"
        case batteryLow = "battery-low"
        case armed = "alarm-armed"
        case feedback

        /// Whether it says something of one space, and must name it.
        var needsSpace: Bool {
            switch self {
            case .presence, .seat, .beamCounter, .peopleCounter: true
            case .dht, .co2, .driver, .meter, .window, .waterLeak, .smokeAlarm, .tamper, .mainsFailure, .batteryLow,
                .armed, .feedback:
                false
            }
        }

        static let settings = [
            "motion", "hold", "blind", "occupied", "outer", "inner", "spacing", "abreast", "door", "output", "counts",
            "model", "line", "bias", "interval", "range", "warm_up", "interface", "device", "pulse", "medium",
            "per_kwh",
            "litres", "contact", "button",
        ]
    }

    mutating func sensor(_ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]) -> SensorSettings? {
        var table = TableReader(node, name: "[[sensor]]", &mistakes)
        let id: SensorID? = table.identifier("id", &mistakes)
        claim(id, in: &sensors, "sensor", at: node.position, &mistakes)
        table.name = id.map { "[[sensor]] '\($0)'" } ?? table.name
        let kind: KindName? = table.choice("kind", default: nil, &mistakes)
        let space = space(of: &table, isNeeded: kind?.needsSpace ?? true, &mistakes)
        let door = door(of: &table, kind, &mistakes)
        var health = HealthLimits()
        var settings: SensorSettings.Kind?
        if let kind {
            settings = self.settings(kind, &table, &health, &mistakes)
        } else {
            // What belongs to which kind cannot be said; nothing of it is unknown then.
            for key in KindName.settings { _ = table.node(key) }
        }
        readHealth(&table, &health, &mistakes)
        table.finish(&mistakes)
        guard let id, let settings, space != nil || kind?.needsSpace == false else { return nil }
        return SensorSettings(id: id, space: space, kind: settings, door: door, health: health)
    }

    private func space(
        of table: inout TableReader, isNeeded: Bool, _ mistakes: inout [ConfigurationMistake]
    ) -> SpaceID? {
        let node = table.node("space")
        guard node != nil || isNeeded else { return nil }
        let space: SpaceID? = table.identifier("space", &mistakes)
        if let space, !spaces.contains(space) {
            mistakes.append(
                ConfigurationMistake(
                    at: node?.position ?? table.position,
                    "\(table.name) watches space '\(space)', which is not configured",
                    hint: NearMiss.hint(space.rawValue, among: spaces.map(\.rawValue))))
        }
        return space
    }

    private func door(
        of table: inout TableReader, _ kind: KindName?, _ mistakes: inout [ConfigurationMistake]
    ) -> DoorID? {
        guard kind == .beamCounter || kind == .peopleCounter, let node = table.node("door") else { return nil }
        guard let door: DoorID = table.identifier("door", &mistakes) else { return nil }
        if !doors.contains(door) {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "\(table.name) stands behind door '\(door)', which is not configured",
                    hint: NearMiss.hint(door.rawValue, among: doors.map(\.rawValue))))
        }
        return door
    }

    private mutating func settings(
        _ kind: KindName, _ table: inout TableReader, _ health: inout HealthLimits,
        _ mistakes: inout [ConfigurationMistake]
    ) -> SensorSettings.Kind? {
        let hour = Duration.seconds(3_600)
        switch kind {
        case .presence:
            health = HealthLimits(stuckAfter: hour * 4, noisyAbove: 120)
            let hold = table.duration("hold", default: .seconds(120), in: .zero...hour, &mistakes)
            let blind = table.duration("blind", default: .zero, in: .zero...Duration.seconds(30), &mistakes)
            let motion = requiredInput("motion", active: "active_when", default: .high, &table, &mistakes)
            return motion.map { .presence($0, hold: hold, blind: blind) }
        case .seat:
            health = HealthLimits(stuckAfter: hour * 16, noisyAbove: 300)
            let hold = table.duration("hold", default: .seconds(10), in: .zero...hour, &mistakes)
            let occupied = requiredInput("occupied", active: "active_when", default: .low, &table, &mistakes)
            return occupied.map { .seat($0, hold: hold) }
        case .beamCounter:
            health = HealthLimits(noisyAbove: 1_200)
            let tick = Duration.milliseconds(5)
            let outer = requiredInput("outer", active: "broken_when", default: .high, debounce: tick, &table, &mistakes)
            let inner = requiredInput("inner", active: "broken_when", default: .high, debounce: tick, &table, &mistakes)
            let usual = BeamGeometry()
            let geometry = BeamGeometry(
                spacing: table.number("spacing", default: usual.spacing, in: 0.02...1, &mistakes),
                abreast: table.integer("abreast", default: usual.abreast, in: 1...6, &mistakes))
            guard let outer, let inner else { return nil }
            return .beamCounter(outer: outer, inner: inner, geometry)
        case .peopleCounter:
            health = HealthLimits(noisyAbove: 600)
            let counts: PeopleCounter.Meaning? = table.choice("counts", default: nil, &mistakes)
            let output = requiredInput(
                "output", active: "active_when", default: .low, debounce: .milliseconds(5), &table, &mistakes)
            guard let counts, let output else { return nil }
            return .peopleCounter(output, counts)
        case .dht: return dht(&table, &health, &mistakes)
        case .co2:
            let interval = interval(&table, default: .seconds(30), &health, &mistakes)
            let range = table.integer("range", default: 2_000, in: 400...40_000, &mistakes)
            let output = requiredInput(
                "output", active: "active_when", default: .high, debounce: .zero, &table, &mistakes)
            // Until it is warm it says nothing.
            let warmUp = table.duration(
                "warm_up", default: CO2Sensor.usualWarmUp, in: .zero...Duration.seconds(600), &mistakes)
            health.silentAfter = health.silentAfter.map { $0 + warmUp }
            return output.map { .co2($0, range: range, interval: interval, warmUp: warmUp) }
        case .driver:
            let interval = interval(&table, default: .seconds(60), &health, &mistakes)
            let interface: KernelSensor.Interface? = table.choice("interface", default: nil, &mistakes)
            let device = device(&table, &mistakes)
            guard let interface, let device else { return nil }
            return .driver(KernelSensor(interface: interface, device: device), interval: interval)
        case .meter: return meter(&table, &health, &mistakes)
        case .window: return house(.window, &table, &health, &mistakes)
        case .waterLeak: return house(.waterLeak, &table, &health, &mistakes)
        case .smokeAlarm: return house(.smokeAlarm, &table, &health, &mistakes)
        case .tamper: return house(.tamper, &table, &health, &mistakes)
        case .mainsFailure: return house(.mainsFailure, &table, &health, &mistakes)
        case .batteryLow: return house(.batteryLow, &table, &health, &mistakes)
        case .armed: return house(.armed, &table, &health, &mistakes)
        case .feedback:
            health = HealthLimits(noisyAbove: 300)
            return feedback(&table, &mistakes)
        }
    }

    /// A contact or relay. A window's contact is closed with the window and opens with it, like a door's; alarms close
    /// theirs; a tamper loop and the mains are there while all is well, so that a cut wire is an alarm too.
    private mutating func house(
        _ input: HouseInput, _ table: inout TableReader, _ health: inout HealthLimits,
        _ mistakes: inout [ConfigurationMistake]
    ) -> SensorSettings.Kind? {
        health = HealthLimits(noisyAbove: 120)
        let level: LineLevel
        switch input {
        case .window, .tamper, .mainsFailure: level = .high
        case .waterLeak, .smokeAlarm, .batteryLow, .armed: level = .low
        }
        return requiredInput(
            "contact", active: "active_when", default: level, debounce: .milliseconds(100), &table, &mistakes
        ).map { .input($0, input) }
    }

    private enum Model: String, CaseIterable {
        case dht11, dht12, dht21, dht22, am2301, am2302, am2320, rht03

        var variant: ClimateVariant {
            switch self {
            case .dht11, .dht12: .dht11
            case .dht21, .dht22, .am2301, .am2302, .am2320, .rht03: .am2302
            }
        }
    }

    private mutating func dht(
        _ table: inout TableReader, _ health: inout HealthLimits, _ mistakes: inout [ConfigurationMistake]
    ) -> SensorSettings.Kind? {
        let model: Model? = table.choice("model", default: nil, &mistakes)
        let bias = table.choice("bias", default: LineBias.pullUp, &mistakes) ?? .pullUp
        let interval = interval(&table, default: .seconds(30), &health, &mistakes)
        let line = line("line", &table, &mistakes)
        guard let model, let line else { return nil }
        return .climate(ClimateLine(line: line, variant: model.variant, bias: bias, interval: interval))
    }

    /// How often a climate sensor is read; what it is judged by follows from that.
    private func interval(
        _ table: inout TableReader, default usual: Duration, _ health: inout HealthLimits,
        _ mistakes: inout [ConfigurationMistake]
    ) -> Duration {
        let interval = table.duration(
            "interval", default: usual, in: .seconds(5)...Duration.seconds(3_600), &mistakes)
        health = HealthLimits(
            silentAfter: max(interval * 5, .seconds(300)), unchangingAfter: .seconds(86_400 * 3))
        return interval
    }

    private mutating func meter(
        _ table: inout TableReader, _ health: inout HealthLimits, _ mistakes: inout [ConfigurationMistake]
    ) -> SensorSettings.Kind? {
        // S0: 30 ms closed and 30 ms open at least, so at most 16.7 pulses and twice as many edges a second.
        health = HealthLimits(noisyAbove: 2_040)
        let medium: MeterMedium? = table.choice("medium", default: nil, &mistakes)
        let perKilowattHour = table.optionalInteger("per_kwh", in: 1...100_000, &mistakes)
        let litresNode = table.node("litres")
        let litres = table.number("litres", default: 1, in: 0.001...1_000, &mistakes)
        // What bounces is taken off by the decoder, which knows how long a pulse is.
        let pulse = requiredInput(
            "pulse", active: "active_when", default: .low, debounce: .zero, &table, &mistakes)
        let unit: PulseMeter.Unit
        switch medium {
        case .electricity:
            guard let perKilowattHour else {
                mistakes.append(
                    ConfigurationMistake(
                        at: table.position,
                        "\(table.name) has no 'per_kwh'; expected the pulses of a kilowatt-hour, as printed on the meter"
                    ))
                return nil
            }
            unit = .perKilowattHour(perKilowattHour)
            if let litresNode { misplaced("litres", litresNode, "water and gas", &mistakes) }
        case .water, .gas:
            guard litresNode != nil else {
                mistakes.append(
                    ConfigurationMistake(
                        at: table.position,
                        "\(table.name) has no 'litres'; expected how many litres a pulse is, such as 1 or 10"))
                return nil
            }
            unit = .litres(litres)
            if let node = table.node("per_kwh") { misplaced("per_kwh", node, "electricity", &mistakes) }
        case nil: return nil
        }
        guard let pulse, let medium else { return nil }
        return .meter(pulse, medium, unit)
    }

    private func misplaced(
        _ key: String, _ node: ConfigurationNode, _ medium: String, _ mistakes: inout [ConfigurationMistake]
    ) {
        mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is for meters of \(medium)"))
    }

    private func device(_ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]) -> String? {
        let expected = "the device's name there, such as \"bme280\" or \"28-0316a2795cff\""
        guard let node = table.required("device", expected, &mistakes) else { return nil }
        // It becomes part of a path.
        if case .string(let text) = node.value, (1...64).contains(text.utf8.count), !text.hasPrefix("."),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
        {
            return text
        }
        mistakes.append(ConfigurationMistake(at: node.position, "'device' is no device's name; expected \(expected)"))
        return nil
    }

    private mutating func feedback(
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> SensorSettings.Kind? {
        let nodes = table.tables("button", &mistakes)
        guard (2...LineRole.buttons.count).contains(nodes.count) else {
            mistakes.append(
                ConfigurationMistake(
                    at: table.position,
                    "\(table.name) has \(nodes.count) buttons; expected 2 to \(LineRole.buttons.count) "
                        + "[[sensor.button]] tables, the best answer first"))
            return nil
        }
        var buttons: [FeedbackButton] = []
        for node in nodes {
            var button = TableReader(node, name: "'button' of \(table.name)", &mistakes)
            let answer = button.string("answer", "what the button means, such as \"good\"", &mistakes)
            let input = inputSettings(of: &button, active: "pressed_when", default: .low, &mistakes)
            button.finish(&mistakes)
            if let answer, let input { buttons.append(FeedbackButton(answer: answer, input: input)) }
        }
        return buttons.count == nodes.count ? .feedback(buttons) : nil
    }

    private func readHealth(
        _ table: inout TableReader, _ health: inout HealthLimits, _ mistakes: inout [ConfigurationMistake]
    ) {
        guard var limits = table.table("health", name: "'health' of \(table.name)", &mistakes) else { return }
        defer { limits.finish(&mistakes) }
        let range = Duration.seconds(10)...Duration.seconds(86_400 * 60)
        func duration(_ key: String, _ value: inout Duration?) {
            guard limits.node(key) != nil else { return }
            value = limits.duration(key, default: value ?? .seconds(86_400), in: range, &mistakes)
        }
        duration("silent_after", &health.silentAfter)
        duration("stuck_after", &health.stuckAfter)
        duration("unchanging_after", &health.unchangingAfter)
        if let noisy = limits.optionalInteger("noisy_above", in: 1...100_000, &mistakes) { health.noisyAbove = noisy }
        if let lost = limits.optionalInteger("lost_per_hour", in: 0...100_000, &mistakes) { health.lostPerHour = lost }
    }
}
