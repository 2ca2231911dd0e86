internal import ControlSocket
internal import Foundation
internal import HubMessages
internal import TestSupport
internal import Testing

/// A thin line: `mqtt.bytes_per_second` through the whole daemon, with a broker that would take any rate.
@Suite struct DaemonPacingTests {
    private static let limit = 2_000

    @Test func `a backlog keeps to the line's rate, live states do not wait behind it, and nothing is lost`() throws {
        let events = "\(House.root)/event"
        let door = "\(House.root)/state/door/dorfladen"
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: [events, door])
        let daemon = try TestDaemon(port: broker.port)
        daemon.configuration.set("mqtt", "bytes_per_second", "\(Self.limit)")
        let began = ContinuousClock.now
        try daemon.start()
        try recorder.wait(for: "the door's state", on: door) { $0.isEmpty ? nil : true }
        for _ in 0..<150 {
            for order in [OperatorCommand.block, .lock] {
                #expect(
                    try daemon.ask(.order(order: DoorOrder(order, door: House.door("eingang")))) == .done)
            }
        }
        // Meanwhile a door opens: its state is there at once, its event waits its turn.
        try daemon.simulate(.open(door: House.door("dorfladen")))
        try recorder.wait(for: "the open door", on: door) {
            $0.last?.contains("\"contact\":\"open\"") == true ? true : nil
        }
        let isTold = recorder.messages(events).contains(where: tellsOfTheDoor)
        #expect(!isTold)
        #expect(try daemon.status().backlog > 0)
        // The line is used, over some seconds, and never more than it has. A message may hold what a second takes; the
        // rest of the allowance is for what lies between the hub's clock and this one.
        let start = recorder.messages(events).count
        try recorder.wait(for: "three messages more", on: events) { $0.count >= start + 3 ? true : nil }
        let received = recorder.messages(events).reduce(0) { $0 + $1.utf8.count }
        let elapsed = (ContinuousClock.now - began) / .seconds(1)
        print("\(received) bytes in \(elapsed) s at a limit of \(Self.limit) bytes/s")
        let allowed = Double(Self.limit) * (elapsed + 3)
        #expect(Double(received) <= allowed)
        let held = try daemon.status().backlog
        #expect(held > 0)

        // A better line: the rest comes at once, in order, each event at least once.
        daemon.configuration.set("mqtt", "bytes_per_second", "1000000")
        try daemon.writeConfiguration()
        daemon.process?.send(SIGHUP)
        try recorder.wait(for: "the door's event", on: events) { $0.contains(where: tellsOfTheDoor) ? true : nil }
        let all = recorder.messages(events)
        let total = all.reduce(0) { $0 + $1.utf8.count }
        #expect(Double(total) > allowed, "there was more than the line could take")
        var last: UInt64 = 0
        for seq in try all.flatMap(Self.sequence) where seq > last {
            #expect(seq == last + 1)
            last = seq
        }
        #expect(last > 300)
        #expect(daemon.stop() == 0)
    }

    private func tellsOfTheDoor(_ message: String) -> Bool {
        message.contains("\"contact\":\"open\",\"door\":\"dorfladen\"")
    }

    /// The numbers of a message's events.
    private static func sequence(_ message: String) throws -> [UInt64] {
        struct Event: Decodable { var seq: UInt64 }
        return try JSONDecoder().decode([Event].self, from: Data(message.utf8)).map(\.seq)
    }
}
