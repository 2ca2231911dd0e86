internal import ArgumentParser
internal import HubMessages

/// `hubctl lines`: every configured line, its level now, and how busy it is.
struct LinesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lines", abstract: "Show every configured line: what it is, its level, its edges.",
        discussion: "Lost edges are those that the kernel had to drop; a count that grows asks for a look.")
    @OptionGroup var options: SessionOptions

    func run() throws {
        let session = try options.connect()
        guard case .lines(let lines) = try session.ask(.lines) else { return }
        if session.isJSON {
            for line in lines { print(session.text(line)) }
        } else {
            for line in Language.current.lines(lines) { print(line) }
        }
    }
}

extension Language {
    func lines(_ lines: [LineReport]) -> [String] {
        var table = Table()
        table.add([
            self("DEVICE", "GERÄT"), self("LINE", "LEITUNG"), self("IS", "IST"), self("LEVEL", "PEGEL"),
            self("STATE", "ZUSTAND"), self("EDGES/MIN", "FLANKEN/MIN"), self("ALL", "GESAMT"), self("LOST", "VERLOREN"),
        ])
        for line in lines {
            let level = line.active.map {
                $0 == (line.activeWhen == "high") ? self("high", "hoch") : self("low", "tief")
            }
            let state = line.active.map { $0 ? self("active", "aktiv") : self("rest", "Ruhe") }
            table.add([
                "\(line.device)", line.line, what(line), level ?? "?",
                state ?? self("cannot be read", "nicht lesbar"), line.output ? "" : "\(line.edgesPerMinute)",
                line.output ? "" : "\(line.edges)", line.lost == 0 ? "" : "\(line.lost) (\(line.lostPerHour)/h)",
            ])
        }
        return table.lines
    }

    /// What a line is; an unknown word stays as the daemon says it.
    private func what(_ line: LineReport) -> String {
        let word = self(line.purpose, Self.germanPurposes[line.purpose] ?? line.purpose)
        return line.role.map { "\(word) \($0)" } ?? word
    }

    private static let germanPurposes = [
        "reader": "Leser", "inner-reader": "Leser innen", "contact": "Türkontakt", "exit-button": "Türöffner-Taster",
        "lock": "Schloss", "bolt": "Riegel", "tamper": "Sabotagekontakt", "signal": "Leuchte, Summer",
        "inner-signal": "Leuchte, Summer innen", "fire": "Feuermelder", "fault-led": "Störungsleuchte",
        "presence": "Bewegungsmelder",
        "seat": "Sitz, Matte", "beam-counter": "Lichtschranken", "people-counter": "Personenzähler",
        "dht": "Klima", "co2-pwm": "CO₂", "driver": "Klima (Treiber)", "meter": "Zähler", "feedback": "Umfrage-Taster",
        "window": "Fenster", "water-leak": "Wassermelder", "smoke-alarm": "Rauchmelder",
        "mains-failure": "Netzausfall", "battery-low": "Batterie schwach",
        "alarm-armed": "Alarmanlage scharf",
    ]
}
