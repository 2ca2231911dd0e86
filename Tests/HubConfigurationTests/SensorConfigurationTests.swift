import HubConfiguration
import HubMessages
import Sensing
import Testing

private let space = """

    [[space]]
    id = "saal"
    name = "Saal"
    module = "assembly"
    """

/// What `[[sensor]]` holds, and the mistake in it; the table begins in line 9.
private let badSensors: [(String, String)] = [
    (
        "id = \"a\"\nspace = \"saal\"\nkind = \"dhd\"",
        "hub.toml:12:8: 'kind' is \"dhd\"; expected one of \"presence\", \"seat\", \"beam-counter\", \"people-counter\", "
            + "\"dht\", \"co2-pwm\", \"driver\", \"meter\", \"window\", \"water-leak\", \"smoke-alarm\", \"tamper\", "
            + "\"mains-failure\", \"battery-low\", \"alarm-armed\", \"feedback\" (did you mean 'dht'?)"
    ),
    (
        "id = \"a\"\nkind = \"seat\"\noccupied = { line = \"A\" }",
        "hub.toml:9:1: [[sensor]] 'a' has no 'space'; expected an identifier: RULE"
    ),
    (
        "id = \"a\"\nkind = \"dht\"\nline = \"A\"\nmodel = \"dht33\"",
        "hub.toml:13:9: 'model' is \"dht33\"; expected one of \"dht11\", \"dht12\", \"dht21\", \"dht22\", \"am2301\", "
            + "\"am2302\", \"am2320\", \"rht03\""
    ),
    (
        "id = \"a\"\nkind = \"dht\"\nline = \"A\"\nmodel = \"dht11\"\ninterval = \"1s\"",
        "hub.toml:14:12: 'interval' is \"1s\"; expected a duration from \"5s\" to \"1h\", such as \"30s\""
    ),
    (
        "id = \"a\"\nkind = \"meter\"\nmedium = \"electricity\"\npulse = { line = \"A\" }",
        "hub.toml:9:1: [[sensor]] 'a' has no 'per_kwh'; expected the pulses of a kilowatt-hour, as printed on the meter"
    ),
    (
        "id = \"a\"\nkind = \"meter\"\nmedium = \"water\"\npulse = { line = \"A\" }",
        "hub.toml:9:1: [[sensor]] 'a' has no 'litres'; expected how many litres a pulse is, such as 1 or 10"
    ),
    (
        "id = \"a\"\nkind = \"meter\"\nmedium = \"gas\"\nlitres = 10\nper_kwh = 5\npulse = { line = \"A\" }",
        "hub.toml:14:11: 'per_kwh' is for meters of electricity"
    ),
    (
        "id = \"a\"\nkind = \"driver\"\ninterface = \"iio\"\ndevice = \"../x\"",
        "hub.toml:13:10: 'device' is no device's name; expected the device's name there, such as \"bme280\" or "
            + "\"28-0316a2795cff\""
    ),
    (
        "id = \"a\"\nkind = \"feedback\"\n[[sensor.button]]\nanswer = \"gut\"\nline = \"A\"",
        "hub.toml:9:1: [[sensor]] 'a' has 1 buttons; expected 2 to 5 [[sensor.button]] tables, the best answer first"
    ),
    (
        "id = \"a\"\nkind = \"people-counter\"\nspace = \"saal\"\ncounts = \"in\"\noutput = { line = \"A\" }\ndoor = \"tor\"",
        "hub.toml:15:8: [[sensor]] 'a' stands behind door 'tor', which is not configured"
    ),
    (
        "id = \"a\"\nkind = \"window\"\ncontact = { line = \"A\" }\nhold = \"1s\"",
        "hub.toml:13:1: [[sensor]] 'a' has no setting 'hold' (known: contact, health, id, kind, space)"
    ),
    (
        "id = \"a\"\nkind = \"window\"\ncontact = { line = \"A\" }\nhealth = { noisy_above = 0 }",
        "hub.toml:13:26: 'noisy_above' is 0; expected a whole number from 1 to 100000"
    ),
]

/// What a reader's table holds, and the mistake in it.
private let badReaders: [(String, String)] = [
    (
        "keypad = {}",
        "hub.toml:9:47: 'keypad' of 'reader' of [[door]] 'eingang' has no 'sends'; expected one of \"4-bit\", \"8-bit\", \"26-bit-bcd\", \"26-bit-binary\""
    ),
    (
        "keypad = { sends = \"26-bit-bcd\" }",
        "hub.toml:9:47: 'keypad' of 'reader' of [[door]] 'eingang': its frames cannot be told from cards of H10301, "
            + "which have 26 bits too"
    ),
    (
        "keypad = { sends = \"26-bit-binary\" }",
        "hub.toml:9:47: 'keypad' of 'reader' of [[door]] 'eingang': 'facility' is missing: the facility code that the "
            + "keypad sends tells its codes from cards"
    ),
    (
        "keypad = { sends = \"4-bit\", facility = 1 }",
        "hub.toml:9:47: 'keypad' of 'reader' of [[door]] 'eingang': keys have no facility code; 'facility' is for "
            + "\"26-bit-binary\""
    ),
    (
        "pulse_width = { shortest = \"100us\", longest = \"50us\" }",
        "hub.toml:9:52: 'pulse_width' of 'reader' of [[door]] 'eingang' takes pulses from 100us to 50us; expected "
            + "'shortest' below 'longest'"
    ),
]

