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

/// A credential as a message or a person writes it: `{"type": "card", "facility": 12, "number": 4711}`.
public struct CredentialDescription: Hashable, Sendable, Codable {
    /// The kind of credential.
    public var type: CredentialKind
    /// The card's facility code, 0 to 255.
    public var facility: UInt8
    /// The card's number, 0 to 65535.
    public var number: UInt16

    /// A card of format H10301.
    public init(facility: UInt8, number: UInt16) {
        self.type = .card
        self.facility = facility
        self.number = number
    }

    /// Reads `facility:number`, for example `12:4711`; `nil` where `text` is not of that form.
    public init?(card text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let facility = UInt8(parts[0]), let number = UInt16(parts[1]) else {
            return nil
        }
        self.init(facility: facility, number: number)
    }

    /// The credential itself.
    public var credential: Credential {
        switch type {
        case .card: .card(facility: facility, number: number)
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
