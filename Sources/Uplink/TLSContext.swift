internal import CMosquitto

/// TLS towards the broker.
public struct UplinkTLS: Hashable, Sendable {
    /// The file with the certificates of the authorities that are trusted (PEM); `nil` for the system's.
    public var authorityFile: String?
    /// The hub's own certificate chain (PEM); with `keyFile`, or neither.
    public var certificateFile: String?
    /// The certificate's key (PEM, without a passphrase).
    public var keyFile: String?
    /// The name or address that the broker's certificate must be for.
    public var serverName: String

    /// TLS with a server of that name, with the system's authorities and no certificate of the hub's own.
    public init(serverName: String) {
        self.serverName = serverName
    }

    /// What is wrong with the files, as far as it shows without a broker; `nil` for nothing.
    public func fault() -> TLSFailure? {
        do throws(TLSFailure) {
            _ = try TLSContext(self)
            return nil
        } catch {
            return error
        }
    }
}

/// Why no TLS connection came about.
public enum TLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file of authorities cannot be read, or has no certificate in it.
    case authorities(path: String)
    /// The hub's certificate cannot be read.
    case certificate(path: String)
    /// The hub's key cannot be read, or wants a passphrase.
    case key(path: String)
    /// The hub's key is not that of its certificate.
    case keyOfOtherCertificate(path: String)
    /// The name is none that a certificate can be for.
    case name(String)
    /// The broker's certificate is not from a trusted authority.
    case unknownAuthority
    /// The broker's certificate is for another name.
    case otherName(expected: String)
    /// The broker's certificate is over, as the hub's clock says.
    case expired
    /// The broker's certificate is not valid yet, as the hub's clock says.
    case notYetValid
    /// The broker's certificate is refused for another reason, in OpenSSL's words.
    case certificateRefused(String)
    /// The broker wants a certificate of the hub's, and got none.
    case certificateRequired
    /// The broker does not accept the hub's certificate, which is over, as the hub's clock says.
    case ownCertificateExpired
    /// The broker does not accept the hub's certificate, which is not valid yet, as the hub's clock says.
    case ownCertificateNotYetValid
    /// The broker does not accept the hub's certificate for another reason; the number of its alert (RFC 8446, 6.2), if it came through.
    case ownCertificateRefused(alert: Int?)
    /// The broker ended the handshake; the number of its alert.
    case refused(alert: Int)
    /// What answers does not speak TLS, or ended the handshake without a word.
    case noTLS
    /// OpenSSL has no memory.
    case noMemory

    /// What happened and what to do, for a person.
    public var description: String {
        switch self {
        case .authorities(let path):
            "mqtt.tls.ca_file '\(path)' cannot be used: it must be readable and hold certificates in PEM form"
        case .certificate(let path):
            "mqtt.tls.certificate_file '\(path)' cannot be used: it must be readable and hold a certificate in PEM form"
        case .key(let path):
            "mqtt.tls.key_file '\(path)' cannot be used: it must be readable and hold a key in PEM form, without a "
                + "passphrase"
        case .keyOfOtherCertificate(let path):
            "mqtt.tls.key_file '\(path)' is not the key of mqtt.tls.certificate_file; take the two that belong together"
        case .name(let name): "'\(name)' is no name that a certificate can be for; set mqtt.tls.server_name"
        case .unknownAuthority:
            "the broker's certificate is from an authority that the hub does not trust; set mqtt.tls.ca_file to that "
                + "authority's certificate"
        case .otherName(let expected):
            "the broker's certificate is not for '\(expected)'; check mqtt.host, or set mqtt.tls.server_name to a name "
                + "in the certificate"
        case .expired: "the broker's certificate has expired; renew it, or check the hub's clock"
        case .notYetValid:
            "the broker's certificate is not valid yet, so the hub's clock is probably behind: a board without a clock "
                + "battery starts in the past until a time server has set it; check 'timedatectl'"
        case .certificateRefused(let text): "the broker's certificate is refused: \(text)"
        case .certificateRequired:
            "the broker wants a certificate from the hub; set mqtt.tls.certificate_file and mqtt.tls.key_file"
        case .ownCertificateExpired:
            "the broker does not accept the hub's certificate, which has expired; put a renewed one into "
                + "mqtt.tls.certificate_file (it is read anew with every connection)"
        case .ownCertificateNotYetValid:
            "the broker does not accept the hub's certificate, which is not valid yet; check when it begins "
                + "('openssl x509 -noout -dates -in FILE'), and the hub's clock"
        case .ownCertificateRefused(let alert):
            "the broker does not accept the hub's certificate\(alert.map { " (TLS alert \($0))" } ?? ""); check that it is "
                + "valid and from an authority the broker trusts"
        case .refused(let alert):
            "the broker ended the TLS handshake (alert \(alert)); check its TLS versions and ciphers"
        case .noTLS: "what answers does not speak TLS; check the port, or remove [mqtt.tls]"
        case .noMemory: "no memory for TLS"
        }
    }
}

