import Hub
import HubConfiguration
import HubMessages
import Testing

/// Opening hours and the hours of standing rights, as absolute windows.
@Suite struct HoursTests {
    private let shop: ScheduleID = name("laden")

    private func house(_ more: String = "") -> House {
        House(
            configuration { text in
                text.replacing(
                    "[[space]]",
                    with: "[[schedule]]\nid = \"laden\"\nweekly = [\"mo-so 08:00-18:00\"]\n[[space]]",
                    maxReplacements: 1
                ).replacing(
                    "name = \"Eingang\"\n",
                    with: "name = \"Eingang\"\n\(more)\n", maxReplacements: 1)
            })
    }

    /// The schedule's windows, in seconds from the house's noon.
    private func windows(_ spans: (Int64, Int64)...) -> Hub.Event {
        .schedules([
            shop: spans.map { TimeWindow(from: House.noon + .seconds($0.0), to: House.noon + .seconds($0.1)) }
        ])
    }

    @Test func `a hub with schedules asks for their windows at the start, every day, and when the clock jumps`() {
        var house = house()
        let asks = { (effects: [Hub.Effect]) in
            effects.contains { if case .expandSchedules = $0 { true } else { false } }
        }
        #expect(asks(house.effects))
        #expect(!asks(house.pass(.seconds(80_000))))
        #expect(asks(house.pass(.seconds(10_000))))
        house.clockOffset = .seconds(31_536_000)
        #expect(asks(house.send(.tick)))
    }

    @Test func `a door is unlocked in its opening hours and locked after them`() {
        var house = house("opening_hours = \"laden\"")
        let now = (house.now - .zero).milliseconds / 1_000
        #expect(house.send(windows((now + 100, now + 200))).locks == [])
        let opened = house.pass(.seconds(100))
        #expect(opened.locks == [true])
        #expect(opened.events.contains(.doorReleased(DoorReleased(door: eingang, cause: .openingHours))))
        #expect(house.hub.doorStates.first?.mode == .unlocked)
        #expect(house.pass(.seconds(100)).locks == [false])
    }

    @Test func `first person in: the hours wait until somebody was let in`() {
        var house = house("opening_hours = \"laden\"\nfirst_person_in = true")
        house.deliver(house.feed(version: 1))
        let now = (house.now - .zero).milliseconds / 1_000
        house.send(windows((now - 100, now + 1_000)))
        #expect(house.hub.doorStates.first?.mode == .locked)
        #expect(house.edge(.exitButton(eingang), .only, true).locks == [true], "who leaves is nobody who came")
        house.edge(.exitButton(eingang), .only, false)
        #expect(house.pass(.seconds(10)).locks == [false])
        house.show(anna)
        #expect(house.hub.doorStates.first?.mode == .unlocked)
        #expect(!house.pass(.seconds(60)).locks.contains(false), "the end of the passage does not lock the shop")
        #expect(house.pass(.seconds(1_000)).locks == [false])
    }

    @Test func `G4: a clock that jumps into the opening hours opens nothing by itself`() {
        var house = house("opening_hours = \"laden\"")
        house.send(windows((100_000, 200_000)))
        house.clockOffset = .seconds(150_000)
        #expect(!house.send(.tick).locks.contains(true))
        #expect(house.hub.doorStates.first?.mode == .locked)
    }

    @Test func `a reload without the hours locks what they unlocked`() {
        var house = house("opening_hours = \"laden\"")
        let now = (house.now - .zero).milliseconds / 1_000
        house.send(windows((now - 100, now + 1_000)))
        #expect(house.hub.doorStates.first?.mode == .unlocked)
        house.send(.reconfigured(configuration()))
        #expect(house.hub.doorStates.first?.mode == .locked)
    }

    @Test func `a standing right holds in its hours, between its dates`() {
        var house = house()
        let card = CredentialDescription(facility: 12, number: 815)
        let now = (house.now - .zero).milliseconds / 1_000
        house.send(windows((now + 3_600, now + 7_200)))
        house.send(
            .command(
                .putHolder(HolderDescription(id: name("putzen"), grantClass: .member, cards: [card], schedule: shop)),
                by: "ops", request: 1))
        let reason = { (house: House) in house.hub.explain(card.credential, door: eingang, at: nil)?.reason }
        #expect(reason(house) == .outsideSchedule)
        house.pass(.seconds(3_600))
        house.send(.tick)
        #expect(reason(house) == .right)
        house.pass(.seconds(3_600))
        house.send(.tick)
        #expect(reason(house) == .outsideSchedule)
        let unknown = HolderDescription(id: name("x"), grantClass: .member, cards: [card], schedule: name("nie"))
        #expect(
            house.send(.command(.putHolder(unknown), by: "ops", request: 2)).contains(
                .answer(request: 2, .refused("'x': there is no schedule 'nie'; the hub has: laden"))))
    }
}
