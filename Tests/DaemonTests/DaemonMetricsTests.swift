internal import Glibc
internal import HubMessages
internal import TestSupport
internal import Testing

/// `/metrics` of a running daemon, asked for as a monitoring system does.
@Suite struct DaemonMetricsTests {
    /// The samples by name and labels.
    private func metrics(_ port: UInt16) throws -> [Substring: Int] {
        let answer = try RawRequest(port: port, "GET /metrics HTTP/1.1").answer()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.lowercased().contains("content-type: text/plain; version=0.0.4"))
        let body = answer.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
        let samples = body.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: " ")
        }
        return Dictionary(
            samples.compactMap { words in
                words.count == 2 ? Int(words[1]).map { (words[0], $0) } : nil
            }
        ) { first, _ in first }
    }

    @Test func `numbers follow the hub: events, a broker that comes, devices that go and come back`() throws {
        let port = try TestBroker.freePort()
        let broker = try TestBroker()
        let daemon = try TestDaemon(port: broker.port)
        daemon.configuration.add("dashboard")
        daemon.configuration.set("dashboard", "port", "\(port)")
        try daemon.start()
        try daemon.wait(for: "the broker, and all events with it") {
            let numbers = try metrics(port)
            return numbers["regiohub_uplink_connected"] == 1 && numbers["regiohub_uplink_backlog_events"] == 0
                && numbers["regiohub_devices_failed"] == 0 && numbers["regiohub_journal_waiting_events"] == 0
                ? true : nil
        }
        let before = try metrics(port)
        #expect(before["regiohub_journal_healthy"] == 1)
        for fault in JournalFault.allCases {
            #expect(before["regiohub_journal_fault{fault=\"\(fault.rawValue)\"}"] == 0)
        }
        #expect(before["regiohub_bookings"] == 0)
        let version = try daemon.status().hub.version
        #expect(before["regiohub_info{version=\"\(version)\"}"] == 1)

        try daemon.book("one", card: 1)
        broker.stop()
        try daemon.simulate(.unplug)
        try daemon.wait(for: "the loss of broker and devices") {
            let numbers = try metrics(port)
            return numbers["regiohub_uplink_connected"] == 0 && numbers["regiohub_devices_failed"] == 33
                && (numbers["regiohub_uplink_backlog_events"] ?? 0) > 0 ? true : nil
        }
        let during = try metrics(port)
        #expect(during["regiohub_bookings"] == 1)
        #expect((during["regiohub_journal_events_total"] ?? 0) > (before["regiohub_journal_events_total"] ?? 0))
        try daemon.simulate(.plug)
        try broker.start()
        try daemon.wait(for: "their return") {
            let numbers = try metrics(port)
            return numbers["regiohub_uplink_connected"] == 1 && numbers["regiohub_devices_failed"] == 0
                && numbers["regiohub_uplink_backlog_events"] == 0 ? true : nil
        }
        // The events' counter is the number of the last one.
        try daemon.wait(for: "the last event's number") {
            let last = try daemon.events().last?.seq
            return try metrics(port)["regiohub_journal_events_total"] == last.map(Int.init(clamping:)) ? true : nil
        }
        #expect(daemon.stop() == 0)
    }
}
