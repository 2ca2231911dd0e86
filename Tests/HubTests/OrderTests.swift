import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

/// Operators, the fire input, interlocks and what hardware a door can have besides.
@Suite struct OrderTests {
    private let hinten: DoorID = name("hinten")

    /// The house with a second door that has all there is, a fire input, and an interlock of the two where asked for.
    private func house(interlocked: Bool = false, memory: Hub.Memory? = nil) -> House {
        House(
            configuration { text in
                text.replacing(
                    "[[space]]",
                    with: """
                        [[door]]
                        id = "hinten"
                        name = "Hinten"
                        lock = { line = "GPIO40", kind = "maglock", bolt = { line = "GPIO41" }, bolt_time = "2s" }
                        contact = { line = "GPIO42", second_line = "GPIO43" }
                        tamper = { line = "GPIO44" }
                        inner_reader = { data0 = "GPIO45", data1 = "GPIO46" }
                        [fire]
                        input = { line = "GPIO47" }
                        \(interlocked ? "[[interlock]]\ndoors = [\"eingang\", \"hinten\"]" : "")
                        [[space]]
                        """, maxReplacements: 1)
            }, memory: memory)
    }

    private func command(
        _ command: OperatorCommand, _ door: DoorID?, _ outcome: CommandOutcome = .done, why: String? = nil
    ) -> JournalEvent {
        .commandExecuted(CommandExecuted(command: command, door: door, by: "anna", why: why, outcome: outcome))
    }

    @discardableResult
    private func order(_ house: inout House, _ order: DoorOrder) -> [Hub.Effect] {
        house.send(.command(.order(order), by: "anna", request: 1))
    }

