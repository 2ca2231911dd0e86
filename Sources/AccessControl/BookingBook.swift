public import HubMessages

/// All bookings the hub knows, and which of them a credential has.
///
/// A feed replaces the feed before it and leaves local bookings alone; a refused change leaves everything as it was.
public struct BookingBook: Equatable, Sendable {
    /// The version of the feed in use; 0 before the first.
    public private(set) var feedVersion: UInt64
    /// When the network last confirmed the feed in use; `nil` where there is none, or the time was not known then.
    public private(set) var confirmed: WallTime?
    private var feed: [BookingID: Booking] = [:]
    private var local: [BookingID: Booking] = [:]
    private var byCredential: [CredentialToken: [Booking]] = [:]
    private var bySpace: [SpaceID: [Booking]] = [:]

    /// The book with what was stored.
    public init(feedVersion: UInt64 = 0, confirmed: WallTime? = nil, stored: [Booking] = []) {
        self.feedVersion = feedVersion
        self.confirmed = confirmed
        for booking in stored {
            switch booking.source {
            case .feed: feed[booking.id] = booking
            case .local: local[booking.id] = booking
            }
        }
        index()
    }

    /// How many bookings there are.
    public var count: Int { feed.count + local.count }

    /// All bookings, by their beginning, then by name.
    public var all: [Booking] {
        (Array(feed.values) + Array(local.values)).sorted { ($0.from, $0.id) < ($1.from, $1.id) }
    }

    /// Those that an operator added here.
    public func local(_ id: BookingID) -> Booking? { local[id] }

    /// The bookings that name `credential`, by their beginning, then by name.
    public func bookings(of credential: CredentialToken) -> [Booking] {
        byCredential[credential] ?? []
    }

    /// The bookings of `space` that are not cancelled, by their beginning, then by name.
    public func bookings(of space: SpaceID) -> [Booking] {
        bySpace[space] ?? []
    }

    /// The feed in use was sent once more: what it says still holds. `nil` where the time is not known.
    public mutating func confirm(at time: WallTime?) {
        if let time { confirmed = time }
    }

    /// Replaces the feed's bookings.
    public mutating func replaceFeed(version: UInt64, with bookings: [Booking]) {
        feedVersion = version
        feed = Dictionary(bookings.map { ($0.id, $0) }) { _, last in last }
        index()
    }

    /// Adds or replaces a local booking.
    public mutating func addLocal(_ booking: Booking) {
        local[booking.id] = booking
        index()
    }

    /// Removes a local booking; `false` where there is none of that name.
    public mutating func removeLocal(_ id: BookingID) -> Bool {
        guard local.removeValue(forKey: id) != nil else { return false }
        index()
        return true
    }

    private mutating func index() {
        byCredential = [:]
        bySpace = [:]
        for booking in all {
            for credential in Set(booking.credentials) {
                byCredential[credential, default: []].append(booking)
            }
            if !booking.cancelled {
                bySpace[booking.space, default: []].append(booking)
            }
        }
    }
}
