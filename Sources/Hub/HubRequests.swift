internal import AccessControl
internal import HubConfiguration
internal import HubMessages

/// Which requests were taken already: none is carried out twice.
struct RequestMemory: Equatable, Sendable {
    private struct Key: Hashable {
        let signer: SignerID
        let id: BookingID
    }

    private var expiry: [Key: WallTime] = [:]

    /// At most so many are remembered; while they are all still good, no further one is taken.
    static let limit = 1_024

    /// Remembers a request; says why it cannot be taken, where it cannot.
    mutating func take(_ request: HubRequest, of signer: SignerID, at time: WallTime) -> RequestRefusal? {
        let key = Key(signer: signer, id: request.id)
        if expiry[key] != nil { return .replayed }
        if expiry.count >= Self.limit { expiry = expiry.filter { $0.value > time } }
        guard expiry.count < Self.limit else { return .tooMany }
        expiry[key] = request.expires
        return nil
    }
}

/// Refused requests of uncertain origin: told at once, and after that together, so that whoever sends them in masses does
/// not fill the journal.
struct RefusalTally: Equatable, Sendable {
    private var waiting: [RequestRefusal: Int] = [:]
    /// When what waits is to be told.
    private(set) var deadline: MonotonicTime?

    /// How often they are told.
    static let period = Duration.seconds(60)

    /// Whether a refusal is to be told at once.
    mutating func note(_ reason: RequestRefusal, at time: MonotonicTime) -> Bool {
        if deadline == nil {
            deadline = time + Self.period
            return true
        }
        waiting[reason, default: 0] += 1
        return false
    }

    /// What is to be told at its deadline.
    mutating func advance(to time: MonotonicTime) -> [RequestRefused] {
        guard let deadline, time >= deadline else { return [] }
        defer { waiting = [:] }
        self.deadline = waiting.isEmpty ? nil : time + Self.period
        return waiting.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { RequestRefused(reason: $0.key, count: $0.value) }
    }
}

// What booking platforms and control rooms ask for by signed messages.
extension Hub {
    /// Carries out a request whose signature is valid, or says why not.
    mutating func carryOut(
        _ request: HubRequest, of signer: SignerSettings, isRetained: Bool, number: UInt64, at moment: Moment
    ) {
        if let refusal = refusal(of: request, signer, isRetained: isRetained, at: moment) {
            record(.requestRefused(RequestRefused(reason: refusal, signer: signer.id)), at: moment)
            respond(number, request, .refused, refusal)
            return
        }
        let account = request.by.map { "\(signer.id)/\($0)" } ?? signer.id.rawValue
        switch request.action {
        case .accessPoints:
            let points = configuration.doors.map { door in
                AccessPoint(id: door.id, name: door.name, spaces: (doors[door.id]?.spaces ?? []).sorted())
            }
            respond(number, request, .done, accessPoints: points)
        case .status(let door):
            if let door, doors[door] == nil {
                respond(number, request, .refused, .refused, "there is no door '\(door)'")
                return
            }
            respond(number, request, .done, doors: doorStates.filter { door == nil || $0.door == door })
        case .grant(let entry): add(entry, source: .request, by: account, request: number, at: moment)
        case .revoke(let id): revoke(id, by: account, request: number, at: moment)
        case .open(let door, let why):
            carryOut(DoorOrder(.unlock, door: door, why: why), by: account, request: number, at: moment)
        case .order(let order): carryOut(order, by: account, request: number, at: moment)
        case .putHolder(let holder): put(holder, by: account, request: number, at: moment)
        case .removeHolder(let id): removeHolder(id, by: account, request: number, at: moment)
        case .suspendHolder(let id, let isSuspended):
            suspend(id, isSuspended, by: account, request: number, at: moment)
        }
    }

    /// A message that is no request, or nobody's: it is not answered, and it is told, because somebody tries.
    mutating func reject(_ reason: RequestRefusal, at moment: Moment) {
        guard refusals.note(reason, at: moment.monotonic) else { return }
        record(.requestRefused(RequestRefused(reason: reason)), at: moment)
    }

    private mutating func refusal(
        of request: HubRequest, _ signer: SignerSettings, isRetained: Bool, at moment: Moment
    ) -> RequestRefusal? {
        if isRetained { return .retained }
        guard request.hub == configuration.hub else { return .otherHub }
        if let right = request.action.right, !signer.rights.contains(right) { return .forbidden }
        if let name = request.by, !Self.isAccount(name) { return .malformed }
        guard moment.quality != .unknown else { return request.action.right == nil ? nil : .clockUnknown }
        // What was taken before a restart is not remembered, so nothing from before it is taken.
        let start = moment.wall - (moment.monotonic - startTime)
        guard request.expires > moment.wall, request.issued >= start else { return .expired }
        guard request.issued <= moment.wall + HubRequest.clockTolerance, request.issued < request.expires,
            request.expires - request.issued <= HubRequest.maximumLife
        else { return .notYet }
        return requests.take(request, of: signer.id, at: moment.wall)
    }

    private static func isAccount(_ name: String) -> Bool {
        (1...HubRequest.maximumName).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F }
    }

    private mutating func respond(
        _ number: UInt64, _ request: HubRequest, _ outcome: HubResponse.Outcome, _ reason: RequestRefusal? = nil,
        _ detail: String? = nil, accessPoints: [AccessPoint]? = nil, doors: [DoorState]? = nil
    ) {
        effects.append(
            .respond(
                request: number,
                HubResponse(
                    hub: configuration.hub, id: request.id, outcome: outcome, reason: reason, detail: detail,
                    accessPoints: accessPoints, doors: doors)))
    }
}
