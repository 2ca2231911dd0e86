import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

/// Sensors other than counters and PIRs, through the whole hub.
@Suite struct SensorTests {
    private static let kinds = """
        [[sensor]]
        id = "klima"
        space = "coworking"
        kind = "dht"
        model = "am2302"
        line = "GPIO30"
        [[sensor]]
        id = "bme"
        kind = "driver"
        interface = "iio"
        device = "bme280"
        [[sensor]]
        id = "strom"
        kind = "meter"
        medium = "electricity"
        per_kwh = 1000
        pulse = { line = "GPIO31" }
        [[sensor]]
        id = "leck"
        kind = "water-leak"
        contact = { line = "GPIO32" }
        [[sensor]]
        id = "frage"
        kind = "feedback"
        [[sensor.button]]
        answer = "gut"
        line = "GPIO33"
        [[sensor.button]]
        answer = "schlecht"
        line = "GPIO34"
        [[sensor]]
        id = "stuhl1"
        space = "coworking"
        kind = "seat"
        occupied = { line = "GPIO35" }
        [[sensor]]
        id = "stuhl2"
        space = "coworking"
        kind = "seat"
        occupied = { line = "GPIO36" }
        [[sensor]]
        id = "zaehler"
        space = "coworking"
        kind = "people-counter"
        counts = "in"
        output = { line = "GPIO37" }
        door = "eingang"
        """

    private func house(memory: Hub.Memory? = nil) -> House {
        House(configuration { $0 + "\n" + Self.kinds }, memory: memory)
    }
    private func device(_ id: String) -> DeviceID { .sensor(name(id)) }
    private func state(_ id: String, _ house: House) throws -> SensorState {
        try #require(house.hub.sensorStates.first { $0.sensor.rawValue == id })
    }

    /// The sensor's answer, as its data sheet draws it, from `time` on.
    private func answer(_ bytes: [UInt8], _ house: inout House) {
        var time = house.now + .microseconds(30)
        func edge(_ level: Bool, _ microseconds: Int64) {
            house.now = time
            house.edge(device("klima"), .only, level)
            time = time + .microseconds(microseconds)
        }
        edge(false, 80)
        edge(true, 80)
        for byte in bytes {
            for bit in (0..<8).reversed() {
                edge(false, 50)
                edge(true, byte >> UInt8(bit) & 1 == 1 ? 70 : 26)
            }
        }
        edge(false, 50)
        edge(true, 0)
    }

    /// The loop goes from deadline to deadline, on time, until the line is let go of.
    private func waitForWake(_ house: inout House) -> Bool {
        for _ in 0..<1_000 {
            guard let deadline = house.hub.deadline else { return false }
            if house.pass(deadline - house.now).contains(.listen(device("klima"))) { return true }
        }
        return false
    }

