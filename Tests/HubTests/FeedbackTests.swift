import Hub
import HubConfiguration
import HubMessages
import Testing

/// What light and buzzer of a reader tell.
@Suite struct FeedbackTests {
    private func house() -> House {
        House(
            configuration { text in
                text.replacing(
                    "reader = { data0 = \"GPIO5\", data1 = \"GPIO6\" }",
                    with:
                        "reader = { data0 = \"GPIO5\", data1 = \"GPIO6\", led = { line = \"GPIO50\" }, "
                        + "buzzer = { line = \"GPIO51\", on_when = \"low\" } }")
            })
    }

    /// Light and buzzer as they were set, in order: `L`, `B`, `LB`, or `-`.
    private func signals(_ effects: [Hub.Effect]) -> [String] {
        effects.compactMap { effect in
            guard case .setSignal(.signal(eingang), let led, let buzzer) = effect else { return nil }
            return led || buzzer ? (led ? "L" : "") + (buzzer ? "B" : "") : "-"
        }
    }

    @Test func `come in, and no: each its own pattern, which ends`() {
        var house = house()
        house.deliver(house.feed(version: 1))
        var told = signals(house.show(anna))
        told += signals(house.pass(.seconds(3)))
        #expect(told == ["LB", "L", "-"])
        var denied = signals(house.show(stranger))
        denied += signals(house.pass(.seconds(3)))
        #expect(denied == ["B", "-", "B", "-", "B", "-"])
    }

    @Test func `a door that stands open too long is told until it is closed`() {
        var house = house()
        house.deliver(house.feed(version: 1))
        house.show(anna)
        house.edge(.contact(eingang), .only, true)
        house.pass(.seconds(19))
        let told = signals(house.pass(.seconds(9)))
        #expect(told.prefix(4) == ["B", "-", "B", "-"])
        house.edge(.contact(eingang), .only, false)
        #expect(signals(house.pass(.seconds(10))).filter { $0 != "-" }.isEmpty)
    }

    @Test func `a light that cannot be set is a fault of the door and keeps nobody out`() {
        var house = house()
        house.deliver(house.feed(version: 1))
        house.send(.deviceFailed(.signal(eingang), reason: "gone"))
        #expect(house.hub.doorStates.first?.alarms == [.fault])
        let shown = house.show(anna)
        #expect(signals(shown).isEmpty && shown.locks == [true])
    }

    @Test func `patterns are configured; what is none is a mistake`() throws {
        let text = { (line: String) in
            "[hub]\nid = \"a\"\nname = \"A\"\ndistrict = \"d\"\n[feedback]\n\(line)"
        }
        let parsed = configuration { _ in text("granted = [\"led 1s\", \"off 20ms\"]\ndenied = []") }
        #expect(parsed.feedback[.granted] == [FeedbackStep(led: true, .seconds(1)), FeedbackStep(.milliseconds(20))])
        #expect(parsed.feedback[.denied] == [] && parsed.feedback[.lockedOut]?.isEmpty == false)
    }
}
