import AccessControl
import HubMessages
import Testing

/// Searches every order of events a door can meet, to a depth, each state once: for every kind of door, with the
/// guarantees as invariants.
///
/// Time stands still but for two steps: to the next deadline, and by 450 ms, which is less than the grace and more than
/// half of it. Machines are compared as values, each with what an observer outside remembers.
@Suite struct DoorMachineSearch {
    enum Step: CaseIterable {
        case grant, extended, exit, otherOfInterlock
        case unlock, unlockUntil, lock, block, lockDown, endLockDown, lockOpen, endLockOpen
        case hoursBegin, hoursEnd, fire, fireReset
        case open, close, losesContact, boltThrown, boltDrawn, losesBolt
        case nextDeadline, moment, faulty, repaired, tampered, untampered
    }

    /// A machine with what an observer outside knows of it.
    struct World: Hashable {
        var isFaulty = false
        var isReleased = false
        /// When the line was last told to lock.
        var lockedAt: Int64?
        var now: Int64 = 0
    }

    private struct State: Hashable {
        var machine: DoorMachine
        var world: World
    }

    static let kinds: [(name: String, rules: DoorRules, depth: Int)] = [
        // Small and uneven times, so that all ends fall apart.
        (
            "strike", DoorRules(release: .milliseconds(1_000), open: .milliseconds(2_100), warning: .milliseconds(700)),
            7
        ),
        (
            "relock on close, with a delay",
            DoorRules(
                release: .milliseconds(1_000), open: .milliseconds(2_100), warning: .milliseconds(700),
                extendedRelease: .milliseconds(1_700), extendedOpen: .milliseconds(3_100), relock: .onClose,
                relockDelay: .milliseconds(300)), 7
        ),
        (
            "motor lock with feedback",
            DoorRules(
                release: .milliseconds(1_000), open: .milliseconds(2_100), warning: .milliseconds(700),
                relockDelay: .milliseconds(200), boltTime: .milliseconds(600)), 7
        ),
    ]

    private static func time(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }
    private func time(_ milliseconds: Int64) -> MonotonicTime { Self.time(milliseconds) }

    @Test(arguments: kinds.indices)
    func `G1 G4 G7: every order of events to a depth keeps the door's promises`(index: Int) {
        let (name, rules, depth) = Self.kinds[index]
        var frontier: [(machine: DoorMachine, world: World)] = [
            (DoorMachine(door: AccessControlTests.name("eingang"), rules: rules), World())
        ]
        var seen: Set<State> = []
        for _ in 0..<depth {
            var next: [(machine: DoorMachine, world: World)] = []
            for (machine, world) in frontier {
                for step in Step.allCases {
                    var machine = machine
                    var world = world
                    take(step, &machine, &world)
                    guard seen.insert(State(machine: machine, world: world)).inserted else { continue }
                    next.append((machine, world))
                    finishes(machine)
                }
            }
            frontier = next
        }
        print("\(name): \(seen.count) states to depth \(depth)")
        #expect(seen.count > 10_000)
    }

    private func take(_ step: Step, _ machine: inout DoorMachine, _ world: inout World) {
        let before = machine
        let now = time(world.now)
        let effects: [DoorMachine.Effect]
        switch step {
        case .grant: effects = machine.release(.grant, at: now)
        case .extended: effects = machine.release(.grant, isExtended: true, at: now)
        case .exit:
            effects = machine.release(.exitRequest, at: now)
            if !machine.isReleased || !effects.contains(.setLock(released: true)) {
                Issue.record("a request to exit releases, always: \(before)")
            }
        case .otherOfInterlock:
            effects = machine.yield(at: now)
            if machine.isReleased, !Self.isStandingOpen(machine) {
                Issue.record("two doors of an interlock are released: \(before)")
            }
        case .unlock: effects = set(.unlocked(until: nil), &machine, now)
        case .unlockUntil: effects = set(.unlocked(until: time(world.now + 1_300)), &machine, now)
        case .lock: effects = set(.locked, &machine, now)
        case .block: effects = set(.blocked, &machine, now)
        case .lockDown: effects = set(.lockedDown, &machine, now)
        case .endLockDown: effects = machine.endLockdown(at: now)
        case .lockOpen: effects = set(.lockedOpen, &machine, now)
        case .endLockOpen: effects = machine.endLockOpen(at: now)
        case .hoursBegin, .hoursEnd: effects = machine.openingHours(step == .hoursBegin, at: now)
        case .fire, .fireReset: effects = machine.fire(step == .fire, at: now)
        case .open, .close, .losesContact:
            effects = machine.contact(step == .open ? .open : step == .close ? .closed : .unknown, at: now)
            if machine.isReleased, !before.isReleased { Issue.record("opening a door releases it: \(before)") }
        case .boltThrown, .boltDrawn, .losesBolt:
            effects = machine.bolt(step == .boltThrown ? .locked : step == .boltDrawn ? .unlocked : .unknown, at: now)
            if machine.isReleased != before.isReleased { Issue.record("a bolt moves its line: \(before)") }
        case .nextDeadline:
            guard let deadline = before.deadline else { return }
            if !machine.advance(to: deadline - .nanoseconds(1)).isEmpty {
                Issue.record("something happens before the deadline: \(before)")
            }
            world.now = max(world.now, (deadline - .zero).milliseconds)
            effects = machine.advance(to: deadline)
            if machine == before { Issue.record("a deadline changes nothing: \(before)") }
        case .moment:
            world.now += 450
            effects = machine.advance(to: time(world.now))
        case .faulty, .repaired:
            effects = machine.fault(step == .faulty)
            world.isFaulty = step == .faulty
        case .tampered, .untampered: effects = machine.tamper(step == .tampered)
        }
        judge(effects, step, before, machine, &world)
    }

