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

    private static func digest(_ text: String) -> [(String, [UInt8])] {
        let bytes = Array(text.utf8)
        return [
            ("MD5 of \(text)", Array(Insecure.MD5.hash(data: bytes))),
            ("SHA-1 of \(text)", Array(Insecure.SHA1.hash(data: bytes))),
            ("SHA-256 of \(text)", Array(SHA256.hash(data: bytes))),
            ("SHA-512 of \(text)", Array(SHA512.hash(data: bytes))),
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
            // What two digits make in BCD.
            ("digits one a byte", plain.map { $0 - 48 }),
        ]
        // Base64 has three forms, by where in the text it begins; the ends depend on what is around.
        for shift in 0..<3 {
            let text = Data(Array(repeating: UInt8(ascii: " "), count: shift) + plain).base64EncodedString()
            forms.append(("base64, \(shift) behind", Array(text.utf8.dropFirst(shift == 0 ? 0 : 4).prefix(8))))
        }
        if let number = UInt64(secret) {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            let used = Array(bytes.prefix { _ in true }.prefix((64 - number.leadingZeroBitCount + 7) / 8))
            forms += [("little-endian", used), ("big-endian", used.reversed())]
            if number > 0xFFFF_FFFF {
                forms.append(("hex number", Array(String(number, radix: 16).utf8)))
                forms.append(("HEX number", Array(String(number, radix: 16, uppercase: true).utf8)))
                forms.append(("bits", Array(String(number, radix: 2).utf8)))
            }
        }
        let canonical = ["", "card:H10302::", "H10302:", "pin:"].map { $0 + secret }
        for (name, digest) in canonical.flatMap(digest) {
            forms += [
                (name, digest), ("\(name) in hex", Array(hex(digest).utf8)),
                ("\(name) in HEX", Array(hex(digest).uppercased().utf8)),
                ("\(name) in base64", Array(Data(digest).base64EncodedString().utf8.prefix(20))),
            ]
        }
        return forms.map { (name: $0.0, bytes: $0.1) }
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
        let topics =
            (["utilization", "status", "event", "state/door/eingang", "state/space/coworking"] + open).map {
                "\(root)/\($0)"
            }
        let recorder = try TopicRecorder(broker, topics: topics)
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
        let sent = topics.flatMap { recorder.messages($0) }.joined()
        var places = [("topics", Data(sent.utf8)), ("log", Data(daemon.log.utf8)), ("status", Data(status.utf8))]
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
        let names = try pseudonyms(sent) + [Self.booking]
        #expect(names.count >= 2)
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
            id: try #require(HolderID("staff-1")), grantClass: .staff,
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
