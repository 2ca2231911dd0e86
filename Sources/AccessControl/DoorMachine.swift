public import HubMessages

/// One door: what its lock line is told, what its contact and its bolt show, what it is set to, and its timers; nothing
/// of who may pass.
///
/// Commanded and observed state are three things here: ``isReleased`` is what the lock line was told, ``bolt`` and
/// ``contact`` are what feedback shows, and none is ever made up from another. One method per event; each returns what
/// to do, in order. Time is monotonic, so no jump of the date moves a lock.
///
/// The lock is released while there is a reason to: the fire alarm, a passage, a standing order or opening hours.
/// Fire beats every order; a passage by the exit button is never refused.
public struct DoorMachine: Hashable, Sendable {
    /// The door.
    public let door: DoorID
    /// What its hardware and its operator ask; a change takes effect with the next event and moves nothing by itself.
    public var rules: DoorRules

    /// Whether the lock line is told to release.
    public private(set) var isReleased = false
    /// What the contact shows.
    public private(set) var contact = ContactState.unknown
    /// Whether the fire alarm holds the door released.
    public private(set) var isFireReleased = false
    /// Whether opening hours hold the door unlocked, as far as orders let them.
    public private(set) var isOpenByHours = false
    /// What an operator has set the door to; `nil` for nothing in particular.
    public private(set) var order: StandingOrder?

    private var alarmBoard: DoorAlarms
    private var boltWatch = BoltWatch()
    private var passage: Passage?
    // An opening before this still belongs to a release that has ended.
    private var graceEnd: MonotonicTime?
    // While open and not to stay so: since when, and for how long it may.
    private var standing: Standing?
    private var isFaulty = false
    private var isBoltStuck = false

    private struct Passage: Hashable {
        var end: MonotonicTime
        var cause: RelockCause
        var isExtended: Bool
        // Nobody has opened the door since it was released; the end decides about access not taken.
        var awaitsOpening: Bool
    }

    private struct Standing: Hashable {
        var since: MonotonicTime
        var limit: Duration
    }

    /// A door of which nothing has been observed yet, with the order and the fire alarm that outlasted a restart.
    public init(
        door: DoorID, rules: DoorRules, order: StandingOrder? = nil, isFireReleased: Bool = false
    ) {
        self.door = door
        self.rules = rules
        self.order = order
        self.isFireReleased = isFireReleased
        alarmBoard = DoorAlarms(of: door)
        isReleased = isStandingOpen
    }

    /// What the bolt's feedback shows.
    public var bolt: BoltState { boltWatch.state }

    /// The alarms that are active.
    public var alarms: Set<DoorAlarm> { alarmBoard.active }

    /// What the door is set to, or that it is released for one passage.
    public var mode: DoorMode { setting == .locked && passage != nil ? .accessed : setting }

    private var setting: DoorMode {
        if isFireReleased { return .lockedOpen }
        return order?.mode ?? (isOpenByHours ? .unlocked : .locked)
    }

    /// The next moment at which ``advance(to:)`` has something to do.
    public var deadline: MonotonicTime? {
        [passage?.end, graceEnd, orderEnd, warningTime, heldOpenTime, boltWatch.due].compactMap { $0 }.min()
    }

    // MARK: Passages

    /// The door is released for one passage. A release while released begins its time anew.
    public mutating func release(
        _ cause: ReleaseCause, isExtended: Bool = false, at time: MonotonicTime
    ) -> [Effect] {
        var effects = advance(to: time)
        let duration = isExtended ? rules.extendedRelease : rules.release
        passage = Passage(end: time + duration, cause: .timeout, isExtended: isExtended, awaitsOpening: true)
        graceEnd = nil
        effects += setLock(released: true, at: time)
        effects.append(
            .record(.doorReleased(DoorReleased(door: door, cause: cause, duration: duration.milliseconds))))
        // A door forced open and then released by somebody who may is no longer forced.
        if contact == .open { effects += excuse(at: time) }
        return effects
    }

