internal import ConfigurationFile
internal import Delivery
internal import Glibc
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Sensing

/// From the first pulse of a card to the relay's effect, through the whole hub, without disk and lines.
enum CardToRelay {
    private static let house = """
        [hub]
        id = "h"
        name = "H"
        district = "d"
        [[door]]
        id = "eingang"
        name = "Eingang"
        lock = { line = "GPIO4" }
        reader = { data0 = "GPIO22", data1 = "GPIO23" }
        [[space]]
        id = "saal"
        name = "Saal"
        module = "assembly"
        doors = ["eingang"]
        """

    /// Nanoseconds per card of the hub, and of the decoder alone.
    static func nanoseconds(cards: Int) -> (hub: Int, decoder: Int) {
        guard let door = DoorID("eingang"), let space = SpaceID("saal"), let id = BookingID("b"),
            let journal = JournalID(String(repeating: "0", count: 32)),
            let configuration = configuration()
        else { exit(1) }
        let credential = Credential.card(facility: 12, number: 4711)
        let hash = CredentialHash(keyName: "none") { _ in token }
        let booking = Booking(
            id: id, space: space, from: WallTime(milliseconds: 0), to: WallTime(milliseconds: .max / 2),
            credentials: [token], source: .local)
        var hub = Hub(
            configuration: configuration, version: "bench",
            memory: Hub.Memory(journal: journal, bookings: [booking]), hash: hash, seed: 1)
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        func moment() -> Moment {
            Moment(
                monotonic: time, wall: WallTime(milliseconds: Int64(time.nanoseconds / 1_000_000)),
                quality: .synchronized)
        }
        let report = HubStarted(version: "bench", simulated: true, newJournal: true)
        _ = hub.start(report, at: moment())
        for device in configuration.devices.keys { _ = hub.handle(.deviceReady(device, [:]), at: moment()) }
        let bits = WiegandDecoder.bits(of: credential)
        var sequences: [LineRole: UInt32] = [:]
        var seq: SequenceNumber = 0
        var relays = 0

        let start = HubBench.now()
        for _ in 0..<cards {
            for bit in bits {
                time = time + .milliseconds(2)
                let line = bit ? LineRole.data1 : .data0
                sequences[line, default: 0] += 1
                let edge = SensedEdge(line: line, isActive: true, time: time, sequence: sequences[line] ?? 0)
                _ = hub.handle(.edge(.reader(door), edge), at: moment())
            }
            time = time + WiegandLimits().endOfFrame
            for case .append(let entry, _) in hub.handle(.tick, at: moment()) { seq = entry.seq }
            for effect in hub.handle(.journalCommitted(seq), at: moment()) {
                if case .setLock(_, released: true) = effect { relays += 1 }
            }
            time = time + .seconds(10)
            _ = hub.handle(.tick, at: moment())
        }
        let hubSeconds = HubBench.now() - start
        guard relays == cards else {
            print("hubbench: \(cards) cards released the door \(relays) times")
            exit(1)
        }

        var decoder = WiegandDecoder()
        var frames = 0
        let decoderStart = HubBench.now()
        for _ in 0..<cards {
            for bit in bits {
                time = time + .milliseconds(2)
                _ = decoder.pulse(bit, at: time)
            }
            time = time + WiegandLimits().endOfFrame
            if decoder.advance(to: time) != nil { frames += 1 }
        }
        let decoderSeconds = HubBench.now() - decoderStart
        guard frames == cards else { exit(1) }
        return (Int(hubSeconds * 1e9) / cards, Int(decoderSeconds * 1e9) / cards)
    }

    private static let token: CredentialToken = {
        guard let token = CredentialToken(String(repeating: "a", count: 32)) else { exit(1) }
        return token
    }()

    private static func configuration() -> HubConfiguration? {
        do throws(ConfigurationFile.Failure) {
            return try ConfigurationFile.parse(Array(house.utf8), path: "bench.toml")
        } catch {
            print(error.lines.joined(separator: "\n"))
            return nil
        }
    }
}
