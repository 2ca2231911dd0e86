/// What would be decided about a credential at a door, and from what: the answer to `hubctl explain`.
public struct Explanation: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// The moment it was asked for.
    public var time: WallTime
    /// What the clock was taken to be worth.
    public var clock: ClockQuality
    /// Whether the visitor would be let in.
    public var granted: Bool
    /// Why.
    public var reason: DecisionReason
    /// The booking that decides, where there is one.
    public var booking: BookingID?
    /// The version of the booking feed; 0 before the first.
    public var feedVersion: UInt64
    /// What the decision is computed from.
    public var inputs: DecisionInputs

    /// All fields.
    public init(
        door: DoorID, time: WallTime, clock: ClockQuality, granted: Bool, reason: DecisionReason, booking: BookingID?,
        feedVersion: UInt64, inputs: DecisionInputs
    ) {
        self.door = door
        self.time = time
        self.clock = clock
        self.granted = granted
        self.reason = reason
        self.booking = booking
        self.feedVersion = feedVersion
        self.inputs = inputs
    }
}
