internal import LinuxIO

/// When libmosquitto is to look whether a ping is due or its answer missing: as seldom as that can be, so that a quiet
/// connection lets the processor sleep.
///
/// The library looks only when it is called. A ping must leave before the broker's patience of one and a half keep-alive
/// intervals ends (MQTT 5, 3.1.2.10), and a connection that has died is to be noticed although something is sent on it.
struct KeepAliveClock {
    private let interval: UInt64
    private var lastSent: UInt64
    private var lastReceived: UInt64

    // The library counts in whole seconds of a clock of its own.
    private static let slack: UInt64 = 1_000_000_000

    /// A connection that has just sent and received something, at `now` (monotonic, in nanoseconds).
    init(interval: Duration, now: UInt64) {
        let (seconds, attoseconds) = interval.components
        self.interval =
            UInt64(clamping: max(Int64(clamping: seconds), 5)) * 1_000_000_000
            + UInt64(clamping: attoseconds / 1_000_000_000)
        lastSent = now
        lastReceived = now
    }

    /// When the library is to look.
    var due: UInt64 { min(lastSent, lastReceived) + interval + Self.slack }

    /// Something was handed to the network.
    mutating func sent(at now: UInt64) { lastSent = now }

    /// Something came from the broker.
    mutating func received(at now: UInt64) { lastReceived = now }

    /// The library has looked, and sent a ping where one was due: its answer is missing when the next look is due.
    mutating func looked(at now: UInt64) {
        lastSent = now
        lastReceived = now
    }
}
