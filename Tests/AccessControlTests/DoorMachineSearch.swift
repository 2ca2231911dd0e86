import AccessControl
import HubMessages
import Testing

/// Searches every order of events a door can meet, to a depth, each state once.
///
/// Machines are compared with all their times relative to now, so that the search meets the same state again whenever
/// it is reached.
@Suite struct DoorMachineSearch {
    private enum Step: CaseIterable {
        case grant, exit, order, open, close, losesContact, nextDeadline, moment, faulty, repaired, stop
    }

    /// A machine with what an observer outside knows of it.
    private struct World: Hashable {
        var isFaulty = false
        var isReleased = false
        // Since the last release or its end, in steps of time that matter.
        var releasedAt: Int64?
        var lockedAt: Int64?
        var now: Int64 = 0

        // Times before now by more than this are all alike.
        private static let horizon: Int64 = 60_000

        func relative() -> World {
            var copy = self
            copy.now = 0
            copy.releasedAt = releasedAt.map { max($0 - now, -Self.horizon) }
            copy.lockedAt = lockedAt.map { max($0 - now, -Self.horizon) }
            return copy
        }
    }

    private let door: DoorID = name("eingang")
    // Small and uneven, so that all ends fall apart.
    private let timing = DoorTiming(
        release: .milliseconds(1_000), open: .milliseconds(2_100), warning: .milliseconds(700))

    private func time(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

    @Test func `G1 G4 G7: every order of events to depth 8 keeps the door's promises`() {
        // Searched in absolute time: two orders that come to the same machine at the same moment are one state.
        struct State: Hashable {
            var text: String
            var world: World
        }
        var frontier: [(machine: DoorMachine, world: World)] = [(DoorMachine(door: door, timing: timing), World())]
        var seen = 0
        for _ in 0..<8 {
            var next: [State: (machine: DoorMachine, world: World)] = [:]
            for (machine, world) in frontier {
                for step in Step.allCases {
                    var machine = machine
                    var world = world
                    take(step, &machine, &world)
                    let key = State(text: String(describing: machine), world: world)
                    if next[key] == nil {
                        next[key] = (machine, world)
                        finishes(machine, world)
                    }
                }
            }
            seen += next.count
            frontier = Array(next.values)
        }
        print("door states searched: \(seen)")
        #expect(seen > 10_000)
    }

    private func take(_ step: Step, _ machine: inout DoorMachine, _ world: inout World) {
        let before = machine
        let effects: [DoorMachine.Effect]
        var released = false
        switch step {
        case .grant, .exit, .order:
            let cause: ReleaseCause = step == .grant ? .grant : step == .exit ? .exitRequest : .operator
            effects = machine.release(cause, at: time(world.now))
            released = true
            #expect(machine.isReleased && effects.contains(.setLock(released: true)), "a release releases")
        case .open, .close, .losesContact:
            let state: ContactState = step == .open ? .open : step == .close ? .closed : .unknown
            effects = machine.contact(state, at: time(world.now))
            #expect(machine.contact == state)
        case .nextDeadline:
            guard let deadline = machine.deadline else { return }
            #expect(machine.advance(to: deadline - .nanoseconds(1)) == [], "nothing happens before the deadline")
            world.now = max(world.now, (deadline - .zero).milliseconds)
            effects = machine.advance(to: deadline)
            #expect(machine != before, "a deadline changes something")
        case .moment:
            world.now += 450
            effects = machine.advance(to: time(world.now))
        case .faulty, .repaired:
            effects = machine.fault(step == .faulty)
            world.isFaulty = step == .faulty
            #expect(machine.isReleased == before.isReleased, "a fault moves no lock")
        case .stop:
            effects = machine.stop()
            #expect(effects.first == .setLock(released: false) && !machine.isReleased, "a stop locks")
        }
        if let deadline = machine.deadline { #expect(deadline > time(world.now) || step != .moment) }
        watch(effects, step, before, machine, released, &world)
    }

    private func watch(
        _ effects: [DoorMachine.Effect], _ step: Step, _ before: DoorMachine, _ machine: DoorMachine, _ released: Bool,
        _ world: inout World
    ) {
        var line = world.isReleased
        var alarms = before.alarms
        for effect in effects {
            switch effect {
            case .setLock(let value):
                #expect(!value || released, "only a release releases")
                if line, !value { world.lockedAt = world.now }
                if value { world.releasedAt = world.now }
                line = value
            case .record(.doorAlarm(let change)):
                let changed = change.active ? alarms.insert(change.alarm).inserted : alarms.remove(change.alarm) != nil
                #expect(changed, "an alarm begins once and ends once")
                if change.active { began(change.alarm, step, before, machine, world) }
            case .record: break
            }
        }
        #expect(line == machine.isReleased, "what is shown is what the line was told")
        #expect(alarms == machine.alarms, "every change of an alarm is an event")
        #expect(machine.alarms.contains(.fault) == world.isFaulty)
        if machine.contact == .closed { #expect(machine.alarms.subtracting([.fault]).isEmpty, "closing ends alarms") }
        world.isReleased = line
    }

    private func began(
        _ alarm: DoorAlarm, _ step: Step, _ before: DoorMachine, _ machine: DoorMachine, _ world: World
    ) {
        switch alarm {
        case .forced:
            #expect(step == .open && before.contact == .closed && !machine.isReleased)
            // Stopping takes the grace with it: who opens then had been let in, and the door is shut for good.
            if let lockedAt = world.lockedAt, step != .stop, world.now - lockedAt < 500 {
                #expect(before.deadline == nil || machine.alarms.contains(.forced))
            }
        case .heldOpen, .heldOpenWarning:
            #expect(machine.contact == .open, "only an open door is held open")
        case .fault:
            #expect(step == .faulty)
        }
    }

    /// Left alone, every state comes to rest: locked, without a deadline, in a handful of steps.
    private func finishes(_ machine: DoorMachine, _ world: World) {
        var machine = machine
        var steps = 0
        while let deadline = machine.deadline, steps < 6 {
            _ = machine.advance(to: deadline)
            steps += 1
        }
        #expect(machine.deadline == nil && !machine.isReleased, "every release ends")
        if machine.contact == .open {
            #expect(
                !machine.alarms.isDisjoint(with: [.forced, .heldOpen]), "a door that stays open is in alarm at the end")
        }
        // And there is a way out of it: closing ends all alarms, a request to exit releases.
        let end = MonotonicTime.zero + .seconds(1_000)
        _ = machine.contact(.closed, at: end)
        #expect(machine.alarms.subtracting([.fault]).isEmpty)
        #expect(machine.release(.exitRequest, at: end).first == .setLock(released: true))
    }
}
