/// Why a decision fell as it did: the closed list. Each is explained for visitors and operators in docs/access.md.
public enum DecisionReason: String, Hashable, Sendable, Codable, CaseIterable {
    /// Granted: a booking of a space behind this door covers this moment.
    case booking
    /// Granted: the time is not known, and guests with any booking behind this door are let in then.
    case bookingAtUnknownTime
    /// Granted: a standing right for this door covers this moment.
    case right
    /// Granted: the time is not known, and the holder's class is let in then.
    case rightAtUnknownTime
    /// Not let in yet: the card needs its PIN, which is to be typed now.
    case pinRequired
    /// Denied: nothing names this credential.
    case unknownCredential
    /// Denied: the credential is on the blocked list.
    case suspended
    /// Denied: the credential has nothing for this door.
    case otherDoor
    /// Denied: the credential's booking was cancelled.
    case cancelled
    /// Denied: the credential has been used as often as it may.
    case usedUp
    /// Denied: the credential's next booking behind this door has not begun.
    case tooEarly
    /// Denied: the credential's last booking behind this door is over.
    case tooLate
    /// Denied: the standing right for this door does not cover this moment.
    case outsideSchedule
    /// Denied: the time is not known, and the class of the grant is not let in then.
    case clockUnknown
    /// Denied: nobody has confirmed the clock, and the class of the grant is not let in then.
    case clockUnsynchronized
    /// Denied: the booking data is older than the class of the grant allows.
    case dataTooOld
    /// Denied: too many wrong attempts; wait.
    case lockedOut
    /// Denied: an operator has blocked the door for guests and members.
    case blocked
    /// Denied: an operator has locked the door down.
    case lockedDown
    /// Denied: another door of the same sluice is released or open; try again when it is closed.
    case interlock

    /// Whether a decision with this reason lets the visitor in.
    public var isGrant: Bool {
        switch self {
        case .booking, .bookingAtUnknownTime, .right, .rightAtUnknownTime: true
        case .pinRequired, .unknownCredential, .suspended, .otherDoor, .cancelled, .usedUp, .tooEarly, .tooLate,
            .outsideSchedule,
            .clockUnknown, .clockUnsynchronized, .dataTooOld, .lockedOut, .blocked, .lockedDown, .interlock:
            false
        }
    }
}

/// What a door is set to. Names after ONVIF Door Control Service, section "DoorMode".
public enum DoorMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// Locked; a grant or a request to exit releases it for one passage.
    case locked
    /// Released until it is locked: by opening hours or by an operator.
    case unlocked
    /// Released for one passage.
    case accessed
    /// Locked; guests and members are not let in, staff is.
    case blocked
    /// Locked, and only the end of the lockdown changes that; emergency grants pass.
    case lockedDown
    /// Released, and only the end of that, or of the fire alarm, changes it.
    case lockedOpen
}

/// What a lock's own feedback shows. Unknown is a legal value: a lock without feedback, or a line that cannot be read.
public enum BoltState: String, Hashable, Sendable, Codable, CaseIterable {
    /// The bolt is thrown.
    case locked
    /// The bolt is drawn.
    case unlocked
    /// There is no feedback, or it cannot be read.
    case unknown
}

/// What the door contact shows. Unknown is a legal value: before the first reading, after a broken line.
public enum ContactState: String, Hashable, Sendable, Codable, CaseIterable {
    /// The door stands open.
    case open
    /// The door is closed.
    case closed
    /// There is no contact, or it cannot be read.
    case unknown
}

/// Why a door was released.
public enum ReleaseCause: String, Hashable, Sendable, Codable, CaseIterable {
    /// A decision granted a credential.
    case grant
    /// Somebody inside asked to leave (REX). Anonymous, never denied.
    case exitRequest
    /// An operator released it, for one passage or until it is locked.
    case `operator`
    /// Opening hours began, or the first person of the opening hours came in.
    case openingHours
    /// The fire input: every configured door, without a decision, until it is reset.
    case fire
}

/// Why a released door was locked again.
public enum RelockCause: String, Hashable, Sendable, Codable, CaseIterable {
    /// The door was opened; the strike falls in behind the passage.
    case opened
    /// The release time ended.
    case timeout
    /// The daemon stops: locks go to their rest state.
    case stop
    /// The door was closed behind a passage (relock on close).
    case closed
    /// The door stood open for longer than permitted with its lock released (relock on close).
    case heldOpen
    /// An operator locked, blocked or locked it down.
    case `operator`
    /// Opening hours ended.
    case openingHours
    /// The fire alarm was reset.
    case fireReset
    /// Another door of the same interlock was released.
    case interlock
}

/// What a door raises an alarm for.
public enum DoorAlarm: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Opened without a grant or a request to exit.
    case forced
    /// Open for nearly the permitted time: the warning before ``heldOpen``.
    case heldOpenWarning
    /// Open for longer than permitted.
    case heldOpen
    /// The lock was told to lock, the door is closed, and the bolt is still drawn.
    case relockFailed
    /// Somebody is at the reader's or the lock's housing, or at the wires of a supervised contact.
    case tamper
    /// A line of the door cannot be read or set, or the bolt does not draw.
    case fault

    public static func < (left: DoorAlarm, right: DoorAlarm) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Why bits from a reader are not a card.
public enum FrameFault: String, Error, Hashable, Sendable, Codable, CaseIterable {
    /// Fewer bits than the format has.
    case tooShort
    /// More bits than the format has.
    case tooLong
    /// A parity bit, a checksum or a bit that every card of the format has alike does not match.
    case parity
    /// A pulse on one line while there was one on the other.
    case simultaneous
    /// A pulse followed the one before faster or slower than a reader sends.
    case timing
    /// The kernel lost an edge within the frame.
    case edgesLost
    /// A pulse was shorter or longer than a reader's, where the hub looks.
    case pulseWidth
    /// Keys were pressed and neither completed nor cleared.
    case codeTimeout
    /// More keys than a code has.
    case codeTooLong
}
