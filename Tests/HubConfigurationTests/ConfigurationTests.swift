import ConfigurationFile
import HubConfiguration
import HubMessages
import Testing

private func name<Named>(_ text: String) -> Identifier<Named> {
    guard let identifier = Identifier<Named>(text) else { preconditionFailure("'\(text)' is illegal") }
    return identifier
}

let smallest = """
    [hub]
    id = "hub-1"
    name = "RegioHub Eins"
    district = "mayen-koblenz"
    """

func parse(_ text: String) throws(ConfigurationFile.Failure) -> HubConfiguration {
    try ConfigurationFile.parse(Array(text.utf8), path: "hub.toml")
}

/// What is wrong with `text`, as a person sees it.
func mistakes(_ text: String) -> [String] {
    do throws(ConfigurationFile.Failure) {
        _ = try parse(text)
        return []
    } catch {
        return error.lines
    }
}

let door = """

    [[door]]
    id = "eingang"
    name = "Eingang"
    lock = { line = "GPIO17" }
    """

/// Files with one mistake each, and its text. HUB stands for the smallest file, HUB+DOOR for one with a door.
private let oneMistake: [(String, String)] = [
    // The file as a whole.
    ("", "hub.toml:1:1: the file has no 'hub'; expected a table [hub] with id, name and district"),
    ("[hub]\nid = \"a\"\nname = \"A\"", "hub.toml:1:1: [hub] has no 'district'; expected an identifier: RULE"),
    ("hub = 3", "hub.toml:1:7: [hub] is a whole number; expected a table"),
    // One setting.
    ("HUB\nidd = 1", "hub.toml:5:1: [hub] has no setting 'idd' (did you mean 'id'?)"),
    ("HUB\nzzzzzz = 1", "hub.toml:5:1: [hub] has no setting 'zzzzzz' (known: district, id, name, time_zone)"),
    ("HUB\n[mqt]\nhost = \"b\"", "hub.toml:5:2: the file has no setting 'mqt' (did you mean 'mqtt'?)"),
    (
        "HUB\n[mqtt]",
        "hub.toml:5:1: [mqtt] has no 'host'; expected the broker's host name or address"
    ),
    (
        "HUB\n[mqtt]\nhost = \"b\"\nport = 70000",
        "hub.toml:7:8: 'port' is 70000; expected a whole number from 1 to 65535"
    ),
    (
        "HUB\n[mqtt]\nhost = \"b\"\nport = \"1883\"",
        "hub.toml:7:8: 'port' is a string; expected a whole number from 1 to 65535"
    ),
    (
        "HUB\n[mqtt]\nhost = \"b\"\ntls = { key_file = \"k\" }",
        "hub.toml:7:7: [mqtt.tls] has only one of 'certificate_file' and 'key_file' (the hub's certificate and its key "
            + "belong together)"
    ),
    (
        "HUB\n[journal]\nqueue_limit = 99",
        "hub.toml:6:15: 'queue_limit' is 99; expected a whole number from 100 to 100000"
    ),
    (
        "HUB\n[access.guest]\nunknown_clock = \"denny\"",
        "hub.toml:6:17: 'unknown_clock' is \"denny\"; expected one of \"deny\", \"allow\" (did you mean 'deny'?)"
    ),
    (
        "HUB\n[access]\nbefore = \"10 minutes\"",
        "hub.toml:6:10: 'before' is \"10 minutes\"; expected a duration from \"0s\" to \"1d\", such as \"10min\" (units are us, ms, s, min, h, d)"
    ),
    (
        "HUB\n[access]\nrecord_within = \"2s\"",
        "hub.toml:6:17: 'record_within' is \"2s\"; expected a duration from \"1ms\" to \"1s\", such as \"20ms\""
    ),
    (
        "HUB\n[access]\nbefore = 10",
        "hub.toml:6:10: 'before' is a whole number; expected a duration from \"0s\" to \"1d\", such as \"10min\""
    ),
    (
        "HUB\n[control]\nsocket = \"\"",
        "hub.toml:6:10: 'socket' is no path; expected one of 1 to 107 bytes"
    ),
    (
        "HUB\n[simulation]\nspeed = 2",
        "hub.toml:5:1: [simulation] has no effect with real lines (set backend = \"simulated\" in [gpio], or remove the table)"
    ),
    (
        "HUB\n[gpio]\nbackend = \"simulated\"\n[simulation]\nspeed = 0.01",
        "hub.toml:8:9: 'speed' is 0.01; expected a number from 0.1 to 1000.0"
    ),
    (
        "HUB\n[gpio]\nbackend = \"simulated\"\n[simulation]\nstart = 2026-11-23T06:00:00Z",
        "hub.toml:8:9: 'start' is no time; expected an RFC 3339 time as a string, such as \"2026-11-23T06:00:00+01:00\""
    ),
    // The house.
    (
        "HUB\n[[door]]\nid = \"Eingang\"\nname = \"E\"\nlock = { line = \"GPIO17\" }",
        "hub.toml:6:6: 'id' is \"Eingang\"; expected an identifier: RULE"
    ),
    (
        "HUB\n[[door]]\nid = \"eingang\"\nname = \"E\"",
        "hub.toml:5:1: [[door]] 'eingang' has no 'lock'; expected a table such as { line = \"GPIO17\" }"
    ),
    (
        "HUB+DOOR\ncontact = { bias = \"pull-up\" }",
        "hub.toml:9:11: 'contact' of [[door]] 'eingang' has no 'line'; expected a line's name (\"GPIO17\") or chip and offset (\"gpiochip0:17\")"
    ),
    (
        "HUB+DOOR\ncontact = { line = \"gpiochip0:x\" }",
        "hub.toml:9:20: 'line' is no line; expected a line's name (\"GPIO17\") or chip and offset (\"gpiochip0:17\")"
    ),
    (
        "HUB+DOOR\ncontact = { line = \"GPIO17\" }",
        "hub.toml:9:20: line \"GPIO17\" is used twice: by 'contact' of [[door]] 'eingang' and by 'lock' of [[door]] 'eingang'"
    ),
    (
        "HUB+DOOR\ncontact = { line = \"GPIO18\", debounce = \"401ms\" }",
        "hub.toml:9:41: 'debounce' is \"401ms\"; expected a duration from \"0s\" to \"400ms\", such as \"50ms\""
    ),
    (
        "HUB+DOOR\nopen_time = \"10s\"\nwarning_time = \"10s\"",
        "hub.toml:5:1: [[door]] 'eingang' warns 10s before an open time of 10s ends; expected a warning_time shorter than open_time"
    ),
    (
        "HUB+DOOR\n[[door]]\nid = \"eingang\"\nname = \"E\"\nlock = { line = \"GPIO18\" }",
        "hub.toml:9:1: two doors have the id 'eingang'; expected unique ids"
    ),
    (
        "HUB+DOOR\n[[space]]\nid = \"a\"\nname = \"A\"\nmodule = \"shop\"\ndoors = [\"eingagn\"]",
        "hub.toml:13:10: [[space]] 'a' lies behind door 'eingagn', which is not configured (did you mean 'eingang'?)"
    ),
    (
        "HUB\n[[space]]\nid = \"a\"\nname = \"A\"\nmodule = \"shopp\"",
        "hub.toml:8:10: 'module' is \"shopp\"; expected one of \"coworking\", \"meeting\", \"workshop\", \"shop\", \"consulting\", \"parcel\", \"assembly\", \"circulation\" (did you mean 'shop'?)"
    ),
    (
        "HUB\n[[sensor]]\nid = \"p\"\nspace = \"a\"\nkind = \"presence\"\nmotion = { line = \"GPIO1\" }",
        "hub.toml:7:9: [[sensor]] 'p' watches space 'a', which is not configured"
    ),
    (
        "HUB\n[[space]]\nid = \"a\"\nname = \"A\"\nmodule = \"shop\"\n[[sensor]]\nid = \"p\"\nspace = \"a\"\nkind = \"beam-counter\"\nouter = { line = \"GPIO1\" }",
        "hub.toml:9:1: [[sensor]] 'p' has no 'inner'; expected a table such as { line = \"GPIO17\" }"
    ),
    ("HUB\ndoor = \"eingang\"", "hub.toml:5:1: [hub] has no setting 'door' (known: district, id, name, time_zone)"),
    (
        "door = 3\n" + smallest, "hub.toml:1:8: 'door' is a whole number; expected one or more [[door]] tables"
    ),
]

