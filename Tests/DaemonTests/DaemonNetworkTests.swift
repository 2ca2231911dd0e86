internal import ControlSocket
internal import HubMessages
internal import TestSupport
internal import Testing

/// The daemon and its broker, present and absent.
@Suite struct DaemonNetworkTests {
    @Test func `G1: a hub without a broker lets people in`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        #expect(try daemon.status().connected == nil)
        try daemon.book("one", card: 1)
        try daemon.letSomebodyIn(card: 1)
        #expect(daemon.stop() == 0)
    }

    @Test func `G1: a broker that was never there keeps nobody out`() throws {
        let daemon = try TestDaemon(port: try TestBroker.freePort())
        try daemon.start()
        #expect(try daemon.status().connected == false)
        try daemon.book("one", card: 1)
        try daemon.letSomebodyIn(card: 1)
        #expect(try daemon.status().backlog > 0)
        #expect(daemon.stop() == 0, "what waits for the network waits on disk")
    }

    @Test func `G1: a broker that stops answering keeps nobody out, and moves no lock`() throws {
        let broker = try TestBroker()
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        try daemon.book("one", card: 1)
        try daemon.wait(for: "the broker") { try daemon.status().connected == true ? true : nil }
        broker.freeze()
        try daemon.letSomebodyIn(card: 1)
        let moves = try daemon.relayChanges()
        broker.thaw()
        broker.stop()
        try daemon.wait(for: "the loss") { try daemon.status().connected == false ? true : nil }
        try broker.start()
        try daemon.wait(for: "the return") { try daemon.status().connected == true ? true : nil }
        #expect(try daemon.relayChanges() == moves)
    }

    @Test func `the broker says that a killed daemon is gone`() throws {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: ["\(House.root)/status"])
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        try recorder.wait(for: "the status", on: "\(House.root)/status") {
            $0.last?.contains("\"online\":true") == true ? true : nil
        }
        daemon.kill()
        try recorder.wait(for: "the will", on: "\(House.root)/status") {
            $0.last?.contains("\"online\":false") == true ? true : nil
        }
        // And whoever asks later is told the same, until the daemon is back.
        try daemon.start()
        try recorder.wait(for: "the status", on: "\(House.root)/status") {
            $0.last?.contains("\"online\":true") == true ? true : nil
        }
    }

    @Test func `G1: an unplugged chip is told, and everything works again once it is back`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        try daemon.book("one", card: 1)
        let lock = DeviceID.lock(try House.door("eingang"))
        try daemon.simulate(.unplug)
        try daemon.waitForEvent("the failure") { event in
            if case .deviceChanged(let change) = event {
                change.device == lock && !change.available ? true : nil
            } else {
                nil
            }
        }
        // Five doors with four devices each, and thirteen sensors.
        try daemon.wait(for: "all failures") { try daemon.status().hub.failedDevices.count == 33 ? true : nil }
        guard case .refused(let reason) = try daemon.ask(.order(order: DoorOrder(.unlock, door: House.door("eingang"))))
        else {
            Issue.record("a lock that cannot be set was released")
            return
        }
        #expect(reason.contains("the lock line of door 'eingang' cannot be set"))

        try daemon.simulate(.plug)
        try daemon.wait(for: "the recovery") { try daemon.status().hub.failedDevices.isEmpty ? true : nil }
        try daemon.waitForEvent("the recovery's event") { event in
            if case .deviceChanged(let change) = event {
                change.device == lock && change.available ? true : nil
            } else {
                nil
            }
        }
        try daemon.letSomebodyIn(card: 1)
    }
}
