public import HubMessages

/// The rules a booking feed, or a booking added at the hub, must keep before anything of it is taken.
public struct BookingRules: Hashable, Sendable {
    /// This hub.
    public var hub: HubID
    /// The spaces this hub has.
    public var spaces: Set<SpaceID>
    /// At most so many bookings.
    public var maximumBookings: Int
    /// What cards of the formats that this hub knows can be, by the format's name.
    public var formats: [String: CardLimits]

    /// All rules.
    public init(hub: HubID, spaces: Set<SpaceID>, maximumBookings: Int, formats: [String: CardLimits]) {
        self.hub = hub
        self.spaces = spaces
        self.maximumBookings = maximumBookings
        self.formats = formats
    }

    /// What is wrong with a feed or booking, and where.
    public struct Violation: Error, Hashable, Sendable {
        /// The rule that is broken.
        public let refusal: BookingRefusal
        /// Where, in words for an operator; holds no credential.
        public let detail: String

        /// Both parts.
        public init(refusal: BookingRefusal, detail: String) {
            self.refusal = refusal
            self.detail = detail
        }
    }

    /// The bookings of a feed's part with their credentials hashed, if it keeps all rules; at most `room` of them.
    public func check(_ part: BookingFeed, room: Int, hash: CredentialHash) throws(Violation) -> [Booking] {
        guard part.count == part.bookings.count else {
            throw Violation(
                refusal: .truncated,
                detail: "the feed announces \(part.count) bookings and holds \(part.bookings.count)")
        }
        guard !part.bookings.isEmpty else {
            throw Violation(refusal: .empty, detail: "the feed holds no booking; an empty feed never revokes")
        }
        guard part.bookings.count <= room else {
            throw Violation(
                refusal: .tooMany,
                detail: "the feed holds \(maximumBookings - room + part.bookings.count) bookings or more, the limit is "
                    + "\(maximumBookings)")
        }
        var ids: Set<BookingID> = []
        var bookings: [Booking] = []
        bookings.reserveCapacity(part.bookings.count)
        for entry in part.bookings {
            guard ids.insert(entry.id).inserted else { throw Self.duplicate(entry.id) }
            bookings.append(try check(entry, source: .feed, hash: hash))
        }
        return bookings
    }

    /// Two bookings of one feed have the same id.
    public static func duplicate(_ id: BookingID) -> Violation {
        Violation(refusal: .duplicate, detail: "two bookings have the id '\(id)'")
    }

    /// One booking with its credentials hashed, if it keeps all rules.
    public func check(
        _ entry: BookingFeed.Entry, source: BookingSource, hash: CredentialHash
    ) throws(Violation) -> Booking {
        guard spaces.contains(entry.space) else {
            throw Violation(
                refusal: .unknownSpace,
                detail: "booking '\(entry.id)' is of space '\(entry.space)', which this hub does not have")
        }
        guard entry.from < entry.to else {
            throw Violation(refusal: .emptyWindow, detail: "booking '\(entry.id)' ends before it begins")
        }
        guard entry.credentials.count <= Booking.maximumCredentials else {
            throw Violation(
                refusal: .tooMany,
                detail: "booking '\(entry.id)' has \(entry.credentials.count) credentials, the limit is "
                    + "\(Booking.maximumCredentials)")
        }
        for card in entry.credentials {
            if let fault = HolderRules.fault(of: card, formats) {
                throw Violation(refusal: .malformed, detail: "booking '\(entry.id)': \(fault)")
            }
        }
        if let partySize = entry.partySize, partySize < 1 {
            throw Violation(refusal: .malformed, detail: "booking '\(entry.id)' has a party of \(partySize)")
        }
        if let uses = entry.uses, uses < 1 {
            throw Violation(
                refusal: .malformed, detail: "booking '\(entry.id)' can be used \(uses) times; expected 1 or more")
        }
        return Booking(
            id: entry.id, space: entry.space, from: entry.from, to: entry.to,
            credentials: entry.credentials.map { hash($0.credential) }, partySize: entry.partySize,
            uses: entry.uses, cancelled: entry.cancelled ?? false, source: source)
    }
}
