// Journaled events of sensors: climate, meters, inputs of the house, feedback, faults.

/// Readings of the air, each where the sensor has it.
public struct Climate: Hashable, Sendable, Codable {
    /// Degrees Celsius.
    public var temperature: Double?
    /// Per cent of relative humidity.
    public var humidity: Double?
    /// Carbon dioxide in parts per million.
    public var co2: Double?
    /// Air pressure in hectopascals.
    public var pressure: Double?

    /// The readings.
    public init(
        temperature: Double? = nil, humidity: Double? = nil, co2: Double? = nil, pressure: Double? = nil
    ) {
        self.temperature = temperature
        self.humidity = humidity
        self.co2 = co2
        self.pressure = pressure
    }
}

/// A climate sensor's readings: journaled where one of them moved, and now and then where none did.
public struct ClimateMeasured: Hashable, Sendable, Codable {
    /// The sensor.
    public var sensor: SensorID
    /// The space it watches.
    public var space: SpaceID?
    /// Degrees Celsius.
    public var temperature: Double?
    /// Per cent of relative humidity.
    public var humidity: Double?
    /// Carbon dioxide in parts per million.
    public var co2: Double?
    /// Air pressure in hectopascals.
    public var pressure: Double?

    /// The readings of `sensor`.
    public init(sensor: SensorID, space: SpaceID?, _ climate: Climate) {
        self.sensor = sensor
        self.space = space
        temperature = climate.temperature
        humidity = climate.humidity
        co2 = climate.co2
        pressure = climate.pressure
    }
}

/// What a meter counts.
public enum MeterMedium: String, Hashable, Sendable, Codable, CaseIterable {
    /// Electrical energy.
    case electricity
    /// Drinking water.
    case water
    /// Gas.
    case gas
}

/// What a meter has counted since it was configured at this hub.
public struct MeterRead: Hashable, Sendable, Codable {
    /// The meter.
    public var sensor: SensorID
    /// The space it serves.
    public var space: SpaceID?
    /// What it counts.
    public var medium: MeterMedium
    /// Its pulses.
    public var pulses: UInt64
    /// Kilowatt-hours; absent for other media.
    public var energy: Double?
    /// Litres; absent for electricity.
    public var volume: Double?

    /// All fields.
    public init(
        sensor: SensorID, space: SpaceID?, medium: MeterMedium, pulses: UInt64, energy: Double?, volume: Double?
    ) {
        self.sensor = sensor
        self.space = space
        self.medium = medium
        self.pulses = pulses
        self.energy = energy
        self.volume = volume
    }
}

/// What an input of the house watches.
public enum HouseInput: String, Hashable, Sendable, Codable, CaseIterable {
    /// A window; active is open.
    case window
    /// Water on the floor.
    case waterLeak
    /// A smoke alarm's relay.
    case smokeAlarm
    /// A tamper switch: a housing was opened.
    case tamper
    /// The mains are gone.
    case mainsFailure
    /// The battery of the supply is low.
    case batteryLow
    /// The intruder alarm is armed: whoever armed it has seen that nobody is left.
    case armed
}

/// An input of the house changed, or was read for the first time and is active.
public struct InputChanged: Hashable, Sendable, Codable {
    /// The sensor.
    public var sensor: SensorID
    /// The space it watches; absent for the house as a whole.
    public var space: SpaceID?
    /// What it watches.
    public var input: HouseInput
    /// Whether it is active now.
    public var active: Bool

    /// All fields.
    public init(sensor: SensorID, space: SpaceID?, input: HouseInput, active: Bool) {
        self.sensor = sensor
        self.space = space
        self.input = input
        self.active = active
    }
}

/// Somebody pressed a button of a feedback terminal. Nobody knows who.
public struct FeedbackGiven: Hashable, Sendable, Codable {
    /// The terminal.
    public var sensor: SensorID
    /// The space it asks about.
    public var space: SpaceID?
    /// The button's name in the configuration.
    public var answer: String
    /// The button's place, from 1.
    public var rank: Int
    /// How many buttons the terminal has.
    public var of: Int

    /// All fields.
    public init(sensor: SensorID, space: SpaceID?, answer: String, rank: Int, of: Int) {
        self.sensor = sensor
        self.space = space
        self.answer = answer
        self.rank = rank
        self.of = of
    }
}

/// A sensor's fault began or ended.
public struct SensorFaultChanged: Hashable, Sendable, Codable {
    /// The sensor.
    public var sensor: SensorID
    /// The space it watches.
    public var space: SpaceID?
    /// What is wrong.
    public var fault: SensorFault
    /// Whether it began (`true`) or ended.
    public var active: Bool
    /// What was seen, in words for an operator.
    public var detail: String?

    /// All fields.
    public init(sensor: SensorID, space: SpaceID?, fault: SensorFault, active: Bool, detail: String? = nil) {
        self.sensor = sensor
        self.space = space
        self.fault = fault
        self.active = active
        self.detail = detail
    }
}
