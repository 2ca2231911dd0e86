import AccessControl
import HubMessages
import TestSupport
import Testing

@Suite struct AccessDecisionTests {
    private let behind: Set<SpaceID> = [name("coworking"), name("meeting")]

    private func inputs(
        _ stored: [Booking], at seconds: Int64 = 0, mode: DoorMode = .locked, trust: ClockTrust? = nil,
        age: Int64? = nil
    ) -> DecisionInputs {
        let found = Candidates.find(
            token(1), at: name("eingang"), behind: behind, at: wall(seconds),
            book: BookingBook(window: BookingWindow(version: 1, bookings: BookingSet(stored))))
        return DecisionInputs(
            mode: mode, before: 600_000, after: 300_000, age: age,
            trust: ["guest": trust ?? ClockTrust(unknown: false, unsynchronized: true)], grants: found.grants,
            omitted: found.omitted > 0 ? found.omitted : nil)
    }

    private func decide(
        _ stored: [Booking], at seconds: Int64, quality: ClockQuality = .synchronized, mode: DoorMode = .locked,
        trust: ClockTrust? = nil, age: Int64? = nil
    ) -> AccessDecision {
        AccessDecision.decide(
            inputs(stored, at: seconds, mode: mode, trust: trust, age: age), at: wall(seconds), quality: quality)
    }

    @Test(arguments: [
        (399 as Int64, DecisionReason.tooEarly), (400, .booking), (1_000, .booking), (2_299, .booking),
        (2_300, .tooLate),
    ])
    func `a booking grants from its beginning less before to its end and after`(now: Int64, reason: DecisionReason) {
        let decision = decide([booking("a", 1_000, 2_000)], at: now)
        #expect(decision.reason == reason)
        #expect(decision.grant?.booking == bookingID("a"))
    }

    @Test func `each reason to deny a guest`() {
        #expect(decide([], at: 0).reason == .unknownCredential)
        #expect(decide([booking("a", 0, 9, [2])], at: 0).reason == .unknownCredential)
        #expect(decide([booking("a", 0, 9, of: "workshop")], at: 0).reason == .otherDoor)
        #expect(decide([booking("a", 0, 9, cancelled: true)], at: 0).reason == .cancelled)
        #expect(decide([booking("a", 0, 9)], at: 0, mode: .blocked).reason == .blocked)
        #expect(decide([booking("a", 0, 9)], at: 0, mode: .lockedDown).reason == .lockedDown)
        #expect(decide([booking("a", 0, 9)], at: 9_000, mode: .lockedDown).reason == .tooLate)
    }

