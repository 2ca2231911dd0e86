internal import Synchronization

/// Numbers about the hub for a monitoring system that asks for them: `/metrics`, in the text format of Prometheus
/// (version 0.0.4). How the hub is, never who was where.
///
/// The loop sets them, the dashboard's thread reads them when it is asked; neither waits, and nobody is woken.
public final class HubMetrics: Sendable {
    /// The numbers as they are at one moment.
    public struct Values: Hashable, Sendable {
        /// The position of what is wrong with the disk in ``HubMetrics/init(version:faults:)``'s `faults`; `nil` while it
        /// takes events.
        public var fault: Int?
        /// Events that wait for the disk.
        public var waitingForDisk: Int
        /// The place of the last event.
        public var lastEvent: Int
        /// Whether the connection to the broker stands; `nil` where none is configured.
        public var isConnected: Bool?
        /// Events on disk that the network has not acknowledged.
        public var backlog: Int
        /// Whether the wall clock is synchronized.
        public var isClockSynchronized: Bool
        /// Devices that cannot be used.
        public var failedDevices: Int
        /// Bookings that the hub has.
        public var bookings: Int
        /// Seconds since the daemon's start.
        public var uptime: Int

        /// All numbers.
        public init(
            fault: Int?, waitingForDisk: Int, lastEvent: Int, isConnected: Bool?, backlog: Int,
            isClockSynchronized: Bool,
            failedDevices: Int, bookings: Int, uptime: Int
        ) {
            self.fault = fault
            self.waitingForDisk = waitingForDisk
            self.lastEvent = lastEvent
            self.isConnected = isConnected
            self.backlog = backlog
            self.isClockSynchronized = isClockSynchronized
            self.failedDevices = failedDevices
            self.bookings = bookings
            self.uptime = uptime
        }
    }

    private let version: String
    private let faults: [String]
    private let fault = Atomic<Int>(-1)
    private let waitingForDisk = Atomic<Int>(0)
    private let lastEvent = Atomic<Int>(0)
    // -1: none is configured.
    private let connected = Atomic<Int>(-1)
    private let backlog = Atomic<Int>(0)
    private let synchronized = Atomic<Bool>(false)
    private let failedDevices = Atomic<Int>(0)
    private let bookings = Atomic<Int>(0)
    private let uptime = Atomic<Int>(0)

    /// Metrics of the program's `version`; `faults` are the words for what can be wrong with the disk.
    public init(version: String, faults: [String]) {
        self.version = version
        self.faults = faults
    }

    /// Sets all numbers. The loop's thread only.
    public func set(_ values: Values) {
        fault.store(values.fault ?? -1, ordering: .relaxed)
        waitingForDisk.store(values.waitingForDisk, ordering: .relaxed)
        lastEvent.store(values.lastEvent, ordering: .relaxed)
        connected.store(values.isConnected.map { $0 ? 1 : 0 } ?? -1, ordering: .relaxed)
        backlog.store(values.backlog, ordering: .relaxed)
        synchronized.store(values.isClockSynchronized, ordering: .relaxed)
        failedDevices.store(values.failedDevices, ordering: .relaxed)
        bookings.store(values.bookings, ordering: .relaxed)
        uptime.store(values.uptime, ordering: .relaxed)
    }

    /// What is answered to who asks.
    var text: String {
        let fault = fault.load(ordering: .relaxed)
        let connected = connected.load(ordering: .relaxed)
        var text = ""
        func add(_ name: String, _ kind: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
            text += "# HELP regiohub_\(name) \(help)\n# TYPE regiohub_\(name) \(kind)\n"
            for sample in samples { text += "regiohub_\(name)\(sample.labels) \(sample.value)\n" }
        }
        func gauge(_ name: String, _ help: String, _ value: Int) { add(name, "gauge", help, [("", value)]) }
        add("info", "gauge", "The running program.", [("{version=\"\(version)\"}", 1)])
        gauge("uptime_seconds", "Seconds since the daemon's start.", uptime.load(ordering: .relaxed))
        gauge("journal_healthy", "1 while the disk takes events.", fault < 0 ? 1 : 0)
        add(
            "journal_fault", "gauge", "1 for what keeps the disk from taking events.",
            faults.enumerated().map { ("{fault=\"\($0.element)\"}", $0.offset == fault ? 1 : 0) })
        gauge("journal_waiting_events", "Events that wait for the disk.", waitingForDisk.load(ordering: .relaxed))
        add(
            "journal_events_total", "counter", "The number of the last event.",
            [("", lastEvent.load(ordering: .relaxed))])
        if connected >= 0 {
            gauge("uplink_connected", "1 while the connection to the broker stands.", connected)
            gauge(
                "uplink_backlog_events", "Events on disk that the network has not acknowledged.",
                backlog.load(ordering: .relaxed))
        }
        gauge(
            "clock_synchronized", "1 while the wall clock is synchronized.",
            synchronized.load(ordering: .relaxed) ? 1 : 0)
        gauge("devices_failed", "Devices that cannot be used.", failedDevices.load(ordering: .relaxed))
        gauge("bookings", "Bookings that the hub has.", bookings.load(ordering: .relaxed))
        return text
    }
}
