internal import GPIO
internal import HubConfiguration
internal import HubMessages
internal import LinuxIO
internal import Sensing

/// The house around a simulated chip: what people do at its doors becomes levels on the chip's lines.
///
/// Fault model: whatever happens here happens on lines, with the timing of real parts, and reaches the hub as edges
/// only: a card is its format's bits as pulses of 50 µs every 2 ms (SIA AC-01), a walk breaks and frees two beams a step apart, a button
/// is pressed for a fifth of a second, climate sensors answer as their data sheets draw it. Doors do not look at their locks: who opens a locked one forces it. Contacts do
/// not bounce and readers make no mistakes; `unplug` takes the whole chip away.
final class SimulatedHouse {
    /// What lines are requested of.
    let board: SimulatedBoard

    var devices: [DeviceID: DeviceLines]
    private var readers: [DeviceID: ReaderSettings]
    private var spaces: [SpaceID?: [SensorSettings]]
    var sensors: [SensorID: SensorSettings]
    // A counter, a reader or a meter serves one at a time.
    var busyUntil: [DeviceID: MonotonicTime] = [:]
    var air: [SensorID: Climate] = [:]
    // Climate sensors by the line they are woken on, and since when it is low.
    var wakes: [WakeLine: WakeState] = [:]
    // Until when a CO₂ sensor's cycles are planned.
    var planned: [SensorID: MonotonicTime] = [:]

    /// The simulated chip's name; it has the lines `GPIO0` to `GPIO63` and every other name the configuration uses.
    static let chipName = "gpiochip0"
    private static let headerLines = 64
    private static let boltTravel = Duration.milliseconds(300)

    init(_ configuration: HubConfiguration, at time: MonotonicTime) throws(DaemonError) {
        devices = configuration.devices
        readers = Self.readers(configuration)
        spaces = Dictionary(grouping: configuration.sensors, by: \.space)
        sensors = Dictionary(configuration.sensors.map { ($0.id, $0) }) { first, _ in first }
        var names: [String?] = (0..<Self.headerLines).map { "GPIO\($0)" }
        var offsets: [String: UInt32] = [:]
        for line in devices.values.flatMap(\.lines) {
            switch LineAddress(line.address) {
            case .name(let name)? where !names.contains(name): names.append(name)
            case .offset(let chip, let offset)?: offsets[chip] = max(offsets[chip] ?? 0, offset)
            case .name, nil: break
            }
        }
        while names.count <= Int(offsets[Self.chipName] ?? 0) { names.append(nil) }
        offsets[Self.chipName] = nil
        let others = offsets.sorted { $0.key < $1.key }.map { name, highest in
            SimulatedChip(label: name, lineNames: Array(repeating: nil, count: Int(min(highest, 1_023)) + 1))
        }
        board = SimulatedBoard(chips: [SimulatedChip(label: Self.chipName, lineNames: names)] + others)
        rest(devices, at: time)
        var record: SimulationRecord?
        if let path = configuration.simulation.record {
            do throws(SystemError) {
                record = try SimulationRecord(path)
            } catch {
                throw .simulationRecord(path: path, error)
            }
        }
        for chip in board.chips {
            let names = chip.lineNames
            chip.onOutputChange = { [unowned self, unowned chip, record] change in
                guard !lineChanged(change, of: chip.label) else { return }
                record?.append(change, name: names[change.line] ?? "\(chip.label):\(change.line)")
                follow(change, of: chip)
            }
        }
        findWakes()
    }

    /// When something happens by itself.
    var deadline: MonotonicTime? { board.deadline }

    /// Does all that is due until `time`.
    func advance(to time: MonotonicTime) {
        planCycles(at: time)
        board.advance(to: time)
    }

    /// The bolt follows its lock.
    private func follow(_ change: SimulatedChip.OutputChange, of chip: SimulatedChip) {
        for (device, lines) in devices {
            guard case .lock(let door) = device, let line = lines.lines.first, devices[.bolt(door)] != nil,
                let place = place(of: line), place.chip === chip, place.line == change.line
            else { continue }
            let isReleased = change.level == (line.activeWhen == .high)
            _ = schedule(.bolt(door), .only, active: !isReleased, at: change.time + Self.boltTravel)
        }
    }

