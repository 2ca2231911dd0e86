internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import MessageCoding
internal import Reports
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
        /// Somebody asks the hub for something.
        case request(UplinkIncoming)
        /// The archive says up to where it has the events.
        case archived([UInt8])
        case speaksLegacy
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
    private let awaitsArchive: Bool
    private let coding: MessageCoding
    private var mustGiveUp = false
    // What the broker retains of the hub, as far as this connection knows.
    private var shownStatus: HubStatus?
    private var shownProgress: JournalState?

    // Tokens of messages that are no batch of events.
    private static let anyToken: UInt64 = 0
    private static let finalToken = UInt64.max

    /// How long a broker keeps a live state that is not shown anew; the hub shows all of them anew in half of that.
    static let stateExpiry = Duration.seconds(7 * 86_400)

    /// How long a broker keeps an answer for whoever asked: as long as what was asked for could be good. Later it would
    /// tell of a door that was open once.
    static let answerExpiry = HubRequest.maximumLife

    /// A booking feed is not larger than this.
    static let maximumMessage = 8 << 20

    init(
        _ settings: BrokerSettings, login: BrokerLogin?, configuration: HubConfiguration, coding: MessageCoding,
        will: HubStatus
    ) throws(SystemError) {
        var setup = UplinkConfiguration(
            host: settings.host, port: UInt16(clamping: settings.port), clientID: settings.clientID)
        setup.username = login?.username
        setup.password = login?.password
        setup.tls = UplinkTLS(settings)
        setup.version =
            switch settings.version {
            case .automatic: .automatic
            case .v5: .v5
            case .v311: .v311
            }
        setup.keepAlive = settings.keepAlive
        setup.willTopic = "\(settings.root)/status"
        setup.willPayload = coding.encode(will.published)
        setup.maximumMessageBytes = Self.maximumMessage
        uplink = try Uplink(setup)
        hub = configuration.hub
        root = settings.root
        awaitsArchive = settings.acknowledgement == .archive
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
        guard case .status(let status) = state else {
            // What a hub said that has been silent for a week is true no more.
            return show(coding.encode(state), on: state.topic, expiry: Self.stateExpiry)
        }
        // The district reads `status`: no message there may tell that something changed that it does not carry.
        if status.published != shownStatus {
            shownStatus = status.published
            // Of the hub itself, the last will tells when it is silent.
            show(coding.encode(status.published), on: state.topic, expiry: nil)
        }
        if status.progress != shownProgress {
            shownProgress = status.progress
            show(coding.encode(status.progress), on: JournalState.topic, expiry: Self.stateExpiry)
        }
    }

    private func show(_ payload: [UInt8], on topic: String, expiry: Duration?) {
        var message = UplinkMessage(topic: "\(root)/\(topic)", payload: payload, retain: true)
        message.expiry = expiry
        attempt(uplink.publishLive(message))
    }

    /// Makes the broker forget what it retains on a topic (MQTT 5, 3.3.1.3: an empty retained message).
    func clear(_ topic: String) {
        attempt(uplink.publishLive(UplinkMessage(topic: "\(root)/\(topic)", payload: [], retain: true)))
    }

    /// Answers a request.
    func respond(_ response: HubResponse, to address: NetworkRequests.Address) {
        var message = UplinkMessage(topic: address.topic, payload: coding.encode(response), quality: .atLeastOnce)
        message.token = Self.anyToken
        message.correlation = address.correlation
        message.expiry = Self.answerExpiry
        message.contentType = "application/json"
        attempt(uplink.publish(message))
    }

    /// Where the answer to a message goes: to its response topic (MQTT 5.0, 4.10), or to one of the hub's own where it has
    /// none. `nil` where nothing may be published: the hub's own topics are not for others to write to.
    func address(of message: UplinkIncoming, from signer: SignerID) -> NetworkRequests.Address? {
        let topic = message.responseTopic ?? "\(root)/response/\(signer)"
        let isOwn = topic == root || topic.hasPrefix("\(root)/")
        guard (1...512).contains(topic.utf8.count), !topic.hasPrefix("$"),
            !topic.contains(where: { $0 == "+" || $0 == "#" || $0 == "\0" }),
            !isOwn || topic.hasPrefix("\(root)/response/")
        else { return nil }
        return NetworkRequests.Address(topic: topic, correlation: message.correlation)
    }

    /// Sends the status that says goodbye.
    func sendFinalStatus(_ status: HubStatus) {
        attempt(
            uplink.publish(
                UplinkMessage(
                    topic: "\(root)/status", payload: coding.encode(status.published), retain: true,
                    quality: .atLeastOnce, token: Self.finalToken)))
    }

    /// Sends a batch of events, and before it what the district receives of them, and everybody in `openFormats`. Brokers
    /// acknowledge in order, so the batch's acknowledgement covers all of them.
    func send(
        _ rows: [JournalRow], of journal: JournalID, batch: UInt64, openFormats: OpenFormatMessages?
    ) {
        var observations: [Observation] = []
        for row in rows where JournalEvent.publicTypes.contains(row.kind) && row.removedFrom == nil {
            guard let event = event(in: row) else { continue }
            if let payload = district(event) { publish(payload, to: "utilization") }
            if openFormats != nil, let observation = Observation(public: event) { observations.append(observation) }
        }
        for message in openFormats?.messages(of: observations, coding) ?? [] {
            publish(message.payload, to: message.topic)
        }
        attempt(
            uplink.publishRows(
                topic: "\(root)/event", rows: rows.map { coding.published($0, hub, journal) }, token: batch))
    }

    private func publish(_ payload: [UInt8], to topic: String) {
        attempt(
            uplink.publish(
                UplinkMessage(
                    topic: "\(root)/\(topic)", payload: payload, quality: .atLeastOnce, token: Self.anyToken)))
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

    /// What the district gets of an event: the message made anew of the district's own types, nothing else of the row.
    private func district(_ event: JournalEvent) -> [UInt8]? {
        if case .districtQuarter(let quarter) = event { return coding.encode(quarter) }
        if case .districtMonth(let month) = event { return coding.encode(month) }
        return nil
    }

    private func event(in row: JournalRow) -> JournalEvent? {
        do throws(MessageFault) {
            return try coding.decode(JournalEnvelope.self, from: row.payload).event
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
            (shownStatus, shownProgress) = (nil, nil)
            for topic in ["bookings", "bookings/+", "request"] {
                attempt(uplink.subscribe(topic: "\(root)/\(topic)", quality: .atLeastOnce))
            }
            if awaitsArchive { attempt(uplink.subscribe(topic: "\(root)/ack", quality: .atLeastOnce)) }
            return .connected
        case .disconnected(let failure):
            mustGiveUp = false
            return .disconnected(failure)
        case .acknowledged(let token):
            if token == Self.finalToken { isFinalStatusSent = true }
            return token == Self.finalToken || token == Self.anyToken ? nil : .batchAcknowledged(token)
        case .rejected(_, let reason): return .rejected(reason)
        case .message(let message):
            if awaitsArchive, message.topic == "\(root)/ack" { return .archived(message.payload) }
            if message.topic == "\(root)/request" { return .request(message) }
            let isFeed = message.topic == "\(root)/bookings" || message.topic.hasPrefix("\(root)/bookings/")
            return isFeed ? .bookings(message.payload) : nil
        case .speaksLegacy: return .speaksLegacy
        case .oversized(let topic, _): return .dropped(topic: topic)
        case .subscribed: return nil
        case .subscriptionRefused(let topic, let reason): return .subscriptionRefused(topic: topic, reason)
        }
    }
}
