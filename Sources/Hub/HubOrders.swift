internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Sensing

// What operators and the fire input do with doors.
extension Hub {
    /// How long after a command its outcome is looked at, where the lock does not tell itself.
    static let observationDelay = Duration.seconds(1)

    mutating func carryOut(
        _ order: DoorOrder, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        if let fault = fault(of: order, at: moment) {
            executed(order, by: operatorName, fault.outcome, at: moment)
            answer(request, .refused(fault.text))
            return
        }
        switch order.command {
        case .unlock:
            guard let door = order.door else { return }
            unlock(door, order, by: operatorName, request: request, at: moment)
        case .resetFire:
            executed(order, by: operatorName, .done, at: moment)
            latchFire(false, at: moment)
            answer(request, .done)
        case .unlockUntil, .lock, .block, .lockDown, .endLockDown, .lockOpen, .endLockOpen:
            set(order, by: operatorName, request: request, at: moment)
        case .addBooking, .removeBooking: break
        }
    }

    // MARK: Doors

    private mutating func unlock(
        _ door: DoorID, _ order: DoorOrder, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        let seq = executed(order, by: operatorName, .done, at: moment)
        releaseWhenRecorded(door, .operator, seq: seq, at: moment)
        observeLater(door, command: seq, at: moment)
        answer(request, .done)
    }

    private mutating func set(
        _ order: DoorOrder, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        let targets = order.door.map { [$0] } ?? doors.keys.sorted()
        let seq = executed(order, by: operatorName, .done, at: moment)
        for door in targets {
            // Who was granted before the order has to ask again after it.
            doors[door]?.pending = nil
            guard var machine = doors[door]?.machine else { continue }
            let time = moment.monotonic
            let asked: [DoorMachine.Effect] =
                switch order.command {
                case .unlockUntil: machine.set(.unlocked(until: end(of: order, at: moment)), at: time) ?? []
                case .lock: machine.set(.locked, at: time) ?? []
                case .block: machine.set(.blocked, at: time) ?? []
                case .lockDown: machine.set(.lockedDown, at: time) ?? []
                case .lockOpen: machine.set(.lockedOpen, at: time) ?? []
                case .endLockDown: machine.endLockdown(at: time)
                case .endLockOpen: machine.endLockOpen(at: time)
                case .unlock, .resetFire, .addBooking, .removeBooking: []
                }
            doors[door]?.machine = machine
            perform(asked, door: door, at: moment)
            observeLater(door, command: seq, at: moment)
        }
        rememberDoors()
        answer(request, .done)
    }

    /// When an order to unlock ends on the monotonic clock; `nil` for not by itself.
    private func end(of order: DoorOrder, at moment: Moment) -> MonotonicTime? {
        if let duration = order.duration { return moment.monotonic + .milliseconds(duration) }
        return order.until.map { moment.monotonic + ($0 - moment.wall) }
    }

    private typealias Fault = (outcome: CommandOutcome, text: String)

    /// Why an order is not carried out; `nil` where it is.
    private func fault(of order: DoorOrder, at moment: Moment) -> Fault? {
        if let why = order.why, why.utf8.count > DoorOrder.maximumWhy {
            return (.refused, "the reason has \(why.utf8.count) bytes, the limit is \(DoorOrder.maximumWhy)")
        }
        switch order.command {
        case .addBooking, .removeBooking: return (.refused, "'\(order.command.rawValue)' is no order for a door")
        case .resetFire:
            if isFireActive { return (.refused, "the fire input is still active; find out why, then reset") }
            return doorMemory.isFireLatched ? nil : (.refused, "there is no fire alarm to reset")
        case .unlock, .unlockUntil, .lock, .block:
            guard let door = order.door else {
                return (.refused, "'\(order.command.rawValue)' needs a door; it is not for all of the hub")
            }
            return fault(of: order, door: door, at: moment)
        case .lockDown, .endLockDown, .lockOpen, .endLockOpen:
            return order.door.flatMap { fault(of: order, door: $0, at: moment) }
        }
    }

    private func fault(of order: DoorOrder, door: DoorID, at moment: Moment) -> Fault? {
        guard let target = doors[door] else {
            let known = doors.keys.sorted().map(\.rawValue).joined(separator: ", ")
            return (.unknownDoor, "there is no door '\(door)'; the hub has: \(known)")
        }
        let isHeld =
            "door '\(door)' is \(target.machine.order == .lockedDown ? "locked down" : "locked open"); end that first"
        switch order.command {
        case .unlock:
            guard devices[.lock(door)]?.condition == .available else { break }
            return target.machine.order == .lockedDown ? (.heldByOrder, isHeld) : nil
        case .unlockUntil, .lock, .block, .lockDown, .lockOpen:
            switch (target.machine.order, order.command) {
            case (.lockedDown?, .lockDown), (.lockedOpen?, .lockOpen): return nil
            case (.lockedDown?, _), (.lockedOpen?, _): return (.heldByOrder, isHeld)
            case (.unlocked?, _), (.locked?, _), (.blocked?, _), (nil, _): break
            }
            if order.command == .unlockUntil, let fault = faultOfEnd(order, at: moment) { return fault }
            let isInterlocked = !interlocked(with: door).isEmpty
            if isInterlocked, order.command == .unlockUntil || order.command == .lockOpen {
                return (.refused, "door '\(door)' is interlocked; it is released for one passage at a time")
            }
            return nil
        case .endLockDown:
            return target.machine.order == .lockedDown ? nil : (.refused, "door '\(door)' is not locked down")
        case .endLockOpen:
            return target.machine.order == .lockedOpen ? nil : (.refused, "door '\(door)' is not locked open")
        case .resetFire, .addBooking, .removeBooking: return nil
        }
        return (.lineFailed, "the lock line of door '\(door)' cannot be set; see 'hubctl status'")
    }