    /// A changed configuration: new inputs are at rest, the others stay as they are.
    func reconfigure(_ configuration: HubConfiguration, at time: MonotonicTime) {
        let before = devices
        devices = configuration.devices
        readers = Self.readers(configuration)
        spaces = Dictionary(grouping: configuration.sensors, by: \.space)
        sensors = Dictionary(configuration.sensors.map { ($0.id, $0) }) { first, _ in first }
        findWakes()
        rest(devices.filter { before[$0.key] != $0.value }, at: time)
    }

    /// Does what was asked; the reason where it cannot be done.
    func perform(_ action: SimulatedAction, at time: MonotonicTime) -> String? {
        switch action {
        case .swipe(let door, let card, let side):
            return swipe(card, at: side == .inside ? .innerReader(door) : .reader(door), time)
        case .open(let door): return swing(door, open: true, at: time)
        case .close(let door): return swing(door, open: false, at: time)
        case .tamper(let door, let open): return drive(.tamper(door), .only, active: open, at: time)
        case .fire(let active): return drive(.fire, .only, active: active, at: time)
        case .press(let door):
            return drive(.exitButton(door), .only, active: true, at: time)
                ?? schedule(.exitButton(door), .only, active: false, at: time + .milliseconds(200))
        case .type(let door, let keys): return type(keys, at: door, time)
        case .input(let sensor, let active): return input(sensor, active, at: time)
        case .answer(let sensor, let rank): return answer(sensor, rank, at: time)
        case .pulses(let sensor, let count): return pulse(sensor, count, at: time)
        case .climate(let sensor, let climate): return breathe(sensor, climate)
        case .walkIn(let space): return walk(space, first: .outer, second: .inner, at: time)
        case .walkOut(let space): return walk(space, first: .inner, second: .outer, at: time)
        case .motion(let space, let moving): return move(space, moving, at: time)
        case .unplug:
            for chip in board.chips { chip.unplug() }
            return nil
        case .plug:
            for chip in board.chips { chip.plug() }
            rest(devices, at: time)
            return nil
        }
    }

    private func rest(_ devices: [DeviceID: DeviceLines], at time: MonotonicTime) {
        for (device, line) in devices.flatMap({ device, lines in lines.lines.map { (device, $0) } })
        where line.use != .output {
            guard let place = place(of: line) else { continue }
            // Doors are closed, with the second line of a supervised contact active; bolts are thrown.
            var isActive = line.role == .second
            if case .bolt = device { isActive = true }
            // The wire of a sensor that is woken on it is held high by a resistor.
            if case .woken = line.use { isActive = true }
            place.chip.drive(line: place.line, level: (line.activeWhen == .high) == isActive, at: time)
        }
    }

    private func swing(_ door: DoorID, open: Bool, at time: MonotonicTime) -> String? {
        if place(.contact(door), .second) != nil { _ = drive(.contact(door), .second, active: !open, at: time) }
        return drive(.contact(door), .only, active: open, at: time)
    }

    private static func readers(_ configuration: HubConfiguration) -> [DeviceID: ReaderSettings] {
        var readers: [DeviceID: ReaderSettings] = [:]
        for door in configuration.doors {
            readers[.reader(door.id)] = door.reader
            readers[.innerReader(door.id)] = door.innerReader
        }
        return readers
    }

    private func swipe(_ card: CredentialDescription, at device: DeviceID, _ time: MonotonicTime) -> String? {
        guard let format = readers[device]?.format else { return "the house has no \(device)" }
        guard card.formatName == format.name else {
            return "\(device) reads cards of format \(format.name), not \(card.formatName)"
        }
        if let fault = format.cardLimits.fault(of: card) { return "there is no such card: \(fault)" }
        return send(WiegandDecoder.bits(of: card.credential, format: format), to: device, at: time)
    }

