@testable internal import hubctl
internal import HubMessages
internal import Testing

@Suite struct TextTests {
    @Test func `columns are as wide as their widest cell`() {
        var table = Table()
        table.add(["TÜR", "NAME", ""])
        table.add(["eingang", "x", "ALARM"])
        table.add(["a", "Haupteingang"])
        #expect(table.lines == ["TÜR      NAME", "eingang  x             ALARM", "a        Haupteingang"])
    }

    @Test func `each word has two languages`() {
        func differ(_ words: (Language) -> String) {
            #expect(words(.english) != words(.german))
            #expect(!words(.english).isEmpty && !words(.german).isEmpty)
        }
        for reason in DecisionReason.allCases { differ { $0.word(reason) } }
        for cause in OccupancyCause.allCases { differ { $0.word(cause) } }
        for cause in ReleaseCause.allCases { differ { $0.word(cause) } }
        for alarm in DoorAlarm.allCases { differ { $0.word(alarm) } }
        for contact in ContactState.allCases { differ { $0.word(contact) } }
        for quality in ClockQuality.allCases { differ { $0.word(quality) } }
    }

    @Test func `a decision reads as a sentence`() throws {
        let event = JournalEvent.accessDecided(
            AccessDecided(
                door: try #require(DoorID("eingang")), granted: false, reason: .tooEarly, kind: .card,
                credential: "0123456789ab", booking: BookingID("CW-7"), space: SpaceID("saal"), feedVersion: 3,
                inputs: DecisionInputs(mode: .locked, before: 0, after: 0, trust: [:], grants: [])))
        #expect(Language.english.text(event) == "eingang: denied, booking has not begun CW-7 (0123456789ab)")
        #expect(
            Language.german.text(event) == "eingang: kein Zutritt, Buchung hat noch nicht begonnen CW-7 (0123456789ab)")
    }
}
