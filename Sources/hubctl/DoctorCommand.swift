internal import ArgumentParser
internal import ControlSocket
internal import Glibc
internal import HubMessages

/// `hubctl doctor`: walks an installer through a wiring test, line by line.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Test the wiring: press the button now, close the door now …",
        discussion: """
            Asks for one thing after the other and watches what the lines do: the device passes, or the doctor says what \
            is probably wrong. Enter skips a device, Ctrl-C ends. Locks are not moved: use 'hubctl unlock' for them.

            Cards and codes at readers are checked for operators only, and only here are the bits of a bad frame shown.

            Exit status: 0 everything asked for passed, 1 something did not, 3 no daemon answers.
            """)
    @OptionGroup var options: SessionOptions

    @Option(help: "How many seconds to wait for each thing.")
    var wait = 60

    @Argument(help: "The devices to test, such as contact/eingang; default: all.")
    var devices: [String] = []

    func validate() throws {
        guard (1...3_600).contains(wait) else { throw ValidationError("--wait is \(wait); expected 1 to 3600") }
        for text in devices where DeviceID(text) == nil {
            throw ValidationError("'\(text)' is no device; expected role/name, such as contact/eingang or sensor/pir")
        }
    }

    func run() throws {
        let doctor = try Doctor(
            asking: options.connect(), watching: options.connect(), language: Language.current, isJSON: options.json,
            patience: Double(wait))
        guard try doctor.examine(Set(devices.compactMap { DeviceID($0) })) else { throw ExitCode(1) }
    }
}

/// The doctor at work: two connections to the daemon, one to ask about lines, one that tells what happens.
final class Doctor {
    private let asking: Session
    private let watching: Session
    private let language: Language
    private let isJSON: Bool
    private let patience: Double
    private var states: [SensorID: SensorState] = [:]

    /// What became of a device.
    private enum Verdict {
        case passed(String)
        case failed(String)
        case skipped
    }

    private struct Result: Encodable {
        let device: DeviceID
        let passed: Bool?
        let detail: String
    }

    init(asking: Session, watching: Session, language: Language, isJSON: Bool, patience: Double) throws {
        self.asking = asking
        self.watching = watching
        self.language = language
        self.isJSON = isJSON
        self.patience = patience
        try watching.send(.watch)
    }

    /// Examines these devices, or all. Returns whether all that was not skipped passed.
    func examine(_ wanted: Set<DeviceID>) throws -> Bool {
        var all = Dictionary(grouping: try lines(), by: \.device).map { ($0.key, $0.value) }
        // Sensors with a driver have no lines.
        guard case .status(let report) = try asking.ask(.status) else { return false }
        for state in report.sensors {
            states[state.sensor] = state
            if !all.contains(where: { $0.0 == .sensor(state.sensor) }) { all.append((.sensor(state.sensor), [])) }
        }
        for device in wanted where !all.contains(where: { $0.0 == device }) {
            throw Failure.usage(language("this hub has no device \(device)", "dieser Hub hat kein Gerät \(device)"))
        }
        var failures = 0
        var passes = 0
        for (device, lines) in all.sorted(by: { $0.0 < $1.0 }) {
            guard wanted.isEmpty || wanted.contains(device), lines.first?.output != true else { continue }
            // As they are now: while others were tested, somebody may have tried this one already.
            let verdict = try examine(device, try self.lines().filter { $0.device == device })
            tell(verdict, of: device)
            switch verdict {
            case .passed: passes += 1
            case .failed: failures += 1
            case .skipped: break
            }
        }
        if !isJSON {
            printLine(language("\(passes) passed, \(failures) failed", "\(passes) in Ordnung, \(failures) nicht"))
        }
        return failures == 0
    }

    private func tell(_ verdict: Verdict, of device: DeviceID) {
        let (passed, detail): (Bool?, String) =
            switch verdict {
            case .passed(let text): (true, text)
            case .failed(let text): (false, text)
            case .skipped: (nil, language("skipped", "übersprungen"))
            }
        if isJSON {
            printLine(asking.text(Result(device: device, passed: passed, detail: detail)))
        } else {
            let mark =
                switch passed {
                case true?: language("  OK: ", "  OK: ")
                case false?: language("  NOT OK: ", "  NICHT IN ORDNUNG: ")
                case nil: "  "
                }
            printLine(mark + detail)
        }
    }

