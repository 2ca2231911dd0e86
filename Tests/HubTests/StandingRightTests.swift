import Delivery
import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

/// Standing rights, PINs, duress, wrong attempts: at a door with a reader that has a keypad.
@Suite struct StandingRightTests {
    private let card = CredentialDescription(facility: 12, number: 815)

    private func house() -> House {
        House(
            configuration { text in
                text.replacing(
                    "reader = { data0 = \"GPIO5\", data1 = \"GPIO6\" }",
                    with: "reader = { data0 = \"GPIO5\", data1 = \"GPIO6\", keypad = { sends = \"4-bit\" } }")
            })
    }

    @discardableResult
    private func put(_ entry: HolderDescription, _ house: inout House) -> [Hub.Effect] {
        house.send(.command(.putHolder(entry), by: "ops", request: 1))
    }

    private func holder(
        _ id: String = "reinigung", _ grantClass: GrantClass = .staff, cards: [CredentialDescription] = [],
        pin: String? = nil, duress: String? = nil, uses: Int? = nil, extended: Bool = false
    ) -> HolderDescription {
        HolderDescription(
            id: name(id), grantClass: grantClass, cards: cards, pin: pin, duressPIN: duress, uses: uses,
            extended: extended)
    }

    /// Types a code with `#` behind it. Returns everything that led to.
    private func type(_ code: String, _ house: inout House) -> [Hub.Effect] {
        let keypad = house.hub.configuration.doors.first?.reader?.keypad
        var effects: [Hub.Effect] = []
        for frame in keypad?.frames(of: (code + "#").compactMap { Keypad.Key($0) }) ?? [] {
            for bit in frame {
                house.now = house.now + .milliseconds(2)
                effects += house.edge(.reader(eingang), bit ? .data1 : .data0, true)
            }
            effects += house.pass(.milliseconds(60))
        }
        return effects
    }

    private func reasons(_ effects: [Hub.Effect]) -> [DecisionReason] {
        effects.events.compactMap { if case .accessDecided(let event) = $0 { event.reason } else { nil } }
    }

