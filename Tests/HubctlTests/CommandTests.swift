internal import Foundation
internal import TestSupport
internal import Testing

/// `hubctl` as a person uses it: the program, a running daemon, exit statuses.
@Suite(.serialized) struct CommandTests {
    private let daemon: TestDaemon

    init() throws {
        daemon = try TestDaemon(port: nil)
        try daemon.start()
    }

    private struct Outcome {
        let status: CInt?
        let text: String
    }

    private func hubctl(_ arguments: String..., socket: String? = nil, language: String = "C") throws -> Outcome {
        try hubctl(arguments, socket: socket, language: language)
    }

    private func hubctl(_ arguments: [String], socket: String? = nil, language: String = "C") throws -> Outcome {
        let output = daemon.directory.file("hubctl-\(UUID().uuidString)")
        let program = URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent()
            .appendingPathComponent("hubctl").path
        let process = try ChildProcess(
            program, arguments,
            environment: ["REGIOHUB_SOCKET": socket ?? daemon.socket, "LC_ALL": language, "TZ": "Europe/Berlin"],
            log: output)
        process.wait()
        return Outcome(status: process.exitStatus, text: try String(contentsOfFile: output, encoding: .utf8))
    }

    @Test func `0: what is there is shown, as text in two languages and as JSON`() throws {
        let doors = try hubctl("doors")
        #expect(doors.status == 0)
        #expect(doors.text.contains("besprechung  Besprechungsraum  locked  locked  –     closed"))
        #expect(
            try hubctl("doors", language: "de_DE.UTF-8").text.contains(
                "Besprechungsraum  verriegelt  verriegelt  –       zu"))
        let lines = try hubctl("doors", "--json").text.split(separator: "\n")
        #expect(lines.count == 5)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["contact"] as? String == "closed")
        }
        let status = try hubctl("status")
        #expect(status.status == 0)
        #expect(status.text.contains("RegioHub Polch (polch)") && status.text.contains("none configured"))
        #expect(try hubctl("journal", "tail", "-n", "3").text.split(separator: "\n").count == 3)
        #expect(!status.text.contains("WARN"), "no broker, no signer needed")
        let first = try hubctl("journal", "show", "1")
        #expect(first.status == 0 && first.text.contains("\"type\":\"hub.started\""))
    }

    @Test func `the journal is exported, checked against heads that others have, and compacted`() throws {
        func events(_ arguments: String...) throws -> [[String: Any]] {
            try hubctl(["journal", "export"] + arguments).text.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        }
        try daemon.wait(for: "some events") { try events().count > 3 ? true : nil }
        let all = try events()
        #expect(all.compactMap { $0["seq"] as? Int } == Array(1...all.count))
        #expect(try events("--from", "2", "--to", "3").compactMap { $0["seq"] as? Int } == [2, 3])
        #expect(try events("--type", "hub.started").compactMap { $0["type"] as? String } == ["hub.started"])
        #expect(try hubctl("journal", "export", "--type", "nonsense").status == 2)
        #expect(try hubctl("journal", "export", "--from", "3", "--to", "2").status == 2)
        let sound = try hubctl("journal", "verify", "--json")
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(sound.text.utf8)) as? [String: Any])
        let head = try #require(report["head"] as? [String: Any])
        let (seq, hash) = (try #require(head["seq"] as? Int), try #require(head["hash"] as? String))
        #expect(sound.status == 0 && report["sound"] as? Bool == true)
        #expect(try hubctl("journal", "verify", "--head", "\(seq):\(hash)").status == 0)
        // Another head than the one that somebody else has of the same event.
        let forged = try hubctl("journal", "verify", "--head", "\(seq):\(String(repeating: "0", count: 64))")
        #expect(forged.status == 1 && forged.text.contains("HEAD DOES NOT AGREE"), "\(forged.text)")
        #expect(try hubctl("journal", "verify", "--head", "1:0f").status == 2)
        let compacted = try hubctl("journal", "compact")
        #expect(compacted.status == 0 && compacted.text.contains("bytes before"), "\(compacted.text)")
    }

    @Test func `what the disk has damaged is named, and everything else is exported, shown and reported`() throws {
        func numbers(_ text: String) -> [Int] {
            text.split(separator: "\n").compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["seq"] as? Int
            }
        }
        try daemon.wait(for: "some events") {
            try numbers(hubctl("journal", "export").text).count > 6 ? true : nil
        }
        #expect(daemon.stop() == 0)
        let file = URL(fileURLWithPath: "\(daemon.state)/journal.db")
        var bytes = try Data(contentsOf: file)
        for seq in [3, 5, 6] {
            let place = try #require(bytes.range(of: Data("\"seq\":\(seq),".utf8)))
            bytes[place.lowerBound] ^= 1
        }
        try bytes.write(to: file)
        try daemon.start()
        let exported = try hubctl("journal", "export")
        let all = numbers(exported.text)
        #expect(all == [1, 2, 4] + Array(7..<7 + all.count - 3) && all.count > 7, "\(all)")
        #expect(exported.status == 1 && exported.text.contains("cannot be read: 3–3, 5–6; all others are there"))
        let before = try hubctl("journal", "export", "--to", "2")
        #expect(before.status == 0 && numbers(before.text) == [1, 2], "\(before.text)")
        #expect(try hubctl("journal", "export", "--from", "7").status == 0)
        let tail = try hubctl("journal", "tail", "-n", "1000", "--json")
        #expect(numbers(tail.text).starts(with: [1, 2, 4, 7]) && tail.text.contains("3–3, 5–6"), "\(tail.text)")
        let shown = try hubctl("journal", "show", "5")
        #expect(shown.status == 1 && shown.text.contains("cannot be read: 5–6"), "\(shown.text)")
        #expect(try hubctl("journal", "replay").text.contains("3–3, 5–6"))
        #expect(
            try hubctl("report", "--from", "2026-11-01", "--to", "2026-11-02").text.contains("cannot be read: 3–3, 5–6")
        )
        let verified = try hubctl("journal", "verify")
        #expect(verified.status == 1 && verified.text.contains("5–6"), "\(verified.text)")
    }

    @Test func `bookings are added, listed by pseudonym, and removed`() throws {
        let added = try hubctl(
            "bookings", "add", "w-7", "werkstatt", "--from", "2026-11-23T08:00:00+01:00", "--to",
            "2026-11-23T12:00:00+01:00", "--card", "12:4711", "--people", "2")
        #expect(added.status == 0 && added.text.isEmpty)
        let list = try hubctl("bookings", "list")
        #expect(list.text.contains("w-7") && list.text.contains("2026-11-23 08:00:00"))
        #expect(!list.text.contains("4711"), "G10: no card number is shown")
        #expect(try hubctl("bookings", "remove", "w-7").status == 0)
        #expect(try hubctl("bookings", "list").text == "no bookings\n")
    }

    @Test func `a decision is explained before it is made, and replayed after`() throws {
        let nothing = try hubctl("journal", "replay")
        #expect(nothing.status == 1 && nothing.text == "0 decisions replayed, 0 differences\n")
        _ = try hubctl(
            "bookings", "add", "w-7", "werkstatt", "--from", "2036-11-23T08:00:00+01:00", "--to",
            "2036-11-23T12:00:00+01:00", "--card", "12:4711")
        let now = try hubctl("explain", "--door", "werkstatt", "--credential", "12:4711")
        #expect(now.status == 1 && now.text.contains("denied, booking has not begun"), "\(now.text)")
        let then = try hubctl(
            "explain", "--door", "werkstatt", "--credential", "12:4711", "--at", "2036-11-23T09:00:00+01:00", "--json")
        #expect(then.status == 0 && then.text.contains("\"reason\":\"booking\""), "\(then.text)")
        #expect(try hubctl("explain", "--door", "keller", "--credential", "12:4711").text.contains("no door 'keller'"))
        #expect(try hubctl("sim", "swipe", "werkstatt", "12:4711").status == 0)
        try daemon.wait(for: "the decision in the journal") {
            try hubctl("journal", "tail").text.contains("werkstatt: denied") ? true : nil
        }
        let replayed = try hubctl("journal", "replay", language: "de_DE.UTF-8")
        #expect(replayed.status == 0)
        #expect(replayed.text == "1 Entscheidungen nachgerechnet, 0 Abweichungen\n")
    }

    @Test func `standing rights are added with a PIN from the standard input, listed without it, and blocked`() throws {
        let script = daemon.directory.file("pin")
        try "4711\n4712\n".write(toFile: script, atomically: true, encoding: .utf8)
        let hubctl = URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent()
            .appendingPathComponent("hubctl").path
        let output = daemon.directory.file("added")
        let added = try ChildProcess(
            "/bin/sh",
            [
                "-c", "exec \(hubctl) credentials add vorstand --class member --card 12:99 --pin --duress < \(script)",
            ], environment: ["REGIOHUB_SOCKET": daemon.socket, "LC_ALL": "C"], log: output)
        added.wait()
        let told = try String(contentsOfFile: output, encoding: .utf8)
        #expect(added.exitStatus == 0 && told.isEmpty, "\(told)")
        let list = try self.hubctl("credentials", "list")
        #expect(list.text.contains("vorstand  member  1      yes, duress"), "\(list.text)")
        #expect(!list.text.contains("471") && !list.text.contains("99"), "G10: no credential is shown")
        #expect(try self.hubctl("credentials", "list", "--json").text.contains("\"pin\":true"))
        #expect(try self.hubctl("credentials", "block", "vorstand").status == 0)
        #expect(try self.hubctl("credentials", "list", language: "de_DE.UTF-8").text.contains("GESPERRT"))
        daemon.kill()
        try daemon.start()
        #expect(try self.hubctl("credentials", "list").text.contains("BLOCKED"), "what was done outlasts a kill")
        #expect(try self.hubctl("credentials", "remove", "vorstand").status == 0)
        #expect(try self.hubctl("credentials", "remove", "vorstand").status == 1)
        let refused = try self.hubctl("credentials", "add", "leer")
        #expect(refused.status == 1 && refused.text.contains("it has no credential"))
        #expect(try self.hubctl("credentials", "add", "gast", "--class", "guest", "--card", "1:1").status == 2)
    }

    @Test func `orders to doors say what they did, also when they were refused`() throws {
        #expect(try hubctl("lockdown", "--why", "Probe").status == 0)
        #expect(try hubctl("doors", language: "de_DE.UTF-8").text.contains("ABGERIEGELT"))
        let refused = try hubctl("unlock", "eingang", "--for", "2h")
        #expect(refused.status == 1 && refused.text.contains("door 'eingang' is locked down; end that first"))
        #expect(try hubctl("lockdown", "--end").status == 0)
        #expect(try hubctl("unlock", "eingang", "--for", "2h").status == 0)
        #expect(try hubctl("doors").text.contains("unlocked  released"))
        #expect(try hubctl("lock", "eingang").status == 0)
        #expect(try hubctl("fire", "reset").text.contains("there is no fire alarm to reset"))
        for arguments in [
            ["unlock", "eingang", "--for", "soon"], ["unlock", "eingang", "--for", "1h", "--until-locked"],
            ["lock", "eingang", "--why", String(repeating: "x", count: 201)],
        ] {
            #expect(try hubctl(arguments).status == 2, "\(arguments)")
        }
    }

    @Test func `1: a refusal says why`() throws {
        let unknown = try hubctl("unlock", "keller")
        #expect(unknown.status == 1)
        #expect(unknown.text.contains("there is no door 'keller'; the hub has: besprechung, coworking"))
        #expect(try hubctl("bookings", "remove", "nothing").status == 1)
        #expect(try hubctl("journal", "show", "99999").status == 1)
        let backwards = try hubctl(
            "bookings", "add", "x", "werkstatt", "--from", "2026-11-23T12:00:00+01:00", "--to",
            "2026-11-23T08:00:00+01:00")
        #expect(backwards.status == 1 && backwards.text.contains("ends before it begins"))
    }

    @Test func `2: wrong usage says what is right`() throws {
        for arguments in [["unlock"], ["unlock", "NO ID"], ["dance"], ["journal", "tail", "-n", "0"]] {
            let process = try hubctl(arguments)
            #expect(process.status == 2, "\(arguments)")
            #expect(process.text.contains("Usage:") || process.text.contains("Error:"), "\(process.text)")
        }
        #expect(try hubctl("--help").status == 0)
    }

    @Test func `3: without a daemon it says how to find one`() throws {
        let outcome = try hubctl("status", socket: daemon.directory.file("nowhere"))
        #expect(outcome.status == 3)
        #expect(outcome.text.contains("no regiohubd answers at") && outcome.text.contains("REGIOHUB_SOCKET"))
    }
}
