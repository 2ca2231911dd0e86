/// The message on the topic `bookings`, or one of those on `bookings/<part>`: the complete set of the hub's bookings,
/// versioned, and signed as a whole (``SignedMessage``).
///
/// A feed replaces the feed before it. It never revokes by omission of everything: an empty one, one whose `count` does
/// not match (cut off on the way), an older one and one for another hub are refused (``BookingRefusal``), and
/// what the hub had stays. A booking is revoked by leaving it out of a feed that holds others, or with `cancelled`.
public struct BookingFeed: Hashable, Sendable, Codable {
    /// The hub the feed is for.
    public var hub: HubID
    /// Grows with every change.
    public var version: UInt64
    /// Which of ``parts`` this message is, from 1; absent for a feed of one message.
    public var part: Int?
    /// Of how many messages the feed consists, at most ``maximumParts``; absent for one.
    public var parts: Int?
    /// How many bookings this message holds.
    public var count: Int
    /// The bookings; of all parts together at most as many as the configuration's `access.maximum_bookings`.
    public var bookings: [Entry]

    /// A feed has at most so many parts.
    public static let maximumParts = 10_000

    /// A feed of `bookings`, or a part of it.
    public init(hub: HubID, version: UInt64, part: Int? = nil, parts: Int? = nil, bookings: [Entry]) {
        self.hub = hub
        self.version = version
        self.part = part
        self.parts = parts
        self.count = bookings.count
        self.bookings = bookings
    }

    /// One booking as the platform sends it, with credentials in the clear; they are hashed before anything is
    /// stored.
    public struct Entry: Hashable, Sendable, Codable {
        /// The platform's name of the booking.
        public var id: BookingID
        /// The booked space.
        public var space: SpaceID
        /// The first moment of the booking.
        public var from: WallTime
        /// The first moment after the booking.
        public var to: WallTime
        /// The credentials that may use it.
        public var credentials: [CredentialDescription]
        /// How many people come, where known.
        public var partySize: Int?
        /// How often it lets in; absent for any number.
        public var uses: Int?
        /// Whether the booking is cancelled; absent means no.
        public var cancelled: Bool?

        /// One booking.
        public init(
            id: BookingID, space: SpaceID, from: WallTime, to: WallTime, credentials: [CredentialDescription],
            partySize: Int? = nil, uses: Int? = nil, cancelled: Bool? = nil
        ) {
            self.id = id
            self.space = space
            self.from = from
            self.to = to
            self.credentials = credentials
            self.partySize = partySize
            self.uses = uses
            self.cancelled = cancelled
        }
    }
}

/// Why a booking feed or a booking was not taken. What the hub had before stays.
public enum BookingRefusal: String, Hashable, Sendable, Codable, CaseIterable, Error {
    /// The message is not JSON of the documented form.
    case malformed
    /// The feed is for another hub.
    case otherHub
    /// The feed holds no booking; an empty feed never revokes.
    case empty
    /// The feed's `count` is not the number of its bookings: it was cut off.
    case truncated
    /// The hub has this version or a newer one.
    case outdated
    /// More bookings, or more credentials in one, than the hub's limit.
    case tooMany
    /// A booking ends before it begins.
    case emptyWindow
    /// A booking names a space this hub does not have.
    case unknownSpace
    /// Two bookings have the same id.
    case duplicate
    /// The message is not signed, or by none of the hub's signers who may send bookings.
    case signature
    /// The disk did not take the bookings; they are to be sent again.
    case storage
    /// There is no booking of that id, or none that an operator may remove.
    case notFound
}
