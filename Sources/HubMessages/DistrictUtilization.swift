/// What the district receives of a space's quarter-hour, on the topic `utilization`.
///
/// A type of its own, built only from ``UtilizationRecord``, which holds no identity. Where fewer people than the
/// configured threshold were there (but somebody was), every number that depends on people is left out and
/// `suppressed` is `true`: an absent number is not a zero. docs/messages.md says what this protects against and what
/// it does not yet.
public struct DistrictUtilization: Hashable, Sendable, Codable {
    /// The hub.
    public let hub: HubID
    /// The space.
    public let space: SpaceID
    /// What the space is equipped as.
    public let module: SpaceModule
    /// The quarter-hour's first moment.
    public let start: WallTime
    /// How many of its 900 seconds were observed.
    public let covered: Int
    /// For how many of the covered seconds all of the space's sensors worked.
    public let healthy: Int
    /// For how many of its 900 seconds the space was booked.
    public let booked: Int
    /// Whether numbers are left out because too few people were there.
    public let suppressed: Bool
    /// For how many of the covered seconds somebody was there.
    public let used: Int?
    /// The highest occupancy.
    public let peak: Int?
    /// How many people came in.
    public let entries: Int?

    /// The district's view of `record`. Where any count of people is from 1 up to below `threshold`, or somebody was
    /// noticed whom nobody counted, all of them are suppressed.
    public init(hub: HubID, record: UtilizationRecord, threshold: Int) {
        let few = 1..<max(threshold, 1)
        let isOnlyPresence = record.peak == 0 && record.entries == 0 && record.used > 0
        self.hub = hub
        space = record.space
        module = record.module
        start = record.start
        covered = record.covered
        healthy = record.healthy
        booked = record.booked
        suppressed = few.contains(record.peak) || few.contains(record.entries) || isOnlyPresence
        used = suppressed ? nil : record.used
        peak = suppressed ? nil : record.peak
        entries = suppressed ? nil : record.entries
    }
}