    @Test func `an order is journaled with who and why, done, and looked at a moment later`() {
        var house = house()
        let asked = order(&house, DoorOrder(.lockDown, door: eingang, why: "Probe"))
        #expect(asked.events.first == command(.lockDown, eingang, why: "Probe"))
        #expect(asked.events.contains(.doorMode(DoorModeChanged(door: eingang, mode: .lockedDown))))
        let seq = house.written - UInt64(asked.events.count) + 1
        #expect(
            house.pass(.seconds(2)).events == [
                .commandObserved(
                    CommandObserved(
                        command: seq, door: eingang, mode: .lockedDown, released: false, bolt: nil, contact: .closed))
            ])
    }

    @Test func `a lockdown of the hub holds all doors, refuses to unlock, and outlasts a restart`() {
        var house = house()
        let asked = order(&house, DoorOrder(.lockDown))
        #expect(asked.contains(.storeDoors(DoorMemory(modes: [eingang: .lockedDown, hinten: .lockedDown]))))
        #expect(order(&house, DoorOrder(.unlock, door: eingang)).events == [command(.unlock, eingang, .heldByOrder)])
        var memory = Hub.Memory(journal: JournalID(high: 0, low: 1))
        memory.doors.modes = [eingang: .lockedDown]
        var again = self.house(memory: memory)
        #expect(again.hub.doorStates.first?.mode == .lockedDown)
        #expect(order(&again, DoorOrder(.endLockDown, door: eingang)).contains(.storeDoors(DoorMemory())))
        #expect(again.hub.doorStates.first?.mode == .locked)
    }

    @Test func `a card that was granted before a lockdown does not open after it`() {
        var house = house()
        house.deliver(house.feed(version: 1))
        house.diskWorks = false
        house.show(anna)
        order(&house, DoorOrder(.lockDown))
        #expect(!house.pass(.seconds(1)).locks.contains(true))
    }

    @Test func `unlocked for a while and until a moment; a clock that is unknown takes no moment`() {
        var house = house()
        #expect(order(&house, DoorOrder(.unlockUntil, door: eingang, duration: 3_600_000)).locks == [true])
        #expect(house.pass(.seconds(3_599)).locks == [])
        #expect(house.pass(.seconds(1)).locks == [false])
        let soon = house.moment.wall + .seconds(60)
        #expect(order(&house, DoorOrder(.unlockUntil, door: eingang, until: soon)).locks == [true])
        #expect(house.pass(.seconds(60)).locks == [false])
        house.quality = .unknown
        let refused = order(&house, DoorOrder(.unlockUntil, door: eingang, until: soon + .seconds(600)))
        #expect(refused.locks == [])
        #expect(
            refused.contains(
                .answer(request: 1, .refused("the hub does not know the time; give a duration instead"))))
    }

    @Test func `G4: a jump of the clock does not move a door that is unlocked until a moment`() {
        var house = house()
        let until = house.moment.wall + .seconds(600)
        order(&house, DoorOrder(.unlockUntil, door: eingang, until: until))
        house.clockOffset = .seconds(86_400)
        #expect(house.pass(.seconds(599)).locks == [])
        #expect(house.pass(.seconds(1)).locks == [false])
    }

    @Test func `G7: fire releases all doors at once, with disk and clock dead, and stays until it is reset`() {
        var house = house()
        house.diskWorks = false
        house.quality = .unknown
        house.send(.journalFailing(.error))
        order(&house, DoorOrder(.lockDown))
        let alarm = house.edge(.fire, .only, true)
        #expect(alarm.locks == [true, true])
        let held: [DoorID: DoorMode] = [eingang: .lockedDown, hinten: .lockedDown]
        #expect(alarm.contains(.storeDoors(DoorMemory(isFireLatched: true, modes: held))))
        #expect(order(&house, DoorOrder(.resetFire)).locks == [], "not while there is smoke")
        #expect(house.edge(.fire, .only, false).locks == [])
        #expect(house.pass(.seconds(3_600)).locks == [])
        #expect(order(&house, DoorOrder(.resetFire)).locks == [false, false])
        #expect(house.hub.doorStates.map(\.mode) == [.lockedDown, .lockedDown])
    }

    @Test func `G7: a fire alarm outlasts a restart`() {
        var memory = Hub.Memory(journal: JournalID(high: 0, low: 1))
        memory.doors.isFireLatched = true
        let house = house(memory: memory)
        #expect(house.hub.doorStates.map(\.released) == [true, true])
        #expect(house.hub.doorStates.map(\.fire) == [true, true])
        for door in [eingang, hinten] {
            #expect(house.journal.contains(.doorReleased(DoorReleased(door: door, cause: .fire))))
        }
    }

    @Test func `two doors of an interlock are never released at once, and the way out is never refused`() {
        var house = house(interlocked: true)
        order(&house, DoorOrder(.unlock, door: hinten))
        #expect(house.hub.doorStates.map(\.released) == [false, true])
        #expect(house.edge(.exitButton(eingang), .only, true).locks == [false, true])
        #expect(house.hub.doorStates.map(\.released) == [true, false])
        #expect(
            order(&house, DoorOrder(.unlockUntil, door: eingang)).events == [command(.unlockUntil, eingang, .refused)])
    }

    @Test func `a contact of two lines shows a cut wire as tampering, and the door as unknown`() {
        var house = house()
        #expect(house.hub.doorStates.last?.contact == .closed)
        house.edge(.contact(hinten), .second, false)
        let told = house.pass(.milliseconds(500))
        #expect(
            told.events == [
                .doorContact(DoorContact(door: hinten, contact: .unknown)),
                .doorAlarm(DoorAlarmChanged(door: hinten, alarm: .tamper, active: true)),
            ])
        house.edge(.contact(hinten), .second, true)
        #expect(house.hub.doorStates.last?.alarms == [])
    }

    @Test func `a housing that is opened is tampering; bolt and lock are told apart`() {
        var house = house()
        #expect(
            house.edge(.tamper(hinten), .only, true).events == [
                .doorAlarm(DoorAlarmChanged(door: hinten, alarm: .tamper, active: true))
            ])
        #expect(house.hub.doorStates.last?.bolt == .locked)
        order(&house, DoorOrder(.unlock, door: hinten))
        #expect(house.hub.doorStates.last?.bolt == .locked, "what is commanded is not what is observed")
        #expect(house.hub.doorStates.last?.released == true)
        #expect(house.edge(.bolt(hinten), .only, false).events == [.doorBolt(DoorBolt(door: hinten, bolt: .unlocked))])
    }
}
