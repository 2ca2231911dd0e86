internal import HubMessages

extension HubConfiguration {
    /// Reads a whole configuration file, or says everything that is wrong with it, in the order of the file.
    public static func parse(_ root: ConfigurationNode) -> Result<HubConfiguration, ConfigurationMistakes> {
        var mistakes: [ConfigurationMistake] = []
        var reader = TableReader(root, name: "the file", &mistakes)
        let hub = parseHub(&reader, &mistakes)
        let gpio = parseGPIO(&reader, &mistakes)
        let configuration = HubConfiguration(
            hub: hub.id, name: hub.name, district: hub.district, timeZone: hub.timeZone, gpio: gpio,
            simulation: parseSimulation(&reader, backend: gpio, &mistakes),
            journal: parseJournal(&reader, &mistakes), retention: parseRetention(&reader, &mistakes),
            mqtt: parseBroker(&reader, district: hub.district, hub: hub.id, &mistakes),
            export: parseExport(&reader, &mistakes), access: parseAccess(&reader, &mistakes), signers: [],
            privacy: parsePrivacy(&reader, &mistakes),
            control: parseControl(&reader, &mistakes),
            dashboard: parseDashboard(&reader, &mistakes), feedback: parseFeedback(&reader, &mistakes),
            formats: [], schedules: [], holidays: [], spaces: [], doors: [], fire: nil, faultLED: nil, interlocks: [],
            sensors: [])
        var complete = configuration
        var formats = WiegandFormatParser()
        for table in reader.tables("wiegand_format", &mistakes) { formats.format(table, &mistakes) }
        complete.formats = formats.described
        var house = HouseParser(formats: formats)
        complete.signers = reader.tables("signer", &mistakes).compactMap { house.signer($0, &mistakes) }
        complete.schedules = reader.tables("schedule", &mistakes).compactMap { house.schedule($0, &mistakes) }
        complete.holidays = Set(reader.tables("holiday", &mistakes).compactMap { house.holiday($0, &mistakes) })
        complete.doors = reader.tables("door", &mistakes).compactMap { house.door($0, &mistakes) }
        complete.fire = house.fire(&reader, &mistakes)
        complete.faultLED = house.faultLED(&reader, &mistakes)
        complete.interlocks = reader.tables("interlock", &mistakes).compactMap { house.interlock($0, &mistakes) }
        complete.spaces = reader.tables("space", &mistakes).compactMap { house.space($0, &mistakes) }
        complete.sensors = reader.tables("sensor", &mistakes).compactMap { house.sensor($0, &mistakes) }
        reader.finish(&mistakes)
        guard mistakes.isEmpty else {
            return .failure(ConfigurationMistakes(mistakes.sorted { $0.position < $1.position }))
        }
        return .success(complete)
    }

    private static let defaultZone = "Europe/Berlin"

