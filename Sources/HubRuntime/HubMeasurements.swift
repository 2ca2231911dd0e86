internal import Dashboard
internal import Hub
internal import HubMessages

extension HubDaemon {
    /// What `/metrics` tells at this moment.
    var measured: HubMetrics.Values {
        let status = hub.status
        return HubMetrics.Values(
            fault: status.journalFault.flatMap { JournalFault.allCases.firstIndex(of: $0) },
            waitingForDisk: hub.waitingForDisk, lastEvent: Int(clamping: hub.lastEvent), isConnected: hub.isConnected,
            backlog: Int(clamping: hub.backlog), isClockSynchronized: status.clock == .synchronized,
            failedDevices: status.failedDevices.count, bookings: hub.bookingCount,
            uptime: Int((now.monotonic - started.monotonic).milliseconds / 1_000))
    }
}
