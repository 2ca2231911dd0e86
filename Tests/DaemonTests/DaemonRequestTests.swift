internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import MessageCoding
internal import TestSupport
internal import Testing

/// What comes from the network through a real broker: signed feeds, whole and in parts, and signed requests.
@Suite struct DaemonRequestTests {
    private static let answers = "answers/platform"
    private let coding = MessageCoding()
    private let platform: TestSigner
    private let broker: TestBroker
    private let daemon: TestDaemon

    init() throws {
        platform = try TestSigner()
        broker = try TestBroker()
        daemon = try TestDaemon(port: broker.port)
    }

    private func connect() throws {
        try daemon.start()
        try daemon.wait(for: "the broker") { try daemon.status().connected == true ? true : nil }
    }

    private var now: WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

    private func feed(_ version: UInt64, part: Int? = nil, of parts: Int? = nil, _ cards: [UInt16]) throws
        -> BookingFeed
    {
        BookingFeed(
            hub: try #require(HubID("polch")), version: version, part: part, parts: parts,
            bookings: try cards.map { try House.booking("feed-\($0)", card: $0) })
    }

    private func publish(_ feed: BookingFeed, part: Int? = nil, by signer: TestSigner? = nil) throws {
        let topic = part.map { "/\($0)" } ?? ""
        try broker.publish("\(House.root)/bookings\(topic)", (signer ?? platform).sign(feed), retain: true)
    }

    private func request(_ action: HubRequest.Action, id: String) throws -> HubRequest {
        HubRequest(
            hub: try #require(HubID("polch")), id: try #require(BookingID(id)), issued: now,
            expires: now + .seconds(300), by: "test", action: action)
    }

    private func ask(_ message: String, response: String? = answers, retain: Bool = false) throws {
        var arguments = ["-V", "mqttv5", "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1"]
        arguments += ["-t", "\(House.root)/request", "-m", message] + (retain ? ["-r"] : [])
        if let response {
            arguments += ["-D", "publish", "response-topic", response, "-D", "publish", "correlation-data", "K17"]
        }
        try ChildProcess("/usr/bin/mosquitto_pub", arguments).wait()
    }

    @discardableResult
    private func answer(to id: String, in recorder: TopicRecorder, on topic: String = answers) throws -> HubResponse {
        try recorder.wait(for: "the answer to \(id)", on: topic) { messages in
            try messages.map { try coding.decode(HubResponse.self, from: Array($0.utf8)) }.first {
                $0.id.rawValue == id
            }
        }
    }

    @Test func `G8: only a signed feed is taken, a part has no effect, and the whole is there after a kill`() throws {
        try connect()
        try broker.publish(
            "\(House.root)/bookings", String(decoding: coding.encode(feed(1, [1])), as: UTF8.self), retain: true)
        try publish(try feed(1, [1]), by: TestSigner(byte: 8))
        try publish(try feed(1, [1]), by: TestSigner("somebody", byte: 7))
        for refusal in [BookingRefusal.malformed, .signature, .signature] {
            try daemon.waitForEvent("the refusal") { event in
                if case .bookingsChanged(let change) = event, change.refused == refusal { true } else { nil }
            }
        }
        #expect(try daemon.status().hub.feedVersion == 0)

        try publish(try feed(1, [1]))
        try daemon.wait(for: "the feed") { try daemon.status().hub.feedVersion == 1 ? true : nil }
        try daemon.letSomebodyIn(card: 1)
        try publish(try feed(2, part: 2, of: 3, [3]), part: 2)
        try publish(try feed(2, part: 3, of: 3, [4]), part: 3)
        try daemon.letSomebodyIn(card: 1)
        #expect(try daemon.status().hub.feedVersion == 1)
        try publish(try feed(2, part: 1, of: 3, [2]), part: 1)
        try daemon.wait(for: "the second feed") { try daemon.status().hub.feedVersion == 2 ? true : nil }
        #expect(try daemon.status().bookings == 3)

        broker.stop()
        daemon.kill()
        try daemon.start()
        #expect(try daemon.status().hub.feedVersion == 2 && daemon.status().bookings == 3)
        for card in [2, 3, 4] as [UInt16] { try daemon.letSomebodyIn(card: card) }
    }

