internal import CMosquitto
internal import Glibc

/// One connection of libmosquitto, from its attempt to its end; never used for a second one, so nothing of an old
/// connection is resent into a new one.
///
/// Belongs to the uplink's thread. The callbacks run inside the calls below and only gather `events`.
final class MosquittoSession {
    enum Event {
        case accepted(sessionPresent: Bool)
        case refused(MQTTReason)
        case published(messageID: CInt, MQTTReason)
        case subscribed(messageID: CInt, MQTTReason)
        case message(UplinkIncoming)
        case oversized(topic: String, bytes: Int)
    }

    private var events: [Event] = []
    /// Why the broker ended the connection, where it said so.
    private(set) var serverReason: MQTTReason?
    /// libmosquitto's code for the end of the connection, where there was one.
    private(set) var endCode: CInt?

    private var hasAnswered = false

    private let handle: OpaquePointer
    private let maximumMessageBytes: Int
    /// What TLS is done with, and what became of its handshake.
    private let tls: TLSContext?
    /// Whether MQTT 3.1.1 is spoken.
    let isLegacy: Bool

    init(_ configuration: UplinkConfiguration, isLegacy: Bool) throws(UplinkFailure) {
        self.isLegacy = isLegacy
        do throws(TLSFailure) {
            if let settings = configuration.tls { tls = try TLSContext(settings) } else { tls = nil }
        } catch {
            throw .tls(error)
        }
        guard MosquittoLibrary.initialized == MOSQ_ERR_SUCCESS.rawValue else {
            throw .invalidConfiguration("libmosquitto could not be initialized")
        }
        let cleanStart = configuration.sessionExpiry == .zero
        guard let handle = mosquitto_new(configuration.clientID, cleanStart, nil) else {
            throw .invalidConfiguration("client identifier '\(configuration.clientID)' is not accepted")
        }
        self.handle = handle
        maximumMessageBytes = configuration.maximumMessageBytes
        mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_connect_v5_callback_set(handle, onConnect)
        mosquitto_disconnect_v5_callback_set(handle, onDisconnect)
        mosquitto_publish_v5_callback_set(handle, onPublish)
        mosquitto_subscribe_v5_callback_set(handle, onSubscribe)
        mosquitto_message_v5_callback_set(handle, onMessage)
        try configure(configuration)
    }

    deinit {
        mosquitto_destroy(handle)
    }

