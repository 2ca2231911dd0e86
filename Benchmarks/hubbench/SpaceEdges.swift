internal import ConfigurationFile
internal import Delivery
internal import Glibc
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Sensing

/// What occupancy and utilization cost for each edge of a sensor: people walk in and out through a beam counter and are seen by a
/// motion sensor, through the whole hub without disk and lines. Visits are a minute apart, so quarter-hours end in between.
enum SpaceEdges {
    private static let house = """
        [hub]
        id = "h"
        name = "H"
        district = "d"
        [[door]]
        id = "eingang"
        name = "Eingang"
        lock = { line = "GPIO4" }
        [[space]]
        id = "saal"
        name = "Saal"
        module = "assembly"
        capacity = 30
        doors = ["eingang"]
        [[sensor]]
        id = "beam"
        space = "saal"
        kind = "beam-counter"
        outer = { line = "GPIO36" }
        inner = { line = "GPIO37" }
        [[sensor]]
        id = "pir"
        space = "saal"
        kind = "presence"
        motion = { line = "GPIO38" }
        """
    private static let steps: [(LineRole, Bool)] = [(.outer, true), (.inner, true), (.outer, false), (.inner, false)]

    /// Nanoseconds per edge of the hub with ten bookings of the space, and of the counter alone.
    static func nanoseconds(visits: Int) -> (hub: Int, counter: Int) { (run(visits: visits), count(visits: visits)) }

    private static func run(visits: Int) -> Int {
        guard let beam = SensorID("beam"), let pir = SensorID("pir"), let saal = SpaceID("saal"),
            let journal = JournalID(String(repeating: "0", count: 32)), let configuration = configuration(house)
        else { exit(1) }
        let bookings = (0..<10).compactMap { index in
            BookingID("b\(index)").map { id in
                Booking(
                    id: id, space: saal, from: WallTime(milliseconds: Int64(index) * 7_200_000),
                    to: WallTime(milliseconds: Int64(index) * 7_200_000 + 3_600_000), credentials: [], source: .local)
            }
        }
        var hub = Hub(
            configuration: configuration, version: "bench",
            memory: Hub.Memory(journal: journal, bookings: bookings),
            hash: CredentialHash(keyName: "none") { _ in token }, seed: 1)
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        func moment() -> Moment {
            Moment(
                monotonic: time, wall: WallTime(milliseconds: Int64(time.nanoseconds / 1_000_000)),
                quality: .synchronized)
        }
        _ = hub.start(HubStarted(version: "bench", simulated: true, newJournal: true), at: moment())
        for device in configuration.devices.keys { _ = hub.handle(.deviceReady(device, [:]), at: moment()) }
        var sequences: [LineRole: UInt32] = [:]
        var committed: SequenceNumber = 0
        var passages = 0
        func edge(_ device: DeviceID, _ line: LineRole, _ isActive: Bool) {
            time = time + .milliseconds(300)
            sequences[line, default: 0] += 1
            let edge = SensedEdge(line: line, isActive: isActive, time: time, sequence: sequences[line] ?? 0)
            for case .append(let entry, _) in hub.handle(.edge(device, edge), at: moment()) {
                committed = entry.seq
                if case .passage = entry.event { passages += 1 }
            }
        }
        let start = HubBench.now()
        for _ in 0..<visits {
            for (line, isActive) in steps { edge(.sensor(beam), line, isActive) }
            edge(.sensor(pir), .only, true)
            time = time + .seconds(20)
            edge(.sensor(pir), .only, false)
            for (line, isActive) in steps.map({ ($0.0 == .outer ? LineRole.inner : .outer, $0.1) }) {
                edge(.sensor(beam), line, isActive)
            }
            time = time + .seconds(37)
            for case .append(let entry, _) in hub.handle(.tick, at: moment()) { committed = entry.seq }
            _ = hub.handle(.journalCommitted(committed), at: moment())
        }
        let seconds = HubBench.now() - start
        guard passages == 2 * visits else {
            print("hubbench: \(visits) visits made \(passages) passages")
            exit(1)
        }
        return Int(seconds * 1e9) / (visits * 10)
    }

    private static func count(visits: Int) -> Int {
        var counter = BeamCounter()
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        var passages = 0
        let start = HubBench.now()
        for visit in 0..<(2 * visits) {
            for (line, isActive) in steps {
                time = time + .milliseconds(300)
                let line = visit % 2 == 0 ? line : line == .outer ? .inner : .outer
                if counter.beam(line, broken: isActive, at: time) != nil { passages += 1 }
            }
            time = time + .seconds(28)
        }
        let seconds = HubBench.now() - start
        guard passages == 2 * visits else { exit(1) }
        return Int(seconds * 1e9) / (visits * 8)
    }

    private static let token: CredentialToken = {
        guard let token = CredentialToken(String(repeating: "a", count: 32)) else { exit(1) }
        return token
    }()

    private static func configuration(_ text: String) -> HubConfiguration? {
        do throws(ConfigurationFile.Failure) {
            return try ConfigurationFile.parse(Array(text.utf8), path: "bench.toml")
        } catch {
            print(error.lines.joined(separator: "\n"))
            return nil
        }
    }
}
