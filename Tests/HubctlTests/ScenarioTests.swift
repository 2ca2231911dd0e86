internal import Foundation
@testable internal import hubctl
internal import HubMessages
internal import Testing

@Suite struct ScenarioTests {
    @Test func `every action is read`() throws {
        let scenario = try Scenario(
            """
            # a comment
            date 2026-11-23T00:00:00+01:00

            08:01 enter 12:1001 via eingang,coworking to coworking   # with a comment
            08:30:15 enter 12:2001 via eingang to saal people 5
            11:00 leave saal via eingang people 5
            12:10 swipe 99:6666 at laden
            13:00 force werkstatt
            14:00 prop laden for 45s
            25:00 unplug for 20s
            """)
        let eingang = try #require(DoorID("eingang"))
        let coworking = try #require(DoorID("coworking"))
        let laden = try #require(DoorID("laden"))
        let werkstatt = try #require(DoorID("werkstatt"))
        let saal = try #require(SpaceID("saal"))
        let desk = try #require(SpaceID("coworking"))
        #expect(
            scenario.steps.map(\.action) == [
                .enter(
                    CredentialDescription(facility: 12, number: 1001), doors: [eingang, coworking], space: desk,
                    people: 1),
                .enter(CredentialDescription(facility: 12, number: 2001), doors: [eingang], space: saal, people: 5),
                .leave(saal, doors: [eingang], people: 5),
                .swipe(CredentialDescription(facility: 99, number: 6666), laden), .force(werkstatt),
                .prop(laden, .seconds(45)), .unplug(.seconds(20)),
            ])
        #expect(scenario.steps[0].time.rfc3339 == "2026-11-23T07:01:00.000Z")
        #expect(scenario.steps[1].time.rfc3339 == "2026-11-23T07:30:15.000Z")
        #expect(scenario.steps[6].time.rfc3339 == "2026-11-24T00:00:00.000Z")
        #expect(scenario.steps.map(\.line) == [4, 5, 6, 7, 8, 9, 10])
    }

    @Test(arguments: [
        ("08:00 force x", 1, "the first line must say"),
        ("date tomorrow", 1, "expected: date"),
        ("\n\ndate 2026-11-23T00:00:00Z\n8 force x", 4, "'8' is no time of day"),
        ("date 2026-11-23T00:00:00Z\n08:61 force x", 2, "'08:61' is no time of day"),
        ("date 2026-11-23T00:00:00Z\n08:00", 2, "the line ends where what happens"),
        ("date 2026-11-23T00:00:00Z\n08:00 dance", 2, "'dance' is nothing that can happen"),
        ("date 2026-11-23T00:00:00Z\n08:00 force x y", 2, "'y' is one word too many"),
        ("date 2026-11-23T00:00:00Z\n08:00 swipe 300:1 at x", 2, "'300:1' is no card"),
        ("date 2026-11-23T00:00:00Z\n08:00 swipe 3:1 to x", 2, "'to' stands where 'at' was expected"),
        ("date 2026-11-23T00:00:00Z\n08:00 enter 3:1 via A to x", 2, "'A' is no id of a door"),
        ("date 2026-11-23T00:00:00Z\n08:00 enter 3:1 via a to x people 51", 2, "'51' is no number of people"),
        ("date 2026-11-23T00:00:00Z\n08:00 prop x for 5min", 2, "'5min' is no duration"),
    ])
    func `a line that cannot be read is an error with its number`(text: String, line: Int, reason: String) throws {
        let mistake = #expect(throws: Scenario.Mistake.self) { try Scenario(text) }
        #expect(mistake?.line == line)
        #expect(mistake?.text.contains(reason) == true, "\(mistake?.text ?? "")")
    }

    @Test func `the day that ships can be played`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("seeds/day/day.scenario"), encoding: .utf8)
        let scenario = try Scenario(text)
        #expect(scenario.steps.count > 20)
        #expect(zip(scenario.steps, scenario.steps.dropFirst()).allSatisfy { $0.time <= $1.time })
    }
}