    private func configure(_ configuration: UplinkConfiguration) throws(UplinkFailure) {
        let window = CInt(clamping: min(max(configuration.maximumInFlight, 1), 65_535))
        let version = isLegacy ? MQTT_PROTOCOL_V311 : MQTT_PROTOCOL_V5
        try require(mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, version), "protocol version")
        if let tls {
            try require(mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, tls.handle), "TLS")
            try require(mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0), "TLS")
        }
        try require(mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, window), "maximum in flight")
        try require(mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1), "TCP_NODELAY")
        if let username = configuration.username {
            try require(
                mosquitto_username_pw_set(handle, username, configuration.password), "user and password")
        }
        if let topic = configuration.willTopic {
            let code = configuration.willPayload.withUnsafeBytes { bytes in
                mosquitto_will_set_v5(
                    handle, topic, CInt(clamping: bytes.count), bytes.baseAddress, 1, true, nil)
            }
            try require(code, "last will")
        }
    }

    private func require(_ code: CInt, _ what: String) throws(UplinkFailure) {
        guard code == MOSQ_ERR_SUCCESS.rawValue else {
            throw .invalidConfiguration("\(what): \(Self.text(code))")
        }
    }

    /// Connects to an address that has just answered, and sends CONNECT. Returns libmosquitto's code.
    func connect(address: String, _ configuration: UplinkConfiguration) -> CInt {
        let keepAlive = CInt(clamping: min(max(configuration.keepAlive.components.seconds, 5), 65_535))
        if isLegacy {
            return mosquitto_connect_bind_v5(handle, address, CInt(configuration.port), keepAlive, nil, nil)
        }
        var properties = PropertyList()
        let expiry = UInt32(clamping: configuration.sessionExpiry.components.seconds)
        if expiry > 0 {
            properties.add(MQTT_PROP_SESSION_EXPIRY_INTERVAL, expiry)
        }
        // Room for topic and properties, so that what is a little too large comes in and is reported; what is far too
        // large the broker must not send (MQTT 5.0, 3.1.2.11.4), which bounds what libmosquitto allocates.
        properties.add(
            MQTT_PROP_MAXIMUM_PACKET_SIZE, UInt32(clamping: max(maximumMessageBytes, 0)) &+ Self.packetMargin)
        return mosquitto_connect_bind_v5(
            handle, address, CInt(configuration.port), keepAlive, nil, properties.list)
    }

    private static let packetMargin: UInt32 = 128 << 10

    /// Takes what the last calls brought, in order.
    func takeEvents() -> [Event] {
        guard !events.isEmpty else { return [] }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// The socket to wait on; negative when the connection has ended.
    var socket: CInt { mosquitto_socket(handle) }

    /// Whether to wait until the socket takes more.
    var wantsToWrite: Bool { mosquitto_want_write(handle) }

    /// Reads what has come. Returns libmosquitto's code, and whether something was acknowledged to the broker, which the
    /// library does by itself.
    func read() -> (code: CInt, hasAnswered: Bool) {
        hasAnswered = false
        let code = mosquitto_loop_read(handle, 1)
        return (code, hasAnswered)
    }

    /// Writes what waits. Returns libmosquitto's code.
    func write() -> CInt { mosquitto_loop_write(handle, 1) }

    /// Sends and checks pings; to be called about once a second. Returns libmosquitto's code.
    func keepAlive() -> CInt { mosquitto_loop_misc(handle) }

    /// Sends a DISCONNECT: the broker drops the will.
    func sayGoodbye() {
        mosquitto_disconnect_v5(handle, CInt(MQTT_RC_NORMAL_DISCONNECTION.rawValue), nil)
    }

    /// Publishes. Returns libmosquitto's code and, where that is success, the message's identifier.
    func publish(_ message: UplinkMessage) -> (code: CInt, messageID: CInt) {
        var properties = PropertyList()
        if let expiry = message.expiry, !isLegacy {
            let (seconds, fraction) = expiry.components
            properties.add(
                MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, UInt32(clamping: seconds + (fraction > 0 ? 1 : 0)))
        }
        if let contentType = message.contentType, !isLegacy {
            properties.add(MQTT_PROP_CONTENT_TYPE, contentType)
        }
        if let responseTopic = message.responseTopic, !isLegacy {
            properties.add(MQTT_PROP_RESPONSE_TOPIC, responseTopic)
        }
        if let correlation = message.correlation, !isLegacy {
            properties.add(MQTT_PROP_CORRELATION_DATA, correlation)
        }
        guard properties.failure == nil, message.payload.count <= Int(CInt.max) else {
            return (properties.failure ?? MOSQ_ERR_PAYLOAD_SIZE.rawValue, 0)
        }
        var messageID: CInt = 0
        let code = message.payload.withUnsafeBytes { bytes in
            mosquitto_publish_v5(
                handle, &messageID, message.topic, CInt(bytes.count), bytes.baseAddress,
                message.quality.rawValue,
                message.retain, properties.list)
        }
        return (code, messageID)
    }

    /// Subscribes. Returns libmosquitto's code and, where that is success, the request's identifier.
    func subscribe(topic: String, quality: DeliveryQuality) -> (code: CInt, messageID: CInt) {
        var messageID: CInt = 0
        let code = mosquitto_subscribe_v5(handle, &messageID, topic, quality.rawValue, 0, nil)
        return (code, messageID)
    }

    /// libmosquitto's words for one of its codes.
    static func text(_ code: CInt) -> String {
        String(cString: mosquitto_strerror(code))
    }

    /// Why TLS failed, where it did; `isCertain` where the library says that TLS is the cause, `isBeginning` where the
    /// broker has not answered MQTT yet.
    func tlsFailure(isCertain: Bool, isBeginning: Bool = false) -> TLSFailure? {
        guard let tls else { return nil }
        if tls.hasFailed { return tls.failure }
        if isBeginning, let likely = tls.likelyFailure { return likely }
        return isCertain ? tls.failure : nil
    }

    /// Lets the kernel hold little that is not sent yet (tcp(7)): what is current must not queue behind what is old.
    func boundUnsent() {
        var bytes: CInt = 32_768
        _ = setsockopt(
            mosquitto_socket(handle), CInt(IPPROTO_TCP), 25 /* TCP_NOTSENT_LOWAT */, &bytes,
            socklen_t(MemoryLayout<CInt>.size))
    }

    // MARK: What the callbacks report

    fileprivate func connectAnswered(code: CInt, sessionPresent: Bool) {
        let reason = isLegacy ? MQTTReason(ofLegacy: code) : MQTTReason(of: code)
        events.append(code == 0 ? .accepted(sessionPresent: sessionPresent) : .refused(reason))
    }

    fileprivate func ended(code: CInt) {
        // The callback carries either a reason code of MQTT (128 and above) or an error of the library.
        if code >= 0x80 {
            serverReason = MQTTReason(of: code)
        }
        endCode = code
    }

    fileprivate func note(_ event: Event) {
        events.append(event)
    }

    fileprivate func arrived(_ message: mosquitto_message, _ properties: OpaquePointer?) {
        if message.qos > 0 { hasAnswered = true }
        guard let topic = message.topic.map({ String(cString: $0) }) else { return }
        let count = Int(message.payloadlen)
        guard count <= maximumMessageBytes else {
            events.append(.oversized(topic: topic, bytes: count))
            return
        }
        let payload = UnsafeRawBufferPointer(start: message.payload, count: count)
        events.append(
            .message(
                UplinkIncoming(
                    topic: topic, payload: Array(payload), isRetained: message.retain,
                    responseTopic: PropertyList.string(properties, MQTT_PROP_RESPONSE_TOPIC),
                    correlation: PropertyList.binary(properties, MQTT_PROP_CORRELATION_DATA))))
    }
}

