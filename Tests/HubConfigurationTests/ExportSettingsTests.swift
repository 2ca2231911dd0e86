import HubConfiguration
import Testing

@Suite struct ExportSettingsTests {
    private static let place =
        "longitude = 7.31\nlatitude = 50\nstreet = \"Marktplatz 1\"\npostal_code = \"56751\"\nlocality = \"Polch\"\n"

    private func file(_ lines: String) -> String {
        smallest + "\n[mqtt]\nhost = \"127.0.0.1\"\n[export]\n" + lines
    }

    @Test func `without a table nothing is published in open formats`() throws {
        #expect(try parse(smallest).export == nil)
        let settings = try #require(
            try parse(file(Self.place + "formats = [\"ngsi-ld\", \"sensorthings\"]")).export)
        #expect(settings.formats == [.ngsiLD, .sensorThings])
        #expect(settings.longitude == 7.31 && settings.latitude == 50)
        #expect(settings.street == "Marktplatz 1" && settings.postalCode == "56751" && settings.locality == "Polch")
    }

    @Test(arguments: [
        (place, ["7:1: [export] has no 'formats'; expected a list of strings"]),
        (place + "formats = []", ["13:11: 'formats' is a list; expected a list of at least one string"]),
        (
            place + "formats = [\"ngsild\"]",
            [
                "13:12: 'formats' holds \"ngsild\"; expected \"ngsi-ld\" or \"sensorthings\" (did you mean 'ngsi-ld'?)"
            ]
        ),
        (
            "formats = [\"ngsi-ld\"]",
            [
                "7:1: [export] has no 'longitude'; expected a number from -180.0 to 180.0",
                "7:1: [export] has no 'latitude'; expected a number from -90.0 to 90.0",
                "7:1: [export] has no 'street'; expected street and number",
                "7:1: [export] has no 'postal_code'; expected the postal code",
                "7:1: [export] has no 'locality'; expected the town",
            ]
        ),
        (
            place.replacing("= 50", with: "= 91") + "formats = [\"ngsi-ld\"]",
            ["9:12: 'latitude' is 91.0; expected a number from -90.0 to 90.0"]
        ),
    ])
    func `every mistake, with its place and what to do`(lines: String, wrong: [String]) {
        #expect(mistakes(file(lines)) == wrong.map { "hub.toml:" + $0 })
    }

    @Test func `there must be a broker to publish through`() {
        let wrong = mistakes(smallest + "\n[export]\nformats = [\"ngsi-ld\"]\n" + Self.place)
        #expect(
            wrong == [
                "hub.toml:5:1: [export] publishes through the broker, and there is none (add [mqtt], or leave [export] "
                    + "out; 'hubctl export' needs neither)"
            ])
    }
}
