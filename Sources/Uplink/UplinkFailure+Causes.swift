internal import CMosquitto
internal import Glibc
internal import LinuxIO

extension UplinkFailure {
    /// Why a connection ended, from the code that a call of the library gave for it and from what the session knows.
    init(_ session: MosquittoSession, _ code: CInt) {
        if let failure = session.tlsFailure(isCertain: code == MOSQ_ERR_TLS.rawValue) {
            self = .tls(failure)
        } else if let reason = session.serverReason {
            self = .serverDisconnected(reason: reason)
        } else {
            let code = code == MOSQ_ERR_SUCCESS.rawValue ? session.endCode ?? code : code
            switch code {
            case MOSQ_ERR_KEEPALIVE.rawValue: self = .keepAliveLost
            case MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_MALFORMED_PACKET.rawValue, MOSQ_ERR_MALFORMED_UTF8.rawValue,
                MOSQ_ERR_DUPLICATE_PROPERTY.rawValue, MOSQ_ERR_OVERSIZE_PACKET.rawValue,
                MOSQ_ERR_NOT_SUPPORTED.rawValue:
                self = .protocolError(MosquittoSession.text(code))
            default: self = .connectionLost
            }
        }
    }

    /// Why none of a host's addresses answered; `error` is that of the last one tried, `nil` where there was none.
    init(unreached error: SystemError?, _ configuration: UplinkConfiguration) {
        let (host, port) = (configuration.host, configuration.port)
        guard let error else {
            self = .nameNotResolved(host: host, reason: "no usable address")
            return
        }
        switch error.code {
        case ECONNREFUSED: self = .refused(host: host, port: port)
        case ETIMEDOUT: self = .timedOut(host: host, port: port)
        default: self = .unreachable(host: host, port: port, error)
        }
    }
}
