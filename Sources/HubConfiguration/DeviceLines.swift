public import HubMessages
internal import Sensing

/// The lines of one device as they are requested from the kernel: all in one request, so that their edges have one
/// order.
public struct DeviceLines: Hashable, Sendable {
    /// The lines, in the order of the request.
    public var lines: [Line]
    /// How many edges the kernel buffers before it drops the oldest.
    public var eventBuffer: Int

    /// One line of a device.
    public struct Line: Hashable, Sendable {
        /// What it is to the device.
        public var role: LineRole
        /// The line, by name or as `chip:offset`.
        public var address: String
        /// The level that means active.
        public var activeWhen: LineLevel
        /// What it is used as.
        public var use: Use
    }

    /// What a line is used as.
    public enum Use: Hashable, Sendable {
        /// An input of which both edges count.
        case level(bias: LineBias, debounce: Duration)
        /// An input of which both edges count and that the hub itself pulls low now and then, as an open-drain output.
        case woken(bias: LineBias)
        /// An input of which only the edge to active counts.
        case pulses(bias: LineBias)
        /// An output; inactive is its rest state.
        case output
    }
}

extension HubConfiguration {
    /// Every device of the house with its lines.
    public var devices: [DeviceID: DeviceLines] {
        var devices: [DeviceID: DeviceLines] = [:]
        for door in doors {
            devices[.lock(door.id)] = DeviceLines(
                lines: [
                    DeviceLines.Line(
                        role: .only, address: door.lock.line, activeWhen: door.lock.releasedWhen, use: .output)
                ], eventBuffer: 0)
            devices[.bolt(door.id)] = door.lock.bolt.map { Self.device([(.only, $0)]) }
            devices[.contact(door.id)] = door.contact.map(Self.contact)
            devices[.exitButton(door.id)] = door.exitButton.map { Self.device([(.only, $0)]) }
            devices[.tamper(door.id)] = door.tamper.map { Self.device([(.only, $0)]) }
            devices[.reader(door.id)] = door.reader.map(Self.reader)
            devices[.innerReader(door.id)] = door.innerReader.map(Self.reader)
            devices[.signal(door.id)] = door.reader.flatMap(Self.signal)
            devices[.innerSignal(door.id)] = door.innerReader.flatMap(Self.signal)
        }
        devices[.faultLED] = faultLED.map { output in
            DeviceLines(
                lines: [
                    DeviceLines.Line(role: .only, address: output.line, activeWhen: output.onWhen, use: .output)
                ], eventBuffer: 0)
        }
        devices[.fire] = fire.map { Self.device([(.only, $0.input)]) }
        for sensor in sensors {
            devices[.sensor(sensor.id)] = lines(of: sensor.kind)
        }
        return devices
    }

    /// A sensor's lines; `nil` where the kernel has a driver for it.
    private func lines(of kind: SensorSettings.Kind) -> DeviceLines? {
        switch kind {
        case .presence(let input, _, _), .seat(let input, _), .peopleCounter(let input, _), .input(let input, _):
            Self.device([(.only, input)])
        case .co2(let input, _, _, _), .meter(let input, _, _): Self.device([(.only, input)])
        case .beamCounter(let outer, let inner, _): Self.device([(.outer, outer), (.inner, inner)])
        case .climate(let climate):
            DeviceLines(
                lines: [
                    DeviceLines.Line(
                        role: .only, address: climate.line, activeWhen: .high, use: .woken(bias: climate.bias))
                ], eventBuffer: 256)
        case .feedback(let buttons): Self.device(Array(zip(LineRole.buttons, buttons.map(\.input))))
        case .driver: nil
        }
    }

    /// A reader's light and buzzer; `nil` where it has neither.
    private static func signal(_ reader: ReaderSettings) -> DeviceLines? {
        let outputs = [(LineRole.led, reader.led), (.buzzer, reader.buzzer)].compactMap { role, output in
            output.map { DeviceLines.Line(role: role, address: $0.line, activeWhen: $0.onWhen, use: .output) }
        }
        return outputs.isEmpty ? nil : DeviceLines(lines: outputs, eventBuffer: 0)
    }

    private static func reader(_ reader: ReaderSettings) -> DeviceLines {
        DeviceLines(
            lines: [(LineRole.data0, reader.data0), (.data1, reader.data1)].map { role, address in
                DeviceLines.Line(
                    role: role, address: address, activeWhen: .low,
                    use: reader.limits.pulse == nil
                        ? .pulses(bias: reader.bias) : .level(bias: reader.bias, debounce: .zero))
            }, eventBuffer: 1024)
    }

    /// The second line of a supervised contact is wired as the first and active the other way round.
    private static func contact(_ contact: ContactSettings) -> DeviceLines {
        var inputs = [(LineRole.only, contact.input)]
        if let second = contact.second {
            var input = contact.input
            input.line = second
            inputs.append((.second, input))
        }
        return device(inputs)
    }

    private static func device(_ inputs: [(LineRole, InputSettings)]) -> DeviceLines {
        DeviceLines(
            lines: inputs.map { role, input in
                DeviceLines.Line(
                    role: role, address: input.line, activeWhen: input.activeWhen,
                    use: .level(bias: input.bias, debounce: input.debounce))
            }, eventBuffer: 256)
    }
}
