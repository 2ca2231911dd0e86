import Foundation
import TestSupport
import Testing

/// What `make run` shows, at its beginning.
@Suite struct SampleDayTests {
    @Test func `the sample day begins with its bookings, and lets somebody in`() throws {
        let directory = try TemporaryDirectory()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let programs = URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent().path
        let log = directory.file("day")
        let day = try ChildProcess(
            "/bin/bash", [root.appendingPathComponent("seeds/day/play").path, programs],
            environment: ["SPEED": "120", "TMPDIR": directory.path], log: log)
        defer {
            day.send(SIGTERM)
            day.wait()
        }
        let end = ContinuousClock.now + .seconds(60)
        var socket: String?
        while ContinuousClock.now < end {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            try #require(day.isRunning, "\(text)")
            socket = text.split(separator: "\n").first { $0.contains("export REGIOHUB_SOCKET=") }
                .flatMap { $0.split(separator: "=").last.map(String.init) }
            if let socket, try granted(programs, socket, directory.file("events")) { return }
            usleep(200_000)
        }
        Issue.record("nobody was let in: \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }

    private func granted(_ programs: String, _ socket: String, _ file: String) throws -> Bool {
        try? FileManager.default.removeItem(atPath: file)
        let export = try ChildProcess(
            programs + "/hubctl", ["journal", "export", "--type", "access.decided", "--socket", socket], log: file)
        export.wait()
        return try String(contentsOfFile: file, encoding: .utf8).contains("\"granted\":true")
    }
}
