/// A space's count as it is kept over a restart.
public struct OccupancyCount: Hashable, Sendable, Codable {
    /// The best estimate.
    public var estimate: Int
    /// At least so many.
    public var minimum: Int
    /// At most so many.
    public var maximum: Int
    /// When that was; absent where the time was not known.
    public var at: WallTime?

    /// All fields.
    public init(estimate: Int, minimum: Int, maximum: Int, at: WallTime? = nil) {
        self.estimate = estimate
        self.minimum = minimum
        self.maximum = maximum
        self.at = at
    }
}
