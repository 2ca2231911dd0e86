public import HubMessages

extension DoorMachine {
    /// What an operator can set a door to.
    public enum StandingOrder: Hashable, Sendable {
        /// Released until that moment; `nil` until it is locked.
        case unlocked(until: MonotonicTime?)
        /// Locked, whatever the opening hours say, until their next change.
        case locked
        /// Locked, for guests and members too.
        case blocked
        /// Locked, and only ``DoorMachine/endLockdown(at:)`` ends it.
        case lockedDown
        /// Released, and only ``DoorMachine/endLockOpen(at:)`` ends it.
        case lockedOpen
    }

    /// What the machine asks for.
    public enum Effect: Hashable, Sendable {
        /// Release (`true`) or lock the door's lock line.
        case setLock(released: Bool)
        /// Keep this in the journal.
        case record(JournalEvent)
    }
}

extension DoorMachine.StandingOrder {
    /// What the door is set to by it.
    var mode: DoorMode {
        switch self {
        case .unlocked: .unlocked
        case .locked: .locked
        case .blocked: .blocked
        case .lockedDown: .lockedDown
        case .lockedOpen: .lockedOpen
        }
    }
}

extension DoorMode {
    /// Whether a door that is set to it is released without an end of its own.
    var isStandingOpen: Bool {
        switch self {
        case .unlocked, .lockedOpen: true
        case .locked, .accessed, .blocked, .lockedDown: false
        }
    }
}
