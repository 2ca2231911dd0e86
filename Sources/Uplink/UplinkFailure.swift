public import LinuxIO

/// Why a connection or an attempt at one ended.
public enum UplinkFailure: Error, Hashable, CustomStringConvertible {
    /// ``Uplink/disconnect()`` or ``Uplink/close(within:)`` asked for it; the will is not published.
    case requested
    /// The name has no address: mistyped, or the line or the name server is down. The text is the resolver's.
    case nameNotResolved(host: String, reason: String)
    /// Nothing listens on the port.
    case refused(host: String, port: UInt16)
    /// No way to the address.
    case unreachable(host: String, port: UInt16, SystemError)
    /// No answer within the connect timeout.
    case timedOut(host: String, port: UInt16)
    /// The broker does not accept the name or the password.
    case notAuthorized(reason: MQTTReason)
    /// The broker answers the connection with another refusal.
    case connectionRejected(reason: MQTTReason)
    /// The broker ended the connection and says why.
    case serverDisconnected(reason: MQTTReason)
    /// The broker did not answer a ping in time: the line or the broker is dead.
    case keepAliveLost
    /// The connection broke, or the broker closed it without a word.
    case connectionLost
    /// What came does not follow MQTT 5: likely no MQTT broker listens there. The text is the library's.
    case protocolError(String)
    /// No TLS connection came about.
    case tls(TLSFailure)
    /// The library refused the configuration. The text says what.
    case invalidConfiguration(String)

    /// What happened and what to do, for a person.
    public var description: String {
        switch self {
        case .requested: "disconnected as asked"
        case .nameNotResolved(let host, let reason):
            "the broker's name '\(host)' has no address: \(reason); check the name, the line and the name server"
        case .refused(let host, let port):
            "nothing listens on \(host) port \(port); check the port and whether the broker runs"
        case .unreachable(let host, let port, let error):
            "no way to \(host) port \(port): \(error); check the line"
        case .timedOut(let host, let port):
            "no answer from \(host) port \(port) in time; check the line, the port and firewalls"
        case .notAuthorized(let reason):
            "the broker refuses the login: \(reason); check user and password file"
        case .connectionRejected(let reason):
            "the broker refuses the connection: \(reason)"
        case .serverDisconnected(let reason):
            "the broker ended the connection: \(reason)"
        case .keepAliveLost: "the broker did not answer a ping in time; the line or the broker is dead"
        case .connectionLost: "the connection broke; the line or the broker went away, or the port wants TLS"
        case .protocolError(let text):
            "what came is not MQTT 5: \(text); check that the port is a broker's"
        case .tls(let failure): failure.description
        case .invalidConfiguration(let text):
            "the broker cannot be addressed: \(text); check the uplink's configuration"
        }
    }
}

/// Why a message or a subscription was not accepted.
public enum MessageRejection: Error, Hashable, CustomStringConvertible {
    /// The broker says so.
    case broker(MQTTReason)
    /// It breaks a rule of MQTT before it is sent: a topic with a wildcard, a payload over 256 MiB, bad UTF-8.
    case invalid(String)

    /// What happened and what to do, for a person.
    public var description: String {
        switch self {
        case .broker(let reason): "the broker refuses it: \(reason)"
        case .invalid(let text): "it cannot be sent: \(text)"
        }
    }
}

/// A reason code of MQTT 5 (OASIS MQTT 5.0, 2.4); 128 and above are failures.
public struct MQTTReason: Hashable, Sendable, CustomStringConvertible {
    /// The code.
    public var code: UInt8

    /// The reason of that code.
    public init(code: UInt8) {
        self.code = code
    }

    /// Whether name or password is what the broker does not accept.
    public var isAboutAuthorization: Bool {
        [0x86, 0x87, 0x8A, 0x8C].contains(code)
    }

    /// What happened and what to do, for a person.
    public var description: String {
        "\(Self.texts[code] ?? "reason not in the standard") (0x\(String(code, radix: 16)))"
    }

    private static let texts: [UInt8: String] = [
        0x00: "success", 0x04: "disconnect with will", 0x10: "no matching subscribers",
        0x80: "unspecified error", 0x81: "malformed packet", 0x82: "protocol error",
        0x83: "implementation specific error", 0x84: "MQTT 5 is not supported",
        0x85: "client identifier not valid",
        0x86: "bad user name or password", 0x87: "not authorized", 0x88: "server unavailable",
        0x89: "server busy", 0x8A: "banned", 0x8B: "server shutting down", 0x8C: "bad authentication method",
        0x8D: "keep alive timeout", 0x8E: "session taken over by another client with the same identifier",
        0x8F: "topic filter invalid", 0x90: "topic name invalid", 0x91: "packet identifier in use",
        0x93: "receive maximum exceeded", 0x95: "packet too large", 0x96: "message rate too high",
        0x97: "quota exceeded", 0x98: "administrative action", 0x99: "payload format invalid",
        0x9A: "retained messages are not supported", 0x9B: "quality of service is not supported",
        0x9C: "use another server", 0x9D: "server moved", 0x9E: "shared subscriptions are not supported",
        0x9F: "connection rate exceeded", 0xA0: "maximum connect time",
        0xA1: "subscription identifiers not supported",
        0xA2: "wildcard subscriptions are not supported",
    ]
}
