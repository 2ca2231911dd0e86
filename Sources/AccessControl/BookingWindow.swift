public import HubMessages

/// The part of the feed in use that matters around a moment: what a hub holds in memory of a set that may be far larger.
///
/// Complete within its range: a booking of the feed that is not in it has no time in common with the range.
public struct BookingWindow: Equatable, Sendable {
    /// The version of the feed; 0 for none.
    public var version: UInt64
    /// How many bookings the feed has in all.
    public var count: Int
    /// The first moment of the range; `nil` where it has no beginning.
    public var from: WallTime?
    /// The first moment after the range; `nil` where it has no end.
    public var to: WallTime?
    /// The bookings.
    public var bookings: BookingSet
    /// How many bookings had no room although the range is as short as it gets.
    public var omitted: Int

    /// All parts.
    public init(
        version: UInt64 = 0, count: Int? = nil, from: WallTime? = nil, to: WallTime? = nil,
        bookings: BookingSet = BookingSet(), omitted: Int = 0
    ) {
        self.version = version
        self.count = count ?? bookings.count
        self.from = from
        self.to = to
        self.bookings = bookings
        self.omitted = omitted
    }

    /// At most so many bookings of the feed are held in memory.
    public static let limit = 8_192
    /// So many at most while the doors wait for the first of them: the rest follows at once.
    public static let firstLimit = 128
    /// How far before and after a moment the range may reach: the farthest that keeps within the limit.
    public static let reaches: [Duration] = [
        .seconds(1_800), .seconds(2 * 3_600), .seconds(12 * 3_600), .seconds(2 * 86_400), .seconds(7 * 86_400),
        .seconds(30 * 86_400),
    ]

    /// Whether the range ends too near to `time` on one side, or holds not as much as it may.
    public func isOutrun(at time: WallTime) -> Bool {
        guard let from, let to else { return false }
        let margin = Duration.milliseconds((to - from).milliseconds / 4)
        return time < from + margin || time >= to - margin
    }

    /// When the range is outrun as time passes; `nil` for never.
    public func outrun(after time: WallTime) -> WallTime? {
        guard let from, let to else { return nil }
        return max(time, to - .milliseconds((to - from).milliseconds / 4))
    }
}
