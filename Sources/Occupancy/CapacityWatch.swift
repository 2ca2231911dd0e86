public import HubMessages

/// How near a space is to what it is made for. The level is that of the best estimate; the event has the interval beside
/// it, because a warning about a number that is not certain should say so.
public struct CapacityWatch: Hashable, Sendable {
    /// The level.
    public private(set) var level = CapacityLevel.free

    /// There is room.
    public init() {}

    /// What the space shows now. Returns the event where the level changed; a space without a capacity has none.
    public mutating func update(
        _ occupancy: SpaceOccupancy, capacity: Int?, warnAt: Int?
    ) -> [JournalEvent] {
        guard let capacity else {
            level = .free
            return []
        }
        let new: CapacityLevel =
            if occupancy.estimate > capacity {
                .over
            } else if occupancy.estimate == capacity {
                .full
            } else if occupancy.estimate >= warnAt ?? Self.usualWarning(capacity) {
                .near
            } else {
                .free
            }
        guard new != level else { return [] }
        level = new
        return [
            .capacityChanged(
                CapacityChanged(
                    space: occupancy.space, level: new, estimate: occupancy.estimate, minimum: occupancy.minimum,
                    maximum: occupancy.maximum, capacity: capacity))
        ]
    }

    /// Nine tenths, rounded up.
    public static func usualWarning(_ capacity: Int) -> Int { (capacity * 9 + 9) / 10 }
}