    private func examine(_ device: DeviceID, _ lines: [LineReport]) throws -> Verdict {
        let name = "\(device)"
        switch device {
        case .lock, .signal, .innerSignal, .faultLED: return .skipped
        case .exitButton:
            return try press(
                lines, language("\(name): press the exit button", "\(name): den Türöffner-Taster drücken"),
                language("\(name): let it go", "\(name): loslassen"))
        case .contact:
            return try press(
                lines, language("\(name): open the door", "\(name): die Tür öffnen"),
                language("\(name): close the door", "\(name): die Tür schließen"))
        case .bolt:
            return try press(
                lines,
                language("\(name): unlock the door ('hubctl unlock')", "\(name): die Tür freigeben ('hubctl unlock')"),
                nil)
        case .tamper:
            return try press(
                lines, language("\(name): open the housing", "\(name): das Gehäuse öffnen"),
                language("\(name): close the housing", "\(name): das Gehäuse schließen"))
        // Nobody sets off a fire alarm for a test: all doors would open.
        case .fire: return .skipped
        case .reader(let door), .innerReader(let door): return try card(device, door, lines)
        case .sensor(let id): return try sensor(id, lines)
        }
    }

    private func sensor(_ id: SensorID, _ lines: [LineReport]) throws -> Verdict {
        let name = "sensor/\(id)"
        switch lines.first?.purpose {
        case "beam-counter": return try walk(id, lines)
        case "dht", "co2-pwm", "driver", nil:
            return try reading(id, language("\(name): wait for a reading", "\(name): auf eine Messung warten"))
        case "presence":
            return try press(lines, language("\(name): move in front of it", "\(name): davor bewegen"), nil)
        case "seat":
            return try press(
                lines, language("\(name): step on it, or sit down", "\(name): darauftreten oder hinsetzen"),
                language("\(name): get up again", "\(name): wieder aufstehen"))
        case "meter":
            return try press(
                lines,
                language(
                    "\(name): wait for a pulse of the meter (switch something on)",
                    "\(name): auf einen Impuls des Zählers warten (etwas einschalten)"), nil)
        case "people-counter":
            return try press(lines, language("\(name): walk through it", "\(name): hindurchgehen"), nil)
        case "feedback":
            for line in lines {
                let button = line.role ?? ""
                let verdict = try press(
                    [line], language("\(name): press \(button)", "\(name): \(button) drücken"),
                    language("\(name): let it go", "\(name): loslassen"))
                guard case .passed = verdict else { return verdict }
            }
            return .passed(language("all buttons work", "alle Tasten gehen"))
        case let purpose?:
            return try press(
                lines, language("\(name): make it active (\(purpose))", "\(name): auslösen (\(purpose))"),
                language("\(name): let it rest again", "\(name): zurück in Ruhe"))
        }
    }

    // MARK: The tests

    /// An input that becomes active, and rests again where that can be asked for.
    private func press(_ lines: [LineReport], _ first: String, _ second: String?) throws -> Verdict {
        guard let line = lines.first else { return .skipped }
        guard let before = line.active else { return .failed(unreadable(line)) }
        if before, second != nil {
            return .failed(
                language(
                    "it is active at rest: the wire is shorted or open, or 'active' means the other level",
                    "es ist schon in Ruhe aktiv: Leitung kurzgeschlossen oder offen, oder der aktive Pegel ist der andere"
                ))
        }
        let edges = line.edges
        let pressed: Verdict? = try wait(
            first,
            { lines in
                guard let now = lines.first(where: { $0.line == line.line }) else { return nil }
                return now.edges > edges || now.active == true ? .passed("") : nil
            })
        guard case .passed? = pressed else {
            return pressed
                ?? .failed(
                    language(
                        "nothing came on line \(line.line): check the wire, the line's name and its bias",
                        "auf Leitung \(line.line) kam nichts: Draht, Name der Leitung und Bias prüfen"))
        }
        guard let second else { return .passed(language("seen", "gesehen")) }
        let released: Verdict? = try wait(
            second,
            { lines in
                lines.first(where: { $0.line == line.line })?.active == false ? .passed("") : nil
            })
        guard case .passed? = released else {
            return released ?? .failed(language("it stays active", "es bleibt aktiv"))
        }
        let bounced = try self.lines().first { $0.line == line.line }.map { $0.edges - edges } ?? 0
        return bounced > 20
            ? .failed(
                language(
                    "it works, with \(bounced) edges for one press: it bounces, make 'debounce' longer",
                    "es geht, aber mit \(bounced) Flanken für einmal Drücken: es prellt, 'debounce' verlängern"))
            : .passed(language("both ways seen", "beide Richtungen gesehen"))
    }

