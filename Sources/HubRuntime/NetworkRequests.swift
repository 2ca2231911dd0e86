internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import LinuxIO
internal import Logging
internal import MessageCoding
internal import Uplink

/// The requests from the network that wait for their answers, and how many are looked at: a signature costs time that the
/// doors need.
struct NetworkRequests {
    /// Where an answer goes.
    struct Address {
        var topic: String
        var correlation: [UInt8]?
    }

    /// Requests from the network are numbered from here, those of the control socket below.
    static let first: UInt64 = 1 << 62
    /// So many requests may come at once,
    static let burst = 20
    /// and after that one in each such time. More are dropped and counted.
    static let interval: UInt64 = 50_000_000
    /// So many answers may wait for the disk.
    static let waiting = 1_024

    private var addresses: [UInt64: (id: BookingID, address: Address?)] = [:]
    private var next = Self.first
    private var credit = Self.burst
    private var creditAt: UInt64 = 0
    /// How many were dropped since it was last told.
    private(set) var dropped: UInt64 = 0

    /// Whether one more may be looked at now.
    mutating func admit(at nanoseconds: UInt64) -> Bool {
        let earned = (nanoseconds - min(creditAt, nanoseconds)) / Self.interval
        if earned > 0 {
            credit = min(Self.burst, credit + Int(clamping: earned))
            creditAt = credit == Self.burst ? nanoseconds : creditAt + earned * Self.interval
        }
        guard credit > 0, addresses.count < Self.waiting else {
            dropped += 1
            return false
        }
        credit -= 1
        return true
    }

    mutating func takeDropped() -> UInt64 {
        defer { dropped = 0 }
        return dropped
    }

    /// Numbers a request that is to be answered at `address`; `nil` for not at all.
    mutating func number(_ id: BookingID, _ address: Address?) -> UInt64 {
        next += 1
        addresses[next] = (id, address)
        return next
    }

    /// Where the answer to a request goes; each is claimed once.
    mutating func claim(_ number: UInt64) -> (id: BookingID, address: Address?)? {
        addresses.removeValue(forKey: number)
    }
}

// What arrives on the topic `request`.
extension HubDaemon {
    func takeRequest(_ message: UplinkIncoming) {
        guard requests.admit(at: SystemClock.monotonicNanoseconds()) else {
            // The first of a flood is told at once, the rest when it is over, or by the thousand.
            if requests.dropped == 1 || requests.dropped >= 1_000 { tellDroppedRequests() }
            return
        }
        if requests.dropped > 0 { tellDroppedRequests() }
        do {
            let (payload, signer) = try SignatureCheck(hub.configuration.signers).open(message.payload)
            let request = try coding.decode(HubRequest.self, from: payload)
            let number = requests.number(request.id, link?.address(of: message, from: signer.id))
            feed(.request(request, from: signer, isRetained: message.isRetained, request: number))
        } catch let fault as SignatureCheck.Fault {
            log.warning("a request was not believed", metadata: ["fault": "\(fault.text)"])
            feed(.requestRejected(fault.isMalformed ? .malformed : .signature))
        } catch let fault as MessageFault {
            log.warning("a request is malformed", metadata: ["fault": "\(fault.text)"])
            feed(.requestRejected(.malformed))
        } catch {
            feed(.requestRejected(.malformed))
        }
    }

    func respond(_ number: UInt64, _ response: HubResponse) {
        guard let (_, address) = requests.claim(number), let address else { return }
        if hub.isConnected == true { link?.respond(response, to: address) }
    }

    func respond(_ number: UInt64, _ answer: Hub.Answer) {
        guard let (id, address) = requests.claim(number), let address, hub.isConnected == true else { return }
        var response = HubResponse(hub: hub.configuration.hub, id: id, outcome: .done)
        if case .refused(let detail) = answer {
            response = HubResponse(
                hub: hub.configuration.hub, id: id, outcome: .refused, reason: .refused, detail: detail)
        }
        link?.respond(response, to: address)
    }

    private func tellDroppedRequests() {
        let count = requests.takeDropped()
        log.warning("requests came faster than they are taken; some were dropped", metadata: ["count": "\(count)"])
        feed(.messagesDropped(topic: "request", count: count))
    }
}