@Suite struct ConfigurationTests {
    @Test func `the smallest file has every default`() throws {
        let configuration = try parse(smallest)
        #expect(configuration.hub == name("hub-1"))
        #expect(configuration.name == "RegioHub Eins")
        #expect(configuration.district == "mayen-koblenz")
        #expect(configuration.gpio == .libgpiod)
        #expect(configuration.journal.directory == "/var/lib/regiohub")
        #expect(configuration.journal.queueLimit == 10_000)
        #expect(configuration.journal.keepAcknowledged == 10_000)
        #expect(configuration.mqtt == nil)
        #expect(configuration.access.before == .seconds(600))
        #expect(configuration.access.after == .seconds(600))
        #expect(configuration.access.trust(in: .guest) == ClockTrust(unknown: false, unsynchronized: true))
        #expect(configuration.access.recordWithin == .milliseconds(20))
        #expect(configuration.access.maximumBookings == 1_000_000)
        #expect(configuration.privacy.minimumPeople == 3)
        #expect(configuration.control.socket == "/run/regiohub/control.sock")
        #expect(configuration.control.operators == nil)
        #expect(configuration.doors.isEmpty && configuration.spaces.isEmpty && configuration.sensors.isEmpty)
    }

    @Test func `a full house`() throws {
        let configuration = try parse(
            smallest + """

                [gpio]
                backend = "simulated"
                [simulation]
                speed = 60
                start = "2026-11-23T06:00:00+01:00"
                [journal]
                directory = "/tmp/hub"
                queue_limit = 500
                [mqtt]
                host = "broker.example"
                port = 8883
                username = "hub-1"
                password_file = "/etc/regiohub/password"
                keep_alive = "1min"
                [access]
                before = "5min"
                guest = { unknown_clock = "allow" }
                record_within = "50ms"
                [[door]]
                id = "eingang"
                name = "Eingang"
                release_time = "7s"
                open_time = "1min"
                lock = { line = "GPIO17", released_when = "low" }
                contact = { line = "GPIO27", bias = "pull-up", debounce = "30ms" }
                exit_button = { line = "gpiochip0:22" }
                reader = { data0 = "GPIO5", data1 = "GPIO6" }
                [[space]]
                id = "coworking"
                name = "Coworking"
                module = "coworking"
                capacity = 12
                doors = ["eingang"]
                empty_after = "45min"
                [[sensor]]
                id = "pir"
                space = "coworking"
                kind = "presence"
                motion = { line = "GPIO23" }
                hold = "90s"
                [[sensor]]
                id = "beam"
                space = "coworking"
                kind = "beam-counter"
                outer = { line = "GPIO24" }
                inner = { line = "GPIO25", broken_when = "low" }
                """)
        #expect(configuration.mqtt?.root == "regionet/mayen-koblenz/hub-1")
        #expect(configuration.mqtt?.clientID == "regiohub-hub-1")
        #expect(configuration.mqtt?.keepAlive == .seconds(60))
        #expect(configuration.simulation.speed == 60)
        #expect(configuration.simulation.start?.rfc3339 == "2026-11-23T05:00:00.000Z")
        #expect(configuration.access.trust(in: .guest).unknown)
        let door = try #require(configuration.doors.first)
        #expect(door.lock.releasedWhen == .low)
        #expect(door.contact?.input.debounce == .milliseconds(30))
        #expect(door.contact?.input.activeWhen == .high)
        #expect(door.exitButton?.activeWhen == .low)
        #expect(door.reader?.bias == .pullUp)
        #expect((door.release, door.open, door.warning) == (.seconds(7), .seconds(60), .seconds(10)))
        #expect(configuration.spaces.first?.emptyAfter == .seconds(2_700))
        #expect(
            configuration.devices.keys.sorted().map(\.description) == [
                "contact/eingang", "exit-button/eingang", "lock/eingang", "reader/eingang", "sensor/beam", "sensor/pir",
            ])
        // Both lines of a counter and of a reader are in one request: their edges have one order.
        #expect(configuration.devices[.sensor(name("beam"))]?.lines.map(\.role) == [.outer, .inner])
        #expect(configuration.devices[.reader(name("eingang"))]?.lines.map(\.role) == [.data0, .data1])
        #expect(configuration.devices[.lock(name("eingang"))]?.lines.map(\.activeWhen) == [.low])
    }

    @Test(arguments: oneMistake)
    func `one mistake, with its place and what to do`(text: String, mistake: String) {
        let whole = text.replacing("HUB+DOOR", with: smallest + door).replacing("HUB", with: smallest)
        #expect(mistakes(whole) == [mistake.replacing("RULE", with: Identifier<HubName>.rule)])
    }

    @Test(arguments: ["", "/a", "a/", "a//b", "a/+/b", "a/#", "a b", "$SYS/a", String(repeating: "a", count: 201)])
    func `what is no topic root`(root: String) {
        #expect(
            mistakes(smallest + "\n[mqtt]\nhost = \"b\"\nroot = \"\(root)\"") == [
                "hub.toml:7:8: 'root' is no topic root; expected names separated by '/', without '+', '#', blanks, or a "
                    + "'/' at either end, such as \"regionet/mayen-koblenz/hub-1\""
            ])
    }

    @Test func `what is not TOML is one mistake at its place`() {
        let found = mistakes("[hub]\nid = \"hub-1\"\nname = \n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("hub.toml:3:") == true)
        #expect(found.first?.contains("this is not TOML: ") == true)
    }

    @Test func `all mistakes at once, in the order of the file, columns in characters`() {
        let found = mistakes(
            """
            [access]
            before = "bald"
            [hub]
            id = "hub-1"
            name = ""
            distric = "mayen-koblenz"
            [[door]]
            name = { de = "Tür", "größe" = 3 }
            lock = { "grün" = 1, line = 5 }
            """)
        let places: [String] = found.map { String($0.prefix { $0 != " " }) }
        #expect(
            places == [
                "hub.toml:2:10:", "hub.toml:3:1:", "hub.toml:5:8:", "hub.toml:6:1:", "hub.toml:7:1:", "hub.toml:8:8:",
                "hub.toml:9:10:", "hub.toml:9:29:",
            ])
    }

    @Test func `a missing file and a directory are said so`() {
        func reason(_ path: String) -> String? {
            do throws(ConfigurationFile.Failure) {
                _ = try ConfigurationFile.load(path)
                return nil
            } catch {
                return error.lines.first
            }
        }
        #expect(
            reason("/nonexistent/hub.toml") == "/nonexistent/hub.toml: there is no such file; name it with --config")
        #expect(reason("/") == "/: this is a directory; name the file in it")
    }

    @Test func `durations read back what they are written as`() {
        for text in ["0s", "1us", "20ms", "90s", "5min", "3h", "2d", "1441min"] {
            #expect(DurationText.parse(text).map(DurationText.format) == text)
        }
        for text in [
            "", "s", "5", "5 s", "-5s", "+5s", "1.5s", "5S", "5m", "99999999999999999999s", "9999999999999d", "५s",
        ] {
            #expect(DurationText.parse(text) == nil, "\(text)")
        }
    }
}
