public import HubMessages

/// A decision about one credential at one door: granted or denied, why, and by which grant.
public struct AccessDecision: Hashable, Sendable {
    /// Why; says too whether it is a grant.
    public let reason: DecisionReason
    /// The grant that decided, where there is one: the one that lets in, or the nearest that does not.
    public let grant: CandidateGrant?

    /// Decides from `inputs`, and from nothing else but the moment and what it is worth: the same inputs decide the same
    /// way for ever.
    ///
    /// Among several grants that let in, the one of the highest class is named, then the one that ends last. Where none
    /// does, the most useful denial is: what stands against a grant whose time it is, else the next one to come, else
    /// the last one that was.
    public static func decide(_ inputs: DecisionInputs, at time: WallTime, quality: ClockQuality) -> AccessDecision {
        if inputs.lockedOut == true { return AccessDecision(reason: .lockedOut, grant: nil) }
        // What else the card has, a booking, is looked at all the same.
        if inputs.needsPIN == true, inputs.grants.isEmpty { return AccessDecision(reason: .pinRequired, grant: nil) }
        var grants = inputs.grants
        guard !grants.isEmpty else { return AccessDecision(reason: .unknownCredential, grant: nil) }
        // Each step names the last of those that it takes away, if nothing is left.
        let steps: [(reason: DecisionReason, keeps: (CandidateGrant) -> Bool)] = [
            (.suspended, { $0.suspended != true }), (.otherDoor, \.here), (.cancelled, { $0.cancelled != true }),
            (.usedUp, { $0.usesLeft != 0 }),
        ]
        for step in steps {
            let kept = grants.filter(step.keeps)
            if kept.isEmpty { return AccessDecision(reason: step.reason, grant: grants.max(by: endsEarlier)) }
            grants = kept
        }
        let verdicts = grants.map { Verdict($0, inputs, at: time, quality) }
        return best(verdicts)
    }

    /// What one grant comes to, judged by itself.
    private struct Verdict {
        let grant: CandidateGrant
        let reason: DecisionReason

        init(_ grant: CandidateGrant, _ inputs: DecisionInputs, at time: WallTime, _ quality: ClockQuality) {
            self.grant = grant
            reason = Self.reason(grant, inputs, at: time, quality)
        }

        private static func reason(
            _ grant: CandidateGrant, _ inputs: DecisionInputs, at time: WallTime, _ quality: ClockQuality
        ) -> DecisionReason {
            // A class that nobody has said anything about trusts nothing.
            let trust = inputs.trust[grant.grantClass.rawValue] ?? ClockTrust(unknown: false, unsynchronized: false)
            let isTimed = grant.from != nil || grant.to != nil
            switch quality {
            case .unknown: if isTimed, !trust.unknown { return .clockUnknown }
            case .rtcOnly: if isTimed, !trust.unsynchronized { return .clockUnsynchronized }
            case .synchronized: break
            }
            if quality != .unknown {
                let isBooking = grant.kind == .booking
                let before = Duration.milliseconds(isBooking ? inputs.before : 0)
                let after = Duration.milliseconds(isBooking ? inputs.after : 0)
                if let from = grant.from, time < from - before { return isBooking ? .tooEarly : .outsideSchedule }
                if let to = grant.to, time >= to + after { return isBooking ? .tooLate : .outsideSchedule }
                if grant.fromFeed, let limit = trust.maximumAge, let age = inputs.age, age > limit {
                    return .dataTooOld
                }
            }
            switch inputs.mode {
            case .lockedDown where grant.grantClass < .emergency: return .lockedDown
            case .blocked where grant.grantClass < .staff: return .blocked
            case .locked, .unlocked, .accessed, .blocked, .lockedDown, .lockedOpen: break
            }
            if inputs.interlocked == true { return .interlock }
            switch grant.kind {
            case .booking: return quality == .unknown ? .bookingAtUnknownTime : .booking
            case .right: return quality == .unknown && isTimed ? .rightAtUnknownTime : .right
            }
        }
    }

    private static func best(_ verdicts: [Verdict]) -> AccessDecision {
        let grants = verdicts.filter(\.reason.isGrant)
        if let best = grants.max(by: { isLess($0.grant, $1.grant) }) {
            return AccessDecision(reason: best.reason, grant: best.grant)
        }
        // What stands against a grant whose time it is says more than one whose time it is not.
        for reasons in [
            [DecisionReason.lockedDown, .blocked, .interlock, .dataTooOld], [.clockUnsynchronized, .clockUnknown],
        ] {
            for reason in reasons {
                if let best = verdicts.filter({ $0.reason == reason }).max(by: { isLess($0.grant, $1.grant) }) {
                    return AccessDecision(reason: reason, grant: best.grant)
                }
            }
        }
        if let next = verdicts.filter({ $0.reason == .tooEarly }).min(by: { beginsEarlier($0.grant, $1.grant) }) {
            return AccessDecision(reason: .tooEarly, grant: next.grant)
        }
        let last = verdicts.filter { $0.reason == .tooLate }.max { endsEarlier($0.grant, $1.grant) } ?? verdicts.last
        return AccessDecision(reason: last?.reason ?? .unknownCredential, grant: last?.grant)
    }

    private static func isLess(_ left: CandidateGrant, _ right: CandidateGrant) -> Bool {
        left.grantClass == right.grantClass ? endsEarlier(left, right) : left.grantClass < right.grantClass
    }

    private static func endsEarlier(_ left: CandidateGrant, _ right: CandidateGrant) -> Bool {
        let ends = (left.to ?? WallTime(milliseconds: .max), right.to ?? WallTime(milliseconds: .max))
        return ends.0 == ends.1 ? name(left) < name(right) : ends.0 < ends.1
    }

    private static func beginsEarlier(_ left: CandidateGrant, _ right: CandidateGrant) -> Bool {
        let begins = (left.from ?? WallTime(milliseconds: .min), right.from ?? WallTime(milliseconds: .min))
        return begins.0 == begins.1 ? name(left) < name(right) : begins.0 < begins.1
    }

    private static func name(_ grant: CandidateGrant) -> String { grant.booking?.rawValue ?? "" }
}