/// OpenSSL's context for one connection, and what became of its handshake.
final class TLSContext {
    let handle: UnsafeMutableRawPointer
    private let tls: UplinkTLS
    private let outcome: UnsafeMutablePointer<hub_tls_outcome>

    /// Reads the files anew, so that renewed certificates hold from the next connection on.
    init(_ tls: UplinkTLS) throws(TLSFailure) {
        self.tls = tls
        outcome = .allocate(capacity: 1)
        outcome.initialize(to: hub_tls_outcome(verification: 0, alert: -1, asked: 0))
        var step: CInt = 0
        guard
            let context = hub_tls_context(
                tls.authorityFile, tls.certificateFile, tls.keyFile, tls.serverName, outcome, &step)
        else {
            outcome.deallocate()
            switch UInt32(step) {
            case HUB_TLS_AUTHORITIES.rawValue: throw .authorities(path: tls.authorityFile ?? "")
            case HUB_TLS_CERTIFICATE.rawValue: throw .certificate(path: tls.certificateFile ?? "")
            case HUB_TLS_KEY.rawValue: throw .key(path: tls.keyFile ?? "")
            case HUB_TLS_PAIR.rawValue: throw .keyOfOtherCertificate(path: tls.keyFile ?? "")
            case HUB_TLS_NAME.rawValue: throw .name(tls.serverName)
            case _: throw .noMemory
            }
        }
        handle = context
    }

    deinit {
        hub_tls_free(handle)
        outcome.deallocate()
    }

    /// Whether something of TLS is known to be the cause of a connection's end.
    var hasFailed: Bool { outcome.pointee.verification != 0 || outcome.pointee.alert > 0 }

    /// Why a broker that answered TLS ends the connection before it answers MQTT, where it can be told.
    ///
    /// With TLS 1.3 a client learns only after its handshake that its certificate is refused (RFC 8446, 4.4.2.4), and a
    /// broker that closes at once takes its own alert back with it (TCP reset).
    var likelyFailure: TLSFailure? {
        guard outcome.pointee.asked != 0 else { return nil }
        return tls.certificateFile == nil ? .certificateRequired : ownFailure(alert: nil)
    }

    /// Why the broker may not accept the hub's certificate.
    private func ownFailure(alert: Int?) -> TLSFailure {
        switch hub_tls_own_time(handle) {
        case ..<0: .ownCertificateNotYetValid
        case 0: .ownCertificateRefused(alert: alert)
        case _: .ownCertificateExpired
        }
    }

    /// Why the handshake failed.
    var failure: TLSFailure {
        // The numbers are those of OpenSSL's X509_V_ERR_… and of TLS alerts (RFC 8446, 6).
        switch outcome.pointee.verification {
        case 0: break
        case X509_V_ERR_CERT_NOT_YET_VALID: return .notYetValid
        case X509_V_ERR_CERT_HAS_EXPIRED: return .expired
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: return .otherName(expected: tls.serverName)
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return .unknownAuthority
        case let other: return .certificateRefused(String(cString: hub_tls_text(other)))
        }
        switch outcome.pointee.alert {
        case 116: return .certificateRequired
        case 42...46, 48, 49:
            return ownFailure(alert: Int(outcome.pointee.alert))
        // Before TLS 1.3 a missing certificate is a failed handshake (RFC 5246, 7.4.6).
        case 40 where tls.certificateFile == nil && outcome.pointee.asked != 0: return .certificateRequired
        case 1...: return .refused(alert: Int(outcome.pointee.alert))
        case _: return .noTLS
        }
    }
}