extension MQTTReason {
    /// The reason that says the same as a return code of MQTT 3.1.1 (3.2.2.3).
    fileprivate init(ofLegacy code: CInt) {
        switch code {
        case 1: self.init(code: 0x84)
        case 2: self.init(code: 0x85)
        case 3: self.init(code: 0x88)
        case 4: self.init(code: 0x86)
        case 5: self.init(code: 0x87)
        case _: self.init(of: code)
        }
    }

    fileprivate init(of code: CInt) {
        self.init(code: UInt8(truncatingIfNeeded: code))
    }
}

/// The library's process-wide state, set up once, on first use.
private enum MosquittoLibrary {
    static let initialized = mosquitto_lib_init()
}

// Free functions, so that the C callbacks belong to no actor. The pointer is the session's, which outlives its handle.

private func session(_ pointer: UnsafeMutableRawPointer?) -> MosquittoSession? {
    pointer.map { Unmanaged<MosquittoSession>.fromOpaque($0).takeUnretainedValue() }
}

private func onConnect(
    _: OpaquePointer?, _ user: UnsafeMutableRawPointer?, code: CInt, flags: CInt, _: OpaquePointer?
) {
    session(user)?.connectAnswered(code: code, sessionPresent: flags & 1 != 0)
}

private func onDisconnect(_: OpaquePointer?, _ user: UnsafeMutableRawPointer?, code: CInt, _: OpaquePointer?) {
    session(user)?.ended(code: code)
}

private func onPublish(
    _: OpaquePointer?, _ user: UnsafeMutableRawPointer?, messageID: CInt, code: CInt, _: OpaquePointer?
) {
    session(user)?.note(.published(messageID: messageID, MQTTReason(of: code)))
}

private func onSubscribe(
    _: OpaquePointer?, _ user: UnsafeMutableRawPointer?, messageID: CInt, count: CInt,
    granted: UnsafePointer<CInt>?, _: OpaquePointer?
) {
    // Every SUBSCRIBE of ours has one filter, so its SUBACK has one answer.
    guard count > 0, let granted else { return }
    session(user)?.note(.subscribed(messageID: messageID, MQTTReason(of: granted[0])))
}

private func onMessage(
    _: OpaquePointer?, _ user: UnsafeMutableRawPointer?, message: UnsafePointer<mosquitto_message>?,
    properties: OpaquePointer?
) {
    guard let message else { return }
    session(user)?.arrived(message.pointee, properties)
}
