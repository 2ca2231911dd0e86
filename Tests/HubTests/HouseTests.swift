import Delivery
import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

@Suite struct HouseTests {
    private let beam = DeviceID.sensor(name("beam"))
    private let pir = DeviceID.sensor(name("pir"))

    @Test func `the start asks for every device with locks at rest`() {
        var house = House(started: false)
        let effects = house.hub.start(
            HubStarted(version: "test", simulated: true, newJournal: true),
            losses: [Loss(cause: .journalDamaged, source: "journal.db", count: 0)], at: house.moment)
        #expect(
            effects.events == [
                .hubStarted(HubStarted(version: "test", simulated: true, newJournal: true)),
                .loss(Loss(cause: .journalDamaged, source: "journal.db", count: 0)),
            ])
        #expect(
            effects.filter { if case .request = $0 { true } else { false } } == [
                .request(.contact(eingang), released: false), .request(.exitButton(eingang), released: false),
                .request(.lock(eingang), released: false), .request(.reader(eingang), released: false),
                .request(beam, released: false), .request(pir, released: false),
            ])
        #expect(effects.locks == [])
    }

    @Test func `G2: rows that the disk no longer gives are a loss with their numbers, told once, and delivery goes on`()
        throws
    {
        var house = House()
        house.pass(.milliseconds(1))
        let asked = house.send(.connected)
        #expect(asked.contains(.readRows(after: 0, request: 1)))
        #expect(house.send(.rowsRead(request: 1, last: 2)).contains(.publishRows(request: 1)))
        let told = house.send(.rowsUnreadable(last: 5))
        #expect(
            told.events == [.loss(Loss(cause: .journalDamaged, source: "journal.db", count: 3, first: 3, last: 5))])
        #expect(house.send(.rowsUnreadable(last: 5)).events == [])
        #expect(house.send(.batchAcknowledged(1)).contains(.acknowledge(upTo: 5)))
    }

    @Test func `G8: an empty, truncated, older or foreign feed never revokes`() {
        var house = House()
        #expect(
            house.deliver(house.feed(version: 5)).events == [
                .bookingsChanged(BookingsChanged(source: .feed, version: 5, count: 1))
            ])
        let book = house.hub.bookings
        var truncated = house.feed(version: 6)
        truncated.count = 2
        var foreign = house.feed(version: 6)
        foreign.hub = name("hub-2")
        let bad: [(BookingFeed?, BookingRefusal)] = [
            (BookingFeed(hub: name("hub-1"), version: 6, bookings: []), .empty),
            (house.feed(version: 4), .outdated), (truncated, .truncated), (foreign, .otherHub),
            (nil, .malformed), (nil, .malformed),
        ]
        for (feed, refusal) in bad {
            let fault = Hub.FeedFault(refusal: .malformed, detail: "this is not JSON")
            let effects = feed.map { house.deliver($0) } ?? house.send(.feed(.refused(fault)))
            #expect(house.hub.bookings == book && house.hub.status.feedVersion == 5)
            #expect(effects.events.count == 1)
            if case .bookingsChanged(let change)? = effects.events.first {
                #expect(change.refused == refusal && change.count == 1)
            } else {
                Issue.record("\(refusal) is not in the journal")
            }
            #expect(house.show(anna).locks == [true])
            house.pass(.seconds(10))
        }
        // The same feed once more is nothing to tell.
        #expect(house.deliver(house.feed(version: 5)) == [.storeConfirmation(house.moment.wall)])
    }

    @Test func `G1: whatever the network does, in any order, no relay moves`() {
        let events: [Hub.Event] = [
            .connected, .disconnected, .batchAcknowledged(1), .batchAcknowledged(2), .messageRejected,
            .rowsRead(request: 1, last: 5), .rowsRead(request: 2, last: nil), .tick,
            .messagesDropped(topic: "bookings", count: 3),
        ]
        var released = House()
        released.edge(.exitButton(eingang), .only, true)
        for start in [House(), released] {
            var frontier = [start]
            for _ in 0..<3 {
                frontier = frontier.flatMap { house in
                    events.map { event in
                        var next = house
                        next.effects = []
                        next.now = next.now + .milliseconds(50)
                        #expect(next.send(event).locks == [])
                        return next
                    }
                }
            }
            #expect(frontier.count == 729)
        }
    }

    @Test func `a connection shows everything anew, and then only what changes`() {
        var house = House()
        #expect(house.effects.contains { if case .connect(let will) = $0 { !will.online } else { false } })
        let topics = ["state/door/eingang", "state/sensor/beam", "state/sensor/pir", "state/space/coworking", "status"]
        #expect(house.send(.connected).shown.map(\.topic) == topics)
        #expect(house.send(.tick).shown == [])
        #expect(house.edge(.contact(eingang), .only, true).shown.map(\.topic) == ["state/door/eingang"])
        house.send(.disconnected)
        house.pass(.seconds(2))
        #expect(house.send(.connected).shown.map(\.topic) == topics)
    }

    @Test func `people are counted, presence is shown, and the estimate is kept`() {
        var house = House()
        house.walk(true)
        house.walk(true)
        house.walk(false)
        #expect(house.hub.spaceStates.first?.estimate == 1)
        let stored = house.pass(.seconds(6)).compactMap { effect -> OccupancyCount? in
            if case .storeOccupancy(let counts) = effect { return counts[coworking] }
            return nil
        }
        #expect(stored.map(\.estimate) == [1] && stored.allSatisfy { $0.at != nil })
        house.edge(pir, .only, true)
        #expect(house.hub.spaceStates.first?.present == true)
        #expect(house.hub.sensorStates.first { $0.sensor.rawValue == "beam" }?.entered == 2)
    }

    @Test func `G11: an empty house returns to zero by itself`() {
        var house = House()
        house.walk(true)
        house.edge(pir, .only, true)
        house.edge(pir, .only, false)
        // Whoever came in left past the counter. The PIR holds for 2 minutes, silence counts after 30.
        house.pass(.seconds(120 + 1_800))
        #expect(house.hub.spaceStates.first?.estimate == 0)
        #expect(house.hub.spaceStates.first?.maximum == 0)
    }

    @Test func `G11: the estimate outlives a restart, the interval says how much it is worth`() {
        let house = House(
            memory: Hub.Memory(
                journal: JournalID(high: 0, low: 1), lastEvent: 7,
                occupancy: [coworking: OccupancyCount(estimate: 3, minimum: 3, maximum: 4)]))
        let state = house.hub.spaceStates.first
        #expect(state.map { [$0.minimum, $0.estimate, $0.maximum] } == [0, 3, 12])
        #expect(
            house.journal.contains { event in
                if case .occupancyChanged(let change) = event { return change.cause == .restart }
                return false
            })
    }

    @Test func `G6: lost edges are journaled and the levels read anew`() {
        var house = House()
        house.lose(4, of: .contact(eingang))
        let effects = house.edge(.contact(eingang), .only, true)
        #expect(effects.events.first == .loss(Loss(cause: .edgesLost, source: "contact/eingang", count: 4)))
        #expect(effects.contains(.readLevels(.contact(eingang))))
        #expect(house.hub.doorStates.first?.contact == .open)
        house.send(.levels(.contact(eingang), [.only: false]))
        #expect(house.hub.doorStates.first?.contact == .closed)
        house.lose(8, of: beam, .outer)
        let lost = house.edge(beam, .outer, true)
        #expect(lost.contains(.readLevels(beam)))
        #expect(house.hub.spaceStates.first?.maximum == 2)
        house.send(.levels(beam, [.outer: false, .inner: false]))
        #expect(house.hub.spaceStates.first?.maximum == 3)
    }

    @Test func `a chip that is unplugged is a fault, is asked for again, and comes back`() {
        var house = House()
        let lost = house.send(.deviceFailed(.contact(eingang), reason: "unplugged"))
        #expect(
            lost.events == [
                .deviceChanged(DeviceChanged(device: .contact(eingang), available: false, reason: "unplugged")),
                .doorContact(DoorContact(door: eingang, contact: .unknown)),
                .doorAlarm(DoorAlarmChanged(door: eingang, alarm: .fault, active: true)),
            ])
        #expect(house.hub.status.failedDevices == [.contact(eingang)])
        #expect(house.pass(.milliseconds(500)).contains(.request(.contact(eingang), released: false)))
        #expect(house.send(.deviceFailed(.contact(eingang), reason: "still")).events == [])
        #expect(house.pass(.seconds(1)).contains(.request(.contact(eingang), released: false)))
        let back = house.send(.deviceReady(.contact(eingang), [.only: false]))
        #expect(back.events.first == .deviceChanged(DeviceChanged(device: .contact(eingang), available: true)))
        #expect(house.hub.doorStates.first?.alarms == [])
    }

    @Test func `a counter that was gone may have missed anybody`() {
        var house = House()
        house.walk(true)
        house.send(.deviceFailed(beam, reason: "unplugged"))
        #expect(house.hub.spaceStates.first.map { [$0.minimum, $0.estimate, $0.maximum] } == [0, 1, 5])
        house.pass(.seconds(600))
        #expect(house.hub.spaceStates.first.map { [$0.minimum, $0.estimate, $0.maximum] } == [0, 1, 12])
        #expect(house.hub.sensorStates.first { $0.sensor.rawValue == "beam" }?.available == false)
    }

    @Test func `a lock line that comes back late is told what holds then`() {
        var house = House()
        house.edge(.exitButton(eingang), .only, true)
        house.send(.deviceFailed(.lock(eingang), reason: "unplugged"))
        #expect(house.pass(.seconds(1)).contains(.request(.lock(eingang), released: true)))
        house.pass(.seconds(10))
        #expect(house.send(.deviceReady(.lock(eingang), [:])).locks == [false])
    }

    @Test func `a changed configuration keeps a released door released and moves nothing`() {
        var house = House()
        house.edge(.exitButton(eingang), .only, true)
        let renamed = configuration { $0.replacing("name = \"Eingang\"", with: "name = \"Haustür\"") }
        let effects = house.send(.reconfigured(renamed))
        #expect(effects.locks == [])
        #expect(!effects.contains { if case .request = $0 { true } else { false } })
        #expect(house.hub.doorStates.first?.released == true)
        #expect(house.hub.doorStates.first?.name == "Haustür")
        #expect(house.pass(.seconds(5)).locks == [false])
    }

    @Test func `a lock that moves to another line leaves the old one at rest`() {
        var house = House()
        house.edge(.exitButton(eingang), .only, true)
        let moved = configuration { $0.replacing("GPIO17", with: "GPIO18") }
        let effects = house.send(.reconfigured(moved))
        let relevant = effects.filter { effect in
            switch effect {
            case .setLock, .abandon, .request: true
            default: false
            }
        }
        #expect(
            relevant == [
                .setLock(eingang, released: false), .abandon(.lock(eingang)), .request(.lock(eingang), released: true),
            ])
    }

    @Test func `a door that is configured away is locked, and a contact's alarm goes with it`() {
        var house = House()
        house.edge(.exitButton(eingang), .only, true)
        let none = configuration {
            $0.split(separator: "[[door]]")[0] + "[[space]]\nid = \"coworking\"\nname = \"C\"\nmodule = \"coworking\""
        }
        let effects = house.send(.reconfigured(none))
        #expect(effects.locks == [false])
        #expect(house.hub.doorStates == [])
        #expect(effects.contains(.abandon(.lock(eingang))))
        var forced = House()
        forced.edge(.contact(eingang), .only, true)
        let blind = configuration { $0.replacing("contact = { line = \"GPIO27\" }\n", with: "") }
        forced.send(.reconfigured(blind))
        #expect(forced.hub.doorStates.first?.alarms == [])
        #expect(forced.hub.doorStates.first?.contact == .unknown)
    }

    @Test func `commands are answered, journaled, and wait for the journal`() {
        var house = House()
        house.diskWorks = false
        let asked = house.send(.command(.order(DoorOrder(.unlock, door: eingang)), by: "anna", request: 4))
        #expect(
            asked.events == [
                .commandExecuted(CommandExecuted(command: .unlock, door: eingang, by: "anna", outcome: .done))
            ])
        #expect(asked.contains(.answer(request: 4, .done)))
        #expect(asked.locks == [])
        #expect(house.send(.journalCommitted(house.written)).locks == [true])
        #expect(
            house.send(.command(.order(DoorOrder(.unlock, door: name("keller"))), by: "anna", request: 5)).contains(
                .answer(request: 5, .refused("there is no door 'keller'; the hub has: eingang"))))
        house.send(.deviceFailed(.lock(eingang), reason: "gone"))
        #expect(
            house.send(.command(.order(DoorOrder(.unlock, door: eingang)), by: "anna", request: 6)).contains(
                .answer(
                    request: 6, .refused("the lock line of door 'eingang' cannot be set; see 'hubctl status'"))))
    }

    @Test func `a booking added here grants, is stored, and is removed again`() {
        var house = House()
        let entry = house.feed(version: 1).bookings[0]
        let added = house.send(.command(.addBooking(entry), by: "anna", request: 1))
        #expect(added.contains { if case .storeBooking = $0 { true } else { false } })
        #expect(house.show(anna).locks == [true])
        house.pass(.seconds(10))
        #expect(
            house.send(.command(.removeBooking(entry.id), by: "anna", request: 2)).contains(.removeBooking(entry.id)))
        #expect(house.show(anna).locks == [])
        #expect(house.hub.bookings == [])
    }

    @Test func `whether a space is booked follows the clock`() {
        var house = House()
        #expect(house.hub.spaceStates.first?.booked == false)
        house.deliver(house.feed(version: 1))
        house.pass(.zero)
        #expect(house.hub.spaceStates.first?.booked == true)
        house.pass(.seconds(7_200))
        #expect(house.hub.spaceStates.first?.booked == false)
        house.quality = .unknown
        house.pass(.seconds(1))
        house.send(.tick)
        house.pass(.zero)
        #expect(house.hub.spaceStates.first?.booked == nil)
    }

    @Test func `a quarter-hour is measured and journaled`() {
        var house = House()
        house.walk(true)
        house.pass(.seconds(1_800))
        let records = house.journal.compactMap { event -> UtilizationRecord? in
            if case .utilization(let record) = event { return record }
            return nil
        }
        #expect(records.count == 2)
        #expect(records.last?.use.covered == 900 && records.last?.use.used == 900 && records.last?.use.peak == 1)
    }

    @Test func `two hubs that were given the same events are equal, and asked for the same`() {
        func run() -> House {
            var house = House()
            house.deliver(house.feed(version: 1))
            house.show(anna)
            house.walk(true)
            house.edge(pir, .only, true)
            house.pass(.seconds(3_600))
            house.send(.connected)
            house.show(stranger)
            house.pass(.seconds(600))
            return house
        }
        let first = run()
        let second = run()
        #expect(first == second)
        #expect(first.effects.map(String.init(describing:)) == second.effects.map(String.init(describing:)))
        var third = second
        third.edge(.exitButton(eingang), .only, true)
        #expect(first != third)
    }
}
