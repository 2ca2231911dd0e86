internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import MessageCoding
internal import TestSupport
internal import Testing

/// The house under load: visitors, doors, sensors, an operator, a booking platform, a broker that comes and goes, and
/// a daemon that is killed. Everything random follows from one seed.
struct CrashLoad {
    let broker: TestBroker
    let recorder: TopicRecorder
    let daemon: TestDaemon
    private(set) var tally = Tally()

    private let slowDisk: SlowDisk
    private var random: SeededRandom
    private let coding = MessageCoding()
    private var isBrokerUp = true
    private var isBrokerFrozen = false
    private var feedVersion: UInt64 = 0
    private var local: Set<BookingID> = []
    private var lastSeq: UInt64 = 0
    private var relayLines = 0

    /// Doors where credentials are shown and operators release; every movement of their locks has a reason on disk.
    static let accessDoors = ["eingang", "coworking", "besprechung"]
    /// Doors that are released by their exit buttons only.
    static let exitDoors: Set<String> = ["werkstatt", "dorfladen"]

    /// The sample house's lock lines.
    static let locks = [
        "GPIO10": "eingang", "GPIO11": "coworking", "GPIO18": "besprechung", "GPIO25": "werkstatt",
        "GPIO31": "dorfladen",
    ]

    private static let root = "regionet/mayen-koblenz/polch"
    private static let spaces = ["coworking", "besprechung", "werkstatt", "dorfladen"]

    /// What the run was like, for the test's output.
    struct Tally: CustomStringConvertible {
        var actions = 0
        var feeds = 0
        var earlyKills = 0
        var aimedKills = 0
        var brokerStops = 0
        var brokerFreezes = 0

        var description: String {
            "\(actions) actions, \(feeds) feeds, \(earlyKills) kills during the start, \(aimedKills) when a "
                + "lock moved, \(brokerStops) broker stops, \(brokerFreezes) broker freezes"
        }
    }

    init(random: SeededRandom) throws {
        self.random = random
        slowDisk = try SlowDisk()
        broker = try TestBroker(keepsData: true)
        recorder = try TopicRecorder(broker, topics: ["\(Self.root)/event"])
        daemon = try TestDaemon(port: broker.port)
        // The machine that tests may stall for longer than the 20 ms after which a door no longer waits for the disk;
        // here every grant is to wait for its record.
        daemon.configuration.set("access", "record_within", "\"1s\"")
        daemon.configuration.set("mqtt", "keep_alive", "\"5s\"")
    }

    /// The first life, undisturbed: the hub has bookings on disk.
    mutating func begin() throws {
        try publishFeed()
        try daemon.start()
        try daemon.wait(for: "the first feed") { try daemon.status().hub.feedVersion == 1 ? true : nil }
        #expect(daemon.stop() == 0)
        _ = try takeLife()
    }

