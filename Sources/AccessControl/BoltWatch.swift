internal import HubMessages

/// The bolt of one door, as its feedback shows it, and by when it ought to be where the lock line says.
struct BoltWatch: Hashable, Sendable {
    /// What the feedback shows.
    private(set) var state = BoltState.unknown
    /// By when the bolt ought to have followed; `nil` where it has, or cannot.
    private(set) var due: MonotonicTime?

    /// The feedback shows `state` now.
    mutating func shows(_ state: BoltState) {
        self.state = state
    }

    /// The lock line was told something, or nothing is timed any more: the bolt's time begins anew.
    mutating func restart() {
        due = nil
    }

    /// Something changed that the bolt depends on: its time begins, goes on, or is over. `allowance` is how long it may
    /// take, `nil` for a lock without feedback.
    mutating func look(
        isReleased: Bool, contact: ContactState, allowance: Duration?, at time: MonotonicTime
    ) {
        guard let allowance, state != .unknown, (state == .unlocked) != isReleased,
            // A bolt cannot be thrown into an open door.
            isReleased || contact != .open
        else {
            due = nil
            return
        }
        if due == nil { due = time + allowance }
    }
}
