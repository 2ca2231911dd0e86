internal import Foundation
internal import HubMessages
internal import TestSupport
internal import Testing

/// What everybody may see, in open formats, through a broker.
@Suite struct DaemonExportTests {
    private static let topics = ["utilization", "event", "ngsi-ld/entities", "sensorthings/observations"].map {
        "\(House.root)/\($0)"
    }

    private func daemon(_ broker: TestBroker, start: String) throws -> TestDaemon {
        let daemon = try TestDaemon(port: broker.port)
        daemon.configuration.set("simulation", "speed", "200")
        daemon.configuration.set("simulation", "start", "\"\(start)\"")
        return daemon
    }

    private func json<Value>(_ text: String, as type: Value.Type) throws -> Value {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Value)
    }

    @Test func `quarter-hours and days come in both formats, by the rules of both, with the district's numbers only`()
        throws
    {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: Self.topics)
        // Forty minutes before midnight, when the day of the air is over.
        let daemon = try daemon(broker, start: "2026-11-23T23:20:00+01:00")
        daemon.export("[\"ngsi-ld\", \"sensorthings\"]")
        try daemon.start()
        try daemon.simulate(.walkIn(space: try #require(SpaceID("coworking"))))
        let entities = try recorder.wait(for: "the air of the day", on: Self.topics[2]) { messages in
            let all = try messages.flatMap { try json($0, as: [[String: Any]].self) }
            return all.contains { $0["type"] as? String == "IndoorEnvironmentObserved" } ? all : nil
        }
        for entity in entities { #expect(OpenFormatRules.wrong(entity: entity) == []) }
        let documents = try recorder.wait(for: "the same", on: Self.topics[3]) { messages in
            messages.contains { $0.contains("/temperature") } ? messages : nil
        }.map { try json($0, as: [String: Any].self) }
        for document in documents { #expect(OpenFormatRules.wrong(document: document) == []) }
        #expect(daemon.stop() == 0)

        // Each quarter-hour is one that the district has, with as many visits.
        let district = try recorder.messages(Self.topics[0]).map { try json($0, as: [String: Any].self) }
        var visits: [String: Int] = [:]
        for quarter in district {
            let start = try #require(WallTime(rfc3339: quarter["start"] as? String ?? ""))
            let id = "polch:\(quarter["space"] as? String ?? ""):\(start.milliseconds / 1_000)"
            visits["urn:ngsi-ld:CrowdFlowObserved:\(id)"] = quarter["visits"] as? Int ?? -1
        }
        let crowds = entities.filter { $0["type"] as? String == "CrowdFlowObserved" }
        #expect(!crowds.isEmpty)
        for crowd in crowds {
            let count = (crowd["peopleCount"] as? [String: Any])?["value"] as? Int
            #expect(visits[try #require(crowd["id"] as? String)] == count ?? -1)
        }
    }

    @Test func `nothing is published that nobody asked for`() throws {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: Self.topics)
        let daemon = try daemon(broker, start: "2026-11-23T08:10:00+01:00")
        try daemon.start()
        try recorder.wait(for: "a quarter-hour", on: Self.topics[0]) { $0.isEmpty ? nil : () }
        #expect(recorder.messages(Self.topics[2]).isEmpty && recorder.messages(Self.topics[3]).isEmpty)
        // A reload is enough to begin, in the one format that was asked for.
        daemon.export("[\"sensorthings\"]")
        try daemon.writeConfiguration()
        daemon.process?.send(SIGHUP)
        try recorder.wait(for: "observations", on: Self.topics[3]) { $0.isEmpty ? nil : () }
        #expect(recorder.messages(Self.topics[2]).isEmpty)
        #expect(daemon.stop() == 0)
    }
}

extension TestDaemon {
    /// Lets it publish in these formats, written as TOML.
    func export(_ formats: String) {
        configuration.add("export")
        for (key, value) in [
            ("formats", formats), ("longitude", "7.31"), ("latitude", "50.3"), ("street", "\"Marktplatz 1\""),
            ("postal_code", "\"56751\""), ("locality", "\"Polch\""),
        ] {
            configuration.set("export", key, value)
        }
    }
}
