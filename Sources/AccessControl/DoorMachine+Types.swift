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
