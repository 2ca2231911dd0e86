internal import Crypto
internal import Foundation
internal import FoundationNetworking
internal import HubMessages
internal import TestSupport
internal import Testing

/// Card numbers, codes and PINs that exist nowhere else are pushed through everything; then every byte that the hub wrote or
/// sent is searched for them, for their hashes without a key, and for the usual encodings of both.
@Suite struct CanaryTests {
    /// H10302 cards have 35 bits: numbers long enough not to come about by chance.
    private static let cards: [UInt64] = [27_182_818_284, 31_415_926_535, 16_180_339_887]
    private static let codes = ["73195468", "60217734"]
    private static let booking = "HOLDER-7731-CANARY"
    private static let holder = "staff-4482-canary"

    private static func digests(_ name: String, _ bytes: [UInt8]) -> [(String, [UInt8])] {
        [
            ("MD5 of \(name)", Array(Insecure.MD5.hash(data: bytes))),
            ("SHA-1 of \(name)", Array(Insecure.SHA1.hash(data: bytes))),
            ("SHA-256 of \(name)", Array(SHA256.hash(data: bytes))),
            ("SHA-512 of \(name)", Array(SHA512.hash(data: bytes))),
        ]
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Everything that a secret may look like, with what it is called.
    private static func forms(of secret: String) -> [(name: String, bytes: [UInt8])] {
        let plain = Array(secret.utf8)
        var forms: [(String, [UInt8])] = [
            ("digits", plain), ("digits reversed", plain.reversed()), ("UTF-16", plain.flatMap { [$0, 0] }),
            ("hex of digits", Array(hex(plain).utf8)),
            ("digits one a byte", plain.map { $0 - 48 }),
        ]
        // BCD, two digits a byte, from the first digit on and from the second. Three bytes would come about by chance.
        for shift in 0..<2 {
            let digits = plain.dropFirst(shift).map { $0 - 48 }
            let pairs = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
            if pairs.count > 3 { forms.append(("BCD, \(shift) on", pairs)) }
        }
        // Base64 has three forms, by where in the text it begins; the ends depend on what is around.
        for shift in 0..<3 {
            let text = Data(Array(repeating: UInt8(ascii: " "), count: shift) + plain).base64EncodedString()
            forms.append(("base64, \(shift) behind", Array(text.utf8.dropFirst(shift == 0 ? 0 : 4).prefix(8))))
        }
        var hashed = ["", "card:H10302::", "H10302:", "pin:"].map { ($0 + secret, Array(($0 + secret).utf8)) }
        hashed += codes.map { "card:H10302::\(secret):pin:\($0)" }.map { ($0, Array($0.utf8)) }
        if let number = UInt64(secret) {
            let bytes = bytes(number)
            forms += [("little-endian", bytes), ("big-endian", bytes.reversed())]
            hashed += [("\(secret), little-endian", bytes), ("\(secret), big-endian", bytes.reversed())]
            let whole = bytes + Array(repeating: 0, count: 8 - bytes.count)
            hashed += [("\(secret) in 8 bytes", whole), ("\(secret) in 8 bytes, big-endian", whole.reversed())]
            if number > 0xFFFF_FFFF { forms += numbers("number", number) + frames(number) }
        }
        for (name, digest) in hashed.flatMap(digests) {
            forms += [
                (name, digest), ("\(name) in hex", Array(hex(digest).utf8)),
                ("\(name) in HEX", Array(hex(digest).uppercased().utf8)),
                ("\(name) in base64", Array(Data(digest).base64EncodedString().utf8.prefix(20))),
            ]
        }
        return forms.map { (name: $0.0, bytes: $0.1) }
    }

    /// The bytes that a number needs, the least significant first.
    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            .prefix((64 - number.leadingZeroBitCount + 7) / 8).map(\.self)
    }

    private static func numbers(_ name: String, _ number: UInt64) -> [(String, [UInt8])] {
        let bits = Array(String(number, radix: 2).utf8)
        return [
            ("\(name) in hex", Array(String(number, radix: 16).utf8)),
            ("\(name) in HEX", Array(String(number, radix: 16, uppercase: true).utf8)), ("\(name) in bits", bits),
            ("\(name) in bits, reversed", bits.reversed()), ("\(name), a bit a byte", bits.map { $0 - 48 }),
        ]
    }

    /// What the reader sends, 35 bits between two of parity, as one number and as bytes filled up at the end.
    private static func frames(_ number: UInt64) -> [(String, [UInt8])] {
        (0..<4 as Range<UInt64>).flatMap { parity -> [(String, [UInt8])] in
            let frame = (parity >> 1) << 36 | number << 1 | parity & 1
            let name = "frame \(parity)"
            let filled = (0..<5).map { UInt8(truncatingIfNeeded: (frame << 3) >> (32 - 8 * $0)) }
            return numbers(name, frame) + [
                ("\(name) in decimal", Array("\(frame)".utf8)), ("\(name), little-endian", bytes(frame)),
                ("\(name), big-endian", bytes(frame).reversed()), ("\(name), filled up", filled),
            ]
        }
    }

