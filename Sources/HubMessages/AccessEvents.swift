// Journaled events of doors and readers.

/// A credential was shown at a reader, and this was decided.
public struct AccessDecided: Hashable, Sendable, Codable {
    /// The door of the reader.
    public var door: DoorID
    /// Whether the visitor is let in.
    public var granted: Bool
    /// Why.
    public var reason: DecisionReason
    /// What kind of credential it was.
    public var kind: CredentialKind
    /// What the credential is called in this period of time (``PseudonymHash``).
    public var credential: String
    /// The booking that decided, where there is one: the one that grants, or the nearest that does not.
    public var booking: BookingID?
    /// The space of that booking.
    public var space: SpaceID?
    /// The version of the booking feed the decision used; 0 before the first.
    public var feedVersion: UInt64
    /// On which side of the door; absent for outside.
    public var side: ReaderSide?
    /// What the decision was computed from.
    public var inputs: DecisionInputs

    /// All fields.
    public init(
        door: DoorID, granted: Bool, reason: DecisionReason, kind: CredentialKind, credential: String,
        booking: BookingID? = nil, space: SpaceID? = nil, feedVersion: UInt64, side: ReaderSide? = nil,
        inputs: DecisionInputs
    ) {
        self.door = door
        self.side = side
        self.inputs = inputs
        self.granted = granted
        self.reason = reason
        self.kind = kind
        self.credential = credential
        self.booking = booking
        self.space = space
        self.feedVersion = feedVersion
    }
}

/// A decision was not on disk within the configured bound, so the door moved first.
public struct RecordedLate: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// The decision's place in this journal; absent where the queue was full and it has none.
    public var decision: SequenceNumber?

    /// All fields.
    public init(door: DoorID, decision: SequenceNumber? = nil) {
        self.door = door
        self.decision = decision
    }
}

/// A door was released.
public struct DoorReleased: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// Why.
    public var cause: ReleaseCause
    /// For how long at most, in milliseconds; absent where it stays released until it is locked.
    public var duration: Int64?

    /// All fields.
    public init(door: DoorID, cause: ReleaseCause, duration: Int64? = nil) {
        self.door = door
        self.cause = cause
        self.duration = duration
    }
}

/// A released door was locked again.
public struct DoorLocked: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// Why.
    public var cause: RelockCause

    /// All fields.
    public init(door: DoorID, cause: RelockCause) {
        self.door = door
        self.cause = cause
    }
}

/// The door contact changed, or was read for the first time.
public struct DoorContact: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// What it shows now.
    public var contact: ContactState

    /// All fields.
    public init(door: DoorID, contact: ContactState) {
        self.door = door
        self.contact = contact
    }
}

/// What became of a release (ONVIF: AccessTaken, AccessNotTaken).
public struct AccessUsed: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// Whether the door was opened while it was released.
    public var taken: Bool

    /// All fields.
    public init(door: DoorID, taken: Bool) {
        self.door = door
        self.taken = taken
    }
}

/// A door alarm began or ended.
public struct DoorAlarmChanged: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// Which alarm.
    public var alarm: DoorAlarm
    /// Whether it began (`true`) or ended.
    public var active: Bool

    /// All fields.
    public init(door: DoorID, alarm: DoorAlarm, active: Bool) {
        self.door = door
        self.alarm = alarm
        self.active = active
    }
}

/// A reader sent bits that are not a card. The bits themselves are not kept: most of a card number may be in them.
public struct FrameRejected: Hashable, Sendable, Codable {
    /// The door of the reader.
    public var door: DoorID
    /// What is wrong with the frame.
    public var fault: FrameFault
    /// How many bits were seen; 0 where keys were pressed that are no code.
    public var bits: Int

    /// All fields.
    public init(door: DoorID, fault: FrameFault, bits: Int) {
        self.door = door
        self.fault = fault
        self.bits = bits
    }
}

/// The bits of a frame that was rejected, for an installer who watches at the hub. Never journaled, never published:
/// nearly a whole card number may be in them.
public struct RejectedBits: Hashable, Sendable, Codable {
    /// The door of the reader.
    public var door: DoorID
    /// What is wrong with the frame.
    public var fault: FrameFault
    /// The bits seen, `0` and `1`, the first one on the wire first.
    public var bits: String

    /// All fields.
    public init(door: DoorID, fault: FrameFault, bits: String) {
        self.door = door
        self.fault = fault
        self.bits = bits
    }
}

/// A code that is typed under duress was typed: a silent alarm. Door and reader behave as with any other.
public struct DuressSignalled: Hashable, Sendable, Codable {
    /// The door.
    public var door: DoorID
    /// The decision's place in this journal; absent where the queue was full and it has none.
    public var decision: SequenceNumber?

    /// All fields.
    public init(door: DoorID, decision: SequenceNumber?) {
        self.door = door
        self.decision = decision
    }
}

/// The standing rights at this hub changed.
public struct HoldersChanged: Hashable, Sendable, Codable {
    /// Which one.
    public var holder: HolderID
    /// What was done with it.
    public var change: Change
    /// Who did it: the account's name at the hub.
    public var by: String
    /// How many standing rights the hub has now.
    public var count: Int

    /// What can be done with a standing right.
    public enum Change: String, Hashable, Sendable, Codable, CaseIterable {
        /// Added or replaced.
        case put
        /// Removed.
        case removed
        /// Put on the blocked list.
        case suspended
        /// Taken from the blocked list.
        case resumed
    }

    /// All fields.
    public init(holder: HolderID, change: Change, by: String, count: Int) {
        self.holder = holder
        self.change = change
        self.by = by
        self.count = count
    }
}
