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

    @Test func `G2: a damaged journal is set aside whole, and a new one begins that says so, to the network too`()
        throws
    {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: ["\(Self.root)/event", "\(Self.root)/status"])
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        try recorder.wait(for: "events", on: "\(Self.root)/event") { $0.isEmpty ? nil : () }
        let before = try daemon.status().hub.journal
        #expect(daemon.stop() == 0)
        let file = URL(fileURLWithPath: "\(daemon.state)/journal.db")
        var damaged = try Data(contentsOf: file)
        damaged.replaceSubrange(0..<16, with: Data(repeating: 0x5A, count: 16))
        try damaged.write(to: file)
        let count = recorder.messages("\(Self.root)/event").count
        try daemon.start()
        let after = try daemon.status().hub.journal
        #expect(after != before)
        let aside = "\(daemon.state)/journal.db.damaged-1"
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == damaged)
        let events = try daemon.events()
        guard case .hubStarted(let started) = try #require(events.first).event else {
            Issue.record("it does not begin with the start: \(events.first)")
            return
        }
        #expect(started.newJournal && started.setAside == aside && events.first?.seq == 1)
        #expect(events.contains { $0.event == .loss(Loss(cause: .journalDamaged, source: "journal.db", count: 0)) })
        #expect(daemon.log.contains("a damaged file was set aside"))
        let told = try recorder.wait(for: "the new journal", on: "\(Self.root)/event") { messages in
            messages.dropFirst(count).first {
                $0.contains("\"newJournal\":true") && $0.contains("journal.db.damaged-1")
            }
        }
        #expect(told.contains("\"journal\":\"\(after)\"") && told.contains("\"cause\":\"journalDamaged\""))
        try recorder.wait(for: "its name in the status", on: "\(Self.root)/status") {
            $0.last?.contains("\"journal\":\"\(after)\"") == true ? true : nil
        }
        #expect(daemon.stop() == 0)
    }

    @Test func `G10: a person is shown their bookings and standing rights, too, and nobody else's card`() throws {
        let broker = try TestBroker()
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        let cards = (1...2).map { CredentialDescription(facility: 12, number: $0) }
        var shared = try House.booking("B-shared", card: 1)
        shared.credentials = cards
        let feed = BookingFeed(
            hub: try #require(HubID("polch")), version: 1,
            bookings: [shared, try House.booking("B-other", card: 2), try House.booking("B-own", card: 1)])
        try broker.publish("\(Self.root)/bookings", try TestSigner().sign(feed), retain: true)
        try daemon.wait(for: "the feed") { try daemon.status().hub.feedVersion == 1 ? true : nil }
        try daemon.book("L-own", card: 1)
        try daemon.book("L-other", card: 2)
        for (name, card) in zip(["own", "other"], cards) {
            let holder = HolderDescription(id: try #require(HolderID(name)), grantClass: .member, cards: [card])
            #expect(try daemon.ask(.putHolder(holder: holder)) == .done)
        }
        func shown(_ person: PersonDescription) throws -> (bookings: [Booking], rights: [String]) {
            let client = try daemon.connect()
            try client.send(.privacyExport(person: person))
            var (bookings, rights): ([Booking], [String]) = ([], [])
            while true {
                switch try client.next(within: .seconds(10)) {
                case .bookings(let list): bookings += list
                case .holders(let list): rights += list.map(\.id.rawValue)
                case .events: continue
                case .done: return (bookings.sorted { $0.id < $1.id }, rights)
                case let other:
                    Issue.record("\(other)")
                    return (bookings, rights)
                }
            }
        }
        let (bookings, rights) = try shown(PersonDescription(cards: [cards[0]]))
        #expect(bookings.map(\.id.rawValue) == ["B-own", "B-shared", "L-own"])
        #expect(Set(bookings.map(\.credentials)).count == 1 && bookings.first?.credentials.count == 1)
        #expect(rights == ["own"])
        let byID = try shown(PersonDescription(bookings: [try #require(BookingID("B-other"))]))
        #expect(byID.bookings.map(\.id.rawValue) == ["B-other"] && byID.rights.isEmpty)
        #expect(byID.bookings.first?.credentials == [])
        #expect(daemon.stop() == 0)
    }

    @Test func `G10: nobody is told of an erasure that the bookings' file did not take`() throws {
        let broker = try TestBroker()
        let daemon = try TestDaemon(port: broker.port)
        try daemon.start()
        let feed = BookingFeed(
            hub: try #require(HubID("polch")), version: 1,
            bookings: try (1...20).map { try House.booking("B-\($0)", card: UInt16($0)) })
        try broker.publish("\(Self.root)/bookings", try TestSigner().sign(feed), retain: true)
        try daemon.wait(for: "the feed") { try daemon.status().hub.feedVersion == 1 ? true : nil }
        let person = PersonDescription(bookings: [try #require(BookingID("B-7"))])
        #expect(daemon.stop() == 0)
        try broker.publish("\(Self.root)/bookings", "", retain: true)
        // The index by ids, which no start reads, becomes a page that cannot be read.
        let file = URL(fileURLWithPath: "\(daemon.state)/feed.db")
        var bytes = try Data(contentsOf: file)
        let size = Int(bytes[16]) << 8 | Int(bytes[17])
        let page = try #require(
            stride(from: size, to: bytes.count, by: size).first { start in
                bytes[start] == 10 && bytes[start..<start + size].range(of: Data("B-7".utf8)) != nil
            })
        bytes.replaceSubrange(page..<page + size, with: Data(count: size))
        try bytes.write(to: file)
        try daemon.start()
        try daemon.wait(for: "the bookings") { try daemon.status().bookings == 20 ? true : nil }
        guard case .refused(let reason) = try daemon.ask(.privacyErase(person: person)) else {
            Issue.record("the booking is on the disk still")
            return
        }
        #expect(reason.contains("the feed's bookings were not"), "\(reason)")
        // Whom no booking is of is erased all the same.
        let other = PersonDescription(pseudonyms: ["0123456789ab"])
        #expect(try daemon.ask(.privacyErase(person: other)) == .erased(count: 0))
        #expect(daemon.stop() == 0)
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
