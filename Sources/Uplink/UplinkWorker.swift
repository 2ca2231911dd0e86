internal import CMosquitto
internal import Glibc
internal import LinuxIO

/// The uplink's thread: waits on the broker's socket and on commands, and calls libmosquitto.
///
/// Nothing here is shared; the mailbox is the only way in and out.
final class UplinkWorker {
    private enum Phase {
        case idle
        /// The host's name is being looked up.
        case resolving
        /// Addresses are being tried, the first of them now.
        case probing(Probe, remaining: ArraySlice<NumericAddress>)
        /// CONNECT is sent.
        case handshaking(MosquittoSession)
        case connected(MosquittoSession)
        /// DISCONNECT is on its way out.
        case leaving(MosquittoSession)
    }

    private let configuration: UplinkConfiguration
    private let mailbox: UplinkMailbox
    private let lookUp: NameLookUp
    private var lookUpThread: Thread?
    private var outbox: NoticeOutbox<UplinkNotice>
    private var phase = Phase.idle
    // When the present phase is given up, on the monotonic clock; without meaning while idle or connected.
    private var deadline: UInt64 = 0
    private var keepAlive: KeepAliveClock
    // The epochs that belong to the present connection or attempt; none while idle.
    private var firstEpoch: UInt64 = 1
    private var lastEpoch: UInt64 = 0
    private var held: (epoch: UInt64, UplinkPublication)?
    private var heldLive: (epoch: UInt64, UplinkMessage)?
    private var version: VersionChoice
    private var tokens: [CInt: UInt64] = [:]
    private var subscriptions: [CInt: String] = [:]