    @Test func `a card with a standing right opens its doors at any time, a removed one none`() {
        var house = house()
        let added = put(holder(cards: [card]), &house)
        #expect(
            added.events == [
                .holdersChanged(HoldersChanged(holder: name("reinigung"), change: .put, by: "ops", count: 1))
            ])
        #expect(reasons(house.show(card.credential)) == [.right])
        house.pass(.seconds(20))
        house.send(.command(.suspendHolder(name("reinigung"), true), by: "ops", request: 2))
        #expect(reasons(house.show(card.credential)) == [.suspended])
        house.send(.command(.removeHolder(name("reinigung")), by: "ops", request: 3))
        #expect(reasons(house.show(card.credential)) == [.unknownCredential])
    }

    @Test func `staff passes a blocked door, an emergency a lockdown, members neither`() {
        for (grantClass, blocked, lockedDown) in [
            (GrantClass.member, DecisionReason.blocked, DecisionReason.lockedDown), (.staff, .right, .lockedDown),
            (.emergency, .right, .right),
        ] {
            var house = house()
            put(holder("wer", grantClass, cards: [card]), &house)
            house.send(.command(.order(DoorOrder(.block, door: eingang)), by: "ops", request: 1))
            #expect(reasons(house.show(card.credential)) == [blocked])
            house.pass(.seconds(20))
            house.send(.command(.order(DoorOrder(.lockDown)), by: "ops", request: 1))
            #expect(reasons(house.show(card.credential)) == [lockedDown])
        }
    }

    @Test func `a card that needs its PIN asks for it, and takes only its own`() {
        var house = house()
        put(holder(cards: [card], pin: "4711"), &house)
        #expect(reasons(house.show(card.credential)) == [.pinRequired])
        let opened = type("4711", &house)
        #expect(reasons(opened) == [.right] && opened.locks == [true])
        house.pass(.seconds(20))
        #expect(reasons(type("4711", &house)) == [.unknownCredential], "the PIN alone is nothing")
        house.show(card.credential)
        #expect(reasons(type("4712", &house)) == [.unknownCredential])
        house.show(card.credential)
        house.pass(.seconds(15))
        #expect(reasons(type("4711", &house)) == [.unknownCredential], "too late")
    }

    @Test func `a booking code opens what was booked`() {
        var house = house()
        var feed = house.feed(version: 1)
        feed.bookings[0].credentials = [CredentialDescription(code: "482913")]
        house.deliver(feed)
        #expect(reasons(type("482913", &house)) == [.booking])
        feed.version = 2
        feed.bookings[0].credentials = [CredentialDescription(code: "48291x")]
        house.deliver(feed)
        #expect(house.hub.status.feedVersion == 1, "what is no code is refused with the whole feed")
    }

    @Test func `under duress everything is as ever, but for the alarm behind it`() {
        var plain = house()
        put(holder(pin: "4711", duress: "4712"), &plain)
        var forced = plain
        let usual = type("4711", &plain)
        let told = type("4712", &forced)
        #expect(usual.locks == told.locks && usual.shown == told.shown)
        #expect(reasons(usual) == reasons(told))
        let alarms = told.events.filter { if case .duress = $0 { true } else { false } }
        #expect(alarms.count == 1 && !usual.events.contains { if case .duress = $0 { true } else { false } })
        // Besides the alarm, the same kinds of effects in the same order, at the same moments.
        let kinds = { (effects: [Hub.Effect]) in
            effects.filter { if case .append(let entry, _) = $0, case .duress = entry.event { false } else { true } }
                .map { "\($0)".prefix(12) }
        }
        #expect(kinds(usual) == kinds(told))
    }

    @Test
    func `wrong codes make the keypad wait; cards, the exit button and the next visitor a minute later do not suffer`()
    {
        var house = house()
        put(holder(pin: "4711"), &house)
        put(holder("zweite", .member, cards: [card]), &house)
        for _ in 0..<3 { #expect(reasons(type("9999", &house)) == [.unknownCredential]) }
        #expect(reasons(type("4711", &house)) == [.lockedOut], "the right one too, or trying would tell")
        #expect(reasons(house.show(card.credential)) == [.right])
        #expect(house.edge(.exitButton(eingang), .only, true).locks == [true])
        house.edge(.exitButton(eingang), .only, false)
        for _ in 0..<40 { _ = type("9999", &house) }
        house.pass(.seconds(60))
        #expect(reasons(type("4711", &house)) == [.right], "nobody is locked out for longer than a minute")
    }

    @Test func `wrong PINs make their card wait and nobody else`() {
        var house = house()
        let other = CredentialDescription(facility: 12, number: 99)
        put(holder(cards: [card], pin: "4711"), &house)
        put(holder("zweite", cards: [other], pin: "0815"), &house)
        for _ in 0..<3 {
            house.show(card.credential)
            _ = type("9999", &house)
        }
        house.show(card.credential)
        #expect(reasons(type("4711", &house)) == [.lockedOut])
        house.show(other.credential)
        #expect(reasons(type("0815", &house)) == [.right])
    }

    @Test func `a right for a number of times is used up, also over a restart`() {
        var house = house()
        put(holder("handwerker", .member, cards: [card], uses: 2), &house)
        #expect(reasons(house.show(card.credential)) == [.right])
        house.pass(.seconds(20))
        let second = house.show(card.credential)
        #expect(second.contains { if case .storeHolder(let stored) = $0 { stored.used == 2 } else { false } })
        house.pass(.seconds(20))
        #expect(reasons(house.show(card.credential)) == [.usedUp])
    }

    @Test func `who needs more time has it`() {
        var house = house()
        put(holder(cards: [card], extended: true), &house)
        let effects = house.show(card.credential)
        #expect(effects.events.contains(.doorReleased(DoorReleased(door: eingang, cause: .grant, duration: 15_000))))
    }

    @Test func `a standing right without an end needs no clock`() {
        var house = house()
        put(holder("mitglied", .member, cards: [card]), &house)
        house.quality = .unknown
        #expect(reasons(house.show(card.credential)) == [.right])
    }
}
