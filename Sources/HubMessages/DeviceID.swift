/// A device: the lines of one reader, contact, button, lock or sensor, requested from the kernel together.
///
/// Written as `role/name`, for example `reader/eingang`.
public enum DeviceID: Hashable, Sendable {
    /// A door's card reader: two lines.
    case reader(DoorID)
    /// The card reader on the inner side of a door: two lines.
    case innerReader(DoorID)
    /// A door's contact: one line, or two that show the opposite of each other.
    case contact(DoorID)
    /// A door's exit button.
    case exitButton(DoorID)
    /// A door's lock: an output.
    case lock(DoorID)
    /// The feedback of a door's bolt.
    case bolt(DoorID)
    /// A door's tamper switch.
    case tamper(DoorID)
    /// Light and buzzer of the reader outside: outputs.
    case signal(DoorID)
    /// Light and buzzer of the reader inside.
    case innerSignal(DoorID)
    /// The fire input of the house.
    case fire
    /// The light that tells whoever is in the house of a fault of the hub: an output.
    case faultLED
    /// A sensor.
    case sensor(SensorID)

    /// The door the device belongs to, if it is a door's.
    public var door: DoorID? {
        switch self {
        case .reader(let door), .innerReader(let door), .contact(let door), .exitButton(let door), .lock(let door),
            .bolt(let door), .tamper(let door), .signal(let door), .innerSignal(let door):
            door
        case .fire, .faultLED, .sensor: nil
        }
    }
}

extension DeviceID: CustomStringConvertible, Comparable {
    public var description: String {
        switch self {
        case .reader(let door): "reader/\(door)"
        case .innerReader(let door): "inner-reader/\(door)"
        case .contact(let door): "contact/\(door)"
        case .exitButton(let door): "exit-button/\(door)"
        case .lock(let door): "lock/\(door)"
        case .bolt(let door): "bolt/\(door)"
        case .tamper(let door): "tamper/\(door)"
        case .signal(let door): "signal/\(door)"
        case .innerSignal(let door): "inner-signal/\(door)"
        case .fire: "fire/house"
        case .faultLED: "fault-led/house"
        case .sensor(let sensor): "sensor/\(sensor)"
        }
    }

    public static func < (left: DeviceID, right: DeviceID) -> Bool {
        left.description < right.description
    }

    /// The device written as `role/name`, or `nil` where `text` is not of that form.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        switch (parts[0], DoorID(parts[1]), SensorID(parts[1])) {
        case ("reader", let door?, _): self = .reader(door)
        case ("inner-reader", let door?, _): self = .innerReader(door)
        case ("contact", let door?, _): self = .contact(door)
        case ("exit-button", let door?, _): self = .exitButton(door)
        case ("lock", let door?, _): self = .lock(door)
        case ("bolt", let door?, _): self = .bolt(door)
        case ("tamper", let door?, _): self = .tamper(door)
        case ("signal", let door?, _): self = .signal(door)
        case ("inner-signal", let door?, _): self = .innerSignal(door)
        case ("fire", _, _) where parts[1] == "house": self = .fire
        case ("fault-led", _, _) where parts[1] == "house": self = .faultLED
        case ("sensor", _, let sensor?): self = .sensor(sensor)
        case _: return nil
        }
    }
}

extension DeviceID: Codable {
    /// Decodes `role/name`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let device = DeviceID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a device is written as role/name, for example reader/eingang")
        }
        self = device
    }

    /// Encodes `role/name`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What a line is to its device.
public enum LineRole: String, Hashable, Sendable, CaseIterable {
    /// The only line of a device that has one.
    case only
    /// The second line of a supervised contact: it shows the opposite of the first.
    case second
    /// A reader's light.
    case led
    /// A reader's buzzer.
    case buzzer
    /// A card reader's DATA0: a pulse is a 0.
    case data0
    /// A card reader's DATA1: a pulse is a 1.
    case data1
    /// The beam of a counter that is met first on the way in.
    case outer
    /// The beam of a counter that is met last on the way in.
    case inner
    /// The first button of a feedback terminal.
    case button1
    /// The second button of a feedback terminal.
    case button2
    /// The third button of a feedback terminal.
    case button3
    /// The fourth button of a feedback terminal.
    case button4
    /// The fifth button of a feedback terminal.
    case button5

    /// The buttons of a feedback terminal, in their order.
    public static let buttons: [LineRole] = [.button1, .button2, .button3, .button4, .button5]
}
