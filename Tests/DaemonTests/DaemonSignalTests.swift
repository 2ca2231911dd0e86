internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import TestSupport
internal import Testing

/// SIGTERM and SIGHUP.
@Suite struct DaemonSignalTests {
    @Test func `G2, G7: SIGTERM locks the doors, records and delivers everything, says goodbye, and exits with 0`()
        throws
    {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: ["\(House.root)/event", "\(House.root)/status"])
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        try daemon.wait(for: "the broker") { try daemon.status().connected == true ? true : nil }
        #expect(try daemon.ask(.order(order: DoorOrder(.unlock, door: House.door("eingang")))) == .done)
        try daemon.wait(for: "the release") { try daemon.relayChanges().isEmpty ? nil : true }
        #expect(daemon.stop() == 0)
        #expect(
            try daemon.relayChanges() == [
                RelayChange(line: House.entranceLock, level: true), RelayChange(line: House.entranceLock, level: false),
            ])

        _ = try recorder.wait(for: "a goodbye", on: "\(House.root)/status") { messages in
            messages.last.map { $0.contains("\"online\":false") } == true ? true : nil
        }
        let last = try recorder.wait(for: "the last event", on: "\(House.root)/event") { messages in
            messages.last.map { $0.contains("\"type\":\"hub.stopped\"") } == true ? messages.last : nil
        }
        // Nothing follows it.
        #expect(
            last.range(of: "\"type\":\"hub.stopped\"", options: .backwards).map {
                last[$0.upperBound...].contains("\"type\"")
            } == false)

        try daemon.start()
        let events = try daemon.events()
        let stop = try #require(
            events.firstIndex { envelope in if case .hubStopped = envelope.event { true } else { false } })
        let lock = DoorLocked(door: try House.door("eingang"), cause: .stop)
        #expect(events[..<stop].contains { $0.event == .doorLocked(lock) })
        guard case .hubStarted = events[stop + 1].event else {
            Issue.record("\(events[stop + 1]) follows the last event of the life before")
            return
        }
    }

    @Test func `G7: a changed configuration takes effect without moving a released lock`() throws {
        let daemon = try TestDaemon(port: nil)
        daemon.configuration.replace("release_time = \"5s\"", "release_time = \"60s\"")
        try daemon.start()
        #expect(try daemon.ask(.order(order: DoorOrder(.unlock, door: House.door("eingang")))) == .done)
        try daemon.wait(for: "the release") { try daemon.relayChanges().isEmpty ? nil : true }

        daemon.configuration.set("hub", "name", "\"RegioHub Polch am Markt\"")
        daemon.configuration.replace("motion = { line = \"GPIO38\"", "motion = { line = \"GPIO60\"")
        daemon.configuration.replace("open_time = \"30s\"", "open_time = \"40s\"")
        try daemon.writeConfiguration()
        daemon.process?.send(SIGHUP)
        try daemon.waitForEvent("the new configuration") { event in
            if case .configurationChanged(let change) = event { change.accepted ? true : nil } else { nil }
        }
        #expect(try daemon.status().hub.name == "RegioHub Polch am Markt")
        #expect(try daemon.status().hub.failedDevices == [])
        #expect(try daemon.relayChanges() == [RelayChange(line: House.entranceLock, level: true)])
        // The moved line works.
        try daemon.simulate(.motion(space: try #require(SpaceID("coworking")), moving: true))
        try daemon.waitForEvent("presence") { event in
            if case .presenceChanged(let presence) = event { presence.present ? true : nil } else { nil }
        }
        #expect(daemon.stop() == 0)
    }

    @Test func `a changed configuration with mistakes is refused as a whole`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        daemon.configuration.set("hub", "name", "\"Another name\"")
        daemon.configuration.set("access", "before", "\"soon\"")
        daemon.configuration.set("journal", "queue_limit", "1")
        try daemon.writeConfiguration()
        daemon.process?.send(SIGHUP)
        let mistakes = try daemon.waitForEvent("the refusal") { event in
            if case .configurationChanged(let change) = event { change.accepted ? nil : change.mistakes } else { nil }
        }
        #expect(mistakes == 2)
        #expect(try daemon.status().hub.name == "RegioHub Polch")
        for wrong in ["before", "queue_limit"] {
            let line = try #require(daemon.configuration.lines.firstIndex { $0.hasPrefix("\(wrong) = ") })
            try daemon.wait(for: "the mistake in the log") {
                daemon.log.contains("\(daemon.configurationPath):\(line + 1):") ? true : nil
            }
        }
        // And the daemon takes the next one that has none.
        daemon.configuration.set("access", "before", "\"5min\"")
        daemon.configuration.set("journal", "queue_limit", "1000")
        try daemon.writeConfiguration()
        daemon.process?.send(SIGHUP)
        try daemon.wait(for: "the new name") { try daemon.status().hub.name == "Another name" ? true : nil }
    }

    @Test func `the service manager is told of start, state, reload, health and stop`() throws {
        let daemon = try TestDaemon(port: nil)
        let manager = try NotifySocket(daemon.directory.file("notify"))
        daemon.environment = ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"]
        try daemon.spawn()
        try manager.wait(for: "READY=1")
        #expect(try manager.wait(for: "STATUS=") == "STATUS=5 doors, 0 bookings")
        // Health is told again and again.
        for _ in 0..<3 { try manager.wait(for: "WATCHDOG=1") }
        daemon.process?.send(SIGHUP)
        try manager.wait(for: "RELOADING=1\nMONOTONIC_USEC=")
        try manager.wait(for: "READY=1")
        daemon.process?.send(SIGTERM)
        try manager.wait(for: "STOPPING=1")
        #expect(daemon.waitForEnd() == 0)
    }
}
