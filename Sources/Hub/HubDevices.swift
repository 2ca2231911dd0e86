internal import AccessControl
internal import Delivery
internal import HubConfiguration
internal import HubMessages
internal import Sensing
internal import Utilization

extension Hub {
    mutating func sense(_ device: DeviceID, _ edge: SensedEdge, at moment: Moment) {
        guard devices[device] != nil else { return }
        let line = DeviceLine(device: device, line: edge.line)
        let missing = monitors[line, default: SequenceMonitor()].missing(before: edge.sequence)
        activities[line, default: LineActivity()].edge(lost: missing, at: edge.time)
        if missing > 0 {
            edgesLost(device, count: missing, before: edge.time, at: moment)
        }
        guard let edge = filtered(line, edge) else { return }
        deliver(device, edge, at: moment)
    }

    /// Hands an edge that counts to whom it belongs.
    mutating func deliver(_ device: DeviceID, _ edge: SensedEdge, at moment: Moment) {
        switch device {
        case .reader(let door): readerPulse(door, .outside, edge, at: moment)
        case .innerReader(let door): readerPulse(door, .inside, edge, at: moment)
        case .contact(let door): contact(door, [edge.line: edge.isActive], at: moment)
        case .exitButton(let door): exitButton(door, isPressed: edge.isActive, isEdge: true, at: moment)
        case .bolt(let door): bolt(door, isLocked: edge.isActive, at: moment)
        case .tamper(let door): tamper(door, isOpen: edge.isActive, at: moment)
        case .fire: fire(edge.isActive, at: moment)
        case .sensor(let sensor): sensorEdge(sensor, edge, at: moment)
        case .lock, .signal, .innerSignal, .faultLED: break
        }
    }

    mutating func reread(_ device: DeviceID, _ levels: [LineRole: Bool], at moment: Moment) {
        guard devices[device]?.condition == .available else { return }
        rereadFilters(of: device, levels)
        switch device {
        case .contact(let door): contact(door, levels, at: moment)
        case .bolt(let door): bolt(door, isLocked: levels[.only], at: moment)
        case .tamper(let door): tamper(door, isOpen: levels[.only] ?? false, at: moment)
        case .fire: fire(levels[.only] ?? false, at: moment)
        // A press of which both edges were lost is gone, one that lasts is not.
        case .exitButton(let door): exitButton(door, isPressed: levels[.only] ?? false, isEdge: false, at: moment)
        case .sensor(let sensor): sensorLevels(sensor, levels, edgesLost: true, at: moment)
        case .reader, .innerReader, .lock, .signal, .innerSignal, .faultLED: break
        }
    }

    mutating func deviceReady(_ device: DeviceID, _ levels: [LineRole: Bool], at moment: Moment) {
        guard devices[device] != nil else { return }
        let recovered = devices[device]?.ready() ?? false
        // A new request counts its edges from one.
        for line in LineRole.allCases { monitors[DeviceLine(device: device, line: line)] = nil }
        startFilters(of: device, levels)
        if recovered {
            record(.deviceChanged(DeviceChanged(device: device, available: true)), at: moment)
        }
        touched.insert(.hub)
        switch device {
        case .contact(let door): contact(door, levels, at: moment)
        case .bolt(let door): bolt(door, isLocked: levels[.only], at: moment)
        case .tamper(let door): tamper(door, isOpen: levels[.only] ?? false, at: moment)
        case .fire: fire(levels[.only] ?? false, at: moment)
        // A button that is held down while the daemon starts is not a request to leave.
        case .exitButton(let door): exitButtons[door] = levels[.only] ?? false
        case .sensor(let sensor):
            if recovered { countersFailed(with: sensor, at: moment) }
            sensorLevels(sensor, levels, edgesLost: false, at: moment)
        case .reader(let door): doors[door]?.readers[.outside]?.reset()
        case .innerReader(let door): doors[door]?.readers[.inside]?.reset()
        case .lock(let door):
            // The lock may have been released or have fallen in while its line was being requested.
            if let isReleased = doors[door]?.machine.isReleased, isReleased != requestedReleases[door] {
                effects.append(.setLock(door, released: isReleased))
            }
            requestedReleases[door] = nil
        case .signal(let door): showFeedback(ReaderPlace(door: door, side: .outside))
        case .innerSignal(let door): showFeedback(ReaderPlace(door: door, side: .inside))
        // It was requested dark.
        case .faultLED: isFaultLEDLit = false
        }
        if let door = device.door { updateFault(of: door, at: moment) }
    }

    mutating func deviceFailed(_ device: DeviceID, _ reason: String, at moment: Moment) {
        guard devices[device]?.failed(at: moment.monotonic) == true else { return }
        touched.insert(.hub)
        record(.deviceChanged(DeviceChanged(device: device, available: false, reason: reason)), at: moment)
        switch device {
        case .contact(let door): contactLost(door, at: moment)
        case .bolt(let door): bolt(door, isLocked: nil, at: moment)
        case .sensor(let sensor): sensorFailed(sensor, at: moment)
        case .reader(let door): doors[door]?.readers[.outside]?.reset()
        case .innerReader(let door): doors[door]?.readers[.inside]?.reset()
        case .exitButton(let door): exitButtons[door] = false
        // What a tamper switch or the fire input showed last holds until they are read again.
        case .lock, .tamper, .fire, .signal, .innerSignal, .faultLED: break
        }
        if let door = device.door { updateFault(of: door, at: moment) }
    }

