internal import ConfigurationFile
internal import GPIO
internal import HubConfiguration
internal import HubMessages
@testable internal import HubRuntime
internal import Sensing
internal import Testing

/// What people do in the simulated house, seen as edges on its lines.
@Suite struct SimulatedHouseTests {
    private let house: SimulatedHouse
    private var table: DeviceTable
    private var start = MonotonicTime(nanoseconds: 1_000_000_000)
    private let door: DoorID
    private let space: SpaceID
    private let sensor: SensorID

    private static let text = """
        [hub]
        id = "h"
        name = "H"
        district = "d"
        [gpio]
        backend = "simulated"
        [[door]]
        id = "eingang"
        name = "Eingang"
        lock = { line = "GPIO4" }
        contact = { line = "sensorchip:3", open_when = "low", debounce = "0s" }
        exit_button = { line = "GPIO27", debounce = "0s" }
        reader = { data0 = "GPIO22", data1 = "Leser D1" }
        [[space]]
        id = "saal"
        name = "Saal"
        module = "assembly"
        doors = ["eingang"]
        [[sensor]]
        id = "zaehler"
        space = "saal"
        kind = "beam-counter"
        outer = { line = "GPIO36", debounce = "0s" }
        inner = { line = "GPIO37", broken_when = "low", debounce = "0s" }
        """

