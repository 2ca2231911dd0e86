public import LinuxIO
internal import Synchronization

/// The hub's connection to its MQTT 5 broker: libmosquitto on a thread of its own.
///
/// All methods are for the loop's thread only and none waits, but ``close(within:)``. A method that returns `false`
/// did nothing because the command queue is full; what then goes without is the caller's policy.
///
/// Nothing happens by itself: no reconnecting, no resending, no subscribing again. The caller decides from the notices.
///
/// Backpressure: at most ``UplinkConfiguration/maximumInFlight`` messages wait for an acknowledgement; further ones
/// wait in the command queue. When the notice queue is full, the thread stops reading from the broker until there is
/// room, so TCP slows the broker down; no notice is dropped. A loop that takes none for longer than the keep-alive
/// costs the connection, which is then reported like any other loss.
public final class Uplink: Sendable {
    private let mailbox: UplinkMailbox
    private let thread: Thread

    /// Starts the uplink's thread; connects to nothing yet. Throws where the process has no descriptor left.
    public init(_ configuration: UplinkConfiguration) throws(SystemError) {
        let mailbox = try UplinkMailbox(configuration)
        let lookUp = try NameLookUp()
        self.mailbox = mailbox
        thread = Thread {
            UplinkWorker(configuration, mailbox: mailbox, lookUp: lookUp).run()
            mailbox.lifeline.reportEnd()
        }
    }

    /// Readable when ``nextNotice()`` has something; for the loop's epoll. Drain it before taking the notices.
    public var noticesArrived: EventCounter { mailbox.notices.arrived }

    /// Takes the next notice; `nil` where there is none.
    public func nextNotice() -> UplinkNotice? {
        mailbox.notices.pop()
    }

    /// Begins one attempt to connect. Has no effect while connecting or connected.
    public func connect() -> Bool {
        let epoch = mailbox.epoch.load(ordering: .relaxed) + 1
        guard mailbox.push(.connect(epoch: epoch)) else { return false }
        mailbox.epoch.store(epoch, ordering: .relaxed)
        return true
    }

    /// Says goodbye to the broker, or gives the attempt up. Messages not yet sent are void. Has no effect while
    /// there is neither. Overtakes messages that wait.
    public func disconnect() -> Bool {
        mailbox.push(.disconnect)
    }

    /// Publishes a message, in order; one that was handed over before the last ``connect()`` is dropped.
    public func publish(_ message: UplinkMessage) -> Bool {
        mailbox.push(.one(message))
    }

    /// Publishes a message of QoS 0 about what is true now: in order with others of its kind, and ahead of everything
    /// that ``publish(_:)`` and ``publishRows(topic:rows:token:)`` left waiting.
    public func publishLive(_ message: UplinkMessage) -> Bool {
        var message = message
        message.quality = .atMostOnce
        return mailbox.pushLive(message)
    }

    /// Publishes `rows`, each a JSON text, as the elements of one JSON array, with QoS 1.
    public func publishRows(topic: String, rows: [[UInt8]], token: UInt64) -> Bool {
        mailbox.push(.rows(topic: topic, rows: rows, token: token))
    }

    /// Subscribes to a topic filter. ``UplinkNotice/subscribed(topic:)`` or a refusal follows. Without a connection it
    /// is dropped. Overtakes messages that wait.
    public func subscribe(topic: String, quality: DeliveryQuality) -> Bool {
        mailbox.push(.subscribe(topic: topic, quality: quality))
    }

    /// Disconnects, so that the broker does not publish the will, and ends the thread. Call once, last.
    ///
    /// What is to arrive must have been acknowledged before. Returns `false` where `bound` passed first: the thread
    /// is then left to itself, and ends with the process.
    public func close(within bound: Duration) -> Bool {
        mailbox.lifeline.requestClose()
        guard mailbox.lifeline.waitForEnd(bound) else { return false }
        thread.join()
        return true
    }
}
