import Delivery
import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

@Suite struct DoorTests {
    private func booked() -> House {
        var house = House()
        house.deliver(house.feed(version: 1))
        return house
    }

    private func decision(_ granted: Bool, _ reason: DecisionReason, _ card: Credential, feed: UInt64 = 1)
        -> JournalEvent
    {
        .accessDecided(
            AccessDecided(
                door: eingang, granted: granted, reason: reason, kind: .card, credential: hash(card).pseudonym,
                booking: granted ? bookingID("B1") : nil, space: granted ? coworking : nil, feedVersion: feed,
                inputs: noInputs))
    }

    private let released = JournalEvent.doorReleased(DoorReleased(door: eingang, cause: .grant, duration: 5_000))

    @Test func `G3: a booked card opens the door once the decision is on disk, and not before`() {
        var house = booked()
        house.diskWorks = false
        let shown = house.show(anna)
        #expect(shown.events == [decision(true, .booking, anna)])
        #expect(shown.locks == [])
        let before = house.written
        #expect(house.send(.journalCommitted(before - 1)).locks == [])
        let opened = house.send(.journalCommitted(before))
        #expect(opened.locks == [true])
        #expect(opened.events == [released])
    }

    @Test func `G1 G3: with a dead disk the door opens after 20 ms, and the record says that it came late`() {
        var house = booked()
        house.diskWorks = false
        house.send(.journalFailing(.error))
        #expect(house.show(anna).locks == [])
        let place = house.written
        // The frame ended one millisecond ago.
        #expect(house.pass(.milliseconds(18)).locks == [])
        let late = house.pass(.milliseconds(1))
        #expect(late.locks == [true])
        #expect(late.events == [released, .recordedLate(RecordedLate(door: eingang, decision: place))])
    }

    @Test func `G1 G3: with a full queue a grant has no place and the door opens all the same`() {
        var house = booked()
        house.diskWorks = false
        // Doors fill the queue; what is of no lower class finds no room.
        for index in 0..<400 {
            house.edge(.contact(eingang), .only, index % 2 == 0)
            if index % 2 == 0 { house.show(stranger) }
        }
        #expect(house.hub.waitingForDisk == 100)
        #expect(house.show(anna).events.isEmpty)
        #expect(house.pass(.milliseconds(20)).locks == [true])
    }

    @Test func `an unbooked card is denied and moves nothing`() {
        var house = booked()
        let effects = house.show(stranger)
        #expect(effects.events == [decision(false, .unknownCredential, stranger)])
        #expect(effects.locks == [])
        #expect(house.pass(.seconds(60)).locks == [])
    }

    @Test func `G7: the exit button releases at once, with the journal dead, the broker gone and the clock unknown`() {
        var house = House()
        house.diskWorks = false
        house.quality = .unknown
        house.send(.journalFailing(.error))
        house.send(.disconnected)
        let effects = house.edge(.exitButton(eingang), .only, true)
        #expect(effects.locks == [true])
        #expect(house.pass(.seconds(5)).locks == [false])
    }

    @Test func `G7: the exit button releases with a full queue and a grant that waits`() {
        var house = booked()
        house.diskWorks = false
        house.show(anna)
        #expect(house.edge(.exitButton(eingang), .only, true).locks == [true])
        // The grant that waited is not released a second time.
        #expect(house.pass(.seconds(1)).locks == [])
    }

    @Test func `G6 G7: a press of which the kernel lost the beginning still releases`() {
        var house = House()
        house.lose(1, of: .exitButton(eingang))
        let effects = house.edge(.exitButton(eingang), .only, false)
        #expect(effects.locks == [true])
        #expect(effects.events.first == .loss(Loss(cause: .edgesLost, source: "exit-button/eingang", count: 1)))
        #expect(effects.contains(.readLevels(.exitButton(eingang))))
        house.pass(.seconds(10))
        #expect(house.send(.levels(.exitButton(eingang), [.only: true])).locks == [true])
    }

    @Test func `a button held down while the daemon starts is no request to leave`() {
        var house = House()
        house.send(.deviceFailed(.exitButton(eingang), reason: "gone"))
        #expect(house.send(.deviceReady(.exitButton(eingang), [.only: true])).locks == [])
        house.sequences = [:]
        #expect(house.edge(.exitButton(eingang), .only, false).locks == [])
        #expect(house.edge(.exitButton(eingang), .only, true).locks == [true])
    }

