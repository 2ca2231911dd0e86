internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import MessageCoding
internal import Uplink

/// The hub's side of its MQTT contract: which message goes to which topic, in which form. docs/messages.md describes it.
///
/// A queue to the uplink's thread that is full means that the network is far behind; then the connection is given up,
/// and everything unacknowledged and every live state is sent anew after the next one.
final class NetworkLink {
    /// What arrived from the network, or became of what was sent.
    enum Event {
        case connected
        case disconnected(UplinkFailure)
        /// The batch of events with that number is acknowledged.
        case batchAcknowledged(UInt64)
        case rejected(MessageRejection)
        case bookings([UInt8])
        case dropped(topic: String)
        case subscriptionRefused(topic: String, MessageRejection)
    }

    /// Readable when ``next()`` may have something.
    var arrived: CInt { uplink.noticesArrived.descriptor }
    /// Whether the last message sent with ``sendFinalStatus(_:)`` was acknowledged.
    private(set) var isFinalStatusSent = false

    private let uplink: Uplink
    private let hub: HubID
    private let root: String
    private let minimumPeople: Int
    private let coding: MessageCoding
    private var mustGiveUp = false

    // Tokens of messages that are no batch of events.
    private static let anyToken: UInt64 = 0
    private static let finalToken = UInt64.max

    /// A booking feed is not larger than this.
    static let maximumMessage = 8 << 20

    init(
        _ settings: BrokerSettings, password: String?, configuration: HubConfiguration, coding: MessageCoding,
        will: HubStatus
    ) throws(SystemError) {
        var setup = UplinkConfiguration(
            host: settings.host, port: UInt16(clamping: settings.port), clientID: settings.clientID)
        setup.username = settings.username
        setup.password = password
        setup.keepAlive = settings.keepAlive
        setup.willTopic = "\(settings.root)/status"
        setup.willPayload = coding.encode(will)
        setup.maximumMessageBytes = Self.maximumMessage
        uplink = try Uplink(setup)
        hub = configuration.hub
        root = settings.root
        minimumPeople = configuration.privacy.minimumPeople
        self.coding = coding
    }

    func connect() {
        attempt(uplink.connect())
    }

    func disconnect() {
        mustGiveUp = !uplink.disconnect()
    }

    /// Takes what arrived; `nil` where nothing did.
    func next() -> Event? {
        while let notice = uplink.nextNotice() {
            if let event = event(notice) { return event }
        }
        if mustGiveUp { disconnect() }
        return nil
    }

    /// Resets ``arrived``; before ``next()``.
    func drain() {
        uplink.noticesArrived.drain()
    }

    /// Sends a live state. Not acknowledged: after a lost connection all of them are shown again.
    func show(_ state: LiveState) {
        let message = UplinkMessage(
            topic: "\(root)/\(state.topic)", payload: coding.encode(state), retain: true, quality: .atMostOnce)
        attempt(uplink.publish(message))
    }

    /// Makes the broker forget what it retains on a topic (MQTT 5, 3.3.1.3: an empty retained message).
    func clear(_ topic: String) {
        attempt(
            uplink.publish(UplinkMessage(topic: "\(root)/\(topic)", payload: [], retain: true, quality: .atMostOnce)))
    }

    /// Sends the status that says goodbye.
    func sendFinalStatus(_ status: HubStatus) {
        attempt(
            uplink.publish(
                UplinkMessage(
                    topic: "\(root)/status", payload: coding.encode(status), retain: true, quality: .atLeastOnce,
                    token: Self.finalToken)))
    }

    /// Sends a batch of events, and before it what the district receives of them. Brokers acknowledge in order, so the
    /// batch's acknowledgement covers both.
    func send(_ rows: [JournalRow], batch: UInt64) {
        for row in rows where row.kind == JournalEvent.utilizationType {
            guard let record = utilization(in: row) else { continue }
            let view = DistrictUtilization(hub: hub, record: record, threshold: minimumPeople)
            attempt(
                uplink.publish(
                    UplinkMessage(
                        topic: "\(root)/utilization", payload: coding.encode(view), quality: .atLeastOnce,
                        token: Self.anyToken)))
        }
        attempt(uplink.publishRows(topic: "\(root)/event", rows: rows.map(\.payload), token: batch))
    }

    /// Ends the connection in order, within `bound`.
    func close(within bound: Duration) -> Bool {
        uplink.close(within: bound)
    }

    /// Says goodbye and ends the connection in order, without the loop waiting for it: its settings no longer hold.
    /// Nothing else may be called any more.
    func retire(_ goodbye: HubStatus?) {
        if let goodbye { sendFinalStatus(goodbye) }
        Thread { [uplink] in
            var isWaiting = goodbye != nil
            let end = SystemClock.monotonicNanoseconds() + 3_000_000_000
            while isWaiting, SystemClock.monotonicNanoseconds() < end {
                uplink.noticesArrived.wait(timeout: .milliseconds(500))
                while let notice = uplink.nextNotice() {
                    switch notice {
                    case .acknowledged(Self.finalToken), .disconnected: isWaiting = false
                    case _: break
                    }
                }
            }
            _ = uplink.close(within: .seconds(5))
        }.detach()
    }

    private func utilization(in row: JournalRow) -> UtilizationRecord? {
        do throws(MessageFault) {
            let envelope = try coding.decode(JournalEnvelope.self, from: row.payload)
            guard case .utilization(let record) = envelope.event else { return nil }
            return record
        } catch {
            // A row of an older version whose form is no longer known goes to the operators as it is.
            return nil
        }
    }

    private func attempt(_ taken: Bool) {
        if !taken { disconnect() }
    }

    private func event(_ notice: UplinkNotice) -> Event? {
        switch notice {
        case .connected:
            attempt(uplink.subscribe(topic: "\(root)/bookings", quality: .atLeastOnce))
            return .connected
        case .disconnected(let failure):
            mustGiveUp = false
            return .disconnected(failure)
        case .acknowledged(let token):
            if token == Self.finalToken { isFinalStatusSent = true }
            return token == Self.finalToken || token == Self.anyToken ? nil : .batchAcknowledged(token)
        case .rejected(_, let reason): return .rejected(reason)
        case .message(let message):
            return message.topic == "\(root)/bookings" ? .bookings(message.payload) : nil
        case .oversized(let topic, _): return .dropped(topic: topic)
        case .subscribed: return nil
        case .subscriptionRefused(let topic, let reason): return .subscriptionRefused(topic: topic, reason)
        }
    }
}
