internal import Foundation
internal import HubMessages
internal import TestSupport
internal import Testing

/// `hubctl report` and `hubctl export` as a person uses them: from a running hub, and from a file.
@Suite struct ReportCommandTests {
    private let daemon: TestDaemon

    init() throws {
        daemon = try TestDaemon(port: nil)
        daemon.configuration.set("simulation", "speed", "500")
        daemon.configuration.set("simulation", "start", "\"2026-11-23T08:10:00+01:00\"")
        try daemon.start()
    }

    private func hubctl(_ arguments: [String], language: String = "C") throws -> (status: CInt?, text: String) {
        let output = daemon.directory.file("hubctl-\(UUID().uuidString)")
        let program = URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent()
            .appendingPathComponent("hubctl").path
        let process = try ChildProcess(
            program, arguments,
            environment: ["REGIOHUB_SOCKET": daemon.socket, "LC_ALL": language, "TZ": "Europe/Berlin"], log: output)
        process.wait()
        return (process.exitStatus, try String(contentsOfFile: output, encoding: .utf8))
    }

    private static let days = ["--from", "2026-11-23", "--to", "2026-11-24"]
    private static let place = [
        "--location", "7.31,50.30", "--street", "Marktplatz 1", "--postal-code", "56751", "--locality", "Polch",
    ]

    @Test func `a report and an export of the running hub, the same from a file, and clear words where there is none`()
        throws
    {
        let space = try #require(SpaceID("coworking"))
        try daemon.simulate(.walkIn(space: space))
        _ = try daemon.waitForEvent("two quarter-hours") { event in
            if case .utilization(let record) = event, record.space == space, record.use.covered == 900 {
                true
            } else {
                nil
            }
        }
        let text = try hubctl(["report"] + Self.days, language: "de_DE.UTF-8")
        #expect(text.status == 0 && text.text.contains("Nutzung der Räume, 23.11.2026 bis 2"))
        #expect(text.text.contains("Offene Werkstatt (Werkstatt)") && text.text.contains("von 12 Personen"))
        let one = try hubctl(["report", "--space", "coworking", "--format", "html"] + Self.days)
        #expect(one.status == 0 && one.text.hasPrefix("<!DOCTYPE html>") && !one.text.contains("Werkstatt"))
        let json = try hubctl(["report", "--json"] + Self.days)
        #expect(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) is [String: Any])
        let ngsi = try hubctl(["export", "--format", "ngsi-ld"] + Self.days + Self.place)
        #expect(ngsi.status == 0 && ngsi.text.contains("urn:ngsi-ld:Building:polch") && !ngsi.text.contains("occupier"))

        let file = daemon.directory.file("records.jsonl")
        try hubctl(["journal", "export", "--type", "utilization"]).text
            .write(toFile: file, atomically: true, encoding: .utf8)
        let csv = try hubctl(["report", "--file", file, "--format", "csv"] + Self.days)
        #expect(csv.status == 0 && csv.text.hasPrefix("space,name,module,date,"))
        let things = try hubctl(
            ["export", "--file", file, "--format", "sensorthings", "--full"] + Self.days + Self.place)
        #expect(things.status == 0 && things.text.contains("polch/coworking/people"))

        let none = try hubctl(["report", "--from", "2020-01-01", "--to", "2020-01-02"])
        #expect(none.status == 1 && none.text.contains("nothing was recorded from 2020-01-01 to 2020-01-02"))
        for wrong in [
            ["report", "--from", "2026-13-01", "--to", "2026-12-01"],
            ["report", "--from", "2026-12-02", "--to", "2026-12-01"],
            ["report", "--file", "/nowhere"] + Self.days, ["report", "--space", "A B"] + Self.days,
            ["export", "--format", "ngsi-ld", "--location", "north"] + Self.days + Array(Self.place.dropFirst(2)),
        ] {
            let outcome = try hubctl(wrong)
            #expect(outcome.status == 2 && !outcome.text.isEmpty, "\(wrong): \(outcome.text)")
        }
    }
}
