/// Everything that a decision was computed from, besides the moment (which the event's envelope has): what makes a
/// journaled decision one that can be computed again. It names bookings and no person.
public struct DecisionInputs: Hashable, Sendable, Codable {
    /// What the door was set to.
    public var mode: DoorMode
    /// Whether another door of the same interlock was released or open; absent where not.
    public var interlocked: Bool?
    /// Whether the card needs its PIN and was shown without; absent where not.
    public var needsPIN: Bool?
    /// Whether the reader, or the credential at it, waits after wrong attempts; absent where not.
    public var lockedOut: Bool?
    /// How long before its beginning a booking opens doors, in milliseconds.
    public var before: Int64
    /// How long after its end, in milliseconds.
    public var after: Int64
    /// How old the booking data was, in milliseconds since the feed was last confirmed; absent where there is no feed,
    /// or where nobody can tell because the time is not known.
    public var age: Int64?
    /// What holds for the classes of the grants below while the clock or the booking data are not what they should be.
    public var trust: [String: ClockTrust]
    /// What the credential has, the nearest in time first; at most ``maximumGrants``.
    public var grants: [CandidateGrant]
    /// How many more it has, further away in time; absent where none.
    public var omitted: Int?

    /// At most so many grants are looked at.
    public static let maximumGrants = 16

    /// All fields.
    public init(
        mode: DoorMode, interlocked: Bool? = nil, needsPIN: Bool? = nil, lockedOut: Bool? = nil, before: Int64,
        after: Int64,
        age: Int64? = nil, trust: [String: ClockTrust], grants: [CandidateGrant], omitted: Int? = nil
    ) {
        self.mode = mode
        self.interlocked = interlocked
        self.needsPIN = needsPIN
        self.lockedOut = lockedOut
        self.before = before
        self.after = after
        self.age = age
        self.trust = trust
        self.grants = grants
        self.omitted = omitted
    }
}

/// One thing that might let a credential through.
public struct CandidateGrant: Hashable, Sendable, Codable {
    /// What kind of grant.
    public var kind: GrantKind
    /// Whose.
    public var grantClass: GrantClass
    /// The booking, where it is one.
    public var booking: BookingID?
    /// The space it is for, where it is for one.
    public var space: SpaceID?
    /// Whether it is for this door.
    public var here: Bool
    /// Its first moment; absent for always.
    public var from: WallTime?
    /// The first moment after it; absent for always.
    public var to: WallTime?
    /// Whether it came with the network's feed, so that its age matters.
    public var fromFeed: Bool
    /// Whether it is cancelled; absent where not.
    public var cancelled: Bool?
    /// Whether its credential is on the blocked list; absent where not.
    public var suspended: Bool?
    /// How often it can still be used; absent for any number.
    public var usesLeft: Int?
    /// Whether its holder needs more time at the door; absent where not.
    public var extended: Bool?

    private enum CodingKeys: String, CodingKey {
        case kind
        case grantClass = "class"
        case booking, space, here, from, to, fromFeed, cancelled, suspended, usesLeft, extended
    }

    /// All fields.
    public init(
        kind: GrantKind, grantClass: GrantClass, booking: BookingID? = nil, space: SpaceID? = nil, here: Bool,
        from: WallTime? = nil, to: WallTime? = nil, fromFeed: Bool, cancelled: Bool? = nil, suspended: Bool? = nil,
        usesLeft: Int? = nil, extended: Bool? = nil
    ) {
        self.kind = kind
        self.grantClass = grantClass
        self.booking = booking
        self.space = space
        self.here = here
        self.from = from
        self.to = to
        self.fromFeed = fromFeed
        self.cancelled = cancelled
        self.suspended = suspended
        self.usesLeft = usesLeft
        self.extended = extended
    }
}

/// The kinds of grants.
public enum GrantKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A booking of a space.
    case booking
    /// A standing right of somebody who is known to the hub.
    case right
}

/// Whose grant it is: what it may override, and how much the clock must be trusted for it.
public enum GrantClass: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Somebody who has booked.
    case guest
    /// Somebody with a standing right.
    case member
    /// Who works here: blocked doors let staff in.
    case staff
    /// Fire brigade, caretaker on call: every door, also in a lockdown.
    case emergency

    private var rank: Int {
        switch self {
        case .guest: 0
        case .member: 1
        case .staff: 2
        case .emergency: 3
        }
    }

    public static func < (left: GrantClass, right: GrantClass) -> Bool { left.rank < right.rank }
}

/// What holds for grants of one class while the clock or the booking data are not what they should be.
public struct ClockTrust: Hashable, Sendable, Codable {
    /// Whether they open doors while the time is not known (``ClockQuality/unknown``), whatever their window.
    public var unknown: Bool
    /// Whether they open doors in their window while nobody has confirmed the clock (``ClockQuality/rtcOnly``).
    public var unsynchronized: Bool
    /// How old the feed may be for those that came with it, in milliseconds; absent for any age.
    public var maximumAge: Int64?

    /// All fields.
    public init(unknown: Bool, unsynchronized: Bool, maximumAge: Int64? = nil) {
        self.unknown = unknown
        self.unsynchronized = unsynchronized
        self.maximumAge = maximumAge
    }
}
