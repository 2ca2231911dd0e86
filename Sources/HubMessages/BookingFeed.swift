/// The message on the topic `bookings`: the complete set of the hub's bookings, versioned.
///
/// A feed replaces the feed before it. It never revokes by omission of everything: an empty one, one whose `count` does
/// not match (cut off on the way), an older one and one for another hub are refused (``BookingRefusal``), and
/// what the hub had stays. A booking is revoked by leaving it out of a feed that holds others, or with `cancelled`.
public struct BookingFeed: Hashable, Sendable, Codable {
    /// The hub the feed is for.
    public var hub: HubID
    /// Grows with every change.
    public var version: UInt64
    /// How many bookings the feed holds.
    public var count: Int
    /// The bookings, at most as many as the configuration's `access.maximum_bookings`.
    public var bookings: [Entry]
    /// The feed's signature. Its check comes with signed commands; until then the broker's access rules protect the
    /// topic, and a feed with a signature is taken like one without.
    public var signature: Signature?

    /// A feed of `bookings`.
    public init(hub: HubID, version: UInt64, bookings: [Entry], signature: Signature? = nil) {
        self.hub = hub
        self.version = version
        self.count = bookings.count
        self.bookings = bookings
        self.signature = signature
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
        /// Whether the booking is cancelled; absent means no.
        public var cancelled: Bool?

        /// One booking.
        public init(
            id: BookingID, space: SpaceID, from: WallTime, to: WallTime, credentials: [CredentialDescription],
            partySize: Int? = nil, cancelled: Bool? = nil
        ) {
            self.id = id
            self.space = space
            self.from = from
            self.to = to
            self.credentials = credentials
            self.partySize = partySize
            self.cancelled = cancelled
        }
    }

    /// An Ed25519 signature (RFC 8032) over the feed.
    public struct Signature: Hashable, Sendable, Codable {
        /// Which of the hub's known keys signed.
        public var key: String
        /// The signature in base64 (RFC 4648, section 4).
        public var value: String

        /// A signature by `key`.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
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
    /// There is no booking of that id, or none that an operator may remove.
    case notFound
}