    /// One life under load, ended by SIGKILL.
    mutating func liveAndDie() throws {
        if chance(6) {
            // Somewhere in its start.
            tally.earlyKills += 1
            try daemon.spawn()
            usleep(UInt32.random(in: 0...150_000, using: &random))
            daemon.kill()
            return
        }
        let isAimed = chance(2)
        daemon.environment = isAimed ? slowDisk.environment : [:]
        try daemon.start()
        try checkBookings()
        let actions = Int.random(in: 20...110, using: &random)
        for _ in 0..<actions {
            tally.actions += 1
            try act()
        }
        switch isAimed ? Int.random(in: 1...2, using: &random) : Int.random(in: 3...4, using: &random) {
        case 3:
            // An operator is told that it is done; then it is.
            let entry = self.entry(id: "local-\(UInt32.random(in: 0...(.max), using: &random))", card: 50)
            #expect(try daemon.ask(.addBooking(booking: entry)) == .done)
            local.insert(entry.id)
        case 1:
            // The kill comes right when a lock moves.
            tally.aimedKills += 1
            for door in Self.accessDoors { try daemon.send(.order(order: unlock(door))) }
            daemon.waitUntilRelaysMove(Int.random(in: 1...3, using: &random))
        case 2:
            tally.aimedKills += 1
            for door in Self.exitDoors { try daemon.simulate(.press(door: try #require(DoorID(door)))) }
            daemon.waitUntilRelaysMove(Int.random(in: 1...2, using: &random))
        default:
            usleep(UInt32.random(in: 0...120_000, using: &random))
        }
        daemon.kill()
    }

    /// What the daemon left behind since it was last asked for.
    mutating func takeLife() throws -> Life {
        let (rows, setAside) = try journalRows(after: lastSeq)
        lastSeq = rows.last?.seq ?? lastSeq
        let changes = try daemon.relayChanges()
        defer { relayLines = changes.count }
        return Life(
            events: try rows.map { ($0.seq, try envelope($0).event) }, setAside: setAside,
            moves: changes[relayLines...].compactMap { change in
                Self.locks[change.line].map { Life.Move(door: $0, isReleased: change.level) }
            })
    }

    /// The last life: everything drains, and the daemon is stopped in order.
    mutating func end() throws -> (life: Life, journal: [JournalRow], received: [String]) {
        try bringBrokerBack()
        daemon.environment = [:]
        try daemon.start()
        try checkBookings()
        try daemon.wait(for: "everything to be delivered") {
            let report = try daemon.status()
            return report.connected == true && report.backlog == 0 && report.waitingForDisk == 0
                && report.hub.feedVersion == feedVersion ? true : nil
        }
        // The broker keeps the feed for whoever connects, so the last one is there whatever was lost in a crash.
        #expect(try daemon.status().bookings == Self.bookingCount(feedVersion) + local.count)
        #expect(daemon.stop() == 0, "an orderly stop delivers everything")
        let life = try takeLife()
        let (journal, _) = try journalRows(after: 0)
        let count = journal.count
        try recorder.wait(for: "event \(count)", on: "\(Self.root)/event") { messages in
            messages.last.map { $0.contains("\"seq\":\(count),") } == true ? true : nil
        }
        return (life, journal, recorder.messages("\(Self.root)/event"))
    }

    func envelope(_ row: JournalRow) throws -> JournalEnvelope {
        try coding.decode(JournalEnvelope.self, from: row.payload)
    }

    private func checkBookings() throws {
        guard case .bookings(let bookings) = try daemon.ask(.bookings) else {
            Issue.record("the daemon did not list its bookings")
            return
        }
        #expect(bookings.filter { $0.source == .feed }.count >= Self.bookingCount(0), "the feed did not survive")
        let kept = Set(bookings.filter { $0.source == .local }.map(\.id))
        #expect(kept == local, "what an operator was told to be done did not survive")
    }

    private mutating func act() throws {
        let access = pick(Self.accessDoors)
        let space = pick(Self.spaces)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30:
            let isBooked = chance(2)
            let card = CredentialDescription(
                facility: isBooked ? 12 : 99, number: UInt16.random(in: 1...3, using: &random))
            try simulate { .swipe(door: $0, card: card) }(access)
        case 30..<35: try daemon.ask(.order(order: unlock(access)))
        case 35..<55:
            try simulate { .open(door: $0) }(access)
            try simulate { .close(door: $0) }(access)
        case 55..<65: try simulate { .press(door: $0) }(pick(Self.exitDoors.sorted()))
        case 65..<75:
            let isInward = chance(2)
            let id = try #require(SpaceID(space))
            // A house in which too much goes on says so; that is no fault of it.
            try daemon.ask(.simulate(action: isInward ? .walkIn(space: id) : .walkOut(space: id)))
        case 75..<85:
            try daemon.simulate(.motion(space: try #require(SpaceID(space)), moving: chance(2)))
        case 85..<89: try publishFeed()
        case 89..<91: try disturbBroker()
        default: usleep(UInt32.random(in: 0...60_000, using: &random))
        }
    }

    private func unlock(_ door: String) throws -> DoorOrder {
        let door: DoorID = try #require(DoorID(door))
        return DoorOrder(.unlock, door: door)
    }

    private func simulate(_ action: @escaping (DoorID) -> SimulatedAction) -> (String) throws -> Void {
        { [daemon] door in _ = try daemon.ask(.simulate(action: action(try #require(DoorID(door))))) }
    }

    private mutating func disturbBroker() throws {
        if isBrokerFrozen || !isBrokerUp {
            try bringBrokerBack()
        } else if chance(3) {
            tally.brokerFreezes += 1
            broker.freeze()
            isBrokerFrozen = true
        } else {
            tally.brokerStops += 1
            broker.stop()
            isBrokerUp = false
        }
    }

    private mutating func bringBrokerBack() throws {
        if isBrokerFrozen { broker.thaw() }
        if !isBrokerUp { try broker.start() }
        isBrokerFrozen = false
        isBrokerUp = true
    }

    private mutating func publishFeed() throws {
        guard isBrokerUp, !isBrokerFrozen else { return }
        tally.feeds += 1
        feedVersion += 1
        let feed = BookingFeed(
            hub: try #require(HubID("polch")), version: feedVersion,
            bookings: (1...Self.bookingCount(feedVersion)).map { entry(id: "feed-\($0)", card: UInt16($0)) })
        try broker.publish(
            "\(Self.root)/bookings", try TestSigner().sign(feed), retain: true)
    }

    /// How many bookings the feed of that version has: three at least, for the three cards that are shown.
    private static func bookingCount(_ version: UInt64) -> Int {
        3 + Int(version % 5)
    }

    private func entry(id: String, card: UInt16) -> BookingFeed.Entry {
        guard let id = BookingID(id), let space = SpaceID(card % 2 == 0 ? "coworking" : "besprechung") else {
            preconditionFailure("legal identifiers")
        }
        let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        return BookingFeed.Entry(
            id: id, space: space, from: now - .seconds(86_400), to: now + .seconds(86_400),
            credentials: [CredentialDescription(facility: 12, number: card)])
    }

    /// Reads a copy of the journal, as the kill left it: opening it would repair what the daemon is to repair.
    private func journalRows(after seq: UInt64) throws -> (rows: [JournalRow], setAside: SetAsideFile?) {
        let copy = try TemporaryDirectory()
        for name in ["journal.db", "journal.db-wal", "bookings.db", "bookings.db-wal"] {
            let source = daemon.state + "/" + name
            if FileManager.default.fileExists(atPath: source) {
                try FileManager.default.copyItem(atPath: source, toPath: copy.file(name))
            }
        }
        var configuration = JournalConfiguration(directory: copy.path)
        configuration.keepAcknowledged = 1_000_000
        let journal = try Journal.open(configuration, newID: JournalID(high: 0, low: 0))
        defer { #expect(journal.close(within: .seconds(30))) }
        #expect(journal.read(after: seq, maximumRows: .max, maximumBytes: .max, request: 1))
        for _ in 0..<300 {
            while let notice = journal.nextNotice() {
                if case .rows(1, let rows) = notice { return (rows, journal.opening.setAside) }
            }
            journal.noticesArrived.wait(timeout: .milliseconds(100))
        }
        throw TestDaemon.Problem.didNotCome("the journal's rows", log: daemon.log)
    }

    private mutating func chance(_ of: Int) -> Bool {
        Int.random(in: 0..<of, using: &random) == 0
    }

    private mutating func pick(_ names: [String]) -> String {
        names[Int.random(in: 0..<names.count, using: &random)]
    }
}