    @Test func `back to back, overlapping, moved, across midnight and a leap day: the window is what counts`() {
        let midnight: Int64 = 1_835_395_200  // 2028-02-29T00:00:00Z
        let night = booking("night", midnight - 3_600, midnight + 3_600)
        #expect(decide([night], at: midnight - 1).reason == .booking)
        #expect(decide([night], at: midnight).reason == .booking)
        let pair = [booking("first", 1_000, 2_000), booking("second", 2_000, 3_000)]
        #expect(
            decide(pair, at: 1_999).grant?.booking == bookingID("second"), "with buffers both hold; the later ends last"
        )
        #expect(decide(pair, at: 2_300).grant?.booking == bookingID("second"))
        let overlapping = [booking("short", 1_000, 2_000), booking("long", 500, 9_000)]
        #expect(decide(overlapping, at: 1_500).grant?.booking == bookingID("long"))
        // Moved while the visitor is inside: the same id with another window in the next feed.
        #expect(decide([booking("moved", 5_000, 6_000)], at: 1_500).reason == .tooEarly)
    }

    @Test func `G4: while the clock is not what it should be, the class's trust decides, not the date`() {
        let trusting = ClockTrust(unknown: true, unsynchronized: true)
        let strict = ClockTrust(unknown: false, unsynchronized: false)
        let stored = [booking("a", 1_000, 2_000)]
        #expect(decide(stored, at: 1_500, quality: .unknown).reason == .clockUnknown)
        #expect(decide(stored, at: 99_999_999, quality: .unknown, trust: trusting).reason == .bookingAtUnknownTime)
        #expect(decide(stored, at: 1_500, quality: .rtcOnly).reason == .booking)
        #expect(decide(stored, at: 1_500, quality: .rtcOnly, trust: strict).reason == .clockUnsynchronized)
        let cancelled = [booking("a", 0, 9, cancelled: true)]
        #expect(decide(cancelled, at: 0, quality: .unknown, trust: trusting).reason == .cancelled)
    }

    @Test func `booking data over the age that its class allows lets nobody in; what was added here has no age`() {
        let trust = ClockTrust(unknown: false, unsynchronized: true, maximumAge: 60_000)
        #expect(decide([booking("a", 0, 9)], at: 0, trust: trust, age: 60_000).reason == .booking)
        #expect(decide([booking("a", 0, 9)], at: 0, trust: trust, age: 60_001).reason == .dataTooOld)
        #expect(decide([booking("a", 0, 9, source: .local)], at: 0, trust: trust, age: 60_001).reason == .booking)
    }

    @Test func `the grant that lasts longest is named, and the nearest booking that does not grant`() {
        #expect(decide([booking("a", 0, 900), booking("b", 0, 950)], at: 500).grant?.booking == bookingID("b"))
        #expect(
            decide([booking("a", 5_000, 5_900), booking("b", 4_000, 4_950)], at: 500).grant?.booking == bookingID("b"))
        #expect(decide([booking("a", 0, 90), booking("b", 0, 80)], at: 5_000).grant?.booking == bookingID("a"))
    }

    // MARK: A second implementation

    /// The rules once more, as naively as can be said: a scan over all grants for each question.
    private func naive(_ inputs: DecisionInputs, _ now: Int64, _ quality: ClockQuality) -> DecisionReason {
        if inputs.lockedOut == true { return .lockedOut }
        if inputs.grants.isEmpty { return inputs.needsPIN == true ? .pinRequired : .unknownCredential }
        if inputs.grants.allSatisfy({ $0.suspended == true }) { return .suspended }
        if !inputs.grants.contains(where: { $0.suspended != true && $0.here }) { return .otherDoor }
        if !inputs.grants.contains(where: { $0.suspended != true && $0.here && $0.cancelled != true }) {
            return .cancelled
        }
        let usable = inputs.grants.filter {
            $0.suspended != true && $0.here && $0.cancelled != true && $0.usesLeft != 0
        }
        if usable.isEmpty { return .usedUp }
        func clock(_ grant: CandidateGrant) -> DecisionReason? {
            if grant.from == nil && grant.to == nil { return nil }
            let trust = inputs.trust[grant.grantClass.rawValue]
            if quality == .unknown && trust?.unknown != true { return .clockUnknown }
            if quality == .rtcOnly && trust?.unsynchronized != true { return .clockUnsynchronized }
            return nil
        }
        func time(_ grant: CandidateGrant) -> DecisionReason? {
            if quality == .unknown { return nil }
            let early = grant.kind == .booking ? inputs.before : 0
            let late = grant.kind == .booking ? inputs.after : 0
            if now < (grant.from?.milliseconds ?? .min + early) - early {
                return grant.kind == .booking ? .tooEarly : .outsideSchedule
            }
            if now >= (grant.to?.milliseconds ?? .max - late) + late {
                return grant.kind == .booking ? .tooLate : .outsideSchedule
            }
            let limit = inputs.trust[grant.grantClass.rawValue]?.maximumAge
            if grant.fromFeed, let limit, let age = inputs.age, age > limit { return .dataTooOld }
            return nil
        }
        func door(_ grant: CandidateGrant) -> DecisionReason? {
            if inputs.mode == .lockedDown && grant.grantClass != .emergency { return .lockedDown }
            if inputs.mode == .blocked && (grant.grantClass == .guest || grant.grantClass == .member) {
                return .blocked
            }
            return inputs.interlocked == true ? .interlock : nil
        }
        func reason(_ grant: CandidateGrant) -> DecisionReason? { clock(grant) ?? time(grant) ?? door(grant) }
        let passing = usable.filter { reason($0) == nil }
        if let top = passing.map(\.grantClass).max() {
            let end = passing.filter { $0.grantClass == top }.max {
                let ends = ($0.to?.milliseconds ?? .max, $1.to?.milliseconds ?? .max)
                return ends.0 != ends.1
                    ? ends.0 < ends.1 : ($0.booking?.rawValue ?? "") < ($1.booking?.rawValue ?? "")
            }
            let isUntimed = end?.from == nil && end?.to == nil
            switch end?.kind {
            case .booking?: return quality == .unknown ? .bookingAtUnknownTime : .booking
            case .right?, nil: return quality == .unknown && !isUntimed ? .rightAtUnknownTime : .right
            }
        }
        for wanted in [
            DecisionReason.lockedDown, .blocked, .interlock, .dataTooOld, .clockUnsynchronized, .clockUnknown,
            .tooEarly,
            .tooLate, .outsideSchedule,
        ] where usable.contains(where: { reason($0) == wanted }) {
            return wanted
        }
        return .unknownCredential
    }

    @Test func `G9: on random worlds a second implementation decides the same, in any order of the grants`() {
        var random = SeededRandom.announced()
        var reasons: [DecisionReason: Int] = [:]
        for _ in 0..<60_000 {
            let (inputs, now, quality) = world(&random)
            let decision = AccessDecision.decide(inputs, at: WallTime(milliseconds: now), quality: quality)
            reasons[decision.reason, default: 0] += 1
            #expect(decision.reason == naive(inputs, now, quality), "\(inputs) at \(now), \(quality)")
            var shuffled = inputs
            shuffled.grants.shuffle(using: &random)
            let again = AccessDecision.decide(shuffled, at: WallTime(milliseconds: now), quality: quality)
            #expect(again.reason == decision.reason && again.grant?.booking == decision.grant?.booking)
        }
        #expect(Set(reasons.keys) == Set(DecisionReason.allCases), "every reason was met: \(reasons)")
    }

    private func world(_ random: inout SeededRandom) -> (DecisionInputs, Int64, ClockQuality) {
        func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
        let grants = (0..<Int.random(in: 0...4, using: &random)).map { index in
            let isBooking = chance(2)
            let isTimed = isBooking || !chance(4)
            let from = Int64.random(in: 0...100, using: &random)
            return CandidateGrant(
                kind: isBooking ? .booking : .right,
                grantClass: isBooking ? .guest : GrantClass.allCases.randomElement(using: &random) ?? .member,
                booking: isBooking ? bookingID("b\(index)") : nil, here: !chance(4),
                from: isTimed ? WallTime(milliseconds: from) : nil,
                to: isTimed ? WallTime(milliseconds: from + .random(in: 1...60, using: &random)) : nil,
                fromFeed: chance(2), cancelled: chance(5) ? true : nil, suspended: chance(6) ? true : nil,
                usesLeft: chance(4) ? Int.random(in: 0...1, using: &random) : nil)
        }
        var trust: [String: ClockTrust] = [:]
        for grantClass in GrantClass.allCases where !chance(8) {
            trust[grantClass.rawValue] = ClockTrust(
                unknown: chance(2), unsynchronized: chance(2), maximumAge: chance(2) ? 50 : nil)
        }
        let inputs = DecisionInputs(
            mode: DoorMode.allCases.randomElement(using: &random) ?? .locked, interlocked: chance(8) ? true : nil,
            needsPIN: chance(3) ? true : nil, lockedOut: chance(20) ? true : nil,
            before: .random(in: 0...20, using: &random),
            after: .random(in: 0...20, using: &random), age: chance(3) ? nil : .random(in: 0...100, using: &random),
            trust: trust, grants: grants)
        return (
            inputs, Int64.random(in: -30...180, using: &random),
            ClockQuality.allCases.randomElement(using: &random) ?? .unknown
        )
    }

    @Test func `a credential with more grants than are looked at is decided on as if all were`() {
        var random = SeededRandom.announced()
        for _ in 0..<2_000 {
            let stored = (0..<Int.random(in: 17...60, using: &random)).map { index in
                let from = Int64.random(in: 0...10_000, using: &random)
                return booking(
                    "b\(index)", from, from + .random(in: 1...500, using: &random),
                    of: Bool.random(using: &random) ? "coworking" : "workshop",
                    cancelled: .random(in: 0..<3, using: &random) == 0)
            }
            let now = Int64.random(in: 0...11_000, using: &random)
            let some = inputs(stored, at: now)
            #expect(some.grants.count == DecisionInputs.maximumGrants && some.omitted == stored.count - 16)
            var all = some
            all.grants = stored.map {
                CandidateGrant(
                    kind: .booking, grantClass: .guest, booking: $0.id, space: $0.space,
                    here: behind.contains($0.space),
                    from: $0.from, to: $0.to, fromFeed: true, cancelled: $0.cancelled ? true : nil)
            }
            let decision = AccessDecision.decide(some, at: wall(now), quality: .synchronized)
            let full = AccessDecision.decide(all, at: wall(now), quality: .synchronized)
            #expect(decision.reason.isGrant == full.reason.isGrant)
            if full.reason.isGrant { #expect(decision.grant?.booking == full.grant?.booking) }
        }
    }
}
