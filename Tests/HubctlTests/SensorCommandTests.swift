internal import Foundation
internal import TestSupport
internal import Testing

/// `hubctl lines`, `hubctl doctor` and the sensors of the simulated house, as an installer uses them.
@Suite(.serialized) struct SensorCommandTests {
    private let daemon: TestDaemon
    private let program: String

    init() throws {
        daemon = try TestDaemon(port: nil)
        try daemon.start()
        program =
            URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent()
            .appendingPathComponent("hubctl").path
    }

    private func start(_ arguments: [String], language: String = "C") throws -> (process: ChildProcess, output: String)
    {
        let output = daemon.directory.file("hubctl-\(UUID().uuidString)")
        let process = try ChildProcess(
            program, arguments, environment: ["REGIOHUB_SOCKET": daemon.socket, "LC_ALL": language, "TZ": "UTC"],
            log: output)
        return (process, output)
    }

    private func text(_ file: String) -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

    @discardableResult
    private func hubctl(_ arguments: String..., language: String = "C") throws -> (status: CInt?, text: String) {
        let (process, output) = try start(arguments, language: language)
        process.wait()
        return (process.exitStatus, text(output))
    }

    @Test func `every line is listed with its level and its edges, as text in two languages and as JSON`() throws {
        try hubctl("sim", "input", "coworking-fenster")
        try daemon.wait(for: "the window") { try hubctl("status").text.contains("active") ? true : nil }
        let german = try hubctl("lines", language: "de_DE.UTF-8")
        #expect(german.status == 0)
        let line = try #require(german.text.split(separator: "\n").first { $0.contains("coworking-fenster") })
        #expect(
            line.split(separator: " ") == ["sensor/coworking-fenster", "GPIO49", "Fenster", "hoch", "aktiv", "1", "1"])
        let objects = try hubctl("lines", "--json").text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        let window = try #require(objects.first { $0?["line"] as? String == "GPIO49" } ?? nil)
        #expect(window["active"] as? Bool == true && window["edges"] as? Int == 1 && window["lost"] as? Int == 0)
        #expect(objects.filter { $0?["output"] as? Bool == true }.count == 5)
    }

    @Test func `what is done to the sensors of the simulated house is seen by the hub`() throws {
        #expect(try hubctl("sim", "air", "coworking-klima", "--temperature", "-3.5", "--humidity", "60").status == 0)
        #expect(try hubctl("sim", "pulses", "strom", "3").status == 0)
        #expect(try hubctl("sim", "answer", "ausgang-frage", "1").status == 0)
        #expect(try hubctl("sim", "input", "keller-wasser").status == 0)
        try daemon.wait(for: "readings") {
            let status = try hubctl("status").text
            return status.contains("-3.5 °C, 60 %") && status.contains("0.003 kWh") ? true : nil
        }
        let journal = try hubctl("journal", "tail", language: "de_DE.UTF-8").text
        #expect(journal.contains("keller-wasser: WASSER") && journal.contains("ausgang-frage: gut (1/3)"))
        for refused in [
            ["sim", "air", "strom", "--co2", "500"], ["sim", "answer", "ausgang-frage", "4"],
            ["sim", "pulses", "coworking-klima", "1"], ["sim", "type", "eingang", "1234#"],
        ] {
            let (process, output) = try start(refused)
            process.wait()
            #expect(process.exitStatus == 1, "\(refused): \(text(output))")
        }
    }

    @Test func `the doctor passes what works, and says what does not`() throws {
        let (doctor, output) = try start([
            "doctor", "contact/eingang", "exit-button/eingang", "sensor/coworking-zaehler", "sensor/coworking-klima",
            "--wait", "20",
        ])
        func when(_ asked: String, _ action: String...) throws {
            try daemon.wait(for: asked) { text(output).contains(asked) ? true : nil }
            let (process, _) = try start(["sim"] + action)
            process.wait()
        }
        try when("contact/eingang: open the door", "open", "eingang")
        try when("contact/eingang: close the door", "close", "eingang")
        try when("exit-button/eingang: press the exit button", "press", "eingang")
        try when("sensor/coworking-zaehler: walk in", "walk-out", "coworking")
        doctor.wait()
        #expect(doctor.exitStatus == 1)
        #expect(text(output).contains("'outer' and 'inner' are swapped"))
        #expect(text(output).contains("OK: 21 °C, 45 %"))
        #expect(text(output).contains("3 passed, 1 failed"))
    }

    @Test func `the doctor shows an operator the bits of a bad frame, which the journal does not have`() throws {
        let (doctor, output) = try start(
            ["doctor", "reader/eingang", "reader/coworking", "--wait", "3"], language: "de_DE.UTF-8")
        try daemon.wait(for: "the question") { text(output).contains("reader/coworking") ? true : nil }
        try hubctl("sim", "swipe", "coworking", "12:4711")
        doctor.wait()
        #expect(doctor.exitStatus == 1)
        #expect(text(output).contains("OK: gelesen: card"))
        #expect(text(output).contains("kein Impuls auf data0 (GPIO22), data1 (GPIO23)"))
        #expect(try hubctl("doctor", "reader/keller").status == 2)
        #expect(try hubctl("doctor", "keller").status == 2)
    }
}
