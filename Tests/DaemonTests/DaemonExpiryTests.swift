internal import Foundation
internal import HubMessages
internal import TestSupport
internal import Testing

/// Which messages a broker may forget undelivered, and when (MQTT 5, 3.3.2.3.3): docs/messages.md, "Message expiry".
@Suite struct DaemonExpiryTests {
    @Test func `live states and answers expire; what is recorded, and whether the hub is there, never does`() throws {
        let broker = try TestBroker()
        let topics = (
            door: "\(House.root)/state/door/eingang", space: "\(House.root)/state/space/coworking",
            sensor: "\(House.root)/state/sensor/coworking-klima", status: "\(House.root)/status",
            event: "\(House.root)/event", utilization: "\(House.root)/utilization",
            entities: "\(House.root)/ngsi-ld/entities", answer: "\(House.root)/response/platform"
        )
        let recorder = try TopicRecorder(
            broker,
            topics: [
                topics.door, topics.space, topics.sensor, topics.status, topics.event, topics.utilization,
                topics.entities, topics.answer,
            ], what: "%E")
        let daemon = try TestDaemon(port: broker.port)
        // A quarter-hour is over within seconds.
        daemon.configuration.set("simulation", "speed", "200")
        daemon.configuration.set("simulation", "start", "\"2026-11-23T08:10:00+01:00\"")
        daemon.export("[\"ngsi-ld\"]")
        try daemon.start()
        func expiry(_ topic: String) throws -> Set<String> {
            try recorder.wait(for: "a message on \(topic)", on: topic) { $0.isEmpty ? nil : Set($0) }
        }
        // Seven days.
        #expect(try expiry(topics.door) == ["604800"])
        #expect(try expiry(topics.space) == ["604800"])
        #expect(try expiry(topics.sensor) == ["604800"])
        // As long as a request may live; one that is refused is answered, too.
        let ask = HubRequest(
            hub: try #require(HubID("polch")), id: try #require(BookingID("late")), issued: WallTime(milliseconds: 0),
            expires: WallTime(milliseconds: 60_000), action: .accessPoints)
        try broker.publish("\(House.root)/request", try TestSigner().sign(ask))
        #expect(try expiry(topics.answer) == ["900"])
        // Whoever was away for longer than any expiry gets all of these.
        #expect(try expiry(topics.event) == [""])
        #expect(try expiry(topics.utilization) == [""])
        #expect(try expiry(topics.entities) == [""])
        #expect(daemon.stop() == 0)
        // The last of them is the goodbye.
        #expect(try expiry(topics.status) == [""])
        // And the will.
        try daemon.start()
        try daemon.wait(for: "the broker") { try daemon.status().connected == true ? true : nil }
        let before = recorder.messages(topics.status).count
        daemon.kill()
        try recorder.wait(for: "the will", on: topics.status) { $0.count > before ? true : nil }
        #expect(try expiry(topics.status) == [""])
    }
}