    /// Another door of the same interlock is to be released: a passage here is over.
    public mutating func yield(at time: MonotonicTime) -> [Effect] {
        var effects = advance(to: time)
        guard passage != nil else { return effects }
        cancelPassage(at: time)
        effects += settle(.interlock, at: time)
        return effects
    }

    // MARK: Orders

    /// An operator sets the door to something. `nil` where a lockdown or a lock-open stands, which only its own end
    /// changes, and the order is refused.
    public mutating func set(_ new: StandingOrder, at time: MonotonicTime) -> [Effect]? {
        let effects = advance(to: time)
        switch (order, new) {
        case (.lockedDown?, .lockedDown), (.lockedOpen?, .lockedOpen): return effects
        case (.lockedDown?, _), (.lockedOpen?, _): return nil
        case (_, .unlocked), (_, .lockedOpen): break
        case (_, .locked), (_, .blocked), (_, .lockedDown): cancelPassage(at: time)
        }
        let before = setting
        order = new
        return effects + changed(from: before, .operator, .operator, at: time)
    }

    /// The lockdown is over; the door is as its opening hours say.
    public mutating func endLockdown(at time: MonotonicTime) -> [Effect] {
        end(.lockedDown, at: time)
    }

    /// The door need not stay open any more; it is as its opening hours say.
    public mutating func endLockOpen(at time: MonotonicTime) -> [Effect] {
        end(.lockedOpen, at: time)
    }

    /// Opening hours begin or end. Either ends an operator's order to lock or unlock, but no block, lockdown or lock-open.
    public mutating func openingHours(_ isOpen: Bool, at time: MonotonicTime) -> [Effect] {
        let effects = advance(to: time)
        guard isOpen != isOpenByHours else { return effects }
        let before = setting
        isOpenByHours = isOpen
        switch order {
        case .locked?, .unlocked(until: nil)?: order = nil
        // Who said until when meant it.
        case .unlocked?, .blocked?, .lockedDown?, .lockedOpen?, nil: break
        }
        return effects + changed(from: before, .openingHours, .openingHours, at: time)
    }

    /// The fire alarm releases the door (`true`), or was reset by hand.
    public mutating func fire(_ isActive: Bool, at time: MonotonicTime) -> [Effect] {
        let effects = advance(to: time)
        guard isActive != isFireReleased else { return effects }
        let before = setting
        isFireReleased = isActive
        return effects + changed(from: before, .fire, .fireReset, at: time)
    }

    // MARK: What is observed

    /// The contact shows `state` now.
    public mutating func contact(_ state: ContactState, at time: MonotonicTime) -> [Effect] {
        var effects = advance(to: time)
        guard state != contact else { return effects }
        let wasKnown = contact != .unknown
        contact = state
        effects.append(.record(.doorContact(DoorContact(door: door, contact: state))))
        switch state {
        case .open: effects += opened(wasKnown: wasKnown, at: time)
        case .closed: effects += closed(at: time)
        case .unknown: standing = nil
        }
        watchBolt(at: time)
        return effects
    }

    /// The bolt's feedback shows `state` now.
    public mutating func bolt(_ state: BoltState, at time: MonotonicTime) -> [Effect] {
        var effects = advance(to: time)
        guard state != bolt else { return effects }
        boltWatch.shows(state)
        effects.append(.record(.doorBolt(DoorBolt(door: door, bolt: state))))
        watchBolt(at: time)
        if state == .locked { effects += alarmBoard.end(.relockFailed) }
        if state == .unlocked { effects += setBoltStuck(false) }
        return effects
    }

    /// The door has no contact any more: what only a contact can end is over.
    public mutating func contactRemoved(at time: MonotonicTime) -> [Effect] {
        contact(.unknown, at: time) + alarmBoard.end(.forced) + alarmBoard.end(.heldOpenWarning)
            + alarmBoard.end(.heldOpen)
    }

