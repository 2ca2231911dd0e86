import Hub
import HubMessages
import Testing

/// What doors, alarms, hours, bookings and spaces around each other say of how many are there, through the whole hub.
@Suite struct SpaceTests {
    private static let besprechung: SpaceID = name("besprechung")
    private static let tuer: DoorID = name("besprechung")

    /// The usual house, with a meeting room inside the coworking space: a door, a motion sensor, no counter.
    private func house(_ more: String = "") -> House {
        House(
            configuration { text in
                text.replacing(
                    "[[sensor]]\nid = \"pir\"",
                    with: """
                        [[space]]
                        id = "besprechung"
                        name = "Besprechung"
                        module = "meeting"
                        capacity = 6
                        inside = "coworking"
                        doors = ["eingang", "besprechung"]
                        \(more)
                        [[door]]
                        id = "besprechung"
                        name = "Besprechung"
                        lock = { line = "GPIO30" }
                        contact = { line = "GPIO31" }
                        exit_button = { line = "GPIO32" }
                        reader = { data0 = "GPIO33", data1 = "GPIO34" }
                        [[sensor]]
                        id = "raum-pir"
                        space = "besprechung"
                        kind = "presence"
                        motion = { line = "GPIO35" }
                        [[sensor]]
                        id = "alarm"
                        kind = "alarm-armed"
                        contact = { line = "GPIO36" }
                        [[sensor]]
                        id = "strom"
                        space = "coworking"
                        kind = "meter"
                        medium = "electricity"
                        pulse = { line = "GPIO37" }
                        per_kwh = 1000
                        [[sensor]]
                        id = "pir"
                        """)
            })
    }

    private func count(_ space: SpaceID, _ house: House) -> [Int] {
        house.hub.spaceStates.filter { $0.space == space }.flatMap { [$0.minimum, $0.estimate, $0.maximum] }
    }

    private func causes(_ house: House, _ space: SpaceID) -> [OccupancyCause] {
        house.journal.compactMap { event in
            if case .occupancyChanged(let change) = event, change.space == space { return change.cause }
            return nil
        }
    }

    private func booking(_ id: String, _ from: Int, _ to: Int, party: Int? = nil) -> BookingFeed.Entry {
        BookingFeed.Entry(
            id: bookingID(id), space: Self.besprechung, from: House.noon + .seconds(from),
            to: House.noon + .seconds(to),
            credentials: [CredentialDescription(facility: 12, number: 4_711)], partySize: party)
    }

    private func add(_ entry: BookingFeed.Entry, to house: inout House) {
        house.send(.command(.addBooking(entry), by: "test", request: 1))
    }

    @Test func `a card lets the booking's party into a room without a counter, the exit button lets one out`() {
        var house = house()
        add(booking("B1", 0, 7_200, party: 4), to: &house)
        house.show(anna, door: Self.tuer)
        house.edge(.contact(Self.tuer), .only, true)
        house.edge(.contact(Self.tuer), .only, false)
        #expect(count(Self.besprechung, house) == [0, 4, 4])
        // A second card of the same booking is one of the four.
        house.pass(.seconds(60))
        house.show(anna, door: Self.tuer)
        house.edge(.contact(Self.tuer), .only, true)
        house.edge(.contact(Self.tuer), .only, false)
        #expect(count(Self.besprechung, house) == [0, 4, 5])
        house.pass(.seconds(60))
        house.edge(.exitButton(Self.tuer), .only, true)
        #expect(count(Self.besprechung, house) == [0, 3, 5])
        #expect(causes(house, Self.besprechung) == [.admitted, .admitted, .exitRequest])
        // The outer space has a counter of its own: nobody passed it.
        #expect(count(coworking, house) == [0, 0, 0])
    }

    @Test func `somebody in an inner room is in the outer one, and keeps it from falling silent`() {
        var house = house()
        house.walk(true)
        let room = DeviceID.sensor(name("raum-pir"))
        house.edge(room, .only, true)
        #expect(count(Self.besprechung, house)[0] == 1)
        #expect(count(coworking, house)[0] == 1)
        // The outer space's own sensor sees nobody for an hour; the inner one does all the time.
        house.pass(.seconds(3_600))
        #expect(count(coworking, house)[0] == 1)
        house.edge(room, .only, false)
        house.pass(.seconds(120 + 1_800 + 1_800))
        #expect(count(Self.besprechung, house) == [0, 0, 0] && count(coworking, house) == [0, 0, 0])
    }

