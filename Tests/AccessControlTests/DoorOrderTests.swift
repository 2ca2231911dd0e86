import AccessControl
import HubMessages
import Testing

private let door: DoorID = name("eingang")
private let usual = DoorRules(release: .seconds(5), open: .seconds(30), warning: .seconds(10))

private func at(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

extension [DoorMachine.Effect] {
    /// What the lock line was told, in order.
    fileprivate var locks: [Bool] {
        compactMap { if case .setLock(let released) = $0 { released } else { nil } }
    }
    fileprivate var events: [JournalEvent] {
        compactMap { if case .record(let event) = $0 { event } else { nil } }
    }
}

/// What operators, opening hours, the fire alarm and the bolt do to a door.
@Suite struct DoorOrderTests {
    private func closedDoor(_ rules: DoorRules = usual) -> DoorMachine {
        var machine = DoorMachine(door: door, rules: rules)
        _ = machine.contact(.closed, at: at(0))
        return machine
    }

    @Test func `unlocked until a moment: it opens and closes as it likes, and is locked then`() {
        var machine = closedDoor()
        #expect(machine.set(.unlocked(until: at(60_000)), at: at(0))?.locks == [true])
        #expect(machine.mode == .unlocked)
        _ = machine.contact(.open, at: at(1_000))
        #expect(machine.advance(to: at(59_999)) == [], "a door that may stand open is not held open")
        _ = machine.contact(.closed, at: at(59_999))
        #expect(
            machine.advance(to: at(60_000)) == [
                .record(.doorMode(DoorModeChanged(door: door, mode: .locked))), .setLock(released: false),
                .record(.doorLocked(DoorLocked(door: door, cause: .timeout))),
            ])
    }

    @Test func `a door that stands open when its unlocking ends gets its time, then the alarm`() {
        var machine = closedDoor()
        _ = machine.set(.unlocked(until: at(10_000)), at: at(0))
        _ = machine.contact(.open, at: at(1_000))
        #expect(machine.advance(to: at(10_000)).locks == [false])
        _ = machine.advance(to: at(40_000))
        #expect(machine.alarms == [.heldOpenWarning, .heldOpen])
    }

    @Test func `opening hours end an operator's lock and unlock, not a block`() {
        var machine = closedDoor()
        #expect(machine.openingHours(true, at: at(0)).locks == [true])
        #expect(machine.set(.locked, at: at(1))?.locks == [false])
        #expect(machine.openingHours(false, at: at(2)).locks == [])
        #expect(machine.openingHours(true, at: at(3)).locks == [true])
        #expect(machine.set(.blocked, at: at(4))?.locks == [false])
        _ = machine.openingHours(false, at: at(5))
        #expect(machine.openingHours(true, at: at(6)).locks == [])
        #expect(machine.mode == .blocked)
        #expect(machine.set(.unlocked(until: nil), at: at(7))?.locks == [true], "an operator's unlock ends a block")
    }

    @Test func `G7: a lockdown refuses every order but its end, and lets everybody out`() {
        var machine = closedDoor()
        _ = machine.set(.lockedDown, at: at(0))
        for order: DoorMachine.StandingOrder in [.unlocked(until: nil), .locked, .blocked, .lockedOpen] {
            #expect(machine.set(order, at: at(1)) == nil)
        }
        #expect(machine.release(.exitRequest, at: at(2)).locks == [true])
        #expect(machine.mode == .lockedDown)
        #expect(machine.advance(to: at(5_002)).locks == [false])
        _ = machine.endLockdown(at: at(6_000))
        #expect(machine.mode == .locked)
    }

    @Test func `G7: fire beats a lockdown, and the lockdown is back after the reset`() {
        var machine = closedDoor()
        _ = machine.set(.lockedDown, at: at(0))
        #expect(machine.fire(true, at: at(1)).locks == [true])
        #expect(machine.mode == .lockedOpen)
        #expect(machine.release(.exitRequest, at: at(2)).locks == [true])
        #expect(machine.advance(to: at(100_000)).locks == [], "the end of a passage locks no burning house")
        let reset = machine.fire(false, at: at(200_000))
        #expect(reset.locks == [false])
        #expect(reset.events.contains(.doorLocked(DoorLocked(door: door, cause: .fireReset))))
        #expect(machine.mode == .lockedDown)
    }

    @Test func `a lockdown locks a passage that nobody has used; who has the handle in the hand forces nothing`() {
        var machine = closedDoor()
        _ = machine.release(.grant, at: at(0))
        #expect(machine.set(.lockedDown, at: at(1_000))?.locks == [false])
        #expect(
            machine.contact(.open, at: at(1_400)).events == [
                .doorContact(DoorContact(door: door, contact: .open)),
                .accessUsed(AccessUsed(door: door, taken: true)),
            ])
        #expect(machine.alarms.isEmpty)
    }

    @Test func `the other door of an interlock is released: the passage here is over`() {
        var machine = closedDoor()
        _ = machine.release(.grant, at: at(0))
        #expect(
            machine.yield(at: at(100)) == [
                .setLock(released: false), .record(.doorLocked(DoorLocked(door: door, cause: .interlock))),
            ])
        #expect(machine.yield(at: at(200)) == [])
    }

    @Test func `relock on close: released until the leaf is back, and no longer than the door may stand open`() {
        let rules = DoorRules(
            release: .seconds(5), open: .seconds(30), warning: .seconds(10), relock: .onClose, relockDelay: .seconds(1))
        var machine = closedDoor(rules)
        _ = machine.release(.grant, at: at(0))
        #expect(machine.contact(.open, at: at(4_000)).locks == [])
        #expect(machine.contact(.closed, at: at(20_000)).locks == [])
        #expect(machine.advance(to: at(20_999)).locks == [])
        let locked = machine.advance(to: at(21_000))
        #expect(locked.events == [.doorLocked(DoorLocked(door: door, cause: .closed))])
        _ = machine.release(.grant, at: at(30_000))
        _ = machine.contact(.open, at: at(31_000))
        #expect(machine.advance(to: at(61_000)).events.contains(.doorLocked(DoorLocked(door: door, cause: .heldOpen))))
        #expect(machine.alarms.contains(.heldOpen))
    }

    @Test func `who needs more time has it at the lock and at the open door`() {
        let rules = DoorRules(
            release: .seconds(5), open: .seconds(30), warning: .seconds(10), extendedRelease: .seconds(15),
            extendedOpen: .seconds(90))
        var machine = closedDoor(rules)
        let released = machine.release(.grant, isExtended: true, at: at(0))
        #expect(released.events == [.doorReleased(DoorReleased(door: door, cause: .grant, duration: 15_000))])
        _ = machine.contact(.open, at: at(14_000))
        #expect(machine.deadline == at(14_000 + 80_000))
        // The next visitor has the usual time again.
        _ = machine.contact(.closed, at: at(20_000))
        _ = machine.release(.grant, at: at(21_000))
        #expect(machine.deadline == at(26_000))
    }

    @Test func `a bolt that does not follow: not locked is an alarm, not drawn is a fault`() {
        let rules = DoorRules(release: .seconds(5), open: .seconds(30), warning: .seconds(10), boltTime: .seconds(2))
        var machine = closedDoor(rules)
        _ = machine.bolt(.locked, at: at(0))
        #expect(machine.deadline == nil)
        _ = machine.release(.grant, at: at(1_000))
        _ = machine.advance(to: at(3_000))
        #expect(machine.alarms == [.fault])
        _ = machine.bolt(.unlocked, at: at(3_500))
        #expect(machine.alarms.isEmpty)
        _ = machine.advance(to: at(6_000))
        _ = machine.advance(to: at(8_000))
        #expect(machine.alarms == [.relockFailed])
        _ = machine.bolt(.locked, at: at(9_000))
        #expect(machine.alarms.isEmpty)
    }

    @Test func `no bolt is expected in an open door, and an unknown one accuses nobody`() {
        let rules = DoorRules(release: .seconds(5), open: .seconds(30), warning: .seconds(10), boltTime: .seconds(2))
        var machine = closedDoor(rules)
        _ = machine.bolt(.locked, at: at(0))
        _ = machine.release(.grant, at: at(0))
        _ = machine.bolt(.unlocked, at: at(300))
        _ = machine.contact(.open, at: at(1_000))
        _ = machine.advance(to: at(10_000))
        #expect(machine.alarms.isEmpty)
        _ = machine.contact(.closed, at: at(11_000))
        #expect(machine.deadline == at(13_000))
        _ = machine.bolt(.unknown, at: at(12_000))
        #expect(machine.deadline == nil && machine.alarms.isEmpty)
    }

    @Test func `what outlasted a restart holds from the first moment`() {
        #expect(DoorMachine(door: door, rules: usual, order: .lockedOpen).isReleased)
        #expect(DoorMachine(door: door, rules: usual, order: .lockedDown).mode == .lockedDown)
        #expect(DoorMachine(door: door, rules: usual, order: .lockedDown, isFireReleased: true).isReleased)
    }

    @Test func `G7: a magnet is let go of when the daemon stops, a strike falls in`() {
        let magnet = DoorRules(release: .seconds(5), open: .seconds(30), warning: .seconds(10), isReleasedAtRest: true)
        var machine = closedDoor(magnet)
        #expect(machine.stop() == [.setLock(released: true)])
        var strike = closedDoor()
        #expect(strike.stop() == [.setLock(released: false)])
    }
}