    /// The door has no feedback of its bolt any more: what only that can end is over.
    public mutating func boltRemoved(at time: MonotonicTime) -> [Effect] {
        bolt(.unknown, at: time) + alarmBoard.end(.relockFailed) + setBoltStuck(false)
    }

    /// A line of the door cannot be used, or all of them can again.
    public mutating func fault(_ active: Bool) -> [Effect] {
        isFaulty = active
        return showFault()
    }

    /// Somebody is at a housing or at the wires, or no longer.
    public mutating func tamper(_ active: Bool) -> [Effect] {
        active ? alarmBoard.begin(.tamper) : alarmBoard.end(.tamper)
    }

    // MARK: Time

    /// Time has passed: ends what is over, in the order in which it ended.
    public mutating func advance(to time: MonotonicTime) -> [Effect] {
        var effects: [Effect] = []
        while let next = deadline, next <= time {
            if let over = passage, next == over.end {
                passage = nil
                // Whether the visitor took the access is settled when the grace is over.
                if over.awaitsOpening { graceEnd = next + DoorRules.openingGrace }
                effects += settle(over.cause, at: next)
            } else if next == graceEnd {
                graceEnd = nil
                // Only a contact that shows the door closed says that nobody went through.
                if contact == .closed {
                    effects.append(.record(.accessUsed(AccessUsed(door: door, taken: false))))
                }
            } else if next == orderEnd {
                let before = setting
                order = nil
                effects += changed(from: before, .operator, .timeout, at: next)
            } else if next == boltWatch.due {
                boltWatch.restart()
                effects += boltIsDue()
            } else if next == warningTime {
                effects += alarmBoard.begin(.heldOpenWarning)
            } else {
                effects += alarmBoard.begin(.heldOpen)
            }
        }
        return effects
    }

    /// The daemon stops: the lock goes to its rest state, and nothing is timed any more.
    public mutating func stop() -> [Effect] {
        let wasReleased = isReleased
        passage = nil
        graceEnd = nil
        standing = nil
        boltWatch.restart()
        isReleased = rules.isReleasedAtRest
        return [.setLock(released: isReleased)]
            + (wasReleased && !isReleased ? [.record(.doorLocked(DoorLocked(door: door, cause: .stop)))] : [])
    }

    // MARK: Why the lock is released

    /// Whether the door may stand open, because it is released without an end of its own.
    private var isStandingOpen: Bool { setting.isStandingOpen }

    /// A passage is over before its time; who has the handle in the hand already does not force the door.
    private mutating func cancelPassage(at time: MonotonicTime) {
        if passage?.awaitsOpening == true { graceEnd = time + DoorRules.openingGrace }
        passage = nil
    }

    private var orderEnd: MonotonicTime? {
        if case .unlocked(let until)? = order { return until }
        return nil
    }

    private mutating func end(_ ended: StandingOrder, at time: MonotonicTime) -> [Effect] {
        let effects = advance(to: time)
        guard order == ended else { return effects }
        let before = setting
        order = nil
        return effects + changed(from: before, .operator, .operator, at: time)
    }

    /// What the door is set to may have changed: moves the lock where it has to, and says so.
    private mutating func changed(
        from before: DoorMode, _ release: ReleaseCause, _ relock: RelockCause, at time: MonotonicTime
    ) -> [Effect] {
        guard setting != before else { return settle(relock, at: time) }
        var effects: [Effect] = [.record(.doorMode(DoorModeChanged(door: door, mode: setting)))]
        if isStandingOpen {
            if !before.isStandingOpen {
                effects += setLock(released: true, at: time)
                effects.append(.record(.doorReleased(DoorReleased(door: door, cause: release))))
            }
            return effects + excuse(at: time)
        }
        if contact == .open, standing == nil, !alarms.contains(.forced) {
            standing = Standing(since: time, limit: rules.open)
        }
        return effects + settle(relock, at: time)
    }

