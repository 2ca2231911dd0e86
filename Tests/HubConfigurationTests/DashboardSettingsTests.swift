import HubConfiguration
import Testing

@Suite struct DashboardSettingsTests {
    @Test func `without a table there is no page; an empty one has the defaults`() throws {
        #expect(try parse(smallest).dashboard == nil)
        let plain = try #require(try parse(smallest + "\n[dashboard]").dashboard)
        #expect(plain.port == 8080 && plain.hosts.isEmpty)
        let full = try parse(smallest + "\n[dashboard]\nport = 80\nhosts = [\"hub.example.org\"]").dashboard
        #expect(full?.port == 80 && full?.hosts == ["hub.example.org"])
    }

    @Test(arguments: [
        ("port = 0", "6:8: 'port' is 0; expected a whole number from 1 to 65535"),
        (
            "hosts = \"hub\"",
            "6:9: 'hosts' is a string; expected a list of host names without a port, in lower case, such as "
                + "[\"hub.example.org\"]"
        ),
        (
            "hosts = [\"hub.example.org:80\"]",
            "6:10: 'hosts' holds no host name; expected a list of host names without a port, in lower case, such as "
                + "[\"hub.example.org\"]"
        ),
        ("prot = 1", "6:1: [dashboard] has no setting 'prot' (did you mean 'port'?)"),
    ])
    func `one mistake, with its place and what to do`(line: String, mistake: String) {
        #expect(mistakes(smallest + "\n[dashboard]\n" + line) == ["hub.toml:" + mistake])
    }
}
