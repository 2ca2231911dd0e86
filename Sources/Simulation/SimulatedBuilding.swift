internal import HubConfiguration
internal import HubMessages

/// Doors, beams and lines as they physically are, whether or not anybody looks.
struct SimulatedBuilding {
    /// Which devices are plugged in and requested, and what their lines have counted since.
    var open: Set<DeviceID> = []
    var unplugged: Set<DeviceID> = []
    private var sequences: [DeviceID: [LineRole: UInt32]] = [:]
    /// The next so many edges of a device are lost by the kernel.
    var toLose: [DeviceID: Int] = [:]

    /// Which locks are released.
    var released: Set<DoorID> = []
    /// How many people hold a door open, press a button, stand in a beam, move before a sensor.
    private var active: [DeviceID: [LineRole: Int]] = [:]
    /// When the last walk through a counter ends: nobody walks through another.
    var busyUntil: [SensorID: Int64] = [:]
    /// Who is in a space, truly.
    var people: [SpaceID: Int] = [:]

    /// What a device's lines show.
    func levels(of device: DeviceID) -> [LineRole: Bool] {
        switch device {
        case .lock, .reader, .innerReader, .signal, .innerSignal, .faultLED: return [:]
        case .contact, .exitButton, .bolt, .tamper, .fire: return [.only: isActive(device, .only)]
        case .sensor:
            return [LineRole.only, .outer, .inner].reduce(into: [:]) { $0[$1] = isActive(device, $1) }
        }
    }

    private func isActive(_ device: DeviceID, _ line: LineRole) -> Bool { (active[device]?[line] ?? 0) > 0 }

    /// Somebody does something to a line, or stops. Returns whether that changes its level.
    mutating func touch(_ device: DeviceID, _ line: LineRole, _ isOn: Bool) -> Bool {
        let before = isActive(device, line)
        active[device, default: [:]][line, default: 0] += isOn ? 1 : -1
        return before != isActive(device, line)
    }

    /// The number of a line's next edge, and whether the kernel still has it when it is read; `nil` where nobody asked
    /// for the line's edges.
    mutating func number(_ device: DeviceID, _ line: LineRole) -> (sequence: UInt32, isKept: Bool)? {
        guard open.contains(device) else { return nil }
        sequences[device, default: [:]][line, default: 0] += 1
        let sequence = sequences[device]?[line] ?? 0
        guard let lost = toLose[device], lost > 0 else { return (sequence, true) }
        toLose[device] = lost == 1 ? nil : lost - 1
        return (sequence, false)
    }

    /// A request for the device's lines succeeded: edges count from one.
    mutating func request(_ device: DeviceID) {
        open.insert(device)
        sequences[device] = nil
        toLose[device] = nil
    }

    /// The device's lines are nobody's any more; a strike falls in.
    mutating func close(_ device: DeviceID) {
        open.remove(device)
        if case .lock(let door) = device { released.remove(door) }
    }
}