    @Test func `a platform lists, grants, opens, asks and revokes, and hears of each`() throws {
        let recorder = try TopicRecorder(broker, topics: [Self.answers, "\(House.root)/response/platform"])
        try connect()
        try ask(platform.sign(request(.accessPoints, id: "list")))
        let points = try #require(try answer(to: "list", in: recorder).accessPoints)
        #expect(points.first?.id.rawValue == "eingang" && points.count == 5)
        #expect(points.first?.spaces.map(\.rawValue).contains("coworking") == true)

        try ask(platform.sign(request(.grant(booking: House.booking("P1", card: 9)), id: "grant")))
        #expect(try answer(to: "grant", in: recorder).outcome == .done)
        // "Done" means on disk: whatever happens now.
        daemon.kill()
        try connect()
        try daemon.letSomebodyIn(card: 9)
        try ask(platform.sign(request(.open(door: House.door("coworking"), why: nil), id: "open")))
        #expect(try answer(to: "open", in: recorder).outcome == .done)
        try ask(platform.sign(request(.status(door: House.door("coworking")), id: "status")))
        #expect(try answer(to: "status", in: recorder).doors?.first?.door.rawValue == "coworking")
        for id in ["revoke", "revoke-again"] {
            try ask(platform.sign(request(.revoke(booking: try #require(BookingID("P1"))), id: id)))
            #expect(try answer(to: id, in: recorder).outcome == .done)
        }
        #expect(try daemon.status().bookings == 0)
        // Without a response topic the answer has one of the hub's own.
        try ask(platform.sign(request(.status(door: nil), id: "legacy")), response: nil)
        let legacy = try answer(to: "legacy", in: recorder, on: "\(House.root)/response/platform")
        #expect(legacy.doors?.count == 5)
    }

    @Test
    func `G8: a forged, retained or replayed request opens nothing, and no answer is published where it must not be`()
        throws
    {
        let recorder = try TopicRecorder(broker, topics: [Self.answers, "\(House.root)/bookings", "x/#"])
        let open = HubRequest.Action.open(door: try House.door("eingang"), why: nil)
        try ask(platform.sign(request(open, id: "retained")), retain: true)
        try connect()
        #expect(try answer(to: "retained", in: recorder).reason == .retained)
        let moves = try daemon.relayChanges()
        try ask(TestSigner(byte: 9).sign(request(open, id: "forged")))
        try ask("no message at all")
        var cut = try platform.sign(request(open, id: "cut"))
        cut.removeLast(3)
        try ask(cut)
        var foreign = try request(open, id: "foreign")
        foreign.hub = try #require(HubID("elsewhere"))
        try ask(platform.sign(foreign))
        #expect(try answer(to: "foreign", in: recorder).reason == .otherHub)
        #expect(try daemon.relayChanges() == moves)

        let once = try platform.sign(request(open, id: "once"))
        try ask(once)
        #expect(try answer(to: "once", in: recorder).outcome == .done)
        let opened = try daemon.wait(for: "the door to be locked again") {
            let changes = try daemon.relayChanges()
            return changes.count == moves.count + 2 ? changes : nil
        }
        try ask(once)
        try recorder.wait(for: "the second answer", on: Self.answers) { messages in
            messages.contains { $0.contains("replayed") } ? true : nil
        }
        // The hub's own topics and wildcards are not published to; what was asked for is done all the same.
        for (index, topic) in ["\(House.root)/bookings", House.root, "$SYS/x"].enumerated() {
            try ask(platform.sign(request(.status(door: nil), id: "topic-\(index)")), response: topic)
        }
        try ask(platform.sign(request(.status(door: nil), id: "last")))
        try answer(to: "last", in: recorder)
        #expect(recorder.messages("\(House.root)/bookings").isEmpty)
        #expect(try daemon.relayChanges() == opened)
        try daemon.waitForEvent("the refusals") { event in
            if case .requestRefused(let refused) = event, refused.signer == nil { true } else { nil }
        }
    }

    @Test func `G10: a person is erased from the bookings' files, too; others keep theirs`() throws {
        try connect()
        try publish(try feed(1, [1, 2]))
        try daemon.wait(for: "the feed") { try daemon.status().hub.feedVersion == 1 ? true : nil }
        try daemon.book("LOCAL-OF-ONE", card: 1)
        try daemon.book("LOCAL-OF-TWO", card: 2)
        let person = PersonDescription(cards: [CredentialDescription(facility: 12, number: 1)])
        guard case .erased = try daemon.ask(.privacyErase(person: person)) else {
            Issue.record("not erased")
            return
        }
        try daemon.wait(for: "their bookings to go") { try daemon.status().bookings == 2 ? true : nil }
        guard case .bookings(let left) = try daemon.ask(.bookings) else { return }
        #expect(Set(left.map(\.id.rawValue)) == ["feed-2", "LOCAL-OF-TWO"])
        try daemon.letSomebodyIn(card: 2)
        #expect(daemon.stop() == 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: daemon.state) where !name.hasPrefix("journal") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(daemon.state)/\(name)"))
            for text in ["feed-1", "LOCAL-OF-ONE"] { #expect(bytes.range(of: Data(text.utf8)) == nil, "\(name)") }
        }
    }

    @Test func `a flood of requests is dropped, counted, and keeps nobody out`() throws {
        try connect()
        try daemon.book("one", card: 1)
        let file = daemon.directory.file("flood")
        try String(repeating: "a.b.c\n", count: 3_000).write(toFile: file, atomically: true, encoding: .utf8)
        let flood = try ChildProcess(
            "/bin/sh",
            ["-c", "mosquitto_pub -V mqttv5 -h 127.0.0.1 -p \(broker.port) -q 0 -t \(House.root)/request -l < \(file)"])
        try daemon.letSomebodyIn(card: 1)
        flood.wait()
        try daemon.waitForEvent("the loss") { event in
            if case .loss(let loss) = event, loss.cause == .messageDropped, loss.source == "request" {
                true
            } else {
                nil
            }
        }
        try daemon.letSomebodyIn(card: 1)
    }
}