    private static func parseHub(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> (id: HubID, name: String, district: String, timeZone: String) {
        // Stands in while the real one is missing, so that the rest is checked too.
        let placeholder = Identifier<HubName>.placeholder
        guard reader.required("hub", "a table [hub] with id, name and district", &mistakes) != nil,
            var table = reader.table("hub", name: "[hub]", &mistakes)
        else { return (placeholder, "", "", defaultZone) }
        let id = table.identifier("id", as: HubName.self, &mistakes)
        let name = table.string("name", "the hub's name for people", &mistakes)
        let district: Identifier<DistrictName>? = table.identifier("district", &mistakes)
        let timeZone = table.optionalString("time_zone", &mistakes) ?? defaultZone
        table.finish(&mistakes)
        return (id ?? placeholder, name ?? "", district?.rawValue ?? "", timeZone)
    }

    private static func parseGPIO(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> GPIOBackend {
        guard var table = reader.table("gpio", name: "[gpio]", &mistakes) else { return .libgpiod }
        defer { table.finish(&mistakes) }
        return table.choice("backend", default: GPIOBackend.libgpiod, &mistakes) ?? .libgpiod
    }

    private static func parseSimulation(
        _ reader: inout TableReader, backend: GPIOBackend, _ mistakes: inout [ConfigurationMistake]
    ) -> SimulationSettings {
        var settings = SimulationSettings(speed: 1, start: nil, since: nil, record: nil)
        guard var table = reader.table("simulation", name: "[simulation]", &mistakes) else { return settings }
        if backend != .simulated {
            mistakes.append(
                ConfigurationMistake(
                    at: table.position, "[simulation] has no effect with real lines",
                    hint: "set backend = \"simulated\" in [gpio], or remove the table"))
        }
        settings.speed = table.number("speed", default: 1, in: 0.1...1000, &mistakes)
        settings.start = table.time("start", &mistakes)
        settings.since = table.time("since", &mistakes)
        if settings.since != nil, settings.start == nil {
            mistakes.append(ConfigurationMistake(at: table.position, "[simulation] has a 'since' but no 'start'"))
        }
        settings.record = table.optionalString("record", &mistakes)
        table.finish(&mistakes)
        return settings
    }

    private static func parseAccess(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> AccessSettings {
        var settings = AccessSettings(
            keyFile: "/var/lib/regiohub/credential.key", before: .seconds(600), after: .seconds(600),
            trust: [:], recordWithin: .milliseconds(20), maximumBookings: 1_000_000)
        guard var table = reader.table("access", name: "[access]", &mistakes) else { return settings }
        let day = Duration.seconds(86_400)
        settings.keyFile = table.optionalString("key_file", &mistakes) ?? settings.keyFile
        settings.before = table.duration("before", default: settings.before, in: .zero...day, &mistakes)
        settings.after = table.duration("after", default: settings.after, in: .zero...day, &mistakes)
        for grantClass in GrantClass.allCases {
            settings.trust[grantClass] = parseTrust(in: grantClass, &table, &mistakes)
        }
        settings.recordWithin = table.duration(
            "record_within", default: settings.recordWithin, in: .milliseconds(1)...Duration.seconds(1), &mistakes)
        settings.maximumBookings = table.integer(
            "maximum_bookings", default: settings.maximumBookings, in: 1...1_000_000, &mistakes)
        table.finish(&mistakes)
        return settings
    }

    private enum Verdict: String, CaseIterable {
        case deny, allow
    }

    private static func parseTrust(
        in grantClass: GrantClass, _ access: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> ClockTrust {
        var trust = AccessSettings.usualTrust(in: grantClass)
        let name = "[access.\(grantClass.rawValue)]"
        guard var table = access.table(grantClass.rawValue, name: name, &mistakes) else { return trust }
        func verdict(_ key: String, _ usual: Bool) -> Bool {
            (table.choice(key, default: usual ? Verdict.allow : .deny, &mistakes) ?? .deny) == .allow
        }
        trust.unknown = verdict("unknown_clock", trust.unknown)
        trust.unsynchronized = verdict("unsynchronized_clock", trust.unsynchronized)
        if table.node("maximum_age") != nil {
            let age = table.duration(
                "maximum_age", default: .seconds(86_400), in: .seconds(3_600)...Duration.seconds(366 * 86_400),
                &mistakes)
            trust.maximumAge = age.milliseconds
        }
        table.finish(&mistakes)
        return trust
    }

    private static func parsePrivacy(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> PrivacySettings {
        var settings = PrivacySettings(minimumPeople: 3, pseudonymPeriod: .seconds(7 * 86_400))
        guard var table = reader.table("privacy", name: "[privacy]", &mistakes) else { return settings }
        settings.minimumPeople = table.integer("minimum_people", default: 3, in: 2...100, &mistakes)
        let day = Duration.seconds(86_400)
        settings.pseudonymPeriod = table.duration(
            "pseudonyms_for", default: settings.pseudonymPeriod, in: day...day * 90, &mistakes)
        table.finish(&mistakes)
        return settings
    }

    private static func parseControl(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> ControlSettings {
        var settings = ControlSettings(socket: "/run/regiohub/control.sock", operators: nil, viewers: nil)
        guard var table = reader.table("control", name: "[control]", &mistakes) else { return settings }
        if let node = table.node("socket") {
            // sun_path of unix(7) holds 108 bytes, the last one zero.
            if case .string(let path) = node.value, !path.isEmpty, path.utf8.count < 108 {
                settings.socket = path
            } else {
                mistakes.append(
                    ConfigurationMistake(at: node.position, "'socket' is no path; expected one of 1 to 107 bytes"))
            }
        }
        settings.operators = table.optionalString("operators", &mistakes)
        settings.viewers = table.optionalString("viewers", &mistakes)
        table.finish(&mistakes)
        return settings
    }

    private static func parseDashboard(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> DashboardSettings? {
        guard var table = reader.table("dashboard", name: "[dashboard]", &mistakes) else { return nil }
        defer { table.finish(&mistakes) }
        let port = table.integer("port", default: 8080, in: 1...65_535, &mistakes)
        var hosts: Set<String> = []
        if let node = table.node("hosts") {
            let expected = "a list of host names without a port, in lower case, such as [\"hub.example.org\"]"
            if case .array(let elements) = node.value {
                for element in elements {
                    if case .string(let name) = element.value, isHostName(name) {
                        hosts.insert(name)
                    } else {
                        mistakes.append(
                            ConfigurationMistake(
                                at: element.position, "'hosts' holds no host name; expected \(expected)"))
                    }
                }
            } else {
                mistakes.append(
                    ConfigurationMistake(at: node.position, "'hosts' is \(node.value.kind); expected \(expected)"))
            }
        }
        return DashboardSettings(port: UInt16(clamping: port), hosts: hosts)
    }

    private static func isHostName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
            }
    }
}

/// Everything that is wrong with a configuration, in the order of the file; at least one mistake.
public struct ConfigurationMistakes: Error, Equatable, Sendable {
    /// The mistakes.
    public let all: [ConfigurationMistake]

    /// The mistakes.
    public init(_ all: [ConfigurationMistake]) {
        self.all = all
    }
}

/// What an ``Identifier`` of a district names.
public enum DistrictName {}

extension Identifier where Named == HubName {
    /// Stands in for a hub's name while a file without one is checked to its end.
    static var placeholder: Self {
        guard let identifier = Self("unnamed") else { preconditionFailure("'unnamed' is a legal identifier") }
        return identifier
    }
}
