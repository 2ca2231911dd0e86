public import HubMessages

/// What doors are set to beyond a restart of the daemon.
public struct DoorMemory: Hashable, Sendable, Codable {
    /// Whether the fire alarm holds doors released: it does until it is reset by hand, also when the power was gone.
    public var isFireLatched: Bool
    /// Doors that an operator has unlocked (without an end), locked, blocked, locked down or locked open.
    public var modes: [DoorID: DoorMode]

    /// All fields.
    public init(isFireLatched: Bool = false, modes: [DoorID: DoorMode] = [:]) {
        self.isFireLatched = isFireLatched
        self.modes = modes
    }
}
