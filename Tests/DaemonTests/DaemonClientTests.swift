internal import ControlSocket
internal import HubMessages
internal import TestSupport
internal import Testing

/// Clients of the control socket that do not behave.
@Suite struct DaemonClientTests {
    @Test func `G12: what is no request is answered with a reason`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        let client = try RawClient(daemon.socket)
        for wrong in [
            "", "nonsense", "{}", "[]", "{\"unlock\":{}}", "{\"unlock\":{\"door\":7}}", "{\"open\":{}}", "\u{0}",
        ] {
            #expect(client.send(wrong + "\n"))
            let answer = try #require(try client.line())
            #expect(
                answer.hasPrefix("{\"refused\":{\"reason\":\"the request was not understood"), "\(wrong): \(answer)")
        }
        // The connection is as good as before.
        #expect(client.send("{\"status\":{}}\n"))
        #expect(try client.line()?.hasPrefix("{\"status\":") == true)
    }

    @Test func `G12: a request without an end is refused with a reason, and the client let go`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        let client = try RawClient(daemon.socket)
        client.send(String(repeating: "x", count: ControlRequest.maximumBytes + 20_000))
        #expect(try client.line()?.contains("longer than \(ControlRequest.maximumBytes) bytes") == true)
        #expect(try client.line() == nil)
        #expect(try daemon.status().hub.online)
    }

    @Test func `a client that has said everything still gets its answers`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        let client = try RawClient(daemon.socket)
        client.send("{\"status\":{}}\n{\"journalTail\":{\"count\":1}}\n")
        client.finishSending()
        #expect(try client.line()?.hasPrefix("{\"status\":") == true)
        #expect(try client.line()?.hasPrefix("{\"events\":") == true)
        #expect(try client.line() == nil)
    }

    @Test func `G1, G12: a client that never reads is dropped, and the doors work meanwhile`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        try daemon.book("one", card: 1)
        let client = try RawClient(daemon.socket)
        client.send("{\"watch\":{}}\n")
        let many = String(repeating: "{\"status\":{}}\n", count: 100)
        for _ in 0..<10 { client.send(many) }
        // The loop takes one request a turn of each client: a card that is shown meanwhile is read in time.
        try daemon.letSomebodyIn(card: 1)
        // Some 3 kB of answer each: soon more than the daemon keeps for anybody, and it lets go.
        var sent = 0
        while sent < 1_000, client.send(many) { sent += 1 }
        #expect(sent < 1_000)
        #expect(try client.readToTheEnd() <= ControlConnection.maximumUnsent + 2 << 20)
    }

    @Test func `G12: the thirty-third client is told that there is no room`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        // One is the test's own.
        var clients: [RawClient] = []
        for _ in 0..<31 {
            let client = try RawClient(daemon.socket)
            client.send("{\"doors\":{}}\n")
            #expect(try client.line()?.hasPrefix("{\"doors\":") == true)
            clients.append(client)
        }
        for _ in 0..<8 {
            let client = try RawClient(daemon.socket)
            #expect(try client.line()?.contains("32 clients are connected already") == true)
            #expect(try client.line() == nil)
        }
        for client in clients {
            client.send("{\"doors\":{}}\n")
            #expect(try client.line()?.hasPrefix("{\"doors\":") == true)
        }
        clients = []
        try daemon.wait(for: "room") {
            let client = try RawClient(daemon.socket)
            client.send("{\"doors\":{}}\n")
            return try client.line()?.hasPrefix("{\"doors\":") == true ? true : nil
        }
    }
}
