import AccessControl
import HubMessages
import Testing

func name<Named>(_ text: String) -> Identifier<Named> {
    guard let identifier = Identifier<Named>(text) else { preconditionFailure("'\(text)' is illegal") }
    return identifier
}

private let door: DoorID = name("eingang")
private let rules = DoorRules(release: .seconds(5), open: .seconds(30), warning: .seconds(10))

private func at(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

extension DoorMachine.Effect {
    fileprivate static func released(_ cause: ReleaseCause) -> Self {
        .record(.doorReleased(DoorReleased(door: door, cause: cause, duration: 5_000)))
    }
    fileprivate static func locked(_ cause: RelockCause) -> Self {
        .record(.doorLocked(DoorLocked(door: door, cause: cause)))
    }
    fileprivate static func shows(_ contact: ContactState) -> Self {
        .record(.doorContact(DoorContact(door: door, contact: contact)))
    }
    fileprivate static func alarm(_ alarm: DoorAlarm, _ active: Bool) -> Self {
        .record(.doorAlarm(DoorAlarmChanged(door: door, alarm: alarm, active: active)))
    }
    fileprivate static func used(_ taken: Bool) -> Self { .record(.accessUsed(AccessUsed(door: door, taken: taken))) }
}

@Suite struct DoorMachineTests {
    private func closedDoor() -> DoorMachine {
        var machine = DoorMachine(door: door, rules: rules)
        #expect(machine.contact(.closed, at: at(0)) == [.shows(.closed)])
        return machine
    }

    @Test func `a passage: released, opened, locked behind the leaf, closed`() {
        var machine = closedDoor()
        #expect(machine.release(.grant, at: at(1_000)) == [.setLock(released: true), .released(.grant)])
        #expect(machine.mode == .accessed)
        #expect(
            machine.contact(.open, at: at(2_000)) == [
                .shows(.open), .used(true), .setLock(released: false), .locked(.opened),
            ])
        #expect(machine.deadline == at(22_000))
        #expect(machine.contact(.closed, at: at(4_000)) == [.shows(.closed)])
        #expect(machine.deadline == nil)
    }

    @Test func `a release that nobody uses ends with its time, and is not taken after the grace`() {
        var machine = closedDoor()
        _ = machine.release(.grant, at: at(0))
        #expect(machine.advance(to: at(4_999)) == [])
        #expect(machine.advance(to: at(5_000)) == [.setLock(released: false), .locked(.timeout)])
        #expect(machine.advance(to: at(5_500)) == [.used(false)])
        #expect(machine.deadline == nil)
    }

    @Test func `an opening within the grace belongs to the release, one after it is forced`() {
        var machine = closedDoor()
        _ = machine.release(.grant, at: at(0))
        _ = machine.advance(to: at(5_000))
        var late = machine
        #expect(machine.contact(.open, at: at(5_499)) == [.shows(.open), .used(true)])
        #expect(late.contact(.open, at: at(5_500)) == [.used(false), .shows(.open), .alarm(.forced, true)])
        #expect(late.contact(.closed, at: at(9_000)) == [.shows(.closed), .alarm(.forced, false)])
    }

    @Test func `a door held open warns, then alarms, until it is closed`() {
        var machine = closedDoor()
        _ = machine.release(.operator, at: at(0))
        _ = machine.contact(.open, at: at(1_000))
        #expect(machine.advance(to: at(21_000)) == [.alarm(.heldOpenWarning, true)])
        #expect(machine.advance(to: at(30_999)) == [])
        #expect(machine.advance(to: at(31_000)) == [.alarm(.heldOpen, true)])
        #expect(machine.deadline == nil)
        #expect(
            machine.contact(.closed, at: at(60_000)) == [
                .shows(.closed), .alarm(.heldOpenWarning, false), .alarm(.heldOpen, false),
            ])
    }

    @Test func `all that is over is ended in its order when time is looked at late`() {
        var machine = closedDoor()
        _ = machine.release(.grant, at: at(0))
        #expect(
            machine.advance(to: at(100_000)) == [.setLock(released: false), .locked(.timeout), .used(false)])
        _ = machine.release(.grant, at: at(200_000))
        _ = machine.contact(.open, at: at(200_001))
        #expect(machine.advance(to: at(900_000)) == [.alarm(.heldOpenWarning, true), .alarm(.heldOpen, true)])
    }

    @Test func `a door that is open when it is first seen was not forced, but may not stay so`() {
        var machine = DoorMachine(door: door, rules: rules)
        #expect(machine.contact(.open, at: at(0)) == [.shows(.open)])
        #expect(machine.advance(to: at(30_000)) == [.alarm(.heldOpenWarning, true), .alarm(.heldOpen, true)])
    }

    @Test func `without a contact nobody claims to know whether access was taken`() {
        var machine = DoorMachine(door: door, rules: rules)
        _ = machine.release(.grant, at: at(0))
        #expect(machine.advance(to: at(90_000)) == [.setLock(released: false), .locked(.timeout)])
        #expect(machine.deadline == nil)
    }

    @Test func `a contact that is taken away takes its alarms with it`() {
        var machine = closedDoor()
        _ = machine.contact(.open, at: at(1))
        #expect(machine.alarms == [.forced])
        #expect(machine.contact(.unknown, at: at(2)) == [.shows(.unknown)])
        #expect(machine.contactRemoved(at: at(3)) == [.alarm(.forced, false)])
        #expect(machine.deadline == nil)
    }

    @Test func `G7: a stop locks, whatever the state`() {
        var machine = closedDoor()
        #expect(machine.stop() == [.setLock(released: false)])
        _ = machine.release(.grant, at: at(0))
        #expect(machine.stop() == [.setLock(released: false), .locked(.stop)])
        #expect(machine.deadline == nil)
    }
}
