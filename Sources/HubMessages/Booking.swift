/// A space, a window of time, and the credentials that may use it, as the hub stores it: credentials as tokens only.
public struct Booking: Hashable, Sendable, Codable {
    /// The platform's name of the booking, 1 to 64 characters of printable ASCII without blanks.
    public var id: BookingID
    /// The space that was booked; its configuration names the doors on the way to it.
    public var space: SpaceID
    /// The first moment of the booking.
    public var from: WallTime
    /// The first moment after the booking.
    public var to: WallTime
    /// The keyed hashes of the credentials that may use it; at most ``maximumCredentials``.
    public var credentials: [CredentialToken]
    /// How many people come, where the platform says so; at least 1.
    public var partySize: Int?
    /// How often it lets in at all, over all its doors; absent for any number within its window. At least 1.
    public var uses: Int?
    /// Whether the booking is cancelled: it grants nothing any more.
    public var cancelled: Bool
    /// Who brought the booking in.
    public var source: BookingSource

    /// At most so many credentials per booking.
    public static let maximumCredentials = 64

    /// A booking. The caller has checked that `from` is before `to`.
    public init(
        id: BookingID, space: SpaceID, from: WallTime, to: WallTime, credentials: [CredentialToken],
        partySize: Int? = nil, uses: Int? = nil, cancelled: Bool = false, source: BookingSource
    ) {
        self.id = id
        self.space = space
        self.from = from
        self.to = to
        self.credentials = credentials
        self.partySize = partySize
        self.uses = uses
        self.cancelled = cancelled
        self.source = source
    }
}

/// Who brought a booking in.
public enum BookingSource: String, Hashable, Sendable, Codable {
    /// The network's feed on the topic `bookings`; the next feed replaces it.
    case feed
    /// An operator at the hub, with `hubctl bookings add`; it stays until removed there.
    case local
    /// A booking platform that granted it by a request; it stays until revoked by one.
    case request
}

/// A booking platform's name of a booking: 1 to 64 printable ASCII characters without blanks.
public struct BookingID: Hashable, Comparable, Sendable {
    /// The name itself.
    public let rawValue: String

    /// The identifier `text`, or `nil` where it breaks the rule above.
    public init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        rawValue = text
    }

    public static func < (left: BookingID, right: BookingID) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension BookingID: CustomStringConvertible {
    public var description: String { rawValue }
}

extension BookingID: Codable {
    /// Decodes a string; throws where it is not a legal identifier.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = BookingID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a booking id is 1 to 64 printable ASCII characters without blanks")
        }
        self = id
    }

    /// Encodes the string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
