// Journaled events of what a door is set to and of what watches it.

/// What a door is set to changed. Passages (``DoorMode/accessed``) have events of their own.
public struct DoorModeChanged: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// What it is set to now.
    public var mode: DoorMode

    /// All fields.
    public init(door: DoorID, mode: DoorMode) {
        self.door = door
        self.mode = mode
    }
}

/// The feedback of a door's bolt changed, or was read for the first time.
public struct DoorBolt: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// What it shows now.
    public var bolt: BoltState

    /// All fields.
    public init(door: DoorID, bolt: BoltState) {
        self.door = door
        self.bolt = bolt
    }
}

/// The fire input released the doors, went quiet, or was reset.
public struct FireChanged: Hashable, Sendable, Codable {
    /// Whether the input is active now.
    public var active: Bool
    /// Whether doors are released because of it: from the first activation until the reset by hand.
    public var latched: Bool

    /// All fields.
    public init(active: Bool, latched: Bool) {
        self.active = active
        self.latched = latched
    }
}