    private func type(_ keys: String, at door: DoorID, _ time: MonotonicTime) -> String? {
        guard let keypad = readers[.reader(door)]?.keypad else { return "the reader of door '\(door)' has no keypad" }
        let typed = keys.map { Keypad.Key($0) }
        guard !keys.isEmpty, keys.count <= 40, typed.allSatisfy({ $0 != nil }) else {
            return "'\(keys)' cannot be typed; expected up to 40 of 0 to 9, * and #"
        }
        for frame in keypad.frames(of: typed.compactMap(\.self)) {
            if let problem = send(frame, to: .reader(door), at: time, pause: .milliseconds(300)) { return problem }
        }
        return nil
    }

    private func send(
        _ bits: [Bool], to device: DeviceID, at time: MonotonicTime, pause: Duration = .milliseconds(100)
    ) -> String? {
        var pulse = max(time, busyUntil[device] ?? time)
        for bit in bits {
            let role = bit ? LineRole.data1 : .data0
            if let problem = schedule(device, role, active: true, at: pulse)
                ?? schedule(device, role, active: false, at: pulse + .microseconds(50))
            {
                return problem
            }
            pulse = pulse + .milliseconds(2)
        }
        busyUntil[device] = pulse + pause
        return nil
    }

    private func walk(_ space: SpaceID, first: LineRole, second: LineRole, at time: MonotonicTime) -> String? {
        let counter = spaces[space]?.first {
            if case .beamCounter = $0.kind { return true }
            return false
        }
        guard let counter else { return pass(space, isIn: first == .outer, at: time) }
        let device = DeviceID.sensor(counter.id)
        let start = max(time, busyUntil[device] ?? time)
        let step = Duration.milliseconds(150)
        let steps: [(LineRole, Bool)] = [(first, true), (second, true), (first, false), (second, false)]
        for (index, (role, broken)) in steps.enumerated() {
            if let problem = schedule(device, role, active: broken, at: start + step * index) { return problem }
        }
        // Nobody follows so closely that he might be pushing the one before.
        busyUntil[device] = start + step * 9
        return nil
    }

    /// Through a finished people counter.
    private func pass(_ space: SpaceID, isIn: Bool, at time: MonotonicTime) -> String? {
        let counter = spaces[space]?.first {
            guard case .peopleCounter(_, let meaning) = $0.kind else { return false }
            return meaning == .either || (meaning == .entered) == isIn
        }
        guard let counter else { return "space '\(space)' has no counter that sees this" }
        return pulse(counter.id, 1, at: time)
    }

    private func move(_ space: SpaceID, _ moving: Bool, at time: MonotonicTime) -> String? {
        let watching = (spaces[space] ?? []).filter {
            if case .presence = $0.kind { return true }
            return false
        }
        guard !watching.isEmpty else { return "space '\(space)' has no presence sensor" }
        for sensor in watching {
            if let problem = drive(.sensor(sensor.id), .only, active: moving, at: time) { return problem }
        }
        return nil
    }

    func drive(_ device: DeviceID, _ role: LineRole, active: Bool, at time: MonotonicTime) -> String? {
        guard let (line, place) = place(device, role) else { return "the house has no \(device)" }
        place.chip.drive(line: place.line, level: (line.activeWhen == .high) == active, at: time)
        return nil
    }

    func schedule(_ device: DeviceID, _ role: LineRole, active: Bool, at time: MonotonicTime) -> String? {
        guard let (line, place) = place(device, role) else { return "the house has no \(device)" }
        let taken = place.chip.schedule(line: place.line, level: (line.activeWhen == .high) == active, at: time)
        return taken ? nil : "too much is going on in the simulated house; try again in a moment"
    }

    func place(_ device: DeviceID, _ role: LineRole) -> (DeviceLines.Line, (chip: SimulatedChip, line: Int))? {
        guard let line = devices[device]?.lines.first(where: { $0.role == role }), let place = place(of: line)
        else { return nil }
        return (line, place)
    }

    func place(of line: DeviceLines.Line) -> (chip: SimulatedChip, line: Int)? {
        guard let address = LineAddress(line.address) else { return nil }
        do throws(GPIOError) {
            return try board.find(address)
        } catch {
            // The request of the line fails for the same reason, and says so.
            return nil
        }
    }
}
