public import HubMessages

/// What decides about credentials besides the bookings.
public struct AccessPolicy: Hashable, Sendable {
    /// How long before its beginning a booking opens doors already.
    public var before: Duration
    /// How long after its end a booking still opens doors.
    public var after: Duration
    /// What to do while the time is not known.
    public var unknownClock: UnknownClockPolicy

    /// All parts.
    public init(before: Duration, after: Duration, unknownClock: UnknownClockPolicy) {
        self.before = before
        self.after = after
        self.unknownClock = unknownClock
    }
}

/// A decision about one credential at one door: granted or denied, why, and by which booking.
public struct AccessDecision: Hashable, Sendable {
    /// Why; says too whether it is a grant.
    public let reason: DecisionReason
    /// The booking that decided, where there is one.
    public let booking: Booking?

    /// Decides whether `credential` may pass a door behind which `spaces` lie.
    ///
    /// A pure function of what is given: the same inputs decide the same way for ever. Among several bookings that
    /// grant, the one that ends last is named; where none grants, the most useful denial is: the next booking to
    /// come, else the last one that was, else a cancelled one, else one of another space.
    public static func decide(
        _ credential: CredentialToken, spaces: Set<SpaceID>, at time: WallTime, quality: ClockQuality,
        book: BookingBook, policy: AccessPolicy
    ) -> AccessDecision {
        let all = book.bookings(of: credential)
        guard !all.isEmpty else { return AccessDecision(reason: .unknownCredential, booking: nil) }
        let here = all.filter { spaces.contains($0.space) }
        guard !here.isEmpty else { return AccessDecision(reason: .otherDoor, booking: all.last) }
        let valid = here.filter { !$0.cancelled }
        guard !valid.isEmpty else { return AccessDecision(reason: .cancelled, booking: here.last) }

        switch quality {
        case .unknown:
            switch policy.unknownClock {
            case .deny: return AccessDecision(reason: .clockUnknown, booking: nil)
            case .anyBooking: return AccessDecision(reason: .bookingAtUnknownTime, booking: valid.last)
            }
        case .synchronized, .rtcOnly:
            break
        }
        let current = valid.filter { $0.from - policy.before <= time && time < $0.to + policy.after }
        if let best = current.max(by: { ($0.to, $0.id) < ($1.to, $1.id) }) {
            return AccessDecision(reason: .booking, booking: best)
        }
        if let next = valid.first(where: { time < $0.from - policy.before }) {
            return AccessDecision(reason: .tooEarly, booking: next)
        }
        return AccessDecision(reason: .tooLate, booking: valid.max { ($0.to, $0.id) < ($1.to, $1.id) })
    }
}
