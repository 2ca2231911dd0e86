// Journaled events of bookings and the people who come for them, or do not. docs/utilization.md defines each.

/// Somebody is there for the first time since a booking began.
public struct BookingArrived: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// The booking.
    public var booking: BookingID
    /// The booking's first moment.
    public var from: WallTime
    /// The first moment after it.
    public var to: WallTime
    /// How many seconds after its beginning.
    public var after: Int
    /// Whether the booking had been found to be a no-show before; it stays one.
    public var late: Bool

    /// All fields.
    public init(space: SpaceID, booking: BookingID, from: WallTime, to: WallTime, after: Int, late: Bool) {
        self.space = space
        self.booking = booking
        self.from = from
        self.to = to
        self.after = after
        self.late = late
    }
}

/// Nobody was there within the grace of a booking, and the sensors worked all that time: the platform can free the space.
public struct BookingNoShow: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// The booking.
    public var booking: BookingID
    /// The booking's first moment.
    public var from: WallTime
    /// The first moment after it.
    public var to: WallTime
    /// The grace in seconds.
    public var grace: Int

    /// All fields.
    public init(space: SpaceID, booking: BookingID, from: WallTime, to: WallTime, grace: Int) {
        self.space = space
        self.booking = booking
        self.from = from
        self.to = to
        self.grace = grace
    }
}

/// Somebody who was there during a booking is there after its end, or has gone at last.
public struct BookingOverstay: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// The booking.
    public var booking: BookingID
    /// The first moment after it.
    public var to: WallTime
    /// Whether it began (`true`) or ended.
    public var active: Bool
    /// How many seconds it lasted; absent while it lasts.
    public var seconds: Int?

    /// All fields.
    public init(space: SpaceID, booking: BookingID, to: WallTime, active: Bool, seconds: Int? = nil) {
        self.space = space
        self.booking = booking
        self.to = to
        self.active = active
        self.seconds = seconds
    }
}

/// Somebody is in a space that nobody has booked, or has gone.
public struct WalkIn: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// Since when.
    public var since: WallTime
    /// Whether it began (`true`) or ended.
    public var active: Bool
    /// How many seconds it lasted; absent while it lasts.
    public var seconds: Int?

    /// All fields.
    public init(space: SpaceID, since: WallTime, active: Bool, seconds: Int? = nil) {
        self.space = space
        self.since = since
        self.active = active
        self.seconds = seconds
    }
}