    private func faultOfEnd(_ order: DoorOrder, at moment: Moment) -> Fault? {
        if let duration = order.duration, duration <= 0 { return (.refused, "the duration is not longer than nothing") }
        guard let until = order.until else { return nil }
        if moment.quality == .unknown { return (.refused, "the hub does not know the time; give a duration instead") }
        return until > moment.wall ? nil : (.refused, "that moment is over already")
    }

    @discardableResult
    private mutating func executed(
        _ order: DoorOrder, by operatorName: String, _ outcome: CommandOutcome, at moment: Moment
    ) -> SequenceNumber? {
        let until = order.duration.map { moment.wall + .milliseconds($0) } ?? order.until
        return record(
            .commandExecuted(
                CommandExecuted(
                    command: order.command, door: order.door, until: until, by: operatorName,
                    why: order.why.map { String($0.prefix(DoorOrder.maximumWhy)) }, outcome: outcome)), at: moment)
    }

    // MARK: What came of it

    private mutating func observeLater(_ door: DoorID, command: SequenceNumber?, at moment: Moment) {
        guard let settings = doors[door]?.settings else { return }
        let delay = settings.lock.bolt == nil ? Self.observationDelay : settings.lock.boltTime
        doors[door]?.observations.append(
            Door.Observation(command: command, due: moment.monotonic + configuration.access.recordWithin + delay))
    }

    mutating func observe(_ door: DoorID, at moment: Moment) {
        while let observation = doors[door]?.observations.first, moment.monotonic >= observation.due {
            doors[door]?.observations.removeFirst()
            guard let state = state(of: door) else { continue }
            record(
                .commandObserved(
                    CommandObserved(
                        command: observation.command, door: door, mode: state.mode, released: state.released,
                        bolt: state.bolt, contact: state.contact)), at: moment)
        }
    }

    // MARK: Fire

    /// The fire input changed: it releases at once, without a decision, a journal or a clock, and stays so until it is
    /// reset by hand.
    mutating func fire(_ isActive: Bool, at moment: Moment) {
        guard isActive != isFireActive else { return }
        isFireActive = isActive
        if isActive {
            latchFire(true, at: moment)
        } else {
            record(.fire(FireChanged(active: false, latched: doorMemory.isFireLatched)), at: moment)
            touched.insert(.hub)
        }
    }

    private mutating func latchFire(_ isLatched: Bool, at moment: Moment) {
        doorMemory.isFireLatched = isLatched
        for door in doors.keys.sorted() where configuration.fire?.doors.contains(door) == true || !isLatched {
            if isLatched { doors[door]?.pending = nil }
            perform(doors[door]?.machine.fire(isLatched, at: moment.monotonic) ?? [], door: door, at: moment)
        }
        record(.fire(FireChanged(active: isFireActive, latched: isLatched)), at: moment)
        touched.insert(.hub)
        effects.append(.storeDoors(doorMemory))
    }

    // MARK: Over a restart

    /// What doors were set to before the restart holds again, and is told like an order that was just given.
    mutating func tellRestoredDoors(at moment: Moment) {
        for id in doors.keys.sorted() {
            guard let machine = doors[id]?.machine, machine.mode != .locked else { continue }
            record(.doorMode(DoorModeChanged(door: id, mode: machine.mode)), at: moment)
            guard machine.isReleased else { continue }
            let cause: ReleaseCause = machine.isFireReleased ? .fire : .operator
            record(.doorReleased(DoorReleased(door: id, cause: cause)), at: moment)
        }
    }

    /// What operators have set doors to outlasts the daemon; what has an end of its own does not.
    private mutating func rememberDoors() {
        var modes: [DoorID: DoorMode] = [:]
        for (id, door) in doors {
            switch door.machine.order {
            case .unlocked(until: nil)?: modes[id] = .unlocked
            case .locked?: modes[id] = .locked
            case .blocked?: modes[id] = .blocked
            case .lockedDown?: modes[id] = .lockedDown
            case .lockedOpen?: modes[id] = .lockedOpen
            case .unlocked?, nil: break
            }
        }
        guard modes != doorMemory.modes else { return }
        doorMemory.modes = modes
        effects.append(.storeDoors(doorMemory))
    }
}