    private static func found(_ secret: String, in data: Data) -> [String] {
        forms(of: secret).filter { data.range(of: Data($0.bytes)) != nil }.map(\.name)
    }

    @Test func `the search finds a secret in each of its forms`() {
        for secret in Self.cards.map(String.init) + Self.codes {
            for form in Self.forms(of: secret) {
                let data = Data([1, 2, 3]) + Data(form.bytes) + Data([4])
                #expect(Self.found(secret, in: data).contains(form.name), "\(form.name)")
            }
        }
    }

    @Test func `G10: no card, code or PIN is in any file, log line or message, nor a hash of it without the key`()
        throws
    {
        let broker = try TestBroker()
        let root = "regionet/mayen-koblenz/polch"
        let open = ["ngsi-ld/entities", "sensorthings/observations"]
        // Everything but what the hub is sent.
        let topics = ["utilization", "status", "event", "state/#", "response/#"] + open
        let recorder = try TopicRecorder(broker, topics: topics.map { "\(root)/\($0)" } + ["homeassistant/#"])
        let daemon = try TestDaemon(port: broker.port)
        daemon.configuration.set("simulation", "speed", "200")
        daemon.configuration.set("simulation", "start", "\"2026-11-23T08:10:00+01:00\"")
        daemon.configuration.set("retention", "access", "\"1d\"")
        daemon.configuration.replace(
            "reader = { format = \"H10301\", data0 = \"GPIO22\", data1 = \"GPIO23\", bias = \"pull-up\" }",
            "reader = { format = \"H10302\", data0 = \"GPIO22\", data1 = \"GPIO23\", keypad = { sends = \"8-bit\" } }")
        let page = try TestBroker.freePort()
        daemon.configuration.add("dashboard")
        daemon.configuration.set("dashboard", "port", "\(page)")
        daemon.export("[\"ngsi-ld\", \"sensorthings\"]")
        try daemon.start()
        try push(into: daemon)
        let answers = try pushWrong(into: daemon, broker, root)
        try sendFeed(broker, root)
        try daemon.wait(for: "the feed") { try daemon.status().hub.feedVersion == 1 ? () : nil }
        // A quarter-hour, which the district hears of, is over in seconds.
        try recorder.wait(for: "a quarter-hour", on: "\(root)/utilization") { $0.isEmpty ? nil : () }
        for topic in open {
            try recorder.wait(for: "the same for everybody", on: "\(root)/\(topic)") { $0.isEmpty ? nil : () }
        }
        try recorder.wait(for: "decisions", on: "\(root)/event") { messages in
            messages.filter { $0.contains("access.decided") }.count >= 3 ? () : nil
        }
        #expect(try daemon.ask(.removeHolder(id: #require(HolderID(Self.holder)))) == .done)
        let status = "\(try daemon.status())"
        let pages = try ["metrics", "state.json", ""].map { try get($0, port: page) }
        #expect(pages[0].contains("regiohub_") && pages[1].contains("eingang"))
        // With the WAL as it is, not as an orderly stop leaves it.
        daemon.kill()
        let district = (["utilization", "status"] + open).flatMap { recorder.messages("\(root)/\($0)") }.joined()
        // Nor anything that counts events or bookings, nor a message that says nothing but that one of these changed.
        for word in ["\"seq\"", "feedVersion", "journalHead"] {
            #expect(!district.contains(word), "\(word) in what the district gets")
        }
        let statuses = recorder.messages("\(root)/status")
        #expect(!statuses.isEmpty && zip(statuses, statuses.dropFirst()).allSatisfy { $0 != $1 })
        let sent = recorder.everything
        #expect(sent.contains("\(root)/state/journal ") && sent.contains("request.refused"))
        var places = [("topics", Data(sent.utf8)), ("log", Data(daemon.log.utf8)), ("status", Data(status.utf8))]
        places.append(("answers", Data(answers.utf8)))
        places += [("metrics", Data(pages[0].utf8)), ("dashboard", Data((pages[1] + pages[2]).utf8))]
        places += try files(of: daemon)
        #expect(places.contains { $0.0 == "journal.db-wal" } && places.contains { $0.0 == "bookings.db" })
        #expect(places.contains { $0.0 == "feed.db" })
        for secret in Self.cards.map(String.init) + Self.codes {
            for (name, data) in places {
                #expect(Self.found(secret, in: data) == [], "\(secret) in \(name)")
            }
        }
        // What operators may see of a person, the district and the log may not.
        let names = try pseudonyms(sent) + [Self.booking, Self.holder]
        #expect(names.count >= 3)
        for name in names {
            #expect(!district.contains(name), "\(name) in what the district gets")
            #expect(!daemon.log.contains(name), "\(name) in the log")
        }
        try forget(names, daemon)
    }

