internal import ControlSocket
internal import Foundation
internal import HubMessages
internal import MessageCoding
internal import TestSupport
internal import Testing

/// What the journal does through the daemon: the archive's acknowledgement, a person's request, verification.
@Suite struct DaemonJournalTests {
    private static let root = "regionet/mayen-koblenz/polch"

    @Test
    func `G2: with acknowledge = archive, events stay until the archive has them, and only then count as delivered`()
        throws
    {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: ["\(Self.root)/event"])
        let daemon = try TestDaemon(port: broker.port)
        daemon.configuration.set("mqtt", "acknowledge", "\"archive\"")
        try daemon.start()
        try recorder.wait(for: "events", on: "\(Self.root)/event") { $0.isEmpty ? nil : () }
        usleep(300_000)
        let status = try daemon.status()
        #expect(status.connected == true)
        #expect(status.backlog > 0, "the broker has them, the archive does not")
        let journal = status.hub.journal
        // Not ours, not there, not JSON: nothing moves.
        for wrong in [
            "{\"journal\":\"\(String(repeating: "0", count: 32))\",\"seq\":1}",
            "{\"journal\":\"\(journal)\",\"seq\":999999}", "{\"journal\":\"\(journal)\"}", "nonsense", "",
        ] {
            try broker.publish("\(Self.root)/ack", wrong)
        }
        usleep(300_000)
        #expect(try daemon.status().backlog >= status.backlog)
        let last = try #require(try daemon.events().last).seq
        try broker.publish("\(Self.root)/ack", "{\"journal\":\"\(journal)\",\"seq\":\(last)}", retain: true)
        try daemon.wait(for: "the archive's word to count") {
            try daemon.status().backlog < status.backlog ? true : nil
        }
        #expect(daemon.log.contains("acknowledges events that there are not"))
        #expect(daemon.log.contains("malformed"))
        // The cursor is written before the journal is gone over; a kill before that would have events sent again.
        guard case .verified = try daemon.ask(.journalVerify(heads: [])) else {
            Issue.record("no verification")
            return
        }
        daemon.kill()
        // After a restart it goes on behind what the archive has.
        let before = recorder.messages("\(Self.root)/event").count
        try daemon.start()
        try recorder.wait(for: "what follows", on: "\(Self.root)/event") { $0.count > before ? () : nil }
        let next = try #require(recorder.messages("\(Self.root)/event").last)
        #expect(next.contains("\"seq\":\(last + 1),"))
        #expect(!next.contains("\"seq\":\(last),"))
        _ = daemon.stop()
    }

    @Test func `G10: a person's request is answered and obeyed, on the disk too, and the chain stays sound`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        let door = try #require(DoorID("eingang"))
        let card = CredentialDescription(facility: 12, number: 4_711)
        try daemon.simulate(.swipe(door: door, card: card))
        let pseudonym = try daemon.waitForEvent("the decision") { event in
            if case .accessDecided(let decision) = event { decision.credential } else { nil }
        }
        let person = PersonDescription(cards: [card])
        let client = try daemon.connect()
        try client.send(.privacyExport(person: person))
        guard case .events(let found) = try client.next(), case .done = try client.next() else {
            Issue.record("the request was not answered")
            return
        }
        #expect(found.count == 1)
        guard case .verified(let before) = try daemon.ask(.journalVerify(heads: [])) else { return }
        #expect(try daemon.ask(.privacyErase(person: person)) == .erased(count: 1))
        let events = try daemon.waitForEvent("the record of it") { event in
            if case .privacyErased(let erased) = event { erased } else { nil }
        }
        #expect(events.count == 1)
        #expect(
            try daemon.events().contains { envelope in
                envelope.event == .removed(EventsRemoved(first: envelope.seq, was: "access.decided"))
            })
        for name in try FileManager.default.contentsOfDirectory(atPath: daemon.state) {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(daemon.state)/\(name)"))
            #expect(data.range(of: Data(pseudonym.utf8)) == nil, "\(name)")
        }
        guard case .verified(let after) = try daemon.ask(.journalVerify(heads: [before.head])) else { return }
        #expect(after.sound && after.erased == 1 && after.agreeing >= 1)
        guard case .compacted = try daemon.ask(.journalCompact) else {
            Issue.record("not compacted")
            return
        }
        // The head is in the status.
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(try daemon.status().hub.journalHead != nil)
        _ = daemon.stop()
    }
}
