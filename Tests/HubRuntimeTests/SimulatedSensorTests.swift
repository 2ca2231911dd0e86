import ConfigurationFile
import GPIO
import HubConfiguration
import HubMessages
import Sensing
import TestSupport
import Testing

@testable import HubRuntime

/// The simulated house's sensors on the simulated chip, through the daemon's own table of devices.
struct SimulatedSensorTests {
    private static let text = """
        [hub]
        id = "sim"
        name = "Sim"
        district = "d"
        [gpio]
        backend = "simulated"
        [[space]]
        id = "saal"
        name = "Saal"
        module = "assembly"
        [[sensor]]
        id = "klima"
        space = "saal"
        kind = "dht"
        model = "am2302"
        line = "GPIO4"
        [[sensor]]
        id = "luft"
        space = "saal"
        kind = "co2-pwm"
        output = { line = "GPIO5" }
        [[sensor]]
        id = "fenster"
        space = "saal"
        kind = "window"
        contact = { line = "GPIO6", debounce = "100ms" }
        [[sensor]]
        id = "bme"
        kind = "driver"
        interface = "iio"
        device = "bme280"
        """

    private let house: SimulatedHouse
    private let configuration: HubConfiguration
    private var table: DeviceTable
    private let start = MonotonicTime.zero + .seconds(10)

    init() throws {
        configuration = try ConfigurationFile.parse(Array(Self.text.utf8), path: "test.toml")
        house = try SimulatedHouse(configuration, at: start)
        table = DeviceTable(house.board)
    }

    private func id(_ name: String) throws -> SensorID { try #require(SensorID(name)) }

    private mutating func request(_ name: String) throws -> Bool {
        let device = DeviceID.sensor(try id(name))
        return try table.request(device, try #require(configuration.devices[device]), released: false).isFiltered
    }

    @Test mutating func `a climate sensor answers when it is let go of, with the air of the house`() throws {
        let device = DeviceID.sensor(try id("klima"))
        #expect(try request("klima"))
        #expect(
            house.perform(.climate(sensor: try id("klima"), climate: Climate(temperature: -4.5)), at: start) == nil)
        var sensor = DHTSensor(.am2302, interval: .seconds(30))
        sensor.ready(at: start)
        var measured: [Climate] = []
        func take(_ findings: [SensorFinding]) throws {
            for finding in findings {
                switch finding {
                case .pullLow: try table.pullLow(device, true)
                case .listen: try table.pullLow(device, false)
                case .measured(let climate): measured.append(climate)
                case _: Issue.record("\(finding)")
                }
            }
        }
        while measured.count < 2, let deadline = [sensor.deadline, house.deadline].compactMap({ $0 }).min() {
            house.advance(to: deadline)
            for edge in try table.takeEdges(device) { try take(sensor.edge(edge.isActive, at: edge.time)) }
            try take(sensor.advance(to: deadline))
        }
        #expect(measured == [Climate(temperature: -4.5, humidity: 45), Climate(temperature: -4.5, humidity: 45)])
        #expect(sensor.failedAttempts == 0)
    }

    @Test mutating func `a host that pulls too briefly gets no answer`() throws {
        let device = DeviceID.sensor(try id("klima"))
        _ = try request("klima")
        house.advance(to: start)
        try table.pullLow(device, true)
        house.advance(to: start + .microseconds(700))
        try table.pullLow(device, false)
        house.advance(to: start + .milliseconds(20))
        #expect(try table.takeEdges(device).isEmpty)
    }

    @Test mutating func `a CO₂ sensor's cycles never end`() throws {
        let device = DeviceID.sensor(try id("luft"))
        _ = try request("luft")
        #expect(house.perform(.climate(sensor: try id("luft"), climate: Climate(co2: 900)), at: start) == nil)
        var decoder = PWMDecoder(range: 2_000)
        var readings: [Int?] = []
        var time = start
        for _ in 0..<200 {
            time = time + .milliseconds(500)
            house.advance(to: time)
            for edge in try table.takeEdges(device) {
                if let cycle = decoder.edge(edge.isActive, at: edge.time) { readings.append(cycle.ppm) }
            }
        }
        #expect(readings.count >= 97)
        #expect(readings.allSatisfy { $0 == 900 })
    }

    @Test mutating func `a chip that cannot debounce is asked without, and that is said`() throws {
        #expect(try request("fenster"))
        let gone = table.abandon(.sensor(try id("fenster")))
        gone?.release()
        for chip in house.board.chips { chip.canDebounce = false }
        #expect(try !request("fenster"))
        #expect(try request("klima"), "there is nothing to debounce at a climate sensor")
        // Every edge comes through: the hub filters.
        let device = DeviceID.sensor(try id("fenster"))
        for (index, active) in [true, false, true].enumerated() {
            #expect(
                house.perform(
                    .input(sensor: try id("fenster"), active: active), at: start + .milliseconds(Int64(index) + 1))
                    == nil)
        }
        #expect(try table.takeEdges(device).count == 3)
    }

    @Test func `a driver's sensor reads the air, a 1-Wire thermometer its temperature alone`() throws {
        #expect(house.reading(of: try id("bme")) == .success(SimulatedHouse.usualAir))
        guard case .failure = house.reading(of: try id("klima")) else {
            Issue.record("a sensor on a line has no driver")
            return
        }
    }
}