    init() throws {
        let configuration = try ConfigurationFile.parse(Array(Self.text.utf8), path: "test.toml")
        house = try SimulatedHouse(configuration, at: start)
        table = DeviceTable(house.board)
        door = try #require(DoorID("eingang"))
        space = try #require(SpaceID("saal"))
        sensor = try #require(SensorID("zaehler"))
        for (device, lines) in configuration.devices.sorted(by: { $0.key < $1.key }) {
            let (levels, _, _) = try table.request(device, lines, released: false)
            for (role, isActive) in levels { #expect(!isActive, "\(device) \(role) is at rest") }
        }
    }

    private mutating func edges(_ device: DeviceID, until time: MonotonicTime) throws -> [SensedEdge] {
        house.board.advance(to: time)
        return try table.takeEdges(device)
    }

    @Test mutating func `a swipe is the card's 26 pulses, two ms apart`() throws {
        let card = CredentialDescription(facility: 12, number: 4711)
        #expect(house.perform(.swipe(door: door, card: card), at: start) == nil)
        let pulses = try edges(.reader(door), until: start + .seconds(1))
        #expect(pulses.count == 26)
        #expect(pulses.map { $0.line == .data1 } == WiegandDecoder.bits(of: card.credential))
        #expect(pulses.enumerated().allSatisfy { $1.time == start + .milliseconds(2) * $0 })
        #expect(pulses.allSatisfy { $0.isActive })
    }

    @Test mutating func `a reader sends the cards of its format, and is told of no other`() throws {
        for format in WiegandFormat.all {
            let text = Self.text.replacing("reader = {", with: "reader = { format = \"\(format.name)\",")
            let configuration = try ConfigurationFile.parse(Array(text.utf8), path: "test.toml")
            let time = start + .seconds(10)
            house.reconfigure(configuration, at: time)
            let fits = CredentialDescription(
                format: format.name, facility: format.facility.map { $0.maximum }, number: format.number.maximum)
            #expect(house.perform(.swipe(door: door, card: fits), at: time) == nil)
            var decoder = WiegandDecoder(format: format)
            for edge in try edges(.reader(door), until: time + .seconds(1)) {
                #expect(decoder.pulse(edge.line == .data1, at: edge.time) == nil)
            }
            #expect(decoder.advance(to: time + .seconds(1)) == .card(fits.credential))
            start = time

            var tooLarge = fits
            tooLarge.number = (fits.number ?? 0) + 1
            #expect(
                house.perform(.swipe(door: door, card: tooLarge), at: time)
                    == "there is no such card: a card of format \(format.name) has a 'number' that does not fit; "
                    + "expected 0 to \(format.number.maximum)")
            let other = CredentialDescription(format: "X", facility: nil, number: 1)
            #expect(
                house.perform(.swipe(door: door, card: other), at: time)
                    == "reader/eingang reads cards of format \(format.name), not X")
        }
        #expect(try edges(.reader(door), until: start + .seconds(20)) == [])
    }

    @Test mutating func `two swipes at once are two frames one after the other`() throws {
        let cards = [CredentialDescription(facility: 1, number: 2), CredentialDescription(facility: 3, number: 4)]
        for card in cards { #expect(house.perform(.swipe(door: door, card: card), at: start) == nil) }
        var decoder = WiegandDecoder()
        var frames: [WiegandDecoder.Frame] = []
        for edge in try edges(.reader(door), until: start + .seconds(1)) {
            if let frame = decoder.pulse(edge.line == .data1, at: edge.time) { frames.append(frame) }
        }
        if let frame = decoder.advance(to: start + .seconds(1)) { frames.append(frame) }
        #expect(frames == cards.map { .card($0.credential) })
    }

    @Test mutating func `a walk in and a walk out are counted as such`() throws {
        #expect(house.perform(.walkIn(space: space), at: start) == nil)
        #expect(house.perform(.walkIn(space: space), at: start) == nil)
        #expect(house.perform(.walkOut(space: space), at: start) == nil)
        var counter = BeamCounter()
        let passages = try edges(.sensor(sensor), until: start + .seconds(10)).compactMap {
            counter.beam($0.line, broken: $0.isActive, at: $0.time)
        }
        #expect(passages == [.entered, .entered, .left])
    }

    @Test mutating func `doors open and close, the button is pressed and let go`() throws {
        #expect(house.perform(.open(door: door), at: start) == nil)
        #expect(house.perform(.close(door: door), at: start + .seconds(2)) == nil)
        #expect(try edges(.contact(door), until: start + .seconds(3)).map(\.isActive) == [true, false])
        #expect(house.perform(.press(door: door), at: start + .seconds(4)) == nil)
        let press = try edges(.exitButton(door), until: start + .seconds(5))
        #expect(press.map(\.isActive) == [true, false])
        #expect(press.map(\.time) == [start + .seconds(4), start + .milliseconds(4_200)])
    }

    @Test mutating func `what the house does not have is said, not done`() throws {
        let other = try #require(SpaceID("keller"))
        #expect(house.perform(.walkIn(space: other), at: start) == "space 'keller' has no counter that sees this")
        #expect(house.perform(.motion(space: space, moving: true), at: start) == "space 'saal' has no presence sensor")
        let gate = try #require(DoorID("tor"))
        #expect(house.perform(.open(door: gate), at: start) == "the house has no contact/tor")
        // More swipes than the chip has plans for: refused, and those before are whole.
        var refusals: Set<String> = []
        for _ in 0..<200 {
            let card = CredentialDescription(facility: 1, number: 1)
            if let refusal = house.perform(.swipe(door: door, card: card), at: start) { refusals.insert(refusal) }
        }
        #expect(refusals == ["too much is going on in the simulated house; try again in a moment"])
    }

    @Test mutating func `without its plug the chip fails every line, and comes back at rest`() throws {
        #expect(house.perform(.open(door: door), at: start) == nil)
        #expect(house.perform(.unplug, at: start) == nil)
        #expect(throws: GPIOError.self) { _ = try table.takeEdges(.reader(door)) }
        let gone = table.abandon(.reader(door))
        gone?.release()
        #expect(house.perform(.plug, at: start + .seconds(1)) == nil)
        let configuration = try ConfigurationFile.parse(Array(Self.text.utf8), path: "test.toml")
        let lines = try #require(configuration.devices[.reader(door)])
        let (levels, descriptor, _) = try table.request(.reader(door), lines, released: false)
        #expect(levels == [.data0: false, .data1: false])
        #expect(descriptor >= 0)
    }
}
