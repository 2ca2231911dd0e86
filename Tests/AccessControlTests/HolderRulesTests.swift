import AccessControl
import HubMessages
import Testing

private let hash = CredentialHash(keyName: "test") { credential in
    let value = credential.canonicalBytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: value >> ($0 % 8 * 8)) }
    guard let token = CredentialToken(digest: bytes) else { preconditionFailure("16 bytes make a token") }
    return token
}

@Suite struct HolderRulesTests {
    private let rules = HolderRules(
        doors: [name("eingang")], formats: ["H10301": CardLimits(format: "H10301", facility: 255, number: 65_535)])

    private func entry(
        _ id: String = "reinigung", _ grantClass: GrantClass = .staff, cards: [CredentialDescription] = [],
        pin: String? = nil, duress: String? = nil, doors: [DoorID] = [], uses: Int? = nil
    ) -> HolderDescription {
        HolderDescription(
            id: name(id), grantClass: grantClass, cards: cards, pin: pin, duressPIN: duress, doors: doors, uses: uses)
    }

    private func check(_ entry: HolderDescription, others: [Holder] = []) -> Result<Holder, HolderRules.Violation> {
        Result { () throws(HolderRules.Violation) in try rules.check(entry, others: others, hash: hash) }
    }

    private func holders(_ count: Int, digits: Int) -> [Holder] {
        (0..<count).map { index in
            let number = String(index)
            let pin = String(repeating: "0", count: digits - number.count) + number
            return Holder(
                id: name("h\(index)"), grantClass: .member, pins: [hash(.pin(pin.utf8.map { $0 - 48 }))],
                pinLength: digits)
        }
    }

    @Test func `credentials are kept as hashes of what is shown`() throws {
        let card = CredentialDescription(facility: 12, number: 1)
        let alone = try check(entry(cards: [card])).get()
        #expect(alone.cards == [hash(card.credential)] && alone.pinLength == nil)
        let both = try check(entry(cards: [card], pin: "4711", duress: "4712")).get()
        #expect(both.cards.isEmpty && both.pins.isEmpty)
        #expect(both.cardsWithPIN.first?.both == hash(.cardAndPIN(card: card.credential, [4, 7, 1, 1])))
        #expect(both.duress == [hash(.cardAndPIN(card: card.credential, [4, 7, 1, 2]))])
        let pin = try check(entry(pin: "0815")).get()
        #expect(pin.pins == [hash(.pin([0, 8, 1, 5]))] && pin.pinLength == 4)
    }

    @Test(arguments: [(10, 4), (11, 5), (100, 5), (101, 6), (1_000, 6)])
    func `EN 60839-11-1: as many digits as the number of holders with a PIN needs`(count: Int, needed: Int) throws {
        // One more holder makes `count` of them; the others all have one digit more than is needed.
        let others = holders(count - 1, digits: needed + 1)
        let enough = String(repeating: "9", count: needed)
        #expect(throws: Never.self) { try check(entry(pin: enough), others: others).get() }
        guard needed > 4 else { return }
        guard case .failure(let violation) = check(entry(pin: String(enough.dropLast())), others: others) else {
            Issue.record("\(needed - 1) digits for \(count) holders")
            return
        }
        #expect(violation.detail.hasPrefix("\(count) holders with a PIN need \(needed) digits or more"))
    }

    @Test func `short PINs of others count too: the eleventh holder needs all to have five digits`() {
        guard case .failure(let violation) = check(entry(pin: "12345"), others: holders(10, digits: 4)) else {
            Issue.record("ten PINs of four digits and an eleventh")
            return
        }
        #expect(violation.detail.contains("the shortest has 4"))
    }

    @Test func `each rule that is broken is said, without a digit of the PIN`() {
        let taken = holders(1, digits: 4)
        let cases: [(HolderDescription, [Holder], String)] = [
            (entry("x", .guest, pin: "4711"), [], "a guest has bookings"),
            (entry(), [], "it has no credential"), (entry(pin: "471"), [], "a PIN or code is 4 to 12 digits"),
            (entry(pin: "47 11"), [], "a PIN or code is 4 to 12 digits"),
            (entry(pin: "4711", duress: "47110"), [], "must have as many digits"),
            (entry(pin: "4711", duress: "4711"), [], "be another one"),
            (entry(pin: "4711", doors: [name("keller")]), [], "there is no door 'keller'; the hub has: eingang"),
            (entry(pin: "4711", uses: 0), [], "it can be used 0 times"),
            (entry(pin: "0000"), taken, "belongs to another holder already"),
            (
                entry(cards: [CredentialDescription(format: "X9", facility: nil, number: 1)]), [],
                "does not know a card format 'X9'"
            ),
        ]
        for (entry, others, text) in cases {
            guard case .failure(let violation) = check(entry, others: others) else {
                Issue.record("\(text)")
                continue
            }
            #expect(violation.detail.contains(text), "\(violation.detail)")
            #expect(!violation.detail.contains("4711") && !violation.detail.contains("0000"))
        }
    }
}
