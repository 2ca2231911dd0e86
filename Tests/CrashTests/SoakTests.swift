internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import TestSupport
internal import Testing

/// The daemon is killed again and again under load, behind a bad line to a broker that comes and goes. A separate
/// program, which knows the MQTT contract and nothing of the hub, does the accounting.
///
/// `make soak N=…` runs any number of lives, `REGIOHUB_SEED` says which run it is: it decides the load, the moments of
/// the kills and the line's faults.
@Suite struct SoakTests {
    static let lives = ProcessInfo.processInfo.environment["REGIOHUB_SOAK"].flatMap { Int($0) } ?? 300

    /// What the accountant says.
    private struct Account: CustomStringConvertible {
        var events: UInt64
        var last: UInt64
        var duplicates: UInt64
        var rewind: UInt64
        var gaps: UInt64
        var journals: UInt64

        init?(_ text: String) {
            let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
            guard numbers.count == 6 else { return nil }
            (events, last, duplicates) = (numbers[0], numbers[1], numbers[2])
            (rewind, gaps, journals) = (numbers[3], numbers[4], numbers[5])
        }

        var description: String {
            "\(events) events, lost or out of order \(gaps), duplicates \(duplicates), never further back than \(rewind)"
        }
    }

    /// Compiles `Tests/Soak/NAME.c` into `directory`.
    private func compile(_ name: String, _ directory: TemporaryDirectory) throws -> String {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Soak/\(name).c").path
        let log = directory.file("\(name).log")
        let compiler = try ChildProcess(
            "/usr/bin/cc", ["-O2", "-o", directory.file(name), source, "-lmosquitto"], log: log)
        compiler.wait()
        try #require(compiler.exitStatus == 0, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
        return directory.file(name)
    }

    @Test func `G2: however often it is killed behind a bad line, an archive has every event once and in order`() throws
    {
        var random = SeededRandom.announced()
        let place = try TemporaryDirectory()
        let broker = try TestBroker(keepsData: true)
        let report = place.file("report")
        let accountant = try ChildProcess(
            try compile("accountant", place),
            ["127.0.0.1", "\(broker.port)", "regionet/mayen-koblenz/polch/event", report])
        let linePort = try TestBroker.freePort()
        let line = try ChildProcess(
            try compile("bad-line", place), ["\(linePort)", "\(broker.port)", "\(random.next())"])
        defer {
            line.send(SIGKILL)
            accountant.send(SIGKILL)
        }
        func account() -> Account? {
            (try? String(contentsOfFile: report, encoding: .utf8)).flatMap(Account.init)
        }

        let daemon = try TestDaemon(port: linePort)
        daemon.configuration.set("mqtt", "keep_alive", "\"5s\"")
        var (brokerStops, isBrokerUp, isFrozen) = (0, true, false)
        for _ in 0..<Self.lives {
            try daemon.spawn()
            if Int.random(in: 0..<10, using: &random) > 0 {
                try daemon.waitUntilItAnswers()
                for _ in 0..<Int.random(in: 1...40, using: &random) { try act(daemon, &random) }
            }
            usleep(UInt32.random(in: 0...60_000, using: &random))
            daemon.kill()
            switch Int.random(in: 0..<20, using: &random) {
            case 0 where isBrokerUp && !isFrozen:
                broker.stop()
                isBrokerUp = false
                brokerStops += 1
            case 1 where isBrokerUp && !isFrozen:
                broker.freeze()
                isFrozen = true
            case 2...6:
                if isFrozen { broker.thaw() }
                if !isBrokerUp { try broker.start() }
                (isBrokerUp, isFrozen) = (true, false)
            case _: break
            }
        }
        if isFrozen { broker.thaw() }
        if !isBrokerUp { try broker.start() }
        try daemon.start()
        try daemon.wait(for: "everything to be delivered") {
            let report = try daemon.status()
            return report.connected == true && report.backlog == 0 && report.waitingForDisk == 0 ? true : nil
        }
        #expect(daemon.stop() == 0)
        let last = try lastSeq(daemon)
        let end = try daemon.wait(for: "event \(last) at the accountant") {
            account().flatMap { $0.last == last ? $0 : nil }
        }
        print("\(Self.lives) lives, \(brokerStops) broker stops: \(end)")
        #expect(end.gaps == 0)
        #expect(end.journals == 1)
        #expect(end.events == last)
        // At most the window of a connection comes again: 4 messages of at most 100 events.
        #expect(end.rewind <= 400)
    }

    private func act(_ daemon: TestDaemon, _ random: inout SeededRandom) throws {
        guard let door = DoorID("eingang"), let space = SpaceID("coworking") else { return }
        let action: SimulatedAction =
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                .swipe(
                    door: door,
                    card: CredentialDescription(facility: 12, number: UInt16.random(in: 1...9, using: &random)))
            case 1: .open(door: door)
            case 2: .close(door: door)
            case 3: .walkIn(space: space)
            case 4: .walkOut(space: space)
            case _: .motion(space: space, moving: Bool.random(using: &random))
            }
        _ = try daemon.ask(.simulate(action: action))
        if Int.random(in: 0..<8, using: &random) == 0 { usleep(UInt32.random(in: 0...30_000, using: &random)) }
    }

    /// The number of the last event, asked of the stopped daemon's file with a program that shares no code.
    private func lastSeq(_ daemon: TestDaemon) throws -> UInt64 {
        let output = daemon.directory.file("last")
        let shell = try ChildProcess(
            "/usr/bin/sqlite3", [daemon.state + "/journal.db", "SELECT max(seq) FROM event"], log: output)
        shell.wait()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        return try #require(UInt64(text.split(separator: "\n").last ?? ""))
    }
}