    private func set(
        _ order: DoorMachine.StandingOrder, _ machine: inout DoorMachine, _ now: MonotonicTime
    ) -> [DoorMachine.Effect] {
        let before = machine
        guard let effects = machine.set(order, at: now) else {
            if before.order != .lockedDown, before.order != .lockedOpen {
                Issue.record("an order is refused and nothing stands against it: \(before)")
            }
            return []
        }
        return effects
    }

    private static func isStandingOpen(_ machine: DoorMachine) -> Bool {
        machine.mode == .unlocked || machine.mode == .lockedOpen
    }

    private func judge(
        _ effects: [DoorMachine.Effect], _ step: Step, _ before: DoorMachine, _ machine: DoorMachine,
        _ world: inout World
    ) {
        func fail(_ what: String) { Issue.record("\(what); \(step) after \(before)") }
        var line = world.isReleased
        var alarms = before.alarms
        var contact = before.contact
        for effect in effects {
            switch effect {
            case .setLock(let value):
                if line, !value { world.lockedAt = world.now }
                line = value
            case .record(.doorContact(let change)): contact = change.contact
            case .record(.doorAlarm(let change)):
                let changed = change.active ? alarms.insert(change.alarm).inserted : alarms.remove(change.alarm) != nil
                if !changed { fail("an alarm begins once and ends once") }
                if change.active, !isJustified(change.alarm, step, before, machine, contact) {
                    fail("\(change.alarm) without its cause")
                }
            case .record: break
            }
        }
        if line != machine.isReleased { fail("what is shown is not what the line was told") }
        if line, !world.isReleased, !isReason(step, machine) { fail("nothing released it") }
        if alarms != machine.alarms { fail("a change of an alarm without an event") }
        if machine.isFireReleased, !machine.isReleased { fail("fire beats everything") }
        if machine.mode == .lockedDown || machine.mode == .blocked, machine.isReleased, !before.isReleased,
            step != .grant, step != .extended, step != .exit
        {
            fail("a blocked door was released")
        }
        if Self.isStandingOpen(machine), !machine.isReleased { fail("what is to stand open is locked") }
        if machine.contact == .closed, !machine.alarms.isDisjoint(with: [.forced, .heldOpen, .heldOpenWarning]) {
            fail("closing ends the alarms of an open door")
        }
        if let deadline = machine.deadline, deadline < time(world.now) { fail("a deadline is in the past") }
        world.isReleased = line
    }

    private func isReason(_ step: Step, _ machine: DoorMachine) -> Bool {
        switch step {
        case .grant, .extended, .exit, .fire, .unlock, .unlockUntil, .lockOpen, .hoursBegin: true
        // What stood before comes back.
        case .endLockDown, .endLockOpen, .fireReset, .hoursEnd: Self.isStandingOpen(machine)
        case .nextDeadline, .moment: machine.isOpenByHours
        case .otherOfInterlock, .lock, .block, .lockDown, .open, .close, .losesContact, .boltThrown, .boltDrawn,
            .losesBolt, .faulty, .repaired, .tampered, .untampered:
            false
        }
    }

    private func isJustified(
        _ alarm: DoorAlarm, _ step: Step, _ before: DoorMachine, _ machine: DoorMachine, _ contact: ContactState
    ) -> Bool {
        switch alarm {
        case .forced: step == .open && before.contact == .closed && !machine.isReleased
        case .heldOpen, .heldOpenWarning: contact == .open || before.contact == .open
        case .relockFailed: before.bolt == .unlocked && machine.rules.boltTime != nil
        case .tamper: step == .tampered
        case .fault: step == .faulty || machine.rules.boltTime != nil && before.bolt == .locked
        }
    }

    /// Left alone, every passage ends in a handful of steps; and from every state there is a way back to a closed, locked
    /// door without an alarm.
    private func finishes(_ machine: DoorMachine) {
        var machine = machine
        var steps = 0
        while let deadline = machine.deadline, steps < 8 {
            _ = machine.advance(to: deadline)
            steps += 1
        }
        if machine.deadline != nil { Issue.record("it does not come to rest: \(machine)") }
        if machine.isReleased != Self.isStandingOpen(machine) { Issue.record("a release does not end: \(machine)") }
        if machine.contact == .open, !Self.isStandingOpen(machine),
            machine.alarms.isDisjoint(with: [.forced, .heldOpen])
        {
            Issue.record("a door that stays open is not in alarm at the end: \(machine)")
        }
        let end = MonotonicTime.zero + .seconds(1_000)
        _ = machine.fire(false, at: end)
        _ = machine.endLockdown(at: end)
        _ = machine.endLockOpen(at: end)
        _ = machine.openingHours(false, at: end)
        _ = machine.set(.locked, at: end)
        _ = machine.contact(.closed, at: end)
        if machine.rules.boltTime != nil { _ = machine.bolt(.locked, at: end) }
        _ = machine.tamper(false)
        _ = machine.fault(false)
        if machine.isReleased || !machine.alarms.isEmpty || machine.mode != .locked {
            Issue.record("there is no way out of it: \(machine)")
        }
        if machine.release(.exitRequest, at: end).first != .setLock(released: true) {
            Issue.record("no way out of the house: \(machine)")
        }
    }
}
