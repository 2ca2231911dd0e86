import AccessControl
import ConfigurationFile
import Delivery
import Hub
import HubConfiguration
import HubMessages
import Sensing

/// Names for tests; an illegal one ends the test run at once.
func name<Named>(_ text: String) -> Identifier<Named> {
    guard let identifier = Identifier<Named>(text) else { preconditionFailure("'\(text)' is illegal") }
    return identifier
}

func bookingID(_ text: String) -> BookingID {
    guard let id = BookingID(text) else { preconditionFailure("'\(text)' is illegal") }
    return id
}

let eingang: DoorID = name("eingang")
let coworking: SpaceID = name("coworking")
let hash = CredentialHash(keyName: "test") { credential in
    // Any function that tells all credentials apart will do (FNV-1a, twice).
    let bytes = [UInt64(0xCBF2_9CE4_8422_2325), 0x9E37_79B9_7F4A_7C15].flatMap { seed in
        let value = credential.canonicalBytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    guard let token = CredentialToken(digest: bytes) else { preconditionFailure("16 bytes make a token") }
    return token
}
let noInputs = DecisionInputs(mode: .locked, before: 0, after: 0, trust: [:], grants: [])
let anna = Credential.card(facility: 12, number: 4_711)
let stranger = Credential.card(facility: 66, number: 6)

func configuration(_ change: (String) -> String = { $0 }) -> HubConfiguration {
    let text = change(
        """
        [hub]
        id = "hub-1"
        name = "RegioHub"
        district = "mayen-koblenz"
        [mqtt]
        host = "localhost"
        [access]
        before = "10min"
        after = "10min"
        [journal]
        queue_limit = 100
        [[door]]
        id = "eingang"
        name = "Eingang"
        lock = { line = "GPIO17" }
        contact = { line = "GPIO27" }
        exit_button = { line = "GPIO22" }
        reader = { data0 = "GPIO5", data1 = "GPIO6" }
        [[space]]
        id = "coworking"
        name = "Coworking"
        module = "coworking"
        capacity = 12
        doors = ["eingang"]
        [[sensor]]
        id = "pir"
        space = "coworking"
        kind = "presence"
        motion = { line = "GPIO23" }
        [[sensor]]
        id = "beam"
        space = "coworking"
        kind = "beam-counter"
        outer = { line = "GPIO24" }
        inner = { line = "GPIO25" }
        """)
    do throws(ConfigurationFile.Failure) {
        return try ConfigurationFile.parse(Array(text.utf8), path: "house")
    } catch {
        preconditionFailure(error.lines.joined(separator: "\n"))
    }
}

/// A house with one hub in it, and a clock that tests move.
///
/// The disk commits by itself unless told not to; every effect is kept.
struct House: Equatable {
    static let noon = WallTime(milliseconds: 1_795_435_200_000)

    var hub: Hub
    var now: MonotonicTime = .zero + .seconds(100)
    /// How far the wall clock is from noon plus the monotonic time.
    var clockOffset: Duration = .zero
    var quality = ClockQuality.synchronized
    var diskWorks = true
    var sequences: [String: UInt32] = [:]
    var written: SequenceNumber = 0
    var journal: [JournalEvent] = []
    var effects: [Hub.Effect] = []
    var intake = FeedIntake(version: 0)
    var feedDraft: [Booking] = []

    init(_ settings: HubConfiguration = configuration(), memory: Hub.Memory? = nil, started: Bool = true) {
        hub = Hub(
            configuration: settings, version: "test",
            memory: memory ?? Hub.Memory(journal: JournalID(high: 0, low: 1)), hash: hash, seed: 1)
        written = memory?.lastEvent ?? 0
        guard started else { return }
        take(hub.start(HubStarted(version: "test", simulated: true, newJournal: true), at: moment))
        for device in settings.devices.keys.sorted() {
            send(.deviceReady(device, Self.restLevels(of: device)))
        }
    }

    static func restLevels(of device: DeviceID) -> [LineRole: Bool] {
        switch device {
        // A contact of one line ignores the second.
        case .contact: [.only: false, .second: true]
        case .exitButton, .tamper, .fire: [.only: false]
        case .bolt: [.only: true]
        case .sensor(let id): id.rawValue == "beam" ? [.outer: false, .inner: false] : [.only: false]
        case .reader, .innerReader, .lock, .signal, .innerSignal, .faultLED: [:]
        }
    }

    var moment: Moment {
        Moment(monotonic: now, wall: Self.noon + (now - .zero) + clockOffset, quality: quality)
    }

    /// The hub hears of `event` now. Returns everything it asks for until it rests.
    @discardableResult
    mutating func send(_ event: Hub.Event) -> [Hub.Effect] {
        var asked = hub.handle(event, at: moment)
        take(asked)
        while diskWorks, let last = lastAppended(asked) {
            let more = hub.handle(.journalCommitted(last), at: moment)
            take(more)
            asked += more
            if lastAppended(more) == nil { break }
        }
        return asked
    }

    /// Time passes; the hub is ticked at each of its deadlines.
    @discardableResult
    mutating func pass(_ duration: Duration) -> [Hub.Effect] {
        let end = now + duration
        var asked: [Hub.Effect] = []
        while let deadline = hub.deadline, deadline <= end {
            now = max(now, deadline)
            asked += send(.tick)
        }
        now = end
        return asked
    }

    @discardableResult
    mutating func edge(_ device: DeviceID, _ line: LineRole = .only, _ active: Bool) -> [Hub.Effect] {
        send(.edge(device, sensed(device, line, active)))
    }

    mutating func sensed(_ device: DeviceID, _ line: LineRole, _ active: Bool) -> SensedEdge {
        sequences["\(device)/\(line)", default: 0] += 1
        return SensedEdge(line: line, isActive: active, time: now, sequence: sequences["\(device)/\(line)"] ?? 0)
    }

    /// The kernel loses the next edges of a line.
    mutating func lose(_ count: UInt32, of device: DeviceID, _ line: LineRole = .only) {
        sequences["\(device)/\(line)", default: 0] += count
    }

    /// A card is shown at the entrance, and its frame read to its end.
    @discardableResult
    mutating func show(
        _ card: Credential, format: WiegandFormat = .h10301, door: DoorID = eingang
    ) -> [Hub.Effect] {
        var asked: [Hub.Effect] = []
        for bit in WiegandDecoder.bits(of: card, format: format) {
            now = now + .milliseconds(1)
            asked += edge(.reader(door), bit ? .data1 : .data0, true)
        }
        return asked + pass(.milliseconds(41))
    }

    mutating func walk(_ directionIn: Bool) {
        let beam = DeviceID.sensor(name("beam"))
        let (first, second): (LineRole, LineRole) = directionIn ? (.outer, .inner) : (.inner, .outer)
        for (line, broken) in [(first, true), (second, true), (first, false), (second, false)] {
            now = now + .milliseconds(200)
            edge(beam, line, broken)
        }
    }

    /// The network sends a feed, or a part of one; its file is all in memory.
    @discardableResult
    mutating func deliver(_ part: BookingFeed) -> [Hub.Effect] {
        do throws(BookingRules.Violation) {
            switch try intake.take(part, rules: hub.bookingRules, hash: hash) {
            case .confirmed: return send(.feed(.confirmed))
            case .repeated: return []
            case .store(let bookings, let begins, let completes):
                feedDraft = (begins ? [] : feedDraft) + bookings
                guard completes else { return [] }
                intake.completed(part.version)
                return send(
                    .feed(.replaced(BookingWindow(version: part.version, bookings: BookingSet(feedDraft)))))
            }
        } catch {
            return send(
                .feed(
                    .refused(
                        Hub.FeedFault(refusal: error.refusal, detail: error.detail, version: part.version))))
        }
    }

    /// A feed with one booking of the coworking space for Anna, from 11:00 to 14:00.
    func feed(version: UInt64) -> BookingFeed {
        BookingFeed(
            hub: name("hub-1"), version: version,
            bookings: [
                BookingFeed.Entry(
                    id: bookingID("B1"), space: coworking, from: Self.noon - .seconds(3_600),
                    to: Self.noon + .seconds(7_200),
                    credentials: [CredentialDescription(facility: 12, number: 4_711)])
            ])
    }

    private func lastAppended(_ effects: [Hub.Effect]) -> SequenceNumber? {
        effects.compactMap { effect in
            if case .append(let entry, _) = effect { return entry.seq }
            return nil
        }.last
    }

    private mutating func take(_ asked: [Hub.Effect]) {
        effects += asked
        for case .append(let entry, _) in asked {
            written += 1
            precondition(entry.seq == written, "seq \(entry.seq) after \(written - 1)")
            journal.append(entry.event)
        }
    }
}

extension [Hub.Effect] {
    /// What the lock was told, in order.
    var locks: [Bool] {
        compactMap { effect in
            if case .setLock(_, let released) = effect { return released }
            return nil
        }
    }

    /// What was asked to be written, in order; decisions without what they were computed from.
    var events: [JournalEvent] {
        compactMap { effect in
            guard case .append(let entry, _) = effect else { return nil }
            guard case .accessDecided(var decision) = entry.event else { return entry.event }
            decision.inputs = noInputs
            return .accessDecided(decision)
        }
    }

    /// What was shown, in order.
    var shown: [LiveState] {
        compactMap { effect in
            if case .show(let state) = effect { return state }
            return nil
        }
    }
}
