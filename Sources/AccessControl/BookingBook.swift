public import HubMessages

/// All bookings the hub holds in memory, and which of them a credential has: the feed's ``BookingWindow``, and those that
/// were granted here, all of them.
///
/// A feed replaces the feed before it, at once and as a whole, and leaves local bookings alone; a refused change leaves
/// everything as it was.
public struct BookingBook: Equatable, Sendable {
    /// What is held of the feed in use.
    public private(set) var window: BookingWindow
    /// When the network last confirmed the feed in use; `nil` where there is none, or the time was not known then.
    public private(set) var confirmed: WallTime?
    /// Those that an operator added here, or a platform by a request.
    public private(set) var local: BookingSet
    /// How often bookings with a number of uses have let in.
    public private(set) var used: [BookingID: Int]

    /// At most so many local bookings.
    public static let maximumLocal = 10_000

    /// The book with what was stored.
    public init(
        window: BookingWindow = BookingWindow(), confirmed: WallTime? = nil, local: [Booking] = [],
        used: [BookingID: Int] = [:]
    ) {
        self.window = window
        self.confirmed = confirmed
        self.local = BookingSet(local)
        self.used = used
    }

    /// The version of the feed in use; 0 before the first.
    public var feedVersion: UInt64 { window.version }

    /// How many bookings there are, in memory or not.
    public var count: Int { window.count + local.count }

    /// All bookings in memory, by their beginning, then by name.
    public var all: [Booking] { (window.bookings.all + local.all).sorted(by: BookingSet.isBefore) }

    /// The bookings in memory that name `credential`, by their beginning, then by name.
    public func bookings(of credential: CredentialToken) -> [Booking] {
        merged(window.bookings.bookings(of: credential), local.bookings(of: credential))
    }

    /// The bookings of `space` in memory that are not cancelled, by their beginning, then by name.
    public func bookings(of space: SpaceID) -> [Booking] {
        merged(window.bookings.bookings(of: space), local.bookings(of: space))
    }

    /// How often a booking may still let in; `nil` for any number.
    public func usesLeft(of booking: Booking) -> Int? {
        booking.uses.map { max(0, $0 - (used[booking.id] ?? 0)) }
    }

    /// The feed in use was sent once more: what it says still holds. `nil` where the time is not known.
    public mutating func confirm(at time: WallTime?) {
        if let time { confirmed = time }
    }

    /// Replaces what is held of the feed: by another range of the same, or by another feed.
    public mutating func replaceFeed(_ window: BookingWindow) {
        self.window = window
    }

    /// Adds or replaces a local booking.
    public mutating func addLocal(_ booking: Booking) {
        local.put(booking)
    }

    /// Removes a local booking; `false` where there is none of that name.
    public mutating func removeLocal(_ id: BookingID) -> Bool {
        local.remove(id)
    }

    /// A booking with a number of uses has let in.
    public mutating func use(_ id: BookingID) {
        used[id, default: 0] += 1
    }

    /// Forgets the uses of bookings that there are no longer. Where the feed is held in part only, those of bookings that
    /// are not in memory stay, up to ``maximumLocal``: a platform may have moved them.
    public mutating func forgetUses() {
        guard window.from == nil || used.count > Self.maximumLocal else { return }
        used = used.filter { local[$0.key] != nil || window.bookings[$0.key] != nil }
    }

    /// Takes credentials and bookings of a person out of what is held of the feed; its file follows.
    public mutating func eraseFromFeed(_ tokens: Set<CredentialToken>, _ ids: Set<BookingID>) {
        let named = tokens.flatMap { window.bookings.bookings(of: $0) } + ids.compactMap { window.bookings[$0] }
        for booking in named {
            var rest = booking
            rest.credentials.removeAll(where: tokens.contains)
            if ids.contains(booking.id) || rest.credentials.isEmpty {
                if window.bookings.remove(booking.id) { window.count -= 1 }
            } else {
                window.bookings.put(rest)
            }
        }
    }

    /// Forgets the uses of these bookings. Returns whether there were any.
    public mutating func forgetUses(of ids: Set<BookingID>) -> Bool {
        let before = used.count
        used = used.filter { !ids.contains($0.key) }
        return used.count != before
    }

    private func merged(_ left: [Booking], _ right: [Booking]) -> [Booking] {
        if right.isEmpty { return left }
        if left.isEmpty { return right }
        return (left + right).sorted(by: BookingSet.isBefore)
    }
}
