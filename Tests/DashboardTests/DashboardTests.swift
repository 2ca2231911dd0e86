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
        let refusal = try RawRequest(port: dashboard.port, "\u{1}\u{2} nonsense").answer()
        #expect(refusal.hasPrefix("HTTP/1.1 400"))
        let long = "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1"
        #expect(try RawRequest(port: dashboard.port, long).answer().hasPrefix("HTTP/1.1 4"))
        #expect(try RawRequest(port: dashboard.port, "GET / HTTP/1.1").answer().hasPrefix("HTTP/1.1 200"))
    }

    @Test func `a request is answered however its bytes arrive, and HEAD without a body`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { dashboard.close() }
        let request = try RawRequest(port: dashboard.port)
        for character in "GET /state.json?now=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" {
            request.send(String(character))
        }
        #expect(try request.answer().hasSuffix("\r\n\r\n{}\n"))
        for path in ["/", "/state.json", "/metrics", "/live", "/no"] {
            let head = try RawRequest(port: dashboard.port, "HEAD \(path) HTTP/1.1").answer()
            #expect(head.hasPrefix(path == "/no" ? "HTTP/1.1 404" : "HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `who leaves is forgotten, and who stays is told when the server ends`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        let stayed = try RawRequest(port: dashboard.port, "GET /live HTTP/1.1")
        try stayed.wait(for: "retry")
        let many = 4 * Dashboard.maximumConnections
        for round in 0..<many {
            let left = try RawRequest(port: dashboard.port, "GET /live HTTP/1.1")
            try left.wait(for: "retry")
            dashboard.show("status", Array("\(round)".utf8))
        }
        try stayed.wait(for: "\"state\":\(many - 1)}")
        dashboard.close()
        // The last chunk of an answer of unknown length (RFC 9112, section 7.1).
        #expect(try stayed.answer().hasSuffix("\r\n0\r\n\r\n"))
    }

    @Test func `who comes when all places are taken waits until one is free`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { dashboard.close() }
        var present: [RawRequest] = []
        for _ in 0..<Dashboard.maximumConnections { present.append(try RawRequest(port: dashboard.port)) }
        // The server has seen all of them when the last one is answered.
        present.removeLast().send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        present.append(try RawRequest(port: dashboard.port, "GET /live HTTP/1.1"))
        try present[present.count - 1].wait(for: "retry")
        let late = try RawRequest(port: dashboard.port, "GET / HTTP/1.1")
        #expect(throws: RawRequest.Problem.self) { try late.wait(for: "HTTP", patience: .milliseconds(1_500)) }
        present.removeFirst()
        try late.wait(for: "HTTP/1.1 200")
    }

    @Test func `a program that is started meanwhile holds no connection`() throws {
        let dashboard = try Dashboard(port: 0, hosts: [], metrics: HubMetrics(version: "test", faults: []))
        defer { dashboard.close() }
        var present: [RawRequest] = []
        for _ in 0..<Dashboard.maximumConnections { present.append(try RawRequest(port: dashboard.port)) }
        let program = try ChildProcess("/bin/sleep", ["60"])
        let late = try RawRequest(port: dashboard.port, "GET / HTTP/1.1")
        present.removeFirst()
        try late.wait(for: "HTTP/1.1 200")
        #expect(program.isRunning)
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