    mutating func request(_ device: DeviceID) {
        let released: Bool
        if case .lock(let door) = device {
            released = doors[door]?.machine.isReleased ?? false
            requestedReleases[door] = released
        } else {
            released = false
        }
        effects.append(.request(device, released: released))
    }

    /// Makes doors, spaces, sensors and devices out of a configuration, and keeps what is there already.
    mutating func build(_ configuration: HubConfiguration, at moment: Moment) {
        self.configuration = configuration
        for settings in configuration.doors {
            var door = doors[settings.id] ?? Door(settings: settings, memory: doorMemory, fire: configuration.fire)
            door.configure(settings)
            for (side, reader) in [(ReaderSide.outside, settings.reader), (.inside, settings.innerReader)] {
                let place = ReaderPlace(door: settings.id, side: side)
                codes[place] = reader?.keypad.map { keypad in
                    codes[place].flatMap { $0.keypad == keypad ? $0 : nil } ?? CodeEntry(keypad)
                }
            }
            door.spaces = Set(configuration.spaces.filter { $0.doors.contains(settings.id) }.map(\.id))
            doors[settings.id] = door
            touched.insert(.door(settings.id))
        }
        for settings in configuration.sensors {
            let kept = sensors[settings.id]
            var sensor = kept ?? Sensor(settings, pulses: meterMemory[settings.id] ?? 0)
            sensor.configure(settings)
            sensors[settings.id] = sensor
            touched.insert(.sensor(settings.id))
        }
        for settings in configuration.spaces {
            build(settings)
        }
        for device in wiring.keys.sorted() where devices[device] == nil {
            devices[device] = DeviceSupervisor()
            request(device)
        }
        startDrivers(at: moment)
        for space in spaces.keys.sorted() { measure(space, at: moment) }
    }

    /// A changed configuration: what is the same goes on undisturbed, and no lock that stays is moved.
    mutating func reconfigure(_ new: HubConfiguration, at moment: Moment) {
        let before = wiring
        let after = new.devices
        for device in before.keys.sorted() where before[device] != after[device] {
            if case .lock(let door) = device {
                if after[device] == nil {
                    perform(doors[door]?.machine.stop() ?? [], door: door, at: moment)
                } else if doors[door]?.machine.isReleased == true {
                    // The line that is given up goes to rest; the new one begins released.
                    effects.append(.setLock(door, released: false))
                }
            }
            if case .faultLED = device { putOutFaultLED() }
            if after[device] == nil { doorDeviceRemoved(device, at: moment) }
            effects.append(.abandon(device))
            devices[device] = nil
        }
        let topics = houseTopics
        storeMeters()
        codes = codes.filter { place in new.doors.contains { $0.id == place.key.door } }
        doorTraces = doorTraces.filter { trace in new.doors.contains { $0.id == trace.key } }
        for door in doors.keys where !new.doors.contains(where: { $0.id == door }) { doors[door] = nil }
        for sensor in sensors.keys where !new.sensors.contains(where: { $0.id == sensor }) { sensors[sensor] = nil }
        for space in spaces.keys where !new.spaces.contains(where: { $0.id == space }) {
            storedQuarters += spaces.removeValue(forKey: space)?.use.closed ?? []
        }
        exitButtons = exitButtons.filter { after[.exitButton($0.key)] != nil }
        monitors = monitors.filter { devices[$0.key.device] != nil }
        activities = activities.filter { devices[$0.key.device] != nil }
        filters = filters.filter { devices[$0.key.device] != nil }
        if configuration.mqtt != new.mqtt {
            effects.append(.disconnect)
            publisher.setEnabled(
                new.mqtt != nil, acknowledgement: new.mqtt?.acknowledgement == .archive ? .archive : .broker,
                bytesPerSecond: new.mqtt?.bytesPerSecond, at: moment.monotonic)
        }
        build(new, at: moment)
        awaitFirstPerson = awaitFirstPerson.filter { doors[$0]?.settings.firstPersonIn == true }
        expandSchedules(at: moment)
        careForPseudonyms(at: moment)
        abandon(topics)
        for door in doors.keys.sorted() { updateFault(of: door, at: moment) }
        record(.configurationChanged(ConfigurationChanged(accepted: true, mistakes: 0)), at: moment)
        touched.insert(.hub)
    }

    private mutating func edgesLost(
        _ device: DeviceID, count: UInt64, before time: MonotonicTime, at moment: Moment
    ) {
        record(.loss(Loss(cause: .edgesLost, source: device.description, count: count)), at: moment)
        switch device {
        case .reader(let door): readerEdgesLost(door, .outside, at: time, moment)
        case .innerReader(let door): readerEdgesLost(door, .inside, at: time, moment)
        case .sensor(let sensor):
            sensorEdgesLost(sensor, count: count, before: time, at: moment)
            effects.append(.readLevels(device))
        case .contact, .exitButton, .bolt, .tamper, .fire:
            effects.append(.readLevels(device))
        case .lock, .signal, .innerSignal, .faultLED:
            break
        }
    }

    private mutating func updateFault(of door: DoorID, at moment: Moment) {
        let own: [DeviceID] = [
            .lock(door), .contact(door), .exitButton(door), .reader(door), .innerReader(door), .bolt(door),
            .tamper(door), .signal(door), .innerSignal(door),
        ]
        let isFaulty = own.contains { devices[$0]?.condition == .failed }
        touched.insert(.door(door))
        perform(doors[door]?.machine.fault(isFaulty) ?? [], door: door, at: moment)
    }
}
