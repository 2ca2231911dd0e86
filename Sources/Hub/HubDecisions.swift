internal import AccessControl
internal import HubConfiguration
public import HubMessages

// What is decided about credentials, and why.
extension Hub {
    mutating func decide(_ credential: Credential, door: DoorID, _ side: ReaderSide, at moment: Moment) {
        guard doors[door] != nil else { return }
        let place = ReaderPlace(door: door, side: side)
        let token = hash(credential)
        var inputs = inputs(token, door: door, at: moment.wall, moment.quality)
        if isLockedOut(credential, place, at: moment.monotonic) { inputs.lockedOut = true }
        let decision = AccessDecision.decide(inputs, at: moment.wall, quality: moment.quality)
        let seq = record(
            .accessDecided(
                AccessDecided(
                    door: door, granted: decision.reason.isGrant, reason: decision.reason, kind: credential.kind,
                    credential: pseudonyms(token), booking: decision.grant?.booking, space: decision.grant?.space,
                    feedVersion: book.feedVersion, side: side == .outside ? nil : side, inputs: inputs)), at: moment)
        attempted(credential, decision.reason, place, at: moment.monotonic)
        // Of the reason alone: who types a PIN under duress sees and hears what everybody does.
        signal(FeedbackSignal(decision.reason), at: place, moment)
        if decision.reason.isGrant {
            count(token, decision.grant)
            let isExtended = decision.grant?.extended == true
            releaseWhenRecorded(door, .grant, isExtended: isExtended, seq: seq, at: moment)
        }
        // Last, and beside everything that can be seen at the door: a silent alarm.
        if holders.isDuress(token), inputs.lockedOut != true {
            record(.duress(DuressSignalled(door: door, decision: seq)), at: moment)
        }
    }

    /// What would be decided about a credential, now or at another moment; nothing is recorded, nothing moves. `nil`
    /// where there is no such door.
    ///
    /// Another moment is taken to be known as well as the clock is now, or, where that is unknown, as confirmed: the
    /// question is what the bookings say.
    public func explain(_ credential: Credential, door: DoorID, at time: WallTime?) -> Explanation? {
        guard doors[door] != nil, let now = lastMoment else { return nil }
        let quality = time != nil && now.quality == .unknown ? .synchronized : now.quality
        let time = time ?? now.wall
        let inputs = inputs(hash(credential), door: door, at: time, quality)
        let decision = AccessDecision.decide(inputs, at: time, quality: quality)
        return Explanation(
            door: door, time: time, clock: quality, granted: decision.reason.isGrant, reason: decision.reason,
            booking: decision.grant?.booking, feedVersion: book.feedVersion, inputs: inputs)
    }

    private func inputs(
        _ token: CredentialToken, door: DoorID, at time: WallTime, _ quality: ClockQuality
    ) -> DecisionInputs {
        let (grants, omitted) = Candidates.find(
            token, at: door, behind: doors[door]?.spaces ?? [], at: time, book: book, holders: holders,
            schedules: schedules)
        let isInterlocked = interlocked(with: door).contains { other in
            guard let machine = doors[other]?.machine else { return false }
            return machine.isReleased || machine.contact == .open
        }
        var trust: [String: ClockTrust] = [:]
        for grant in grants { trust[grant.grantClass.rawValue] = configuration.access.trust(in: grant.grantClass) }
        return DecisionInputs(
            mode: doors[door]?.machine.mode ?? .locked, interlocked: isInterlocked ? true : nil,
            needsPIN: holders.needsPIN(token) ? true : nil,
            before: configuration.access.before.milliseconds, after: configuration.access.after.milliseconds,
            age: age(at: time, quality), trust: trust, grants: grants, omitted: omitted > 0 ? omitted : nil)
    }

    /// How long ago the network last confirmed the feed in use.
    private func age(at time: WallTime, _ quality: ClockQuality) -> Int64? {
        guard quality != .unknown, let confirmed = book.confirmed else { return nil }
        return max(0, (time - confirmed).milliseconds)
    }
}
