internal import HubMessages

// The tables of the journal and the network.
extension HubConfiguration {
    static func parseJournal(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> JournalSettings {
        var settings = JournalSettings(
            directory: "/var/lib/regiohub", keepAcknowledged: 10_000, queueLimit: 10_000, maximumSize: 1 << 30,
            reserve: 16 << 20)
        guard var table = reader.table("journal", name: "[journal]", &mistakes) else { return settings }
        settings.directory = table.optionalString("directory", &mistakes) ?? settings.directory
        settings.keepAcknowledged = table.integer(
            "keep_acknowledged", default: settings.keepAcknowledged, in: 0...1_000_000, &mistakes)
        settings.queueLimit = table.integer(
            "queue_limit", default: settings.queueLimit, in: 100...100_000, &mistakes)
        settings.maximumSize = table.size(
            "maximum_size", default: settings.maximumSize, in: 4 << 20...64 << 30, &mistakes)
        settings.reserve = table.size("reserve", default: settings.reserve, in: 0...1 << 30, &mistakes)
        table.finish(&mistakes)
        return settings
    }

    static func parseRetention(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> RetentionSettings {
        let defaults: [(key: String, EventClass, days: Int64)] = [
            ("access", .access, 14), ("counts", .counts, 14), ("climate", .climate, 30), ("system", .system, 30),
            ("alarms", .alarm, 90), ("utilization", .utilization, 400),
        ]
        let day = Duration.seconds(86_400)
        var settings = RetentionSettings(periods: [:])
        for (_, eventClass, days) in defaults { settings.periods[eventClass] = day * Int(days) }
        guard var table = reader.table("retention", name: "[retention]", &mistakes) else { return settings }
        for (key, eventClass, days) in defaults {
            settings.periods[eventClass] = table.duration(
                key, default: day * Int(days), in: day...day * 3_650, &mistakes)
        }
        table.finish(&mistakes)
        return settings
    }

    static func parseBroker(
        _ reader: inout TableReader, district: String, hub: HubID, _ mistakes: inout [ConfigurationMistake]
    ) -> BrokerSettings? {
        guard var table = reader.table("mqtt", name: "[mqtt]", &mistakes) else { return nil }
        defer { table.finish(&mistakes) }
        let host = table.string("host", "the broker's host name or address", &mistakes)
        let tls = parseTLS(&table, host: host, &mistakes)
        let port = table.integer("port", default: tls == nil ? 1883 : 8883, in: 1...65_535, &mistakes)
        let root = parseRoot(&table, district: district, hub: hub, &mistakes)
        let clientID = table.optionalString("client_id", &mistakes) ?? "regiohub-\(hub)"
        let username = table.optionalString("username", &mistakes)
        let passwordFile = table.optionalString("password_file", &mistakes)
        let keepAlive = table.duration(
            "keep_alive", default: .seconds(30), in: .seconds(5)...Duration.seconds(3600), &mistakes)
        let version = table.choice("version", default: MQTTVersion.automatic, &mistakes) ?? .automatic
        let acknowledgement =
            table.choice("acknowledge", default: AcknowledgementSource.broker, &mistakes) ?? .broker
        let bytesPerSecond = table.optionalInteger("bytes_per_second", in: 100...1_000_000_000, &mistakes)
        return host.map {
            BrokerSettings(
                host: $0, port: port, root: root, clientID: clientID, username: username,
                passwordFile: passwordFile, keepAlive: keepAlive, version: version, tls: tls,
                acknowledgement: acknowledgement, bytesPerSecond: bytesPerSecond)
        }
    }

    private static func parseTLS(
        _ reader: inout TableReader, host: String?, _ mistakes: inout [ConfigurationMistake]
    ) -> TLSSettings? {
        guard var table = reader.table("tls", name: "[mqtt.tls]", &mistakes) else { return nil }
        let settings = TLSSettings(
            authorityFile: table.optionalString("ca_file", &mistakes),
            certificateFile: table.optionalString("certificate_file", &mistakes),
            keyFile: table.optionalString("key_file", &mistakes),
            serverName: table.optionalString("server_name", &mistakes))
        if (settings.certificateFile == nil) != (settings.keyFile == nil) {
            mistakes.append(
                ConfigurationMistake(
                    at: table.position, "[mqtt.tls] has only one of 'certificate_file' and 'key_file'",
                    hint: "the hub's certificate and its key belong together"))
        }
        table.finish(&mistakes)
        return settings
    }

    private static func parseRoot(
        _ table: inout TableReader, district: String, hub: HubID, _ mistakes: inout [ConfigurationMistake]
    ) -> String {
        let root = defaultRoot(district: district, hub: hub)
        guard let node = table.node("root") else { return root }
        if case .string(let text) = node.value, isTopicRoot(text) { return text }
        mistakes.append(
            ConfigurationMistake(
                at: node.position,
                "'root' is no topic root; expected names separated by '/', without '+', '#', blanks, or a '/' "
                    + "at either end, such as \"\(defaultRoot(district: "mayen-koblenz", hub: hub))\""))
        return root
    }

    private static func isTopicRoot(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 200 && !text.hasPrefix("$")
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { level in
                !level.isEmpty && level.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x2B && $0 != 0x23 }
            }
    }
}