@Suite struct SensorConfigurationTests {
    @Test(arguments: badSensors)
    func `a mistake in a sensor, with its place and what to do`(text: String, expected: String) {
        let found = mistakes(smallest + space + "\n[[sensor]]\n" + text)
        #expect(found == [expected.replacing("RULE", with: Identifier<SensorName>.rule)])
    }

    @Test(arguments: badReaders)
    func `a mistake in a reader's keypad or pulses`(text: String, expected: String) {
        let found = mistakes(smallest + door + "\nreader = { data0 = \"A\", data1 = \"B\", " + text + " }")
        #expect(found == [expected])
    }

    @Test func `every kind of sensor, with everything that is said of it`() throws {
        let configuration = try parse(
            smallest + door + space + """

                [[sensor]]
                id = "a"
                kind = "beam-counter"
                space = "saal"
                door = "eingang"
                outer = { line = "A" }
                inner = { line = "B", debounce = "10ms" }
                spacing = 0.2
                abreast = 2
                health = { silent_after = "2d", noisy_above = 99, lost_per_hour = 3 }
                [[sensor]]
                id = "b"
                kind = "dht"
                model = "dht11"
                line = "C"
                [[sensor]]
                id = "c"
                kind = "co2-pwm"
                output = { line = "D" }
                range = 5000
                warm_up = "1min"
                [[sensor]]
                id = "d"
                kind = "driver"
                interface = "1-wire"
                device = "28-0316a2795cff"
                interval = "2min"
                [[sensor]]
                id = "e"
                kind = "meter"
                medium = "gas"
                litres = 10
                pulse = { line = "E" }
                [[sensor]]
                id = "f"
                kind = "smoke-alarm"
                contact = { line = "F" }
                [[sensor]]
                id = "g"
                kind = "feedback"
                [[sensor.button]]
                answer = "gut"
                line = "G"
                [[sensor.button]]
                answer = "schlecht"
                line = "H"
                pressed_when = "high"
                [[sensor]]
                id = "h"
                kind = "presence"
                space = "saal"
                motion = { line = "I" }
                blind = "3s"
                """)
        let sensors = configuration.sensors
        #expect(sensors.map { $0.space?.rawValue } == ["saal", nil, nil, nil, nil, nil, nil, "saal"])
        guard case .beamCounter(let outer, let inner, let geometry) = sensors[0].kind else {
            Issue.record("no beams")
            return
        }
        #expect((outer.debounce, inner.debounce) == (.milliseconds(5), .milliseconds(10)))
        #expect(geometry == BeamGeometry(spacing: 0.2, abreast: 2))
        #expect(sensors[0].door?.rawValue == "eingang")
        #expect(
            sensors[0].health == HealthLimits(silentAfter: .seconds(172_800), noisyAbove: 99, lostPerHour: 3))
        #expect(
            sensors[1].kind
                == .climate(ClimateLine(line: "C", variant: .dht11, bias: .pullUp, interval: .seconds(30))))
        #expect(sensors[1].health.silentAfter == .seconds(300))
        #expect(sensors[2].health.silentAfter == .seconds(360))
        #expect(
            sensors[3].kind
                == .driver(KernelSensor(interface: .oneWire, device: "28-0316a2795cff"), interval: .seconds(120)))
        guard case .meter(_, .gas, .litres(10)) = sensors[4].kind,
            case .input(let smoke, .smokeAlarm) = sensors[5].kind,
            case .feedback(let buttons) = sensors[6].kind, case .presence(_, _, .seconds(3)) = sensors[7].kind
        else {
            Issue.record("\(sensors)")
            return
        }
        #expect(smoke.activeWhen == .low)
        #expect(buttons.map(\.input.activeWhen) == [.low, .high])
        let lines = configuration.devices
        #expect(lines[.sensor(sensors[3].id)] == nil)
        #expect(lines[.sensor(sensors[6].id)]?.lines.map(\.role) == [.button1, .button2])
        #expect(lines[.sensor(sensors[1].id)]?.lines.first?.use == .woken(bias: .pullUp))
    }
}
