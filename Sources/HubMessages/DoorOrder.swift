/// What an operator orders of a door, or of all doors of the hub.
public struct DoorOrder: Hashable, Sendable, Codable {
    /// Which command; one that is for doors.
    public var command: OperatorCommand
    /// The door; absent for all of the hub, which a lockdown, a lock-open, their ends and the reset of the fire alarm
    /// can be for.
    public var door: DoorID?
    /// With ``OperatorCommand/unlockUntil``: until when; needs a known clock.
    public var until: WallTime?
    /// With ``OperatorCommand/unlockUntil``: for how long, in milliseconds.
    public var duration: Int64?
    /// Why, in the operator's words; at most ``maximumWhy`` bytes. It is journaled: it should name no person.
    public var why: String?

    /// A reason is not longer than this, in bytes of UTF-8.
    public static let maximumWhy = 200

    /// All fields.
    public init(
        _ command: OperatorCommand, door: DoorID? = nil, until: WallTime? = nil, duration: Int64? = nil,
        why: String? = nil
    ) {
        self.command = command
        self.door = door
        self.until = until
        self.duration = duration
        self.why = why
    }
}
