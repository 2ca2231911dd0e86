import HubConfiguration
import HubMessages
import Testing

/// Locks, contacts, interlocks and the fire input.
@Suite struct DoorSettingsTests {
    private func house(_ lock: String = "line = \"GPIO17\"", _ more: String = "", after: String = "") -> String {
        """
        \(smallest)
        [[door]]
        id = "eingang"
        name = "Eingang"
        lock = { \(lock) }
        \(more)
        \(after)
        """
    }

    @Test func `a maglock is released without power, and when the daemon stops; a strike is locked`() throws {
        let maglock = try #require(try parse(house("line = \"GPIO17\", kind = \"maglock\"")).doors.first).lock
        #expect(maglock.releasedWhen == .low && maglock.atRest == .released)
        let strike = try #require(try parse(house()).doors.first).lock
        #expect(strike.releasedWhen == .high && strike.atRest == .locked && strike.bolt == nil)
        let motor = try #require(
            try parse(house("line = \"GPIO17\", kind = \"motor\", bolt = { line = \"GPIO18\" }, bolt_time = \"3s\""))
                .doors.first
        ).lock
        #expect(motor.bolt?.activeWhen == .low && motor.boltTime == .seconds(3) && motor.atRest == .locked)
    }

    @Test func `longer times are three times the usual ones unless set, within their range`() throws {
        let door = try #require(try parse(house("line = \"GPIO17\"", "open_time = \"30min\"")).doors.first)
        #expect(door.extendedRelease == .seconds(15))
        #expect(door.extendedOpen == .seconds(3_600))
    }

    @Test func `the fault LED is one output of the house, lit by a high level unless told otherwise`() throws {
        #expect(try parse(house(after: "")).faultLED == nil)
        let usual = try parse(house(after: "[fault_led]\nline = \"GPIO4\""))
        #expect(usual.faultLED?.line == "GPIO4" && usual.faultLED?.onWhen == .high)
        let low = try parse(house(after: "[fault_led]\nline = \"GPIO4\"\non_when = \"low\""))
        let lines = try #require(low.devices[.faultLED]).lines
        #expect(lines.map(\.activeWhen) == [.low] && lines.map(\.use) == [.output])
    }

    @Test func `the fire input releases all doors where none are named`() throws {
        let all = try parse(house(after: "[fire]\ninput = { line = \"GPIO4\" }")).fire
        #expect(all?.doors.map(\.rawValue) == ["eingang"])
        let none = try parse(house(after: "[fire]\ninput = { line = \"GPIO4\" }\ndoors = []")).fire
        #expect(none?.doors.isEmpty == true)
    }

    @Test(arguments: [
        (
            "relock = \"on-close\"", "",
            "9:10: [[door]] 'eingang' locks when it is closed, and has no 'contact' to tell; "
                + "expected a contact"
        ),
        (
            "release_time = \"10s\"\nextended_release_time = \"5s\"", "",
            "5:1: [[door]] 'eingang' has an extended_release_time of 5s, shorter than its release_time of 10s; expected "
                + "at least that"
        ),
        (
            "", "[fire]\ndoors = [\"eingang\"]",
            "10:1: [fire] has no 'input'; expected a table such as { line = \"GPIO17\" }"
        ),
        (
            "", "[fire]\ninput = { line = \"GPIO4\" }\ndoors = [\"eingan\"]",
            "12:10: [fire] releases door 'eingan', which is not configured (did you mean 'eingang'?)"
        ),
        (
            "", "[fault_led]\nline = \"GPIO17\"",
            "11:8: line \"GPIO17\" is used twice: by [fault_led] and by 'lock' of [[door]] 'eingang'"
        ),
        (
            "", "[[interlock]]\ndoors = [\"eingang\"]",
            "10:1: [[interlock]] has 1 doors; expected two or more in 'doors'"
        ),
        (
            "contact = { line = \"GPIO5\", second_line = \"GPIO5\" }", "",
            "9:43: line \"GPIO5\" is used twice: by 'contact' of [[door]] 'eingang' and by 'contact' of [[door]] 'eingang'"
        ),
    ])
    func `one mistake, with its place and what to do`(door: String, after: String, mistake: String) {
        #expect(mistakes(house("line = \"GPIO17\"", door, after: after)) == ["hub.toml:" + mistake])
    }
}
