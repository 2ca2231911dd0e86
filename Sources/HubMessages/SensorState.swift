/// What the retained topic `state/sensor/<id>` shows of a sensor. Only the fields of its kind are there, and of these
/// only those that are known.
public struct SensorState: Hashable, Sendable, Codable {
    /// The sensor.
    public var sensor: SensorID
    /// The space it watches; absent where it belongs to the house as a whole.
    public var space: SpaceID?
    /// Whether what it shows can be used: its lines or its driver work, and no fault speaks against it
    /// (``SensorFault/voidsReadings``).
    public var available: Bool
    /// What is wrong with it, sorted.
    public var faults: [SensorFault]
    /// A presence sensor or seat: whether it sees somebody.
    public var present: Bool?
    /// A counter: people in since the start.
    public var entered: UInt64?
    /// A counter: people out since the start.
    public var left: UInt64?
    /// An input of the house: whether it is active (window open, water, smoke, tampered, mains gone, battery low).
    public var active: Bool?
    /// Degrees Celsius.
    public var temperature: Double?
    /// Per cent of relative humidity.
    public var humidity: Double?
    /// Carbon dioxide in parts per million.
    public var co2: Double?
    /// Air pressure in hectopascals.
    public var pressure: Double?
    /// A meter: pulses since it was configured.
    public var pulses: UInt64?
    /// A meter of energy: kilowatt-hours since it was configured.
    public var energy: Double?
    /// A meter of water or gas: litres since it was configured.
    public var volume: Double?

    /// A sensor of which nothing more is known yet.
    public init(sensor: SensorID, space: SpaceID?, available: Bool, faults: [SensorFault] = []) {
        self.sensor = sensor
        self.space = space
        self.available = available
        self.faults = faults
    }

    /// Shows `climate`.
    public mutating func show(_ climate: Climate) {
        temperature = climate.temperature
        humidity = climate.humidity
        co2 = climate.co2
        pressure = climate.pressure
    }
}

/// What a sensor can be wrong in.
public enum SensorFault: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Its output stays at the active level for longer than it can mean anything.
    case stuck
    /// Nothing came of it for too long.
    case silent
    /// Its lines change more often than anything it watches can.
    case noisy
    /// What it says contradicts another sensor or a door.
    case contradicting
    /// Its reading has not moved for too long to be true.
    case unchanging
    /// The kernel loses its edges.
    case losingEdges
    /// Reading after reading fails.
    case unreadable

    /// Whether its readings mean nothing while this lasts.
    public var voidsReadings: Bool {
        switch self {
        case .stuck, .silent, .noisy, .unreadable: true
        case .contradicting, .unchanging, .losingEdges: false
        }
    }

    public static func < (left: SensorFault, right: SensorFault) -> Bool {
        left.rawValue < right.rawValue
    }
}