    /// Bookings, standing rights, cards and codes, known and unknown.
    private func push(into daemon: TestDaemon) throws {
        let door = try #require(DoorID("eingang"))
        let known = CredentialDescription(format: "H10302", facility: nil, number: Self.cards[0])
        let begin = try #require(WallTime(rfc3339: "2026-11-23T07:00:00Z"))
        let entry = BookingFeed.Entry(
            id: try #require(BookingID(Self.booking)), space: try #require(SpaceID("coworking")), from: begin,
            to: begin + .seconds(4 * 3_600), credentials: [known, CredentialDescription(code: Self.codes[0])])
        #expect(try daemon.ask(.addBooking(booking: entry)) == .done)
        let holder = HolderDescription(
            id: try #require(HolderID(Self.holder)), grantClass: .staff,
            cards: [CredentialDescription(format: "H10302", facility: nil, number: Self.cards[1])], pin: Self.codes[1])
        #expect(try daemon.ask(.putHolder(holder: holder)) == .done)
        _ = try daemon.ask(.explain(door: door, credential: known, at: nil))
        for card in Self.cards {
            try daemon.simulate(
                .swipe(door: door, card: CredentialDescription(format: "H10302", facility: nil, number: card)))
            usleep(200_000)
        }
        try daemon.simulate(.type(door: door, keys: Self.codes[0] + "#"))
        usleep(200_000)
        try daemon.simulate(.walkIn(space: try #require(SpaceID("coworking"))))
    }

    /// Requests and messages that must be refused, with secrets in them. Returns what was answered.
    private func pushWrong(into daemon: TestDaemon, _ broker: TestBroker, _ root: String) throws -> String {
        let door = try #require(DoorID("eingang"))
        let stranger = CredentialDescription(format: "H99999", facility: nil, number: Self.cards[0])
        let letters = CredentialDescription(code: Self.codes[0] + "A")
        let tooLarge = CredentialDescription(format: nil, facility: 12, number: Self.cards[1])
        var asked: [ControlResponse] = []
        var answers: [ControlResponse] = []
        for wrong in [stranger, letters, tooLarge] {
            asked.append(try daemon.ask(.explain(door: door, credential: wrong, at: nil)))
            let holder = HolderDescription(
                id: try #require(HolderID("wrong")), grantClass: .staff, cards: [wrong], pin: Self.codes[1])
            answers.append(try daemon.ask(.putHolder(holder: holder)))
        }
        for answer in answers {
            guard case .refused = answer else {
                Issue.record("not refused: \(answer)")
                continue
            }
        }
        // Neither signed nor a message.
        try broker.publish("\(root)/request", "{\"card\":\(Self.cards[0]),\"code\":\"\(Self.codes[0])\"}")
        try broker.publish("\(root)/bookings", "{\"card\":\(Self.cards[1]),\"code\":\"\(Self.codes[1])\"}")
        return "\(asked) \(answers)"
    }

    /// The platform's feed, with one more card.
    private func sendFeed(_ broker: TestBroker, _ root: String) throws {
        let begin = try #require(WallTime(rfc3339: "2026-11-23T07:00:00Z"))
        let card = CredentialDescription(format: "H10302", facility: nil, number: Self.cards[2])
        let entry = BookingFeed.Entry(
            id: try #require(BookingID("\(Self.booking)-2")), space: try #require(SpaceID("besprechung")), from: begin,
            to: begin + .seconds(4 * 3_600), credentials: [card, CredentialDescription(code: Self.codes[0])])
        let feed = BookingFeed(hub: try #require(HubID("polch")), version: 1, bookings: [entry])
        try broker.publish("\(root)/bookings", TestSigner().sign(feed), retain: true)
    }

    private func get(_ path: String, port: UInt16) throws -> String {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/\(path)"))
        return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    /// Four days later nothing of it is in the databases, their WALs and their free pages either.
    private func forget(_ names: [String], _ daemon: TestDaemon) throws {
        #expect(try files(of: daemon).contains { $0.1.range(of: Data(Self.booking.utf8)) != nil })
        daemon.configuration.set("simulation", "start", "\"2026-11-27T08:10:00+01:00\"")
        try daemon.start()
        try daemon.wait(for: "the end of the period") {
            let events = try daemon.events()
            return events.contains { envelope in
                if case .removed(let removed) = envelope.event { return removed.was == "access.decided" }
                return false
            } ? () : nil
        }
        // What spaces were used for is stored anew within five minutes of the house's time.
        try daemon.wait(for: "the bookings to be forgotten") {
            try files(of: daemon).allSatisfy { $0.1.range(of: Data(Self.booking.utf8)) == nil } ? () : nil
        }
        daemon.kill()
        for (name, data) in try files(of: daemon) {
            for word in names {
                #expect(data.range(of: Data(word.utf8)) == nil, "\(word) in \(name)")
            }
        }
    }

    private func files(of daemon: TestDaemon) throws -> [(String, Data)] {
        try FileManager.default.contentsOfDirectory(atPath: daemon.state).sorted().map { name in
            (name, try Data(contentsOf: URL(fileURLWithPath: "\(daemon.state)/\(name)")))
        }
    }

    /// What decisions call credentials.
    private func pseudonyms(_ sent: String) throws -> [String] {
        let found = sent.matches(of: /"credential":"([0-9a-f]{12})"/).map { String($0.output.1) }
        return Array(Set(found)).sorted()
    }
}
