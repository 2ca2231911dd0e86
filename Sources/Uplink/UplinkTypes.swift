/// How the hub reaches its broker.
public struct UplinkConfiguration: Hashable, Sendable {
    /// The broker's name or address.
    public var host: String
    /// Its TCP port.
    public var port: UInt16
    /// The MQTT client identifier: one per hub, the same after a restart.
    public var clientID: String
    /// The user, where the broker asks for one.
    public var username: String?
    /// The password, where the broker asks for one.
    public var password: String?
    /// TLS; `nil` for none.
    public var tls: UplinkTLS?
    /// Which version of MQTT is spoken.
    public var version: Version
    /// The longest silence before a ping, 5 to 65,535 seconds; a dead broker is noticed after at most twice that.
    public var keepAlive: Duration
    /// How long the broker keeps subscriptions and messages for an absent hub, in whole seconds; zero: not at all.
    public var sessionExpiry: Duration
    /// The topic of the last will, published retained with QoS 1 when the connection ends without a goodbye.
    public var willTopic: String?
    /// The payload of the last will.
    public var willPayload: [UInt8]
    /// How many QoS 1 messages may wait for their acknowledgement at a time, 1 to 65,535.
    public var maximumInFlight: Int
    /// The largest payload taken in; a larger one is dropped and reported.
    public var maximumMessageBytes: Int
    /// How many commands wait for the uplink's thread before they are refused.
    public var commandQueueCapacity: Int
    /// How many notices wait for the loop before the thread stops reading from the broker.
    public var noticeQueueCapacity: Int
    /// The longest time from ``Uplink/connect()`` to its outcome.
    public var connectTimeout: Duration

    /// The versions of MQTT.
    public enum Version: Hashable, Sendable {
        /// 5; 3.1.1 with a broker that does not know 5. Messages then have no expiry, content type or correlation.
        case automatic
        /// 5 only.
        case v5
        /// 3.1.1 only.
        case v311
    }

    /// The defaults of the daemon for a broker.
    public init(host: String, port: UInt16, clientID: String) {
        self.host = host
        self.port = port
        self.clientID = clientID
        username = nil
        password = nil
        tls = nil
        version = .automatic
        keepAlive = .seconds(30)
        sessionExpiry = .zero
        willTopic = nil
        willPayload = []
        maximumInFlight = 20
        maximumMessageBytes = 1 << 20
        commandQueueCapacity = 1_024
        noticeQueueCapacity = 1_024
        connectTimeout = .seconds(10)
    }
}

/// MQTT's quality of service, as far as the hub uses it.
public enum DeliveryQuality: Int32, Hashable, Sendable {
    /// At most once: no acknowledgement.
    case atMostOnce = 0
    /// At least once: acknowledged, and published again by the caller where no acknowledgement came.
    case atLeastOnce = 1
}

/// A message to the broker.
public struct UplinkMessage: Hashable, Sendable {
    /// Where to; no wildcards.
    public var topic: String
    /// What.
    public var payload: [UInt8]
    /// Whether the broker keeps it for those who subscribe later.
    public var retain: Bool
    /// Whether it is acknowledged.
    public var quality: DeliveryQuality
    /// Names the message in ``UplinkNotice/acknowledged(token:)``; without meaning for ``DeliveryQuality/atMostOnce``.
    public var token: UInt64
    /// When the broker may forget it undelivered, in whole seconds rounded up; `nil`: never.
    public var expiry: Duration?
    /// MQTT 5 response topic: where an answer is expected.
    public var responseTopic: String?
    /// MQTT 5 correlation data: what ties an answer to its request.
    public var correlation: [UInt8]?
    /// MQTT 5 content type, for example `application/json`.
    public var contentType: String?

    /// A message of these parts, without the optional MQTT 5 properties.
    public init(
        topic: String, payload: [UInt8], retain: Bool = false, quality: DeliveryQuality = .atLeastOnce,
        token: UInt64 = 0
    ) {
        self.topic = topic
        self.payload = payload
        self.retain = retain
        self.quality = quality
        self.token = token
        expiry = nil
        responseTopic = nil
        correlation = nil
        contentType = nil
    }
}

/// A message from the broker.
public struct UplinkIncoming: Hashable, Sendable {
    /// The topic it was published to.
    public var topic: String
    /// Its payload, at most ``UplinkConfiguration/maximumMessageBytes``.
    public var payload: [UInt8]
    /// Whether the broker had kept it from before the subscription.
    public var isRetained: Bool
    /// MQTT 5 response topic.
    public var responseTopic: String?
    /// MQTT 5 correlation data.
    public var correlation: [UInt8]?
}

/// What the uplink's thread reports to the loop.
public enum UplinkNotice: Hashable, Sendable {
    /// The broker accepted the connection. Where no session was present, nothing is subscribed.
    case connected(sessionPresent: Bool)
    /// The connection speaks MQTT 3.1.1; ``connected(sessionPresent:)`` follows.
    case speaksLegacy
    /// The connection or the attempt ended: exactly one for each ``Uplink/connect()`` that took effect. Every token
    /// without an answer so far is void: its message may or may not have arrived, and is the caller's to send again.
    case disconnected(UplinkFailure)
    /// The broker took the message over.
    case acknowledged(token: UInt64)
    /// The message will not be taken over, now or later, as it is.
    case rejected(token: UInt64, MessageRejection)
    /// The broker will send what is published to the topic.
    case subscribed(topic: String)
    /// The broker will not send what is published to the topic.
    case subscriptionRefused(topic: String, MessageRejection)
    /// A message came in.
    case message(UplinkIncoming)
    /// A message came in that is over the size limit, and was dropped.
    case oversized(topic: String, bytes: Int)
}
