import Foundation
import HubMessages
import MessageCoding
import Testing

@Suite struct WireTests {
    private let coding = MessageCoding()

    private func json(_ value: some Encodable) -> String {
        String(decoding: coding.encode(value), as: UTF8.self)
    }

    @Test func `a card's number of 64 bits survives the wire to its last digit, and what is absent stays absent`()
        throws
    {
        for (card, text) in [
            (
                CredentialDescription(format: "UID-own", facility: nil, number: .max),
                #"{"format":"UID-own","number":18446744073709551615,"type":"card"}"#
            ),
            (CredentialDescription(facility: 12, number: 4_711), #"{"facility":12,"number":4711,"type":"card"}"#),
        ] {
            #expect(json(card) == text)
            #expect(try coding.decode(CredentialDescription.self, from: Array(text.utf8)) == card)
        }
    }

    @Test func `every event is one flat JSON object of the documented fields, and reads back`() throws {
        for (event, text) in sampleEvents {
            #expect(json(event) == text)
            #expect(try coding.decode(JournalEvent.self, from: Array(text.utf8)) == event)
        }
        #expect(Set(sampleEvents.map(\.event.type)) == Set(JournalEvent.allTypes))
    }

    @Test func `an envelope adds its five fields to the event's, none of them twice`() throws {
        for (index, sample) in sampleEvents.enumerated() {
            let envelope = JournalEnvelope(
                hub: name("hub-1"), journal: sampleJournal, seq: UInt64(index), time: sampleTime,
                clock: .synchronized, event: sample.event)
            let bytes = coding.encode(envelope)
            #expect(try coding.decode(JournalEnvelope.self, from: bytes) == envelope)
            let whole = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            let event = try #require(
                try JSONSerialization.jsonObject(with: Data(sample.json.utf8)) as? [String: Any])
            #expect(Set(whole.keys) == Set(event.keys).union(["hub", "journal", "seq", "time", "clock"]))
            // What the district gets names the hub itself: the same one.
            #expect(whole.count == event.count + (event["hub"] == nil ? 5 : 4))
            #expect(whole["hub"] as? String == "hub-1")
        }
    }

    @Test func `an envelope's text`() {
        let envelope = JournalEnvelope(
            hub: name("hub-1"), journal: sampleJournal, seq: 42, time: sampleTime, clock: .unknown,
            event: .hubStopped(HubStopped(uptime: 5)))
        #expect(
            json(envelope)
                == #"{"clock":"unknown","hub":"hub-1","journal":"00000000000000010000000000000002","seq":42,"#
                + #""time":"2026-11-23T07:05:00.000Z","type":"hub.stopped","uptime":5}"#)
    }

    @Test func `a feed as a platform sends it`() throws {
        let text = """
            {"hub": "hub-1", "version": 18446744073709551615, "count": 1, "bookings": [{"id": "B/1", "space": "coworking",
             "from": "2026-11-23T08:00:00+01:00", "to": "2026-11-23T09:00:00+01:00",
             "credentials": [{"type": "card", "facility": 12, "number": 4711}]}]}
            """
        let feed = try coding.decode(BookingFeed.self, from: Array(text.utf8))
        #expect(feed.version == .max)
        #expect(feed.bookings.first?.credentials == [CredentialDescription(facility: 12, number: 4711)])
        #expect(feed.bookings.first?.from.rfc3339 == "2026-11-23T07:00:00.000Z")
        #expect(feed.bookings.first?.cancelled == nil)
        #expect(try coding.decode(BookingFeed.self, from: coding.encode(feed)) == feed)
    }

    @Test(arguments: [
        ("", "this is not JSON"),
        ("[]", "the message is not an object"),
        (#"{"version":1}"#, "'hub' is missing"),
        (#"{"hub":"X"}"#, "'hub' is not what is expected there"),
        (#"{"hub":"h","version":"1"}"#, "'version' is not a whole number that fits"),
        (
            #"{"hub":"h","version":1,"count":1,"bookings":[{"id":"a","space":"b","from":"2026-11-23"}]}"#,
            "'bookings[0].from' is not what is expected there"
        ),
    ])
    func `a fault names the place and never the value`(text: String, fault: String) {
        #expect {
            _ = try coding.decode(BookingFeed.self, from: Array(text.utf8))
        } throws: { error in
            (error as? MessageFault)?.text == fault
        }
    }

    @Test func `live states leave out what is not known`() {
        #expect(
            json(
                DoorState(
                    door: name("eingang"), name: "Eingang", mode: .locked, released: nil, contact: .unknown,
                    alarms: [.fault]))
                == #"{"alarms":["fault"],"contact":"unknown","door":"eingang","mode":"locked","name":"Eingang"}"#)
        #expect(
            json(
                SpaceState(
                    space: name("coworking"), name: "Coworking", module: .coworking, estimate: 1, minimum: 0,
                    maximum: 2, capacity: nil, present: nil, booked: nil))
                == #"{"estimate":1,"maximum":2,"minimum":0,"module":"coworking","name":"Coworking","#
                + #""reasons":[],"space":"coworking"}"#)
    }

    @Test func `G10: below the threshold the district's numbers do not exist, above it they are its multiples`() {
        for threshold in 2...5 {
            for peak in 0..<12 {
                for entries in 0..<12 {
                    let numbers = DistrictNumbers(peak: peak, entries: entries, threshold: threshold)
                    #expect((numbers == nil) == (peak < threshold))
                    guard let numbers else { continue }
                    #expect(numbers.people % threshold == 0 && (peak - threshold + 1...peak).contains(numbers.people))
                    #expect((numbers.visits == nil) == (entries < threshold))
                    #expect(numbers.visits.map { $0 % threshold == 0 } ?? true)
                }
            }
        }
    }

    @Test func `G10: nobody is told from too few, and enough people are shown`() {
        let record = sampleRecord(peak: 4, entries: 7, used: 300)
        let hub: HubID = name("hub-1")
        func view(_ numbers: DistrictNumbers?) -> String {
            json(DistrictUtilization(hub: hub, record: record, run: sampleTime, numbers: numbers))
        }
        let place = #""space":"coworking","start":"2026-11-23T07:05:00.000Z","#
        #expect(
            json(DistrictUtilization(hub: hub, empty: sampleRecord(peak: 0, entries: 0, used: 0)))
                == #"{"covered":900,"healthy":0,"hub":"hub-1","inUse":false,"module":"coworking","people":0,"#
                + place + #""suppressed":false,"visits":0}"#)
        #expect(
            view(nil) == #"{"covered":900,"healthy":0,"hub":"hub-1","inUse":true,"module":"coworking","#
                + place + #""suppressed":true}"#)
        #expect(
            view(DistrictNumbers(peak: 4, entries: 7, threshold: 3))
                == #"{"covered":900,"healthy":0,"hub":"hub-1","inUse":true,"module":"coworking","people":3,"#
                + #""run":"2026-11-23T07:05:00.000Z","# + place + #""suppressed":false,"visits":6}"#)
    }
}