    private func card(_ device: DeviceID, _ door: DoorID, _ lines: [LineReport]) throws -> Verdict {
        let before = lines
        var seen: Verdict?
        let prompt = language(
            "\(device): hold a card to the reader, or type a code",
            "\(device): eine Karte vorhalten oder einen Code tippen")
        let verdict: Verdict? = try wait(
            prompt, { _ in seen },
            hearing: { response in
                switch response {
                case .event(let envelope):
                    guard case .accessDecided(let decided) = envelope.event, decided.door == door else { return }
                    seen = .passed(
                        self.language("read: \(decided.kind.rawValue)", "gelesen: \(decided.kind.rawValue)")
                            + " \(decided.credential), \(self.language.word(decided.reason))")
                case .frame(let frame):
                    guard frame.door == door else { return }
                    let hint = self.language(
                        "; if every card does this, check 'format', or whether DATA0 and DATA1 are swapped",
                        "; wenn das jede Karte tut: 'format' prüfen, oder ob DATA0 und DATA1 vertauscht sind")
                    seen = .failed("\(self.language.word(frame.fault)): \(frame.bits)" + hint)
                case _: return
                }
            })
        if let verdict { return verdict }
        let silent = zip(before, try self.lines().filter { $0.device == device }).filter { $0.edges == $1.edges }
        guard !silent.isEmpty else {
            return .passed(
                language(
                    "both lines pulse; operators are shown what was read",
                    "beide Leitungen pulsen; was gelesen wurde, sehen nur Betreiber"))
        }
        let names = silent.map { "\($0.0.role ?? "") (\($0.0.line))" }.joined(separator: ", ")
        return .failed(
            language(
                "no pulse on \(names): check the wire, the common ground and the reader's supply",
                "kein Impuls auf \(names): Draht, gemeinsame Masse und Versorgung des Lesers prüfen"))
    }

    private func walk(_ id: SensorID, _ lines: [LineReport]) throws -> Verdict {
        let before = states[id]
        let prompt = language("sensor/\(id): walk in", "sensor/\(id): hineingehen")
        let verdict: Verdict? = try wait(
            prompt,
            { [weak self] _ in
                guard let self, let now = self.states[id] else { return nil }
                if (now.entered ?? 0) > (before?.entered ?? 0) {
                    return .passed(self.language("counted in", "hinein gezählt"))
                }
                if (now.left ?? 0) > (before?.left ?? 0) {
                    return .failed(
                        self.language(
                            "counted out: 'outer' and 'inner' are swapped",
                            "hinaus gezählt: 'outer' und 'inner' sind vertauscht"))
                }
                return nil
            })
        if let verdict { return verdict }
        let after = try self.lines().filter { $0.device == .sensor(id) }
        let silent = zip(lines, after).filter { $0.edges == $1.edges }.map { "\($0.0.role ?? "") (\($0.0.line))" }
        return .failed(
            silent.isEmpty
                ? language("both beams move, but no walk was seen", "beide Schranken reagieren, aber kein Durchgang")
                : language(
                    "nothing came from \(silent.joined(separator: ", ")): check its wire and how it is aimed",
                    "von \(silent.joined(separator: ", ")) kam nichts: Draht und Ausrichtung prüfen"))
    }

    private func reading(_ id: SensorID, _ prompt: String) throws -> Verdict {
        let verdict: Verdict? = try wait(
            prompt,
            { [weak self] _ in
                guard let self, let state = self.states[id] else { return nil }
                if let fault = state.faults.first(where: \.voidsReadings) {
                    return .failed(self.language.sentence(fault))
                }
                guard state.available, state.temperature != nil || state.co2 != nil else { return nil }
                return .passed(self.language.text(state))
            })
        return verdict ?? .failed(language("no reading came", "es kam keine Messung"))
    }

    // MARK: Waiting

    private func unreadable(_ line: LineReport) -> String {
        language(
            "line \(line.line) cannot be read: see 'hubctl status' and the daemon's log",
            "Leitung \(line.line) ist nicht lesbar: siehe 'hubctl status' und das Protokoll des Dienstes")
    }

    private func lines() throws -> [LineReport] {
        guard case .lines(let lines) = try asking.ask(.lines) else { return [] }
        return lines
    }

    /// Says what to do and waits until `judge` has a verdict; skipped with Enter; `nil` after the patience.
    private func wait(
        _ prompt: String, _ judge: ([LineReport]) -> Verdict?, hearing hear: (ControlResponse) -> Void = { _ in }
    ) throws -> Verdict? {
        if !isJSON { printLine(prompt + " …") }
        let end = SystemTime.now() + patience
        while SystemTime.now() < end {
            while let response = watching.next(within: 0.1) {
                switch response {
                case .sensor(let state): states[state.sensor] = state
                case .status(let report): for state in report.sensors { states[state.sensor] = state }
                case _: hear(response)
                }
                if !watching.client.hasMore { break }
            }
            if let verdict = judge(try lines()) { return verdict }
            if isSkipped { return .skipped }
        }
        return nil
    }

    /// Whether somebody pressed Enter since the last look. Only a terminal has somebody.
    private var isSkipped: Bool {
        guard isatty(STDIN_FILENO) == 1 else { return false }
        var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 0) == 1 else { return false }
        var bytes = [UInt8](repeating: 0, count: 64)
        return read(STDIN_FILENO, &bytes, bytes.count) > 0
    }
}
