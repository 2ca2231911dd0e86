import Foundation
import TestSupport
import Testing

@testable import Dashboard

/// The server over real sockets.
@Suite struct DashboardTests {
    @Test func `the page, its parts and the state are served, with headers that keep other sites out`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { dashboard.close() }
        dashboard.show("state/door/eingang", Array("{\"door\":\"eingang\"}".utf8))
        let page = try RawRequest(port: dashboard.port, "GET / HTTP/1.1").answer()
        #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(page.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"))
        #expect(page.contains("<title>RegioHub</title>"))
        let state = try RawRequest(port: dashboard.port, "GET /state.json HTTP/1.1").answer()
        #expect(state.hasSuffix("{\"state/door/eingang\":{\"door\":\"eingang\"}}\n"))
        #expect(try RawRequest(port: dashboard.port, "GET /no HTTP/1.1").answer().hasPrefix("HTTP/1.1 404"))
        #expect(try RawRequest(port: dashboard.port, "POST / HTTP/1.1").answer().hasPrefix("HTTP/1.1 405"))
    }

    @Test func `a stream begins with all that is true and goes on with what changes`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { dashboard.close() }
        dashboard.show("status", Array("1".utf8))
        let stream = try RawRequest(port: dashboard.port, "GET /live HTTP/1.1")
        try stream.wait(for: "data: {\"topic\":\"status\",\"state\":1}\n\n")
        dashboard.show("status", Array("2".utf8))
        try stream.wait(for: "data: {\"topic\":\"status\",\"state\":2}\n\n")
        dashboard.clear("status")
        try stream.wait(for: "data: {\"topic\":\"status\",\"state\":null}\n\n")
    }

    @Test func `one who does not read holds nobody up, and everybody sees the newest`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { dashboard.close() }
        let stalled = try RawRequest(port: dashboard.port, "GET /live HTTP/1.1")
        try stalled.wait(for: "retry")
        let large = [UInt8](repeating: UInt8(ascii: "7"), count: 10_000)
        for round in 0..<3_000 { dashboard.show("state/sensor/s\(round % 50)", large + Array("\(round)".utf8)) }
        dashboard.show("status", Array("\"last\"".utf8))
        // A queue that was full hands the rest over with what is shown later.
        for _ in 0..<1_000 {
            dashboard.show("tick", Array("0".utf8))
            usleep(1_000)
            if try RawRequest(port: dashboard.port, "GET /state.json HTTP/1.1").answer().contains("\"last\"") { break }
        }
        #expect(try RawRequest(port: dashboard.port, "GET /state.json HTTP/1.1").answer().contains("\"last\""))
    }

    @Test func `a broken request is refused and the next one is answered`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { dashboard.close() }
        // Cut off without a word by newer versions of the library.
        let refusal = try RawRequest(port: dashboard.port, "\u{1}\u{2} nonsense").answer()
        #expect(refusal.isEmpty || refusal.hasPrefix("HTTP/1.1 400"))
        let long = "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1"
        #expect(try RawRequest(port: dashboard.port, long).answer().hasPrefix("HTTP/1.1 4"))
        #expect(try RawRequest(port: dashboard.port, "GET / HTTP/1.1").answer().hasPrefix("HTTP/1.1 200"))
    }

    @Test func `a port in use is said with what to do`() throws {
        let first = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { first.close() }
        let error = #expect(throws: DashboardError.self) {
            try Dashboard(port: first.port, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        }
        #expect(
            error?.description
                == "port \(first.port) cannot be listened on: Address already in use; choose another 'port' in [dashboard]"
        )
    }
}
