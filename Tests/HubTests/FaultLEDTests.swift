import Delivery
import Hub
import HubConfiguration
import HubMessages
import Testing

/// The light in the house that is lit while something is wrong.
@Suite struct FaultLEDTests {
    private static let settings = configuration { $0 + "\n[fault_led]\nline = \"GPIO26\"\n" }

    private var house = House(Self.settings)

    @Test func `dark at first, lit while the disk takes no events`() {
        var house = house
        #expect(house.effects.faultLED.isEmpty, "its line was requested dark")
        for fault in JournalFault.allCases {
            #expect(house.send(.journalFailing(fault)).faultLED == [true])
            #expect(house.send(.journalFailing(fault)).faultLED.isEmpty, "it is lit already")
            #expect(house.send(.journalRecovered).faultLED == [false])
        }
    }

    @Test func `a disk that hangs lights it, until it answers`() throws {
        var house = house
        house.diskWorks = false
        house.edge(.contact(eingang), .only, true)
        #expect(house.pass(.seconds(3)).faultLED == [true])
        #expect(house.send(.journalCommitted(house.written)).faultLED == [false])
    }

    @Test func `lit while the time is not known, not while only no time server has confirmed it`() {
        var house = house
        house.quality = .rtcOnly
        #expect(house.send(.tick).faultLED.isEmpty)
        house.quality = .unknown
        #expect(house.send(.tick).faultLED == [true])
        house.quality = .synchronized
        #expect(house.send(.tick).faultLED == [false])
    }

    @Test func `a clock that a time server slews instead of setting it is noticed within ten seconds`() {
        var house = house
        house.quality = .unknown
        #expect(house.send(.tick).faultLED == [true])
        house.quality = .synchronized
        #expect(house.pass(.seconds(10)).faultLED == [false])
    }

    @Test func `lit while a device has failed, and until the last fault is over`() {
        var house = house
        #expect(house.send(.deviceFailed(.contact(eingang), reason: "gone")).faultLED == [true])
        #expect(house.send(.deviceFailed(.reader(eingang), reason: "gone")).faultLED.isEmpty)
        #expect(house.send(.journalFailing(.full)).faultLED.isEmpty)
        #expect(house.send(.deviceReady(.reader(eingang), [:])).faultLED.isEmpty)
        #expect(house.send(.deviceReady(.contact(eingang), [.only: false])).faultLED.isEmpty)
        #expect(house.send(.journalRecovered).faultLED == [false])
    }

    @Test func `a broker that is away is no fault of the hub`() {
        var house = house
        house.send(.connected)
        house.send(.disconnected)
        house.pass(.seconds(3_600))
        #expect(house.effects.faultLED.isEmpty)
    }

    @Test func `its own line, come late or back, shows what is wrong by then`() {
        var house = House(Self.settings, started: false)
        house.quality = .unknown
        var asked = house.hub.start(
            HubStarted(version: "test", simulated: true, newJournal: true), at: house.moment)
        #expect(asked.contains(.request(.faultLED, released: false)) && asked.faultLED.isEmpty)
        asked = house.hub.handle(.deviceReady(.faultLED, [:]), at: house.moment)
        #expect(asked.faultLED == [true])
        // A line that has failed is told nothing; it is asked for again, dark.
        asked = house.hub.handle(.deviceFailed(.faultLED, reason: "gone"), at: house.moment)
        #expect(asked.faultLED.isEmpty && house.hub.status.failedDevices == [.faultLED])
        asked = house.hub.handle(.deviceReady(.faultLED, [:]), at: house.moment)
        #expect(asked.faultLED == [true], "the clock is still unknown")
        house.quality = .synchronized
        asked = house.hub.handle(.tick, at: house.moment)
        #expect(asked.faultLED == [false])
    }

    @Test func `goes dark at the stop, and stays so`() {
        var house = house
        house.send(.deviceFailed(.contact(eingang), reason: "gone"))
        #expect(house.send(.stop).faultLED == [false])
        #expect(house.send(.journalCommitted(house.written)).faultLED.isEmpty)
        var sound = self.house
        #expect(sound.send(.stop).faultLED.isEmpty, "it is dark already")
    }

    @Test func `a reload that takes it away, or moves it, puts it out first`() throws {
        var house = house
        house.send(.journalFailing(.error))
        var moved = Self.settings
        moved.faultLED?.line = "GPIO16"
        var asked = house.send(.reconfigured(moved))
        let out = try #require(asked.firstIndex(of: .setFaultLED(lit: false)))
        let gone = try #require(asked.firstIndex(of: .abandon(.faultLED)))
        let anew = try #require(asked.firstIndex(of: .request(.faultLED, released: false)))
        #expect(out < gone && gone < anew)
        #expect(house.send(.deviceReady(.faultLED, [:])).faultLED == [true])
        asked = house.send(.reconfigured(configuration()))
        #expect(asked.faultLED == [false] && asked.contains(.abandon(.faultLED)))
        #expect(house.send(.journalRecovered).faultLED.isEmpty)
    }

    @Test func `its line is listed`() throws {
        let report = try #require(
            house.hub.lineReports(at: house.now).map(\.report).first { $0.device == .faultLED })
        #expect(report.output && report.purpose == "fault-led" && report.line == "GPIO26")
        #expect(DeviceID("\(DeviceID.faultLED)") == .faultLED)
    }
}

extension [Hub.Effect] {
    /// What the fault LED was told, in order.
    fileprivate var faultLED: [Bool] {
        compactMap { effect in
            if case .setFaultLED(let isLit) = effect { isLit } else { nil }
        }
    }
}
