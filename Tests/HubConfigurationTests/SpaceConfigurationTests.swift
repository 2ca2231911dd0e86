import HubConfiguration
import HubMessages
import Testing

@Suite struct SpaceConfigurationTests {
    private let outer = """

        [[schedule]]
        id = "laden"
        weekly = ["mo-fr 06:00-22:00"]
        [[space]]
        id = "saal"
        name = "Saal"
        module = "assembly"
        capacity = 40
        [[space]]
        id = "kiosk"
        name = "Kiosk"
        module = "shop"

        """

    @Test func `what a space is judged by is read, and follows from what it is where nothing is said`() throws {
        let plain = try #require(try parse(smallest + outer).spaces.last)
        #expect(plain.isBookable == false && plain.countError == 3 && plain.inside == nil && plain.hours == nil)
        #expect(plain.noShowAfter == .seconds(900) && plain.walkInAfter == .seconds(600))
        let said = try #require(
            try parse(
                smallest + outer
                    + """
                    inside = "saal"
                    hours = "laden"
                    capacity = 8
                    warn_at = 6
                    count_error = 5
                    bookable = true
                    no_show_after = "30min"
                    overstay_after = "5min"
                    walk_in_after = "7min"
                    """
            ).spaces.last)
        #expect(said.inside?.rawValue == "saal" && said.hours?.rawValue == "laden" && said.warnAt == 6)
        #expect(said.isBookable && said.countError == 5 && said.noShowAfter == .seconds(1_800))
        #expect(said.overstayAfter == .seconds(300) && said.walkInAfter == .seconds(420))
        #expect(try parse(smallest).privacy.pseudonymPeriod == .seconds(7 * 86_400))
    }

    @Test func `a mistake in it, with its place and what to do`() {
        for (line, expected) in [
            ("inside = \"sal\"", "lies inside space 'sal', which is not configured above it (did you mean 'saal'?)"),
            ("inside = \"kiosk\"", "lies inside space 'kiosk', which is not configured above it"),
            ("inside = 7", "'inside' of [[space]] 'kiosk' is no space"),
            ("hours = \"ladn\"", "has the hours 'ladn', which are no configured schedule (did you mean 'laden'?)"),
            ("warn_at = 3", "'warn_at' of [[space]] 'kiosk' needs a 'capacity' that it warns of"),
            ("capacity = 8\nwarn_at = 9", "'warn_at'"), ("count_error = 51", "'count_error'"),
            ("no_show_after = \"0min\"", "'no_show_after'"),
        ] {
            let found = mistakes(smallest + outer + line)
            #expect(found.count == 1 && found[0].contains(expected), "\(line): \(found)")
            #expect(found.first?.hasPrefix("hub.toml:") == true)
        }
        #expect(mistakes(smallest + "\n[privacy]\npseudonyms_for = \"1h\"\n").count == 1)
    }
}
