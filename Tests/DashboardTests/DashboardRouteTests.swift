internal import Foundation
import Testing

@testable import Dashboard

@Suite struct DashboardRouteTests {
    private func status(_ method: String, _ path: String, host: String?, hosts: Set<String> = []) -> UInt32 {
        switch DashboardRoute(method: method, path: path, host: host, hosts: hosts) {
        case .asset, .state, .live, .metrics: 200
        case .refused(let status, _): status
        }
    }

    @Test(arguments: ["/", "/dashboard.css", "/dashboard.js", "/state.json", "/live", "/metrics"])
    func `what there is is answered, by every name of the machine itself`(path: String) {
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "LocalHost"] {
            #expect(status("GET", path, host: host) == 200)
        }
    }

    @Test func `another site whose name points here gets nothing, a configured name does`() {
        #expect(status("GET", "/state.json", host: "evil.example") == 421)
        #expect(status("GET", "/state.json", host: nil) == 421)
        #expect(status("GET", "/state.json", host: "hub.example.org", hosts: ["hub.example.org"]) == 200)
    }

    @Test func `nothing can be ordered here, and other paths are not there`() {
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] { #expect(status(method, "/", host: "localhost") == 405) }
        for path in ["/../etc/passwd", "/index.html", "", "/state.json/"] {
            #expect(status("GET", path, host: "localhost") == 404)
        }
    }

    @Test func `the page loads nothing from elsewhere and holds no script of its own`() throws {
        let page = try #require(DashboardAsset.all.first { $0.path == "/" }).text
        for asset in DashboardAsset.all { #expect(!asset.text.contains("http://") && !asset.text.contains("https://")) }
        #expect(!page.contains("<script>") && !page.contains("style="))
    }

    @Test func `until the hub has said something the page shows nothing but that it waits for it`() throws {
        let page = try #require(DashboardAsset.all.first { $0.path == "/" }).text
        let script = try #require(DashboardAsset.all.first { $0.path == "/dashboard.js" }).text
        #expect(page.contains("<main id=\"main\" hidden>"))
        let opened = try #require(script.range(of: "new EventSource"))
        let told = try #require(script.range(of: "\nconnecting();"))
        let shown = try #require(script.range(of: "main.hidden = false"))
        #expect(opened.lowerBound < told.lowerBound && told.lowerBound < shown.lowerBound)
        for text in ["Connecting to the hub", "Verbindung zum Hub wird aufgebaut", "No connection", "Keine Verbindung"]
        {
            #expect(script.contains(text))
        }
    }
}
