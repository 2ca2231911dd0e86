public import HubMessages

/// An access point: a door with its lock, contact, exit button and readers.
public struct DoorSettings: Hashable, Sendable {
    /// Its name in topics.
    public var id: DoorID
    /// Its name for people.
    public var name: String
    /// The lock.
    public var lock: LockSettings
    /// The contact; its line is active while the door is open.
    public var contact: ContactSettings?
    /// The exit button or sensor; its line is active while somebody asks to leave.
    public var exitButton: InputSettings?
    /// The reader outside.
    public var reader: ReaderSettings?
    /// The reader inside.
    public var innerReader: ReaderSettings?
    /// The tamper switch; its line is active while a housing is open.
    public var tamper: InputSettings?
    /// How long a release lasts.
    public var release: Duration
    /// How long it lasts for a credential that is marked as needing more time.
    public var extendedRelease: Duration
    /// How long it may stand open.
    public var open: Duration
    /// How long it may for a credential that is marked as needing more time.
    public var extendedOpen: Duration
    /// How long before the end of that the warning comes.
    public var warning: Duration
    /// The hours in which it is unlocked.
    public var openingHours: ScheduleID?
    /// Whether the hours unlock it only once somebody was let in.
    public var firstPersonIn: Bool
    /// When a passage ends.
    public var relock: Relock
    /// How long after that the lock falls in.
    public var relockDelay: Duration

    /// When a passage ends.
    public enum Relock: String, Hashable, Sendable, CaseIterable {
        /// When the door is opened.
        case onOpen = "on-open"
        /// When it is closed again.
        case onClose = "on-close"
    }
}

/// A lock.
public struct LockSettings: Hashable, Sendable {
    /// The line, by name or as `chip:offset`.
    public var line: String
    /// The kind of lock.
    public var kind: Kind
    /// Which level of the line releases the lock.
    public var releasedWhen: LineLevel
    /// What the line is told when the daemon stops.
    public var atRest: Rest
    /// The feedback of the bolt; its line is active while the bolt is thrown.
    public var bolt: InputSettings?
    /// How long the bolt may take to follow.
    public var boltTime: Duration

    /// The kinds of locks.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Released by power; locked without.
        case strike
        /// Locked by power; released without.
        case maglock
        /// A motor draws and throws the bolt, and keeps it where it is without power.
        case motor
    }

    /// What a lock is told when the daemon stops.
    public enum Rest: String, Hashable, Sendable, CaseIterable {
        /// To lock.
        case locked
        /// To release.
        case released
    }
}

/// A door contact: one line, or two that show the opposite of each other.
public struct ContactSettings: Hashable, Sendable {
    /// The line that is active while the door is open.
    public var input: InputSettings
    /// The line that is active while the door is closed (a change-over contact): both alike is tampering.
    public var second: String?
}

/// The fire input of the house.
public struct FireSettings: Hashable, Sendable {
    /// Its line is active while there is an alarm.
    public var input: InputSettings
    /// The doors it releases.
    public var doors: Set<DoorID>
}
