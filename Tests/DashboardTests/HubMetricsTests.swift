import Testing

@testable import Dashboard

@Suite struct HubMetricsTests {
    private let metrics = HubMetrics(version: "1.2.3", faults: ["full", "stalled"])

    private func samples() -> [String] {
        metrics.text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test func `a sound hub, and every sample has its help and its type before it`() {
        metrics.set(
            HubMetrics.Values(
                fault: nil, waitingForDisk: 0, lastEvent: 4_711, isConnected: true, backlog: 12,
                isClockSynchronized: true, failedDevices: 0, bookings: 3, uptime: 60))
        #expect(
            samples() == [
                "regiohub_info{version=\"1.2.3\"} 1", "regiohub_uptime_seconds 60", "regiohub_journal_healthy 1",
                "regiohub_journal_fault{fault=\"full\"} 0", "regiohub_journal_fault{fault=\"stalled\"} 0",
                "regiohub_journal_waiting_events 0", "regiohub_journal_events_total 4711",
                "regiohub_uplink_connected 1",
                "regiohub_uplink_backlog_events 12", "regiohub_clock_synchronized 1", "regiohub_devices_failed 0",
                "regiohub_bookings 3",
            ])
        var known: Set<String> = []
        for line in metrics.text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "#" {
                known.insert(String(words[1] + words[2]))
            } else {
                let name = words[0].prefix { $0 != "{" }
                #expect(known.isSuperset(of: ["HELP" + name, "TYPE" + name]))
            }
        }
    }

    @Test func `a disk that hangs shows with its fault, and a hub without a network has no numbers of one`() {
        metrics.set(
            HubMetrics.Values(
                fault: 1, waitingForDisk: 7, lastEvent: 1, isConnected: nil, backlog: 0, isClockSynchronized: false,
                failedDevices: 2, bookings: 0, uptime: 1))
        let samples = samples()
        #expect(samples.contains("regiohub_journal_healthy 0"))
        #expect(samples.contains("regiohub_journal_fault{fault=\"stalled\"} 1"))
        #expect(samples.contains("regiohub_journal_fault{fault=\"full\"} 0"))
        #expect(samples.contains("regiohub_journal_waiting_events 7"))
        #expect(!samples.contains { $0.contains("uplink") })
    }
}