    @Test func `an armed alarm empties the house, and who moves then is found all the same`() {
        var house = house()
        house.walk(true)
        house.edge(.sensor(name("raum-pir")), .only, true)
        house.edge(.sensor(name("raum-pir")), .only, false)
        house.edge(.sensor(name("alarm")), .only, true)
        #expect(count(coworking, house) == [0, 0, 0] && count(Self.besprechung, house) == [0, 0, 0])
        #expect(causes(house, coworking).last == .armed)
        house.pass(.seconds(600))
        house.edge(.sensor(name("pir")), .only, true)
        #expect(count(coworking, house)[0] == 1 && causes(house, coworking).last == .presenceWhileEmpty)
    }

    @Test func `nobody comes for a booking: a no-show after the grace, told once; who comes later is late`() {
        var house = house()
        add(booking("B1", 1_800, 5_400), to: &house)
        house.pass(.seconds(1_800 + 899 - 100))
        func noShows(_ house: House) -> [BookingNoShow] {
            house.journal.compactMap { if case .bookingNoShow(let event) = $0 { event } else { nil } }
        }
        #expect(noShows(house) == [])
        house.pass(.seconds(2))
        #expect(noShows(house).map(\.booking) == [bookingID("B1")] && noShows(house).first?.grace == 900)
        house.pass(.seconds(600))
        house.edge(.sensor(name("raum-pir")), .only, true)
        let arrivals = house.journal.compactMap { if case .bookingArrived(let event) = $0 { event } else { nil } }
        #expect(arrivals.map(\.late) == [true] && noShows(house).count == 1)
    }

    @Test func `energy, air and a visit are in the quarter-hour, which the district gets when its run is over`() throws
    {
        var house = house()
        house.walk(true)
        for _ in 0..<3 {
            house.edge(.sensor(name("strom")), .only, true)
            house.pass(.milliseconds(40))
            house.edge(.sensor(name("strom")), .only, false)
            house.pass(.seconds(1))
        }
        house.pass(.seconds(900))
        let record = try #require(
            house.journal.compactMap { event -> UtilizationRecord? in
                if case .utilization(let record) = event, record.space == coworking { return record }
                return nil
            }.first)
        #expect(record.use.energy == 0.003 && record.use.entries == 1 && record.use.peak == 1)
        func cells(_ house: House) -> [DistrictUtilization] {
            house.journal.compactMap { event in
                if case .districtQuarter(let cell) = event, cell.space == coworking { return cell }
                return nil
            }
        }
        #expect(cells(house) == [])
        house.walk(false)
        house.pass(.seconds(3_600))
        #expect(cells(house).contains { $0.inUse && $0.suppressed && $0.people == nil })
        #expect(cells(house).contains { !$0.inUse && $0.people == 0 })
    }

    @Test func `nearly full and full are told and shown`() {
        var house = house()
        for _ in 0..<12 { house.walk(true) }
        let levels = house.journal.compactMap { event -> CapacityLevel? in
            if case .capacityChanged(let change) = event { return change.level }
            return nil
        }
        #expect(levels == [.near, .full])
        #expect(house.hub.spaceStates.first { $0.space == coworking }?.level == .full)
    }

    @Test func `after its hours a space is empty sooner`() {
        let schedule = """
            hours = "tags"
            [[schedule]]
            id = "tags"
            weekly = ["mo-su 08:00-20:00"]
            """
        var house = house(schedule)
        house.send(
            .schedules([name("tags"): [TimeWindow(from: House.noon - .seconds(3_600), to: House.noon + .seconds(900))]])
        )
        house.edge(.sensor(name("raum-pir")), .only, true)
        house.edge(.sensor(name("raum-pir")), .only, false)
        // Presence lasts for its hold, two minutes; the hours end; ten minutes of silence are enough.
        house.pass(.seconds(900))
        #expect(count(Self.besprechung, house) == [0, 0, 0])
        #expect(causes(house, Self.besprechung).last == .closingTime)
    }
}