    init(_ configuration: UplinkConfiguration, mailbox: UplinkMailbox, lookUp: NameLookUp) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.lookUp = lookUp
        outbox = NoticeOutbox(mailbox.notices)
        keepAlive = KeepAliveClock(interval: configuration.keepAlive, now: 0)
        version = VersionChoice(configuration)
        tokens.reserveCapacity(configuration.maximumInFlight)
    }

    /// Works until the mailbox closes and the goodbye is out.
    func run() {
        var isClosing = false
        while true {
            outbox.flush()
            let isBlocked = outbox.isBlocked
            takeCommands()
            if mailbox.lifeline.isClosing, !isClosing {
                isClosing = true
                leave()
            }
            sendLive()
            sendPublications()
            checkTime()
            outbox.flush()
            if isClosing, case .idle = phase { return }
            // Room was made meanwhile: there may be work that was not taken in, and no signal for it.
            if isBlocked, !outbox.isBlocked { continue }
            wait()
        }
    }

    // MARK: Commands

    private func takeCommands() {
        while !outbox.isBlocked, let command = mailbox.commands.pop() {
            switch command {
            case .connect(let epoch):
                lastEpoch = epoch
                if case .idle = phase {
                    firstEpoch = epoch
                    begin()
                }
            case .disconnect:
                leave()
            case .subscribe(let topic, let quality):
                if case .connected(let session) = phase { subscribe(session, topic, quality) }
            }
        }
    }

    private func subscribe(_ session: MosquittoSession, _ topic: String, _ quality: DeliveryQuality) {
        let (code, messageID) = session.subscribe(topic: topic, quality: quality)
        keepAlive.sent(at: SystemClock.monotonicNanoseconds())
        if code == MOSQ_ERR_SUCCESS.rawValue {
            subscriptions[messageID] = topic
        } else if isRejection(code) {
            outbox.send(.subscriptionRefused(topic: topic, .invalid(MosquittoSession.text(code))))
        } else {
            end(UplinkFailure(session, code))
        }
    }

    /// What is live overtakes what waits for the window; it is never acknowledged, so the window does not hold it.
    private func sendLive() {
        while let next = heldLive ?? mailbox.live.pop() {
            heldLive = nil
            if next.epoch < firstEpoch { continue }
            guard next.epoch <= lastEpoch, case .connected(let session) = phase, !session.wantsToWrite,
                !outbox.isBlocked
            else {
                heldLive = next
                return
            }
            publish(session, .one(next.1))
        }
    }

    private func sendPublications() {
        while let next = held ?? mailbox.publications.pop() {
            held = nil
            if next.epoch < firstEpoch { continue }
            sendLive()
            guard next.epoch <= lastEpoch, case .connected(let session) = phase,
                tokens.count < configuration.maximumInFlight, !session.wantsToWrite, !outbox.isBlocked
            else {
                held = next
                return
            }
            publish(session, next.1)
        }
    }

    private func publish(_ session: MosquittoSession, _ publication: UplinkPublication) {
        let message =
            switch publication {
            case .one(let message): message
            case .rows(let topic, let rows, let token): arrayMessage(topic: topic, rows: rows, token: token)
            }
        let (code, messageID) = session.publish(message)
        keepAlive.sent(at: SystemClock.monotonicNanoseconds())
        if code == MOSQ_ERR_SUCCESS.rawValue {
            if message.quality == .atLeastOnce { tokens[messageID] = message.token }
        } else if isRejection(code) {
            outbox.send(.rejected(token: message.token, .invalid(MosquittoSession.text(code))))
        } else {
            end(UplinkFailure(session, code))
            return
        }
        take(session)
    }

    private func arrayMessage(topic: String, rows: [[UInt8]], token: UInt64) -> UplinkMessage {
        var payload: [UInt8] = []
        payload.reserveCapacity(rows.reduce(2) { $0 + $1.count + 1 })
        payload.append(UInt8(ascii: "["))
        for (index, row) in rows.enumerated() {
            if index > 0 { payload.append(UInt8(ascii: ",")) }
            payload += row
        }
        payload.append(UInt8(ascii: "]"))
        var message = UplinkMessage(topic: topic, payload: payload, token: token)
        message.contentType = "application/json"
        return message
    }

    /// Whether the library refused one message and the connection is as it was.
    private func isRejection(_ code: CInt) -> Bool {
        [
            MOSQ_ERR_INVAL, MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_MALFORMED_UTF8, MOSQ_ERR_QOS_NOT_SUPPORTED,
            MOSQ_ERR_RETAIN_NOT_SUPPORTED, MOSQ_ERR_OVERSIZE_PACKET, MOSQ_ERR_DUPLICATE_PROPERTY,
            MOSQ_ERR_PROTOCOL,
        ].contains { $0.rawValue == code }
    }

    // MARK: The connection's phases

    private func begin() {
        deadline =
            SystemClock.monotonicNanoseconds() + UInt64(max(nanoseconds(configuration.connectTimeout), 0))
        phase = .resolving
        // One that was given up on may still be busy; its answer serves as well.
        if lookUpThread == nil {
            lookUpThread = lookUp.start(host: configuration.host, port: configuration.port)
        }
    }

    private func resolved() {
        guard let outcome = lookUp.take() else { return }
        lookUpThread?.join()
        lookUpThread = nil
        // Too late for the attempt that asked; the next one asks again.
        guard case .resolving = phase else { return }
        switch outcome {
        case .found(let addresses): probe(addresses[...], lastFailure: nil)
        case .failed(let reason): end(.nameNotResolved(host: configuration.host, reason: reason))
        }
    }

    private func probe(_ addresses: ArraySlice<NumericAddress>, lastFailure: SystemError?) {
        var addresses = addresses
        var failure = lastFailure
        while let address = addresses.popFirst() {
            do {
                phase = .probing(try Probe(address), remaining: addresses)
                return
            } catch {
                failure = error
            }
        }
        end(UplinkFailure(unreached: failure, configuration))
    }

    private func probed(_ probe: Probe, remaining: ArraySlice<NumericAddress>) {
        if let failure = probe.failure() {
            self.probe(remaining, lastFailure: failure)
            return
        }
        do {
            let session = try MosquittoSession(configuration, isLegacy: version.isLegacy)
            let code = session.connect(address: probe.address.text, configuration)
            if code == MOSQ_ERR_SUCCESS.rawValue {
                session.boundUnsent()
                phase = .handshaking(session)
            } else if code == MOSQ_ERR_TLS.rawValue {
                end(.tls(session.tlsFailure(isCertain: true, isBeginning: true) ?? .noTLS))
            } else if code == MOSQ_ERR_INVAL.rawValue {
                end(.invalidConfiguration(MosquittoSession.text(code)))
            } else if let failure = session.tlsFailure(isCertain: false, isBeginning: true) {
                // The broker may end the connection before the first packet of MQTT could be sent.
                end(.tls(failure))
            } else {
                self.probe(remaining, lastFailure: SystemError(call: "connect"))
            }
        } catch {
            end(error)
        }
    }

    private func leave() {
        switch phase {
        case .idle, .leaving: return
        case .resolving, .probing, .handshaking: end(.requested)
        case .connected(let session):
            deadline = SystemClock.monotonicNanoseconds() + Self.goodbyeBound
            phase = .leaving(session)
            session.sayGoodbye()
            if session.socket < 0 { end(.requested) }
        }
    }

    private static let goodbyeBound: UInt64 = 2_000_000_000

    private func end(_ ending: UplinkFailure) {
        let failure = version.ended(ending)
        phase = .idle
        firstEpoch = lastEpoch + 1
        tokens.removeAll(keepingCapacity: true)
        subscriptions.removeAll()
        outbox.send(.disconnected(failure))
    }

    private func checkTime() {
        let now = SystemClock.monotonicNanoseconds()
        switch phase {
        case .idle: return
        case .resolving, .probing, .handshaking:
            if now >= deadline { end(.timedOut(host: configuration.host, port: configuration.port)) }
        case .connected(let session):
            guard now >= keepAlive.due else { return }
            keepAlive.looked(at: now)
            after(session, session.keepAlive())
        case .leaving:
            if now >= deadline { end(.requested) }
        }
    }

    // MARK: What the library reports

    /// Passes on what happened inside a call of the library, and notices where it ended the connection.
    private func after(_ session: MosquittoSession, _ code: CInt) {
        take(session)
        guard code != MOSQ_ERR_SUCCESS.rawValue || session.socket < 0 else { return }
        switch phase {
        case .idle, .resolving, .probing: return
        case .leaving: end(.requested)
        case .handshaking:
            var failure = UplinkFailure(session, code)
            if failure == .connectionLost, let tls = session.tlsFailure(isCertain: false, isBeginning: true) {
                failure = .tls(tls)
            }
            if version.handshakeFailed(failure, wasLegacy: session.isLegacy) { begin() } else { end(failure) }
        case .connected: end(UplinkFailure(session, code))
        }
    }

    private func take(_ session: MosquittoSession) {
        for event in session.takeEvents() {
            switch event {
            case .accepted(let sessionPresent):
                version.accepted()
                phase = .connected(session)
                if session.isLegacy { outbox.send(.speaksLegacy) }
                keepAlive = KeepAliveClock(
                    interval: configuration.keepAlive, now: SystemClock.monotonicNanoseconds())
                outbox.send(.connected(sessionPresent: sessionPresent))
            case .refused(let reason):
                if version.refused(reason, wasLegacy: session.isLegacy) {
                    begin()
                    return
                }
                end(
                    reason.isAboutAuthorization
                        ? .notAuthorized(reason: reason) : .connectionRejected(reason: reason))
            case .published(let messageID, let reason):
                guard let token = tokens.removeValue(forKey: messageID) else { continue }
                outbox.send(
                    reason.code < 0x80
                        ? .acknowledged(token: token) : .rejected(token: token, .broker(reason)))
            case .subscribed(let messageID, let reason):
                guard let topic = subscriptions.removeValue(forKey: messageID) else { continue }
                outbox.send(
                    reason.code < 0x80
                        ? .subscribed(topic: topic) : .subscriptionRefused(topic: topic, .broker(reason)))
            case .message(let message):
                outbox.send(.message(message))
            case .oversized(let topic, let bytes):
                outbox.send(.oversized(topic: topic, bytes: bytes))
            }
        }
    }

    // MARK: Waiting

    private func wait() {
        var entries = [
            pollfd(fd: mailbox.lifeline.wake.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: lookUp.done.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: -1, events: 0, revents: 0),
        ]
        switch phase {
        case .idle, .resolving: break
        case .probing(let probe, _):
            entries[2] = pollfd(fd: probe.descriptor, events: Int16(POLLOUT), revents: 0)
        case .handshaking(let session), .connected(let session), .leaving(let session):
            let reading = outbox.isBlocked ? 0 : Int16(POLLIN)
            let writing = session.wantsToWrite ? Int16(POLLOUT) : 0
            // Not waited on at all while blocked: poll would report a hang-up again and again.
            if reading | writing != 0 {
                entries[2] = pollfd(fd: session.socket, events: reading | writing, revents: 0)
            }
        }
        _ = poll(&entries, nfds_t(entries.count), timeout())
        if entries[0].revents != 0 { mailbox.lifeline.wake.drain() }
        if entries[1].revents != 0 {
            lookUp.done.drain()
            resolved()
        }
        if entries[2].revents != 0 { ready(entries[2].revents) }
    }

    private func ready(_ events: Int16) {
        switch phase {
        case .idle, .resolving: return
        case .probing(let probe, let remaining):
            probed(probe, remaining: remaining)
        case .handshaking(let session), .connected(let session), .leaving(let session):
            if session.wantsToWrite, events & Int16(POLLOUT) != 0 {
                keepAlive.sent(at: SystemClock.monotonicNanoseconds())
                after(session, session.write())
            }
            if session.socket >= 0, !outbox.isBlocked, events & ~Int16(POLLOUT) != 0 {
                let (code, hasAnswered) = session.read()
                let now = SystemClock.monotonicNanoseconds()
                keepAlive.received(at: now)
                if hasAnswered { keepAlive.sent(at: now) }
                after(session, code)
            }
        }
    }

    private func timeout() -> CInt {
        let until: UInt64
        switch phase {
        case .idle: return -1
        case .resolving, .probing, .handshaking, .leaving: until = deadline
        case .connected: until = keepAlive.due
        }
        let now = SystemClock.monotonicNanoseconds()
        return until <= now ? 0 : CInt(clamping: (until - now + 999_999) / 1_000_000)
    }

    private func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return Int64(clamping: seconds) &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
