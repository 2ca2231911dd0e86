import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

@Suite struct CardFormatTests {
    private static func reader(_ format: String, _ more: String = "") -> HubConfiguration {
        configuration { $0.replacing("reader = {", with: "reader = { format = \"\(format)\",") + more }
    }

    private func feed(_ house: House, _ cards: [CredentialDescription], version: UInt64 = 1) -> BookingFeed {
        var feed = house.feed(version: version)
        feed.bookings[0].credentials = cards
        return feed
    }

    private func reasons(_ effects: [Hub.Effect]) -> [DecisionReason] {
        effects.events.compactMap { event in
            if case .accessDecided(let decided) = event { return decided.reason }
            return nil
        }
    }

    @Test func `a booked card of every format opens the door of a reader of that format`() throws {
        for format in WiegandFormat.all {
            var house = House(Self.reader(format.name))
            let card = CredentialDescription(
                format: format.name, facility: format.facility.map { $0.maximum - 1 }, number: format.number.maximum - 1
            )
            house.deliver(feed(house, [card]))
            let shown = house.show(card.credential, format: format)
            #expect(reasons(shown) == [.booking], "\(format.name)")
            #expect(shown.locks == [true], "\(format.name)")
        }
    }

    @Test func `the same numbers in another format are another card, even where the frames are alike`() throws {
        let booked = CredentialDescription(format: "H10306", facility: 12, number: 4_711)
        let shown = Credential.card(format: "N10002", facility: 12, number: 4_711)
        #expect(
            WiegandDecoder.bits(of: booked.credential, format: .h10306)
                == WiegandDecoder.bits(of: shown, format: .n10002))
        var house = House(Self.reader("N10002"))
        house.deliver(feed(house, [booked]))
        let effects = house.show(shown, format: .n10002)
        #expect(reasons(effects) == [.unknownCredential])
        #expect(effects.locks == [])
    }

    @Test func `G5: a card of another format at a reader is an event and never a decision`() {
        for format in WiegandFormat.all where format != .h10301 {
            var house = House()
            let card = CredentialDescription(
                format: format.name, facility: format.facility.map { _ in 12 }, number: 4_711)
            house.deliver(feed(house, [card, CredentialDescription(facility: 12, number: 4_711)]))
            let effects = house.show(card.credential, format: format)
            #expect(
                effects.events == [
                    .frameRejected(FrameRejected(door: eingang, fault: .tooLong, bits: format.length))
                ], "\(format.name)")
            #expect(effects.locks == [])
        }
    }

    @Test func `a format of the hub's own is booked, read and refused like the others`() throws {
        let own = """

            [[wiegand_format]]
            name = "verein30"
            length = 30
            facility = [2, 13]
            number = [14, 29]
            parity = [{ kind = "even", bit = 1, over = [[2, 15]] }, { kind = "odd", bit = 30, over = [[16, 29]] }]
            """
        let settings = Self.reader("verein30", own)
        let format = try #require(settings.doors.first?.reader?.format)
        var house = House(settings)
        let card = CredentialDescription(format: "verein30", facility: 4_095, number: 1)
        house.deliver(feed(house, [card]))
        #expect(house.show(card.credential, format: format).locks == [true])

        let tooLarge = CredentialDescription(format: "verein30", facility: 4_096, number: 1)
        let refused = house.deliver(feed(house, [tooLarge], version: 2))
        #expect(
            refused.events == [
                .bookingsChanged(
                    BookingsChanged(
                        source: .feed, refused: .malformed,
                        detail:
                            "booking 'B1': a card of format verein30 has a 'facility' that does not fit; expected 0 to 4095",
                        version: 2, count: 1))
            ])
        // A hub without that description does not know the format; what it had stays.
        var other = House()
        other.deliver(feed(other, [CredentialDescription(facility: 12, number: 4_711)]))
        let unknown = other.deliver(feed(other, [card], version: 2))
        #expect(unknown.events.count == 1)
        #expect(reasons(other.show(anna)) == [.booking])
    }

    @Test func `a reader whose format is changed reads the new one at once; one that stays goes on mid-frame`() {
        var house = House()
        house.deliver(house.feed(version: 1))
        let bits = WiegandDecoder.bits(of: anna)
        for (index, bit) in bits.enumerated() {
            house.now = house.now + .milliseconds(1)
            house.edge(.reader(eingang), bit ? .data1 : .data0, true)
            if index == 12 {
                house.send(.reconfigured(configuration { $0.replacing("capacity = 12", with: "capacity = 9") }))
            }
        }
        #expect(reasons(house.pass(.milliseconds(41))) == [.booking])
        house.send(.reconfigured(Self.reader("H10302")))
        let card = CredentialDescription(format: "H10302", facility: nil, number: 99)
        house.deliver(feed(house, [card], version: 2))
        #expect(reasons(house.show(card.credential, format: .h10302)) == [.booking])
        #expect(reasons(house.show(anna)) == [])
    }
}
