public import HubMessages

/// One door with a strike: what its lock line, its contact and its timers mean, and nothing of who may pass.
///
/// Commanded and observed state are two things here: `isReleased` is what the lock line was told, `contact` is what
/// the contact shows, and neither is ever made up from the other. One method per event; each returns what to do, in
/// order. Time is monotonic, so no jump of the date moves a lock.
public struct DoorMachine: Equatable, Sendable {
    /// The door.
    public let door: DoorID
    /// Its durations; a change takes effect with the next event and moves nothing by itself.
    public var timing: DoorTiming

    /// Whether the lock line is told to release.
    public private(set) var isReleased = false
    /// What the contact shows.
    public private(set) var contact = ContactState.unknown
    /// The alarms that are active.
    public private(set) var alarms: Set<DoorAlarm> = []

    // While released: when the lock falls in.
    private var releaseEnd: MonotonicTime?
    // Nobody has opened the door since it was released; its end decides about access not taken.
    private var awaitsOpening = false
    // An opening before this still belongs to a release that has ended.
    private var graceEnd: MonotonicTime?
    // While open with authorization: since when.
    private var openSince: MonotonicTime?

    /// What the machine asks for.
    public enum Effect: Hashable, Sendable {
        /// Release (`true`) or lock the door's lock line.
        case setLock(released: Bool)
        /// Keep this in the journal.
        case record(JournalEvent)
    }

    /// A locked door of which nothing has been observed yet.
    public init(door: DoorID, timing: DoorTiming) {
        self.door = door
        self.timing = timing
    }

    /// What the door is set to.
    public var mode: DoorMode { isReleased ? .accessed : .locked }

    /// The next moment at which ``advance(to:)`` has something to do.
    public var deadline: MonotonicTime? {
        [releaseEnd, graceEnd, warningTime, heldOpenTime].compactMap { $0 }.min()
    }

    /// The door is released for one passage. A release while released begins its time anew.
    public mutating func release(_ cause: ReleaseCause, at time: MonotonicTime) -> [Effect] {
        var effects = advance(to: time) + [.setLock(released: true)]
        isReleased = true
        awaitsOpening = true
        graceEnd = nil
        releaseEnd = time + timing.release
        effects.append(
            .record(
                .doorReleased(DoorReleased(door: door, cause: cause, duration: timing.release.milliseconds))))
        // A door forced open and then released by somebody who may is no longer forced.
        if contact == .open {
            effects += end(.forced)
            openSince = time
            effects += end(.heldOpen) + end(.heldOpenWarning)
        }
        return effects
    }

    /// The contact shows `state` now.
    public mutating func contact(_ state: ContactState, at time: MonotonicTime) -> [Effect] {
        var effects = advance(to: time)
        guard state != contact else { return effects }
        let wasKnown = contact != .unknown
        contact = state
        effects.append(.record(.doorContact(DoorContact(door: door, contact: state))))
        switch state {
        case .open: effects += opened(wasKnown: wasKnown, at: time)
        case .closed: effects += closed()
        case .unknown: openSince = nil
        }
        return effects
    }

    /// Time has passed: ends what is over, in the order in which it ended.
    public mutating func advance(to time: MonotonicTime) -> [Effect] {
        var effects: [Effect] = []
        while let next = deadline, next <= time {
            if next == releaseEnd {
                // Whether the visitor took the access is settled when the grace is over.
                graceEnd = awaitsOpening ? next + DoorTiming.openingGrace : nil
                effects += lock(.timeout)
            } else if next == graceEnd {
                graceEnd = nil
                awaitsOpening = false
                // Only a contact that shows the door closed says that nobody went through.
                if contact == .closed {
                    effects.append(.record(.accessUsed(AccessUsed(door: door, taken: false))))
                }
            } else if next == warningTime {
                effects += begin(.heldOpenWarning)
            } else if next == heldOpenTime {
                effects += begin(.heldOpen)
            }
        }
        return effects
    }

    /// The door has no contact any more: what only a contact can end is over.
    public mutating func contactRemoved(at time: MonotonicTime) -> [Effect] {
        contact(.unknown, at: time) + end(.forced) + end(.heldOpenWarning) + end(.heldOpen)
    }

    /// A line of the door cannot be used, or all of them can again.
    public mutating func fault(_ active: Bool) -> [Effect] {
        active ? begin(.fault) : end(.fault)
    }

    /// The daemon stops: the lock goes to its rest state.
    public mutating func stop() -> [Effect] {
        let wasReleased = isReleased
        releaseEnd = nil
        graceEnd = nil
        awaitsOpening = false
        isReleased = false
        return [.setLock(released: false)]
            + (wasReleased ? [.record(.doorLocked(DoorLocked(door: door, cause: .stop)))] : [])
    }

    private var warningTime: MonotonicTime? {
        guard let openSince, !alarms.contains(.heldOpenWarning), !alarms.contains(.heldOpen) else { return nil }
        return openSince + (timing.open - timing.warning)
    }

    private var heldOpenTime: MonotonicTime? {
        guard let openSince, !alarms.contains(.heldOpen) else { return nil }
        return openSince + timing.open
    }

    private mutating func opened(wasKnown: Bool, at time: MonotonicTime) -> [Effect] {
        guard isReleased || graceEnd != nil else {
            // A door that stands open when it is first seen was not seen being forced.
            if wasKnown { return begin(.forced) }
            openSince = time
            return []
        }
        openSince = time
        graceEnd = nil
        var effects: [Effect] = []
        if awaitsOpening {
            awaitsOpening = false
            effects.append(.record(.accessUsed(AccessUsed(door: door, taken: true))))
        }
        return effects + (isReleased ? lock(.opened) : [])
    }

    private mutating func closed() -> [Effect] {
        openSince = nil
        return end(.forced) + end(.heldOpenWarning) + end(.heldOpen)
    }

    private mutating func lock(_ cause: RelockCause) -> [Effect] {
        isReleased = false
        releaseEnd = nil
        return [.setLock(released: false), .record(.doorLocked(DoorLocked(door: door, cause: cause)))]
    }

    private mutating func begin(_ alarm: DoorAlarm) -> [Effect] {
        guard alarms.insert(alarm).inserted else { return [] }
        return [.record(.doorAlarm(DoorAlarmChanged(door: door, alarm: alarm, active: true)))]
    }

    private mutating func end(_ alarm: DoorAlarm) -> [Effect] {
        guard alarms.remove(alarm) != nil else { return [] }
        return [.record(.doorAlarm(DoorAlarmChanged(door: door, alarm: alarm, active: false)))]
    }
}
