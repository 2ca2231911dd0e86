internal import Foundation
internal import FoundationNetworking
internal import HubMessages
internal import TestSupport
internal import Testing

/// Whoever looks sees the same: `hubctl watch`, a subscriber of the retained topics, the dashboard.
@Suite struct SameTruthTests {
    @Test func `hubctl watch, the retained topics and the dashboard show the same states`() throws {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: ["\(House.root)/status", "\(House.root)/state/#"])
        let daemon = try TestDaemon(port: broker.port)
        let port = try TestBroker.freePort()
        daemon.configuration.add("dashboard")
        daemon.configuration.set("dashboard", "port", "\(port)")
        try daemon.start()
        let directory = try TemporaryDirectory()
        let hubctl = URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent().path + "/hubctl"
        let watch = try ChildProcess(
            hubctl, ["watch", "--json", "--socket", daemon.socket], log: directory.file("watch"))
        defer { watch.send(SIGTERM) }
        let watched = {
            let text = (try? String(contentsOfFile: directory.file("watch"), encoding: .utf8)) ?? ""
            return try text.split(separator: "\n").map { try Self.object(String($0)) }
        }
        try daemon.wait(for: "the watcher to be there") { try watched().isEmpty ? nil : true }

        try daemon.book("one", card: 1)
        try daemon.letSomebodyIn(card: 1)
        try daemon.simulate(.open(door: House.door("dorfladen")))
        let coworking = try #require(SpaceID("coworking"))
        try daemon.simulate(.walkIn(space: coworking))
        try daemon.simulate(.motion(space: coworking, moving: true))

        // Everybody is told at his own time; in the end, all have been told the same.
        let doors = ["eingang", "coworking", "besprechung", "werkstatt", "dorfladen"]
        let topics = try Self.topics(of: daemon.status(), doors: doors)
        #expect(topics.count == 23)
        var isOver = false
        var different: [String] = []
        defer { if !isOver || !different.isEmpty { print("over: \(isOver), different: \(different)") } }
        try daemon.wait(for: "all to show the same, with the forced door and the visitor") { () -> Bool? in
            var network: [String: NSDictionary] = [:]
            for topic in topics {
                guard let last = recorder.messages("\(House.root)/\(topic)").last else { return nil }
                network[topic] = try Self.object(last)
            }
            let page = try Self.object(
                String(
                    decoding: Data(contentsOf: #require(URL(string: "http://127.0.0.1:\(port)/state.json"))),
                    as: UTF8.self))
            let onPage = Dictionary(
                uniqueKeysWithValues: topics.map { ($0, Self.published(page[$0] as? NSDictionary)) })
            let terminal = try Self.latest(in: watched()).compactMapValues(Self.published)
            isOver =
                (network["state/door/dorfladen"]?["alarms"] as? [String]) == ["forced"]
                && network["state/space/coworking"]?["estimate"] as? Int ?? 0 >= 1
            different = topics.filter { onPage[$0] != network[$0] || terminal[$0] != network[$0] }
                .map { "\($0): network \(network[$0] as Any), page \(onPage[$0] as Any), watch \(terminal[$0] as Any)" }
            return isOver && different.isEmpty ? true : nil
        }
        #expect(daemon.stop() == 0)
    }

    private static func topics(of report: StatusReport, doors: [String]) -> [String] {
        ["status"] + doors.map { "state/door/\($0)" } + report.spaces.map { "state/space/\($0.space)" }
            + report.sensors.map { "state/sensor/\($0.sensor)" }
    }

    /// Without what `status` has on the hub only, and for operators `state/journal`.
    private static func published(_ state: NSDictionary?) -> NSDictionary? {
        guard let copy = state?.mutableCopy() as? NSMutableDictionary else { return nil }
        if copy["journalHealthy"] != nil { copy.removeObjects(forKeys: ["feedVersion", "journalHead"]) }
        return copy
    }

    /// The last state of each topic among the lines of `hubctl watch --json`.
    private static func latest(in lines: [NSDictionary]) -> [String: NSDictionary] {
        var found: [String: NSDictionary] = [:]
        for line in lines {
            for (kind, value) in line {
                guard let kind = kind as? String, let value = value as? NSDictionary else { continue }
                if kind == "status", let report = value["report"] as? NSDictionary {
                    found["status"] = report["hub"] as? NSDictionary
                } else if let state = value["state"] as? NSDictionary {
                    if kind == "hub" { found["status"] = state }
                    if let id = state[kind] as? String { found["state/\(kind)/\(id)"] = state }
                }
            }
        }
        return found
    }

    private static func object(_ text: String) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }
}