    /// Locks, if nothing holds the lock released any more.
    private mutating func settle(_ cause: RelockCause, at time: MonotonicTime) -> [Effect] {
        guard isReleased, passage == nil, !isStandingOpen else { return [] }
        return setLock(released: false, at: time)
            + [.record(.doorLocked(DoorLocked(door: door, cause: cause)))]
    }

    private mutating func setLock(released: Bool, at time: MonotonicTime) -> [Effect] {
        isReleased = released
        boltWatch.restart()
        watchBolt(at: time)
        return [.setLock(released: released)] + (released ? alarmBoard.end(.relockFailed) : setBoltStuck(false))
    }

    // MARK: Opening and closing

    private mutating func opened(wasKnown: Bool, at time: MonotonicTime) -> [Effect] {
        var effects: [Effect] = []
        if passage?.awaitsOpening == true || graceEnd != nil {
            effects.append(.record(.accessUsed(AccessUsed(door: door, taken: true))))
        }
        if isStandingOpen {
            passage = nil
            graceEnd = nil
            return effects
        }
        guard isReleased || graceEnd != nil else {
            // A door that stands open when it is first seen was not seen being forced.
            if wasKnown { return alarmBoard.begin(.forced) }
            standing = Standing(since: time, limit: rules.open)
            return []
        }
        let limit = passage?.isExtended == true ? rules.extendedOpen : rules.open
        standing = Standing(since: time, limit: limit)
        graceEnd = nil
        passage?.awaitsOpening = false
        switch rules.relock {
        case .onOpen: return effects + endPassage(.opened, after: rules.relockDelay, at: time)
        case .onClose: return effects + endPassage(.heldOpen, after: limit, at: time)
        }
    }

    private mutating func closed(at time: MonotonicTime) -> [Effect] {
        standing = nil
        let effects = alarmBoard.end(.forced) + alarmBoard.end(.heldOpenWarning) + alarmBoard.end(.heldOpen)
        guard rules.relock == .onClose, passage?.awaitsOpening == false else { return effects }
        return effects + endPassage(.closed, after: rules.relockDelay, at: time)
    }

    private mutating func endPassage(_ cause: RelockCause, after delay: Duration, at time: MonotonicTime) -> [Effect] {
        guard passage != nil else { return [] }
        if delay > .zero {
            passage?.end = time + delay
            passage?.cause = cause
            return []
        }
        passage = nil
        return settle(cause, at: time)
    }

    /// Whoever may has released the open door: it was not forced, and its time begins anew.
    private mutating func excuse(at time: MonotonicTime) -> [Effect] {
        standing =
            contact == .open && !isStandingOpen
            ? Standing(since: time, limit: passage?.isExtended == true ? rules.extendedOpen : rules.open) : nil
        return alarmBoard.end(.forced) + alarmBoard.end(.heldOpen) + alarmBoard.end(.heldOpenWarning)
    }

    private var warningTime: MonotonicTime? {
        guard let standing, !alarms.contains(.heldOpenWarning), !alarms.contains(.heldOpen) else { return nil }
        return standing.since + (standing.limit - rules.warning)
    }

    private var heldOpenTime: MonotonicTime? {
        guard let standing, !alarms.contains(.heldOpen) else { return nil }
        return standing.since + standing.limit
    }

    // MARK: The bolt

    private mutating func watchBolt(at time: MonotonicTime) {
        boltWatch.look(isReleased: isReleased, contact: contact, allowance: rules.boltTime, at: time)
    }

    private mutating func boltIsDue() -> [Effect] {
        isReleased ? setBoltStuck(true) : alarmBoard.begin(.relockFailed)
    }

    private mutating func setBoltStuck(_ isStuck: Bool) -> [Effect] {
        isBoltStuck = isStuck
        return showFault()
    }

    private mutating func showFault() -> [Effect] {
        isFaulty || isBoltStuck ? alarmBoard.begin(.fault) : alarmBoard.end(.fault)
    }
}
