internal import Foundation
internal import TestSupport
internal import Testing

/// `hubctl decode` as an installer uses it; no daemon runs.
@Suite struct DecodeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private struct Outcome {
        let status: CInt?
        let text: String

        /// The lines as JSON objects.
        func objects() throws -> [[String: Any]] {
            try text.split(separator: "\n").map {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
            }
        }
    }

    private func decode(_ arguments: String..., language: String = "C") throws -> Outcome {
        try decode(arguments, language: language)
    }

    private func decode(_ arguments: [String], language: String = "C") throws -> Outcome {
        let output = directory.file("output-\(UUID().uuidString)")
        let program = URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent()
            .appendingPathComponent("hubctl").path
        let process = try ChildProcess(
            program, ["decode"] + arguments,
            environment: ["REGIOHUB_SOCKET": "/nonexistent", "LC_ALL": language], log: output)
        process.wait()
        return Outcome(status: process.exitStatus, text: try String(contentsOfFile: output, encoding: .utf8))
    }

    private func capture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("SensingTests/Captures/\(name).vcd").path
    }

    private func file(_ text: String) throws -> String {
        let path = directory.file("recording-\(UUID().uuidString)")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func `recordings of real sensors, as text in two languages and as JSON`() throws {
        let am2302 = try decode("--sensor", "am2302", "--line", "SDA", capture("am2302_1mhz"))
        #expect(am2302.status == 0 && am2302.text == "0.024370 s  am2302  23.8 °C  72.1 %\n")
        let german = try decode(
            "--sensor", "dht22", "--line", "capture.SDA", capture("am2302_1mhz"), language: "de_DE.UTF-8")
        #expect(german.text == "0,024370 s  dht22  23,8 °C  72,1 %\n")
        let json = try decode("--sensor", "AM2302", "--json", capture("am2302_1mhz"))
        #expect(
            json.text
                == "{\"humidity\":72.1,\"ok\":true,\"sensor\":\"am2302\",\"temperature\":23.8,\"time\":0.02437}\n")
        let dht11 = try decode("--sensor", "dht11", "--json", capture("dht11_1mhz")).objects()
        #expect(dht11.map { $0["temperature"] as? Double } == [27, 27])
        #expect(dht11.map { $0["humidity"] as? Double } == [36, 36])
        let shy = try decode(
            "--sensor", "am2302", "--json", capture("t_am2302_1mhz_delay2000us_200us_low"))
        #expect(try shy.objects().map { $0["temperature"] as? Double } == [25.3, 25.3])
        #expect(try shy.objects().map { $0["humidity"] as? Double } == [44.3, 44.2])
    }

    @Test func `0: a bad frame is printed with its reason`() throws {
        let wrong = try decode("--sensor", "dht11", "--json", capture("am2302_1mhz"))
        #expect(wrong.status == 0)
        let object = try wrong.objects().first
        #expect(object?["ok"] as? Bool == false && object?["reason"] as? String == "outOfRange")
        #expect(object?["temperature"] == nil && object?["time"] as? Double == 0.02437)
        let text = try decode("--sensor", "dht11", capture("am2302_1mhz"), language: "de_DE.UTF-8").text
        #expect(text.contains("kein Telegramm: Wert außerhalb des Messbereichs"))
    }

    @Test func `bits of a card and of a keypad, without a time`() throws {
        let bits = "10000110000010010011001111"
        let card = try decode("--sensor", "wiegand", "--format", "H10301", "--bits", bits, "--json")
        #expect(
            card.text
                == "{\"bits\":26,\"facility\":12,\"format\":\"H10301\",\"number\":4711,\"ok\":true,\"sensor\":\"wiegand\"}\n"
        )
        for index in 0..<26 {
            var flipped = Array(bits)
            flipped[index] = flipped[index] == "0" ? "1" : "0"
            let outcome = try decode("--sensor", "wiegand", "--format", "H10301", "--bits", String(flipped), "--json")
            #expect(outcome.status == 0)
            #expect(try outcome.objects().first?["reason"] as? String == "parity")
        }
        let short = try decode("--sensor", "wiegand", "--format", "H10301", "--bits", "0101", "--json")
        #expect(try short.objects().first?["reason"] as? String == "tooShort")
        #expect(try decode("--sensor", "keypad8", "--bits", "10100101").text == "keypad8  key 5\n")
        #expect(try decode("--sensor", "keypad4", "--bits", "1011").text == "keypad4  key #\n")
        #expect(try decode("--sensor", "keypad8", "--bits", "10100100").text.contains("complement is wrong"))
        #expect(try decode("--sensor", "keypad4", "--bits", "").status == 1)
    }

    @Test func `a card on two lines, named in the order of the bits`() throws {
        var rows = ["time [us],B,A", "0,1,1"]
        for (index, bit) in "10000110000010010011001111".enumerated() {
            let time = 100_000 + index * 2000
            rows += [bit == "1" ? "\(time),0,1" : "\(time),1,0", "\(time + 50),1,1"]
        }
        let path = try file(rows.joined(separator: "\n"))
        let arguments = ["--sensor", "wiegand", "--format", "H10301", "--json", path]
        let right = try decode(arguments + ["--line", "A", "--line", "B"]).objects()
        #expect(right.count == 1 && right.first?["number"] as? Int == 4711 && right.first?["facility"] as? Int == 12)
        #expect(right.first?["time"] as? Double == 0.1)
        let swapped = try decode(arguments + ["--line", "B", "--line", "A"]).objects()
        #expect(swapped.first?["ok"] as? Bool == false)
    }

    @Test func `people, meters, air and contacts`() throws {
        let counter = try file("time [ms],outer,inner\n0,0,0\n100,1,0\n200,1,1\n300,0,1\n400,0,0\n500,1,0\n600,0,0\n")
        let passages = try decode("--sensor", "counter", "--json", counter).objects()
        #expect(passages.map { $0["passage"] as? String } == ["in", "turned"])
        let s0 = try file("time [ms],S0\n0,1\n100,0\n140,1\n200,0\n210,1\n300,0\n350,1\n")
        let pulses = try decode("--sensor", "s0", "--json", s0).objects()
        #expect(pulses.map { $0["ok"] as? Bool } == [true, false, true])
        #expect(pulses.map { $0["count"] as? Int } == [1, nil, 2])
        let air = try file("time [ms],PWM\n0,0\n10,1\n512,0\n1014,1\n1516,0\n2018,1\n")
        let cycles = try decode("--sensor", "co2pwm", "--json", air).objects()
        #expect(cycles.map { $0["co2"] as? Int } == [1000, 1000])
        #expect(try decode("--sensor", "co2pwm", "--range", "5000", air).text.contains("2500 ppm"))
        let contact = try file(
            "1.5\trising\tgpiochip0 17 \"GPIO17\"\n1.505\tfalling\tgpiochip0 17 \"GPIO17\"\n1.509\trising\tgpiochip0 17 \"GPIO17\"\n3.0\tfalling\tgpiochip0 17 \"GPIO17\"\n"
        )
        let changes = try decode("--sensor", "contact", "--json", "--line", "GPIO17", contact).objects()
        #expect(changes.map { $0["active"] as? Bool } == [true, false])
        let inverted = try decode("--sensor", "contact", "--active-low", "--json", "--line", "17", contact).objects()
        #expect(inverted.map { $0["active"] as? Bool } == [false, true])
    }

    @Test func `1: nothing to decode`() throws {
        for text in ["", "time,SDA\n0,1\n", "time,SDA\n0,1\n1,0\n2,1\n"] {
            let outcome = try decode("--sensor", "am2302", try file(text))
            #expect(outcome.status == 1 && outcome.text.contains("nothing to decode"), "\(text)")
        }
        #expect(try decode("--sensor", "am2302", "/dev/null", language: "de").text.contains("nichts zu dekodieren"))
    }

    @Test func `2: a malformed file names the line, a wrong name the right ones, wrong usage itself`() throws {
        let broken = try file("time,SDA\n0,1\n1,0\n2,7\n")
        let outcome = try decode("--sensor", "am2302", broken)
        #expect(outcome.status == 2 && outcome.text.contains("\(broken):4: expected a level, 0 or 1, found '7'"))
        let line = try decode("--sensor", "am2302", "--line", "SDX", capture("am2302_1mhz"))
        #expect(line.status == 2 && line.text.contains("there is no line 'SDX'; the file has: capture.SDA"))
        let format = try decode("--sensor", "wiegand", "--format", "H99", "--bits", "01")
        #expect(format.status == 2 && format.text.contains("known are: ") && format.text.contains("H10301"))
        let two = try file("time,A,B\n0,1,1\n1,0,1\n")
        #expect(try decode("--sensor", "dht11", two).text.contains("say with --line which they are of: A, B"))
        for arguments in [
            [], ["--sensor", "abacus", broken], ["--sensor", "dht11"], ["--sensor", "dht11", "--bits", "01"],
            ["--sensor", "wiegand", "--bits", "01"], ["--sensor", "keypad4", "--bits", "012"],
            ["--sensor", "wiegand", "--line", "D0", "--format", "H10301", two], ["--sensor", "dht11", "/nonexistent"],
            ["--sensor", "dht11", "--format", "H10301", broken], ["--sensor", "dht11", two],
            ["--sensor", "co2pwm", "--range", "0", broken], ["--sensor", "contact", "--debounce", "-1", broken],
        ] {
            let outcome = try decode(arguments)
            #expect(outcome.status == 2 && !outcome.text.isEmpty, "\(arguments): \(outcome.text)")
        }
    }
}
