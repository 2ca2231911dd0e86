internal import Foundation
internal import LinuxIO
internal import TestSupport
internal import Testing
internal import Uplink

@Suite struct UplinkConnectionTests {
    @Test func `every way to fail is named, and ends the attempt exactly once`() throws {
        let broker = try TestBroker(users: ["hub": "right"])
        let closedPort = try TestBroker.freePort()
        var wrongPassword = configuration(broker, "hub")
        wrongPassword.username = "hub"
        wrongPassword.password = "wrong"
        var badName = configuration(broker, "hub")
        badName.host = "nonexistent.invalid"
        var closed = configuration(broker, "hub")
        closed.port = closedPort
        var badWill = configuration(broker, "hub")
        badWill.willTopic = "a/#"
        let cases: [(UplinkConfiguration, (UplinkFailure) -> Bool)] = [
            (wrongPassword, { if case .notAuthorized = $0 { true } else { false } }),
            (configuration(broker, "nobody"), { if case .notAuthorized = $0 { true } else { false } }),
            // Without any name server, the resolver may take longer than the bound.
            (
                badName,
                {
                    switch $0 {
                    case .nameNotResolved(host: "nonexistent.invalid", _), .timedOut: true
                    default: false
                    }
                }
            ),
            (closed, { $0 == .refused(host: "127.0.0.1", port: closedPort) }),
            (badWill, { if case .invalidConfiguration = $0 { true } else { false } }),
        ]
        for (configuration, isExpected) in cases {
            let harness = try UplinkHarness(configuration)
            for _ in 0..<2 {
                #expect(harness.uplink.connect())
                let failure = try harness.disconnected()
                #expect(isExpected(failure), "\(failure)")
                #expect(harness.uplink.nextNotice() == nil)
            }
            harness.close()
        }
        var right = wrongPassword
        right.password = "right"
        let harness = try UplinkHarness(right)
        try harness.connect()
        harness.close()
    }

    @Test func `a port where nothing answers times out, and disconnect ends the wait`() throws {
        let broker = try TestBroker()
        broker.freeze()
        defer { broker.thaw() }
        // The kernel accepts for the halted broker, but no CONNACK comes.
        var short = configuration(broker, "hub")
        short.connectTimeout = .milliseconds(300)
        let impatient = try UplinkHarness(short)
        #expect(impatient.uplink.connect())
        #expect(try impatient.disconnected() == .timedOut(host: "127.0.0.1", port: broker.port))
        impatient.close()

        let patient = try UplinkHarness(configuration(broker, "other"))
        #expect(patient.uplink.connect())
        #expect(patient.uplink.disconnect())
        #expect(try patient.disconnected() == .requested)
        #expect(patient.uplink.connect())
        patient.close()
    }

    @Test func `a server that is no broker is named so`() throws {
        // Read as MQTT, its second byte announces 84 more; so it is longer than that.
        let server = try ScriptedServer(
            Array(("HTTP/1.1 400 Bad Request" + String(repeating: "x", count: 200)).utf8))
        let harness = try UplinkHarness(
            UplinkConfiguration(host: "localhost", port: server.port, clientID: "hub"))
        #expect(harness.uplink.connect())
        let failure = try harness.disconnected()
        guard case .protocolError = failure else {
            Issue.record("reported as: \(failure)")
            return
        }
        harness.close()
    }

    @Test func `what the broker gives as its reason to disconnect is passed on`() throws {
        // CONNACK with success and no properties, then DISCONNECT (OASIS MQTT 5.0, 3.2 and 3.14).
        let server = try ScriptedServer([0x20, 0x03, 0x00, 0x00, 0x00, 0xE0, 0x02, 0x8E, 0x00])
        let harness = try UplinkHarness(
            UplinkConfiguration(host: "127.0.0.1", port: server.port, clientID: "hub"))
        try harness.connect()
        #expect(try harness.disconnected() == .serverDisconnected(reason: MQTTReason(code: 0x8E)))
        harness.close()
    }

