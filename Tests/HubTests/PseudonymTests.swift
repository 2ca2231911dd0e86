import Hub
import HubMessages
import Testing

/// What operators' events call a credential, and that it changes.
@Suite struct PseudonymTests {
    private static func names(_ house: House) -> [String] {
        house.journal.compactMap { if case .accessDecided(let decision) = $0 { decision.credential } else { nil } }
    }

    private static func hash(_ period: Int64) -> PseudonymHash {
        PseudonymHash(period: period, keyName: "key \(period)") { "\(period)-\($0.pseudonym.prefix(4))" }
    }

    /// The next key is asked for; whoever is asked gives it.
    private static func renewed(_ asked: [Hub.Effect], _ house: inout House) -> [Int64] {
        let periods = asked.compactMap { effect -> Int64? in
            if case .renewPseudonyms(let period) = effect { return period }
            return nil
        }
        for period in periods { house.send(.pseudonyms(hash(period))) }
        return periods
    }

    @Test func `a card is called otherwise after a week, and the same until then`() throws {
        var house = House()
        let first = Self.renewed(house.effects, &house)
        // Noon of 2026-11-23, 20,780 days after 1970-01-01: week 2,968 began on the 19th.
        #expect(first == [2_968])
        house.show(anna)
        house.pass(.seconds(2 * 86_400))
        house.show(anna)
        house.show(stranger)
        #expect(Self.renewed(house.pass(.seconds(40_000)), &house) == [])
        #expect(Self.renewed(house.pass(.seconds(86_400)), &house) == [2_969])
        house.show(anna)
        let names = Self.names(house)
        try #require(names.count == 4)
        #expect(names[0] == names[1] && names[1] != names[2] && names[0] != names[3])
        #expect(names[3].hasPrefix("2969-"))
    }

    @Test func `while the time is not known no key is asked for; a jump by a year asks for another, and back again`() {
        var house = House()
        _ = Self.renewed(house.effects, &house)
        house.quality = .unknown
        #expect(Self.renewed(house.pass(.seconds(30 * 86_400)), &house) == [])
        house.quality = .synchronized
        house.clockOffset = .seconds(-30 * 86_400)
        #expect(Self.renewed(house.send(.tick), &house) == [])
        house.clockOffset += .seconds(364 * 86_400)
        #expect(Self.renewed(house.send(.tick), &house) == [3_020])
        house.clockOffset -= .seconds(364 * 86_400)
        #expect(Self.renewed(house.send(.tick), &house) == [2_968])
    }
}
