/// Which version of MQTT the next attempt speaks.
///
/// A broker that knows no MQTT 5 refuses it, answers in 3.1.1, or just closes, which a bad line does, too.
struct VersionChoice {
    private let isAutomatic: Bool
    /// Whether the next attempt speaks MQTT 3.1.1.
    private(set) var isLegacy: Bool
    // What a server answered that may have been 3.1.1, until that is known.
    private var suspicion: UplinkFailure?
    private var lostHandshakes = 0

    init(_ configuration: UplinkConfiguration) {
        isAutomatic = configuration.version == .automatic
        isLegacy = configuration.version == .v311
    }

    /// The broker refused a connection that spoke 3.1.1 where `wasLegacy`. Returns whether the same attempt goes on with
    /// 3.1.1.
    mutating func refused(_ reason: MQTTReason, wasLegacy: Bool) -> Bool {
        guard reason.code == 0x84, isAutomatic, !wasLegacy else { return false }
        isLegacy = true
        return true
    }

    /// The handshake ended with `failure`. Returns whether the same attempt goes on with 3.1.1.
    mutating func handshakeFailed(_ failure: UplinkFailure, wasLegacy: Bool) -> Bool {
        // Newer libraries tell an answer in 3.1.1 as one that is not MQTT 5.
        let isAnswer = failure.isProtocolError
        if isAnswer, refused(MQTTReason(code: 0x84), wasLegacy: wasLegacy) {
            suspicion = failure
            return true
        }
        if isAutomatic, isAnswer || failure == .connectionLost {
            lostHandshakes += 1
            isLegacy = lostHandshakes % 3 == 2
        }
        return false
    }

    /// The broker accepted.
    mutating func accepted() {
        suspicion = nil
    }

    /// The attempt ended with `failure`. Returns what that is to be told as: where 3.1.1 was no broker's version either,
    /// what came first says why.
    mutating func ended(_ failure: UplinkFailure) -> UplinkFailure {
        defer { suspicion = nil }
        guard let suspicion else { return failure }
        switch failure {
        case .requested, .notAuthorized, .connectionRejected, .serverDisconnected, .tls, .invalidConfiguration,
            .keepAliveLost:
            return failure
        case .nameNotResolved, .refused, .unreachable, .timedOut, .connectionLost, .protocolError: return suspicion
        }
    }
}

extension UplinkFailure {
    fileprivate var isProtocolError: Bool {
        if case .protocolError = self { return true }
        return false
    }
}
