internal import HubMessages

// Sensors for people: readings, inputs, faults.
extension Language {
    /// A reading's quantities, those that are known.
    func text(_ climate: Climate) -> String {
        var parts: [String] = []
        if let value = climate.temperature { parts.append("\(decimal(value)) °C") }
        if let value = climate.humidity { parts.append("\(decimal(value)) %") }
        if let value = climate.co2 { parts.append("\(decimal(value)) ppm CO₂") }
        if let value = climate.pressure { parts.append("\(decimal(value)) hPa") }
        return parts.joined(separator: ", ")
    }

    /// A number with the language's decimal sign, without a fraction of zero.
    func decimal(_ value: Double) -> String {
        let text = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        return self(text, String(text.map { $0 == "." ? "," : $0 }))
    }

    func word(_ input: HouseInput, active: Bool) -> String {
        switch (input, active) {
        case (.window, true): self("window open", "Fenster offen")
        case (.window, false): self("window closed", "Fenster zu")
        case (.waterLeak, true): self("WATER", "WASSER")
        case (.waterLeak, false): self("dry again", "wieder trocken")
        case (.smokeAlarm, true): self("SMOKE", "RAUCH")
        case (.smokeAlarm, false): self("smoke alarm is over", "Rauchalarm beendet")
        case (.tamper, true): self("TAMPERED WITH", "SABOTAGE")
        case (.tamper, false): self("housing closed", "Gehäuse geschlossen")
        case (.mainsFailure, true): self("MAINS ARE GONE", "NETZAUSFALL")
        case (.mainsFailure, false): self("mains are back", "Netz wieder da")
        case (.batteryLow, true): self("BATTERY LOW", "AKKU SCHWACH")
        case (.batteryLow, false): self("battery charged", "Akku geladen")
        case (.armed, true): self("alarm armed", "Alarmanlage scharf")
        case (.armed, false): self("alarm disarmed", "Alarmanlage unscharf")
        }
    }

    func text(_ event: MeterRead) -> String {
        if let energy = event.energy { return "\(decimal((energy * 1_000).rounded() / 1_000)) kWh" }
        if let volume = event.volume { return "\(decimal((volume * 10).rounded() / 10)) l" }
        return "\(event.pulses)"
    }

    /// One plain sentence of what is wrong with a sensor, and what to look at.
    func sentence(_ fault: SensorFault) -> String {
        switch fault {
        case .stuck:
            self(
                "it shows the same active level for far too long: look whether something blocks it or its wire is shorted",
                "er zeigt viel zu lange denselben aktiven Zustand: ist etwas davor, oder ist die Leitung kurzgeschlossen?"
            )
        case .silent:
            self(
                "nothing has come from it for too long: check its wire and supply",
                "es kommt seit zu langer Zeit nichts von ihm: Leitung und Versorgung prüfen")
        case .noisy:
            self(
                "its line changes far more often than can be: check its wire, shield and pull resistor",
                "seine Leitung wechselt viel öfter, als es sein kann: Leitung, Schirm und Pull-Widerstand prüfen")
        case .contradicting:
            self(
                "what it says does not fit with what the doors and other sensors say",
                "was er meldet, passt nicht zu dem, was Türen und andere Sensoren melden")
        case .unchanging:
            self(
                "its reading has not moved for days: it may have died with it",
                "sein Wert bewegt sich seit Tagen nicht: wahrscheinlich ist er damit stehengeblieben")
        case .losingEdges:
            self(
                "the machine loses signals of its line: something floods it, or the machine is overloaded",
                "der Rechner verliert Signale seiner Leitung: etwas überflutet sie, oder er ist überlastet")
        case .unreadable:
            self(
                "one reading after the other fails: check its wire, its length and the pull-up",
                "eine Messung nach der anderen misslingt: Leitung, ihre Länge und den Pull-up prüfen")
        }
    }

    /// All sensors as a table.
    func lines(_ sensors: [SensorState]) -> [String] {
        var table = Table()
        table.add([
            self("SENSOR", "SENSOR"), self("SPACE", "RAUM"), self("WORKS", "GEHT"), self("SHOWS", "ZEIGT"),
        ])
        for sensor in sensors {
            table.add([
                sensor.sensor.rawValue, sensor.space?.rawValue ?? "",
                sensor.available ? self("yes", "ja") : self("NO", "NEIN"),
                text(sensor),
            ])
            for fault in sensor.faults { table.add(["", "", "", sentence(fault)]) }
        }
        return table.lines
    }

    /// What a sensor shows now.
    func text(_ sensor: SensorState) -> String {
        var parts: [String] = []
        if let present = sensor.present {
            parts.append(present ? self("presence", "anwesend") : self("nobody", "niemand"))
        }
        if let entered = sensor.entered, let left = sensor.left {
            parts.append(self("\(entered) in, \(left) out", "\(entered) hinein, \(left) hinaus"))
        }
        if let active = sensor.active { parts.append(active ? self("active", "aktiv") : self("at rest", "in Ruhe")) }
        let climate = Climate(
            temperature: sensor.temperature, humidity: sensor.humidity, co2: sensor.co2, pressure: sensor.pressure)
        if climate != Climate() { parts.append(text(climate)) }
        if let energy = sensor.energy { parts.append("\(decimal((energy * 1_000).rounded() / 1_000)) kWh") }
        if let volume = sensor.volume { parts.append("\(decimal((volume * 10).rounded() / 10)) l") }
        return parts.joined(separator: ", ")
    }

    /// What is wrong with what a reader sent.
    func word(_ fault: FrameFault) -> String {
        switch fault {
        case .tooShort: self("too few bits", "zu wenige Bits")
        case .tooLong: self("too many bits", "zu viele Bits")
        case .parity: self("parity or complement is wrong", "Parität oder Komplement falsch")
        case .simultaneous: self("pulses on both lines at once", "Impulse auf beiden Leitungen zugleich")
        case .timing: self("timing is no reader's", "Zeiten passen zu keinem Leser")
        case .edgesLost: self("an edge is missing", "eine Flanke fehlt")
        case .pulseWidth: self("pulses of the wrong length", "Impulse falscher Länge")
        case .codeTimeout: self("keys without a '#'", "Tasten ohne '#'")
        case .codeTooLong: self("more keys than a code has", "mehr Tasten, als ein Code hat")
        }
    }
}
