import AccessControl
import Delivery
import Hub
import HubMessages
import Testing

/// A journaled decision holds all that it was computed from.
@Suite struct ReplayTests {
    /// Every decision of a journal, computed again from what it holds.
    private func replayed(_ house: House) -> Int {
        var count = 0
        for case .append(let entry, let moment) in house.effects {
            guard case .accessDecided(let event) = entry.event else { continue }
            count += 1
            let again = AccessDecision.decide(event.inputs, at: moment.wall, quality: moment.quality)
            #expect(again.reason == event.reason && again.grant?.booking == event.booking)
        }
        return count
    }

    @Test func `G9: decisions replay to themselves, whatever came after them`() {
        var house = House()
        house.show(anna)
        house.deliver(house.feed(version: 1))
        house.show(anna)
        house.send(.command(.order(DoorOrder(.block, door: eingang)), by: "x", request: 1))
        house.show(anna)
        house.quality = .unknown
        house.show(anna)
        house.quality = .rtcOnly
        house.clockOffset = .seconds(86_400)
        house.send(.command(.order(DoorOrder(.lock, door: eingang)), by: "x", request: 2))
        house.show(anna)
        house.show(stranger)
        #expect(replayed(house) == 6)
        let reasons: [DecisionReason] = house.effects.events.compactMap {
            if case .accessDecided(let event) = $0 { event.reason } else { nil }
        }
        #expect(reasons == [.unknownCredential, .booking, .blocked, .clockUnknown, .tooLate, .unknownCredential])
    }

    @Test func `explaining says what a card that is shown now would come to, and does nothing`() {
        var house = House()
        house.deliver(house.feed(version: 1))
        let before = house
        let now = house.hub.explain(anna, door: eingang, at: nil)
        #expect(now?.reason == .booking && now?.booking == bookingID("B1") && now?.feedVersion == 1)
        let late = house.hub.explain(anna, door: eingang, at: House.noon + .seconds(86_400))
        #expect(late?.reason == .tooLate)
        #expect(house.hub.explain(anna, door: name("keller"), at: nil) == nil)
        #expect(house == before)
        let shown = house.show(anna)
        #expect(
            shown.events.contains {
                if case .accessDecided(let event) = $0 { event.reason == now?.reason } else { false }
            })
    }

    @Test func `explaining another moment on a hub that does not know the time says what the bookings say`() {
        var house = House()
        house.deliver(house.feed(version: 1))
        house.quality = .unknown
        house.send(.tick)
        #expect(house.hub.explain(anna, door: eingang, at: nil)?.reason == .clockUnknown)
        #expect(house.hub.explain(anna, door: eingang, at: House.noon)?.reason == .booking)
    }
}
