public import HubMessages

/// Bookings, found by name, by credential and by space.
public struct BookingSet: Equatable, Sendable {
    private var byID: [BookingID: Booking] = [:]
    private var byCredential: [CredentialToken: [Booking]] = [:]
    private var bySpace: [SpaceID: [Booking]] = [:]

    /// A set of `bookings`; of two with the same name the last one counts.
    public init(_ bookings: [Booking] = []) {
        byID.reserveCapacity(bookings.count)
        for booking in bookings { byID[booking.id] = booking }
        let chosen = byID.count == bookings.count ? bookings : Array(byID.values)
        // In order once, so that what is found is in order without being sorted again.
        for booking in chosen.sorted(by: Self.isBefore) { index(booking) }
    }

    /// How many there are.
    public var count: Int { byID.count }

    /// All of them, by their beginning, then by name.
    public var all: [Booking] { byID.values.sorted(by: Self.isBefore) }

    /// The booking of that name.
    public subscript(id: BookingID) -> Booking? { byID[id] }

    /// Those that name `credential`, by their beginning, then by name.
    public func bookings(of credential: CredentialToken) -> [Booking] { byCredential[credential] ?? [] }

    /// Those of `space` that are not cancelled, by their beginning, then by name.
    public func bookings(of space: SpaceID) -> [Booking] { bySpace[space] ?? [] }

    /// Adds or replaces a booking.
    public mutating func put(_ booking: Booking) {
        remove(booking.id)
        byID[booking.id] = booking
        index(booking)
    }

    /// Removes a booking; returns whether there was one.
    @discardableResult
    public mutating func remove(_ id: BookingID) -> Bool {
        guard let booking = byID.removeValue(forKey: id) else { return false }
        for credential in Set(booking.credentials) {
            byCredential[credential]?.removeAll { $0.id == id }
            if byCredential[credential]?.isEmpty == true { byCredential[credential] = nil }
        }
        bySpace[booking.space]?.removeAll { $0.id == id }
        if bySpace[booking.space]?.isEmpty == true { bySpace[booking.space] = nil }
        return true
    }

    /// Whether one booking comes before another: by their beginning, then by name.
    public static func isBefore(_ left: Booking, _ right: Booking) -> Bool {
        left.from == right.from ? left.id < right.id : left.from < right.from
    }

    private mutating func index(_ booking: Booking) {
        if booking.credentials.count == 1 {
            Self.insert(booking, into: &byCredential[booking.credentials[0], default: []])
        } else {
            for credential in Set(booking.credentials) {
                Self.insert(booking, into: &byCredential[credential, default: []])
            }
        }
        if !booking.cancelled { Self.insert(booking, into: &bySpace[booking.space, default: []]) }
    }

    private static func insert(_ booking: Booking, into list: inout [Booking]) {
        guard let last = list.last, isBefore(booking, last) else { return list.append(booking) }
        list.insert(booking, at: list.firstIndex { isBefore(booking, $0) } ?? list.endIndex)
    }
}
