internal import ControlSocket
internal import Glibc
internal import HubMessages
internal import TestSupport
internal import Testing

/// What a changed configuration means for the connection to the network and for what the broker retains.
@Suite(.serialized) struct DaemonReloadTests {
    private func reload(_ daemon: TestDaemon) throws {
        let before = try daemon.events().count
        try daemon.writeConfiguration()
        daemon.process?.send(SIGHUP)
        try daemon.wait(for: "the new configuration") {
            try daemon.events()[before...].contains { envelope in
                if case .configurationChanged(let change) = envelope.event { change.accepted } else { false }
            } ? true : nil
        }
    }

    @Test func `G2: other topics: goodbye under the old ones, everything under the new ones`() throws {
        let broker = try TestBroker()
        let (old, new) = (House.root, "regionet/mayen-koblenz/umzug")
        let recorder = try TopicRecorder(broker, topics: ["\(old)/status", "\(new)/status", "\(new)/event"])
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        try recorder.wait(for: "the status", on: "\(old)/status") { $0.isEmpty ? nil : true }

        daemon.configuration.set("mqtt", "root", "\"\(new)\"")
        try reload(daemon)
        try recorder.wait(for: "the goodbye", on: "\(old)/status") {
            $0.last?.contains("\"online\":false") == true ? true : nil
        }
        try recorder.wait(for: "the status", on: "\(new)/status") {
            $0.last?.contains("\"online\":true") == true ? true : nil
        }
        try daemon.wait(for: "the delivery") {
            let report = try daemon.status()
            return report.connected == true && report.backlog == 0 ? true : nil
        }
        try daemon.letSomebodyOut()
        try recorder.wait(for: "an event", on: "\(new)/event") {
            $0.contains { $0.contains("\"type\":\"door.released\"") } ? true : nil
        }
        #expect(daemon.stop() == 0)
        try recorder.wait(for: "the goodbye", on: "\(new)/status") {
            $0.last?.contains("\"online\":false") == true ? true : nil
        }
    }

    @Test func `the broker forgets a sensor that is no longer configured`() throws {
        let broker = try TestBroker()
        let topic = "\(House.root)/state/sensor/dorfladen-pir"
        let recorder = try TopicRecorder(broker, topics: [topic])
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        try recorder.wait(for: "the sensor", on: topic) { $0.isEmpty ? nil : true }
        daemon.configuration.replace("id = \"dorfladen-pir\"", "id = \"laden-pir\"")
        try reload(daemon)
        try recorder.wait(for: "the empty message", on: topic) { $0.last?.isEmpty == true ? true : nil }
    }

    @Test func `G1: without a broker and with one again: doors do not care, events arrive`() throws {
        let broker = try TestBroker()
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        try daemon.wait(for: "the connection") { try daemon.status().connected == true ? true : nil }
        let mqtt = daemon.configuration
        daemon.configuration.remove("mqtt")
        try reload(daemon)
        #expect(try daemon.status().connected == nil)
        try daemon.letSomebodyOut()
        daemon.configuration = mqtt
        try reload(daemon)
        try daemon.wait(for: "the delivery") {
            let report = try daemon.status()
            return report.connected == true && report.backlog == 0 ? true : nil
        }
    }
}

extension TestDaemon {
    /// Somebody inside presses the entrance's exit button, and the lock gives way.
    fileprivate func letSomebodyOut() throws {
        let before = try relayChanges().count
        try simulate(.press(door: House.door("eingang")))
        try wait(for: "the entrance's lock to give way") {
            try relayChanges()[before...].contains(RelayChange(line: House.entranceLock, level: true)) ? true : nil
        }
    }
}
