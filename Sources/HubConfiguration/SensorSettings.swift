public import HubMessages
public import Sensing

/// A sensor.
public struct SensorSettings: Hashable, Sendable {
    /// Its name in topics.
    public var id: SensorID
    /// The space it watches; `nil` where it belongs to the house as a whole.
    public var space: SpaceID?
    /// What it is, with its lines.
    public var kind: Kind
    /// The door that a counter stands behind: whoever passes the counter has come through it.
    public var door: DoorID?
    /// What its health is judged by.
    public var health: HealthLimits

    /// The kinds of sensors.
    public enum Kind: Hashable, Sendable {
        /// A presence sensor; how long presence lasts after the last movement, and how long it sees nothing after its
        /// output fell.
        case presence(InputSettings, hold: Duration, blind: Duration)
        /// A mat or seat switch, active while somebody stands or sits on it.
        case seat(InputSettings, hold: Duration)
        /// A two-beam counter; `outer` is broken first on the way in.
        case beamCounter(outer: InputSettings, inner: InputSettings, BeamGeometry)
        /// The output of a finished people counter.
        case peopleCounter(InputSettings, PeopleCounter.Meaning)
        /// A DHT11, AM2302 or relative on its line.
        case climate(ClimateLine)
        /// A CO₂ sensor's pulse width output; what it measures at most, how often it is read, and how long it warms up.
        case co2(InputSettings, range: Int, interval: Duration, warmUp: Duration)
        /// A sensor with a kernel driver, and how often it is read.
        case driver(KernelSensor, interval: Duration)
        /// A meter's pulse output.
        case meter(InputSettings, MeterMedium, PulseMeter.Unit)
        /// A contact or relay of the house.
        case input(InputSettings, HouseInput)
        /// A feedback terminal's buttons with their answers.
        case feedback([FeedbackButton])
    }
}

/// A climate sensor that is woken and read on one line.
public struct ClimateLine: Hashable, Sendable {
    /// The line, by name or as `chip:offset`.
    public var line: String
    /// How it writes.
    public var variant: ClimateVariant
    /// What holds the line high.
    public var bias: LineBias
    /// How often it is read.
    public var interval: Duration

    /// All parts.
    public init(line: String, variant: ClimateVariant, bias: LineBias, interval: Duration) {
        self.line = line
        self.variant = variant
        self.bias = bias
        self.interval = interval
    }
}

/// A device that the kernel has a driver for, found by name.
public struct KernelSensor: Hashable, Sendable {
    /// The kernel's interface.
    public enum Interface: String, Hashable, Sendable, CaseIterable {
        /// Industrial I/O: `/sys/bus/iio/devices`.
        case iio
        /// Hardware monitoring: `/sys/class/hwmon`.
        case hwmon
        /// 1-Wire: `/sys/bus/w1/devices`.
        case oneWire = "1-wire"
    }

    /// The kernel's interface.
    public var interface: Interface
    /// The device's name there, such as `bme280`, `dht11@4` or `28-0316a2795cff`.
    public var device: String

    /// The device of that name.
    public init(interface: Interface, device: String) {
        self.interface = interface
        self.device = device
    }
}

/// A button of a feedback terminal.
public struct FeedbackButton: Hashable, Sendable {
    /// What it means, in the district's words.
    public var answer: String
    /// Its line, active while pressed.
    public var input: InputSettings
}