    @Test func `a climate sensor is woken, read, shown, and journaled when its air moves`() throws {
        var house = house()
        #expect(try state("klima", house).temperature == nil)
        house.now = house.now + .milliseconds(1)
        // The first round begins two seconds after the line is there.
        let woken = house.pass(.seconds(2))
        #expect(woken.contains(.pullLow(device("klima"))))
        #expect(house.pass(.milliseconds(2)).contains(.listen(device("klima"))))
        answer(ClimateVariant.am2302.bytes(tenthsOfDegree: -35, tenthsOfPercent: 601), &house)
        house.pass(.milliseconds(5))
        #expect(try state("klima", house).temperature == -3.5)
        #expect(try state("klima", house).humidity == 60.1)
        let expected = JournalEvent.climate(
            ClimateMeasured(sensor: name("klima"), space: coworking, Climate(temperature: -3.5, humidity: 60.1)))
        #expect(
            house.journal.filter {
                if case .climate(let event) = $0 { event.sensor.rawValue == "klima" } else { false }
            } == [expected])
    }

    @Test func `an answer that fails is tried again and never shown; three rounds of it are one fault, with one end`()
        throws
    {
        var house = house()
        var damaged = ClimateVariant.am2302.bytes(tenthsOfDegree: 215, tenthsOfPercent: 450)
        damaged[4] ^= 1
        for _ in 0..<DHTSensor.attempts * DHTSensor.failuresToFault {
            #expect(waitForWake(&house))
            answer(damaged, &house)
            house.pass(.milliseconds(30))
        }
        func faults(_ house: House) -> [SensorFaultChanged] {
            house.journal.compactMap { event in
                guard case .sensorFault(let fault) = event, fault.sensor.rawValue == "klima" else { return nil }
                return fault
            }
        }
        let begun = faults(house)
        #expect(begun.count == 1)
        #expect(begun.first?.fault == .unreadable && begun.first?.active == true)
        #expect(try state("klima", house).temperature == nil)
        #expect(try state("klima", house).available == false)
        // Nobody answers at all: still one fault.
        for _ in 0..<10 { house.pass(.seconds(30)) }
        #expect(faults(house).filter { $0.fault == .unreadable }.count == 1)
        #expect(faults(house).filter { $0.fault == .silent }.count == 1)
        #expect(waitForWake(&house))
        answer(ClimateVariant.am2302.bytes(tenthsOfDegree: 215, tenthsOfPercent: 450), &house)
        house.pass(.milliseconds(30))
        #expect(faults(house).filter { $0.fault == .unreadable }.map(\.active) == [true, false])
        #expect(try state("klima", house).faults == [])
        #expect(try state("klima", house).available)
        #expect(try state("klima", house).temperature == 21.5)
    }

    @Test func `a driver is asked at its interval, and its reading shown`() throws {
        var house = house()
        let asked =
            house.effects.contains { if case .readDriver(let id, _) = $0 { id.rawValue == "bme" } else { false } }
            || house.pass(.seconds(1)).contains { if case .readDriver = $0 { true } else { false } }
        #expect(asked)
        house.send(.reading(name("bme"), .success(Climate(temperature: 21, humidity: 40, pressure: 1_000))))
        #expect(try state("bme", house).pressure == 1_000)
        // A jump is not believed before it is confirmed.
        for (temperature, shown) in [(60.0, 21.0), (60.2, 60.2)] {
            house.pass(.seconds(60))
            house.send(.reading(name("bme"), .success(Climate(temperature: temperature))))
            #expect(try state("bme", house).temperature == shown)
        }
        for _ in 0..<3 {
            house.pass(.seconds(61))
            house.send(.reading(name("bme"), .failure(DriverFault("I/O error"))))
        }
        #expect(try state("bme", house).faults == [.unreadable])
    }

    @Test func `a meter counts, is stored a minute later, and goes on from there after a restart`() throws {
        var house = house()
        for _ in 0..<7 {
            house.now = house.now + .milliseconds(500)
            house.edge(device("strom"), .only, true)
            house.now = house.now + .milliseconds(60)
            house.edge(device("strom"), .only, false)
        }
        // Interference of 10 ms is no pulse.
        house.now = house.now + .seconds(1)
        house.edge(device("strom"), .only, true)
        house.now = house.now + .milliseconds(10)
        house.edge(device("strom"), .only, false)
        let stored = house.pass(.seconds(61))
        #expect(stored.contains(.storeMeters([name("strom"): 7])))
        #expect(try state("strom", house).pulses == 7)
        #expect(try state("strom", house).energy == 0.007)
        house.pass(.seconds(900))
        let expected = JournalEvent.meter(
            MeterRead(sensor: name("strom"), space: nil, medium: .electricity, pulses: 7, energy: 0.007, volume: nil))
        #expect(house.journal.filter { if case .meter = $0 { true } else { false } } == [expected])
        // Nothing counted, nothing told.
        house.pass(.seconds(3_600))
        #expect(house.journal.filter { if case .meter = $0 { true } else { false } }.count == 1)

        let again = self.house(memory: Hub.Memory(journal: JournalID(high: 0, low: 1), meters: [name("strom"): 7]))
        #expect(try state("strom", again).pulses == 7)
    }

    @Test func `water, feedback and seats`() throws {
        var house = house()
        #expect(try state("leck", house).active == false)
        house.edge(device("leck"), .only, true)
        #expect(
            house.journal.last
                == .inputChanged(InputChanged(sensor: name("leck"), space: nil, input: .waterLeak, active: true)))
        #expect(try state("leck", house).active == true)
        house.edge(device("frage"), .button2, true)
        #expect(
            house.journal.last
                == .feedback(FeedbackGiven(sensor: name("frage"), space: nil, answer: "schlecht", rank: 2, of: 2)))
        let before = house.journal.count
        // A second press within two seconds is the same visitor's.
        house.edge(device("frage"), .button1, true)
        #expect(house.journal.count == before)

        house.edge(device("stuhl1"), .only, true)
        house.edge(device("stuhl2"), .only, true)
        let space = try #require(house.hub.spaceStates.first)
        #expect(space.minimum == 2 && space.estimate == 2 && space.present == true)
    }

    @Test func `G6: lost edges of an input read its level again, and a counter's widen the count`() throws {
        var house = house()
        house.lose(2, of: device("leck"))
        let asked = house.edge(device("leck"), .only, false)
        #expect(asked.contains(.readLevels(device("leck"))))
        house.send(.levels(device("leck"), [.only: true]))
        #expect(try state("leck", house).active == true)
        house.lose(4, of: device("zaehler"))
        house.edge(device("zaehler"), .only, true)
        let space = try #require(house.hub.spaceStates.first)
        #expect(space.estimate == 1 && space.minimum == 1 && space.maximum == 4)
    }

    @Test func `a counter that moves while its door is closed contradicts it, after three times, until they agree`()
        throws
    {
        var house = house()
        house.send(.deviceReady(.contact(eingang), [.only: false]))
        func pass(_ house: inout House) {
            house.pass(.seconds(60))
            house.edge(device("zaehler"), .only, true)
            house.edge(device("zaehler"), .only, false)
        }
        for _ in 0..<2 { pass(&house) }
        #expect(try state("zaehler", house).faults == [])
        pass(&house)
        #expect(try state("zaehler", house).faults == [.contradicting])
        #expect(try state("zaehler", house).available)
        for _ in 0..<5 { pass(&house) }
        let faults = house.journal.filter {
            if case .sensorFault(let fault) = $0 { fault.fault == .contradicting } else { false }
        }
        #expect(faults.count == 1)
        house.edge(.contact(eingang), .only, true)
        for _ in 0..<3 { pass(&house) }
        #expect(try state("zaehler", house).faults == [])
    }

    @Test func `swapped beams: three who leave a space that nobody entered are a contradiction`() throws {
        var house = house()
        for _ in 0..<3 {
            house.pass(.seconds(10))
            house.walk(false)
        }
        #expect(try state("beam", house).faults == [.contradicting])
        for _ in 0..<3 {
            house.pass(.seconds(10))
            house.walk(true)
            house.walk(false)
        }
        #expect(try state("beam", house).faults == [])
    }

    @Test func `a beam that sees nobody any more contradicts the one that does`() throws {
        var house = house()
        let beam = device("beam")
        for _ in 0..<3 {
            house.pass(.seconds(10))
            house.edge(beam, .outer, true)
            house.pass(.milliseconds(300))
            house.edge(beam, .outer, false)
        }
        #expect(try state("beam", house).faults == [.contradicting])
        let space = try #require(house.hub.spaceStates.first)
        #expect(space.minimum == 0 && space.maximum >= 1)
        house.walk(true)
        #expect(try state("beam", house).faults == [])
    }

    @Test func `where the kernel does not debounce, the hub does, and the last stable level is reported`() throws {
        var house = house()
        let contact = DeviceID.contact(eingang)
        house.send(.deviceFailed(contact, reason: "test"))
        house.send(.deviceUnfiltered(contact))
        house.send(.deviceReady(contact, [.only: false]))
        func contacts(_ house: House) -> [ContactState] {
            house.journal.compactMap { if case .doorContact(let change) = $0 { change.contact } else { nil } }
        }
        let before = contacts(house).count
        // Bounces of 10 ms, then open.
        for step in 0..<7 {
            house.now = house.now + .milliseconds(10)
            house.edge(contact, .only, step % 2 == 0)
        }
        #expect(contacts(house).count == before)
        house.pass(.milliseconds(60))
        #expect(contacts(house).suffix(1) == [.open])
        // 400 ms are never missed, also when they are read late and all at once.
        let start = house.now + .seconds(1)
        let edges = [(false, start), (true, start + .milliseconds(400)), (false, start + .milliseconds(800))].map {
            level, time in
            house.now = time
            return house.sensed(contact, .only, level)
        }
        for edge in edges { house.send(.edge(contact, edge)) }
        house.pass(.milliseconds(100))
        #expect(contacts(house).suffix(3) == [.closed, .open, .closed])
    }

    @Test func `a changed configuration keeps what a sensor has counted and shown`() throws {
        var house = house()
        house.edge(device("strom"), .only, true)
        house.now = house.now + .milliseconds(60)
        house.edge(device("strom"), .only, false)
        house.pass(.milliseconds(100))
        house.send(
            .reconfigured(configuration { $0 + "\n" + Self.kinds.replacing("per_kwh = 1000", with: "per_kwh = 500") }))
        #expect(try state("strom", house).energy == 0.002)
        house.send(.reconfigured(configuration()))
        #expect(house.hub.sensorStates.count == 2)
        house.send(.reconfigured(configuration { $0 + "\n" + Self.kinds }))
        #expect(try state("strom", house).pulses == 1)
    }

    @Test func `every line is reported, with how busy it is and what it lost`() throws {
        var house = house()
        house.lose(3, of: device("leck"))
        house.edge(device("leck"), .only, true)
        let lines = house.hub.lineReports(at: house.now).map(\.report)
        #expect(lines.count == house.hub.configuration.devices.values.map(\.lines.count).reduce(0, +))
        let leak = try #require(lines.first { $0.line == "GPIO32" })
        #expect((leak.edges, leak.edgesPerMinute, leak.lost, leak.lostPerHour) == (1, 1, 3, 3))
        #expect(leak.purpose == "water-leak" && leak.activeWhen == "low" && !leak.output)
        let later = try #require(
            house.hub.lineReports(at: house.now + .seconds(120)).map(\.report).first { $0.line == "GPIO32" })
        #expect((later.edges, later.edgesPerMinute, later.lost, later.lostPerHour) == (1, 0, 3, 3))
    }
}
