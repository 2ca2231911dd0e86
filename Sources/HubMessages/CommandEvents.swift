// Journaled events of operators' commands.

/// An operator's command, and what came of it.
public struct CommandExecuted: Hashable, Sendable, Codable {
    /// The command.
    public var command: OperatorCommand
    /// The door it was for; absent where it was for all of the hub.
    public var door: DoorID?
    /// The booking it was for.
    public var booking: BookingID?
    /// Until when, for ``OperatorCommand/unlockUntil``; absent for until it is locked.
    public var until: WallTime?
    /// Who gave it: the account's name at the hub.
    public var by: String
    /// Why, in the operator's words.
    public var why: String?
    /// What came of it.
    public var outcome: CommandOutcome

    /// All fields.
    public init(
        command: OperatorCommand, door: DoorID? = nil, booking: BookingID? = nil, until: WallTime? = nil, by: String,
        why: String? = nil, outcome: CommandOutcome
    ) {
        self.command = command
        self.door = door
        self.booking = booking
        self.until = until
        self.by = by
        self.why = why
        self.outcome = outcome
    }
}

/// What an operator can order.
public enum OperatorCommand: String, Hashable, Sendable, Codable, CaseIterable {
    /// Release a door for one passage.
    case unlock
    /// Release a door until a moment, or until it is locked.
    case unlockUntil
    /// Lock a door, whatever its opening hours say, until their next change; ends a block.
    case lock
    /// Lock a door for guests and members.
    case block
    /// Lock a door or all of the hub; only emergency grants and the way out are left.
    case lockDown
    /// End a lockdown.
    case endLockDown
    /// Release a door or all of the hub and keep it so.
    case lockOpen
    /// End that.
    case endLockOpen
    /// Reset the fire alarm: the doors it released are locked again.
    case resetFire
    /// Add a booking that stays until it is removed at the hub.
    case addBooking
    /// Remove a booking added at the hub.
    case removeBooking
}

/// What came of an operator's command.
public enum CommandOutcome: String, Hashable, Sendable, Codable, CaseIterable {
    /// Done; for a door: it is released as soon as this is on disk, or after the configured bound.
    case done
    /// Not done, because the door's lock line cannot be set.
    case lineFailed
    /// Not done, because the hub has no door of that name.
    case unknownDoor
    /// Not done, because a lockdown or a lock-open stands, which only its own end changes.
    case heldByOrder
    /// Not done; the refusal is in the answer and in `bookings.changed`.
    case refused
}

/// What could be seen of a door a moment after an operator's command for it.
public struct CommandObserved: Hashable, Sendable, Codable {
    /// The command's place in this journal; absent where it has none.
    public var command: SequenceNumber?
    /// The door.
    public var door: DoorID
    /// What it is set to.
    public var mode: DoorMode
    /// What its lock line was told; absent where the line cannot be set.
    public var released: Bool?
    /// What its bolt shows; absent where the lock has no feedback.
    public var bolt: BoltState?
    /// What its contact shows.
    public var contact: ContactState

    /// All fields.
    public init(
        command: SequenceNumber?, door: DoorID, mode: DoorMode, released: Bool?, bolt: BoltState?,
        contact: ContactState
    ) {
        self.command = command
        self.door = door
        self.mode = mode
        self.released = released
        self.bolt = bolt
        self.contact = contact
    }
}