    @Test func `the will is published when the connection dies, and not after a goodbye`() throws {
        let broker = try TestBroker()
        let watcher = try UplinkHarness(configuration(broker, "watcher"))
        try watcher.connect()
        try watcher.subscribe("status")
        var mortal = configuration(broker, "hub")
        mortal.willTopic = "status"
        mortal.willPayload = Array("gone".utf8)

        let polite = try UplinkHarness(mortal)
        try polite.connect()
        try polite.publish(UplinkMessage("status", "online", retain: true, token: 1))
        try polite.publish(UplinkMessage("status", "offline", retain: true, token: 2))
        polite.close()
        #expect(try watcher.message().text == "online")
        #expect(try watcher.message().text == "offline")

        // A second client with the same identifier is how a broker is made to cut the first one off.
        let cutOff = try UplinkHarness(mortal)
        try cutOff.connect()
        let other = try UplinkHarness(configuration(broker, "hub"))
        try other.connect()
        let failure = try cutOff.disconnected()
        // Not every version of mosquitto says why before it closes.
        #expect(
            [.connectionLost, .serverDisconnected(reason: MQTTReason(code: 0x8E))].contains(failure),
            "\(failure)")
        #expect(try watcher.message().text == "gone", "a goodbye must not have published the will")
        cutOff.close()
        other.close()
        watcher.close()
    }

    @Test func `G1 a broker that dies and comes back is reported, and connecting works again`() throws {
        let broker = try TestBroker(keepsData: true)
        let harness = try UplinkHarness(configuration(broker, "hub"))
        for round in UInt64(0)..<3 {
            try harness.connect()
            try harness.publish(UplinkMessage("t", "\(round)", token: round))
            broker.kill()
            #expect(try harness.disconnected() == .connectionLost)
            #expect(harness.uplink.connect())
            #expect(try harness.disconnected() == .refused(host: "127.0.0.1", port: broker.port))
            try broker.start()
        }
        harness.close()
    }

    @Test func `a broker that shuts down ends the connection once`() throws {
        let broker = try TestBroker()
        let harness = try UplinkHarness(configuration(broker, "hub"))
        try harness.connect()
        broker.stop()
        let failure = try harness.disconnected()
        #expect(
            [.connectionLost, .serverDisconnected(reason: MQTTReason(code: 0x8B))].contains(failure),
            "\(failure)")
        #expect(harness.uplink.connect())
        #expect(try harness.disconnected() == .refused(host: "127.0.0.1", port: broker.port))
        harness.close()
    }

    @Test func `a session outlives the connection where it is asked to`() throws {
        let broker = try TestBroker()
        var lasting = configuration(broker, "hub")
        lasting.sessionExpiry = .seconds(3_600)
        let hub = try UplinkHarness(lasting)
        try hub.connect()
        try hub.subscribe("in")
        #expect(hub.uplink.disconnect())
        #expect(try hub.disconnected() == .requested)
        let sender = try UplinkHarness(configuration(broker, "sender"))
        try sender.connect()
        try sender.publish(UplinkMessage("in", "meanwhile", token: 1))
        #expect(hub.uplink.connect())
        #expect(try hub.next() == .connected(sessionPresent: true))
        #expect(try hub.message().text == "meanwhile")
        hub.close()
        sender.close()
    }

    @Test func `a broker that falls silent is noticed by its missing answer to a ping`() throws {
        let broker = try TestBroker()
        var watchful = configuration(broker, "hub")
        watchful.keepAlive = .seconds(5)
        let harness = try UplinkHarness(watchful)
        try harness.connect()
        broker.freeze()
        #expect(try harness.disconnected() == .keepAliveLost)
        broker.thaw()
        try harness.connect()
        harness.close()
    }

    @Test func `closing without ever connecting ends the thread`() throws {
        let harness = try UplinkHarness(UplinkConfiguration(host: "127.0.0.1", port: 1, clientID: "hub"))
        harness.close()
    }
}