    @Test func `a passage from card to closed door`() {
        var house = booked()
        house.show(anna)
        house.pass(.seconds(1))
        let opened = house.edge(.contact(eingang), .only, true)
        #expect(opened.locks == [false])
        #expect(
            opened.events == [
                .doorContact(DoorContact(door: eingang, contact: .open)),
                .accessUsed(AccessUsed(door: eingang, taken: true)),
                .doorLocked(DoorLocked(door: eingang, cause: .opened)),
            ])
        house.pass(.seconds(3))
        #expect(
            house.edge(.contact(eingang), .only, false).events == [
                .doorContact(DoorContact(door: eingang, contact: .closed))
            ])
    }

    @Test func `a door opened without a reason is forced; one left open is held`() {
        var house = House()
        let forced = house.edge(.contact(eingang), .only, true)
        #expect(
            forced.events.contains(.doorAlarm(DoorAlarmChanged(door: eingang, alarm: .forced, active: true))))
        #expect(forced.locks == [])
        #expect(house.hub.doorStates.first?.alarms == [.forced])
        house.edge(.contact(eingang), .only, false)
        house.edge(.exitButton(eingang), .only, true)
        house.edge(.contact(eingang), .only, true)
        house.pass(.seconds(29))
        #expect(house.hub.doorStates.first?.alarms == [.heldOpenWarning])
        house.pass(.seconds(1))
        #expect(house.hub.doorStates.first?.alarms == [.heldOpen, .heldOpenWarning])
    }

    @Test func `G5: pulses that are read late, after other events, are still one frame`() {
        var house = booked()
        var edges: [SensedEdge] = []
        for bit in WiegandDecoder.bits(of: anna) {
            house.now = house.now + .milliseconds(1)
            edges.append(house.sensed(.reader(eingang), bit ? .data1 : .data0, true))
        }
        // The loop hung for a second in the middle of the frame.
        for edge in edges.prefix(13) { house.send(.edge(.reader(eingang), edge)) }
        house.now = house.now + .seconds(1)
        house.edge(.contact(eingang), .only, true)
        for edge in edges.dropFirst(13) { house.send(.edge(.reader(eingang), edge)) }
        let end = house.pass(.zero)
        #expect(end.events.contains(decision(true, .booking, anna)))
    }

    @Test func `G5: a frame that lost an edge is an event and never a decision`() {
        for lost in 1..<25 {
            var house = booked()
            let bits = WiegandDecoder.bits(of: anna)
            for (index, bit) in bits.enumerated() {
                house.now = house.now + .milliseconds(1)
                let edge = house.sensed(.reader(eingang), bit ? .data1 : .data0, true)
                if index != lost { house.send(.edge(.reader(eingang), edge)) }
            }
            house.pass(.milliseconds(41))
            let decided = house.journal.contains { event in
                if case .accessDecided = event { return true }
                return false
            }
            #expect(!decided)
            #expect(house.pass(.seconds(1)).locks == [])
        }
    }

    @Test func `G4: a jump by a year moves no relay, released or locked`() {
        let year = Duration.seconds(365 * 86_400)
        for jump in [year, .zero - year] {
            var house = booked()
            house.show(anna)
            house.clockOffset = jump
            #expect(house.send(.tick).locks == [])
            #expect(
                house.journal.contains { event in
                    if case .clockChanged(let change) = event { return abs(change.jump - jump.milliseconds) < 10 }
                    return false
                })
            // The release ends five seconds after it began, whatever the date.
            #expect(house.pass(.milliseconds(4_000)).locks == [])
            #expect(house.pass(.milliseconds(1_000)).locks == [false])
            #expect(house.show(anna).locks == [])
            house.clockOffset = .zero
            #expect(house.send(.tick).locks == [])
            #expect(house.show(anna).locks == [true])
        }
    }

    @Test func `a stop locks all, tells its losses, and nothing is released after it`() {
        var house = booked()
        house.show(anna)
        let effects = house.send(.stop)
        #expect(effects.locks == [false])
        #expect(effects.events.first == .doorLocked(DoorLocked(door: eingang, cause: .stop)))
        if case .hubStopped? = effects.events.last {} else { Issue.record("the last event is the stop") }
        #expect(house.edge(.exitButton(eingang), .only, true) == [])
        #expect(
            house.send(.command(.order(DoorOrder(.unlock, door: eingang)), by: "anna", request: 9)) == [
                .answer(request: 9, .refused("the hub is stopping"))
            ])
        #expect(house.hub.deadline == nil)
    }
}
