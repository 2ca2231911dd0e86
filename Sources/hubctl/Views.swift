internal import HubMessages

// What commands show of a hub's states.
extension Language {
    func lines(_ report: StatusReport) -> [String] {
        var table = Table()
        let hub = report.hub
        table.add([self("hub", "Hub"), "\(hub.name) (\(hub.hub)), \(self("version", "Version")) \(hub.version)"])
        table.add([self("time", "Uhrzeit"), "\(local(report.time, "%Y-%m-%d %H:%M:%S %Z")), \(word(hub.clock))"])
        table.add([self("running", "läuft seit"), span(report.uptime)])
        if let speed = report.simulationSpeed {
            table.add([self("simulated", "simuliert"), self("\(speed) times real time", "\(speed)-fache Zeit")])
        }
        let network: String
        switch report.connected {
        case true?: network = self("connected", "verbunden")
        case false?: network = self("not connected", "nicht verbunden")
        case nil: network = self("none configured", "keines eingerichtet")
        }
        table.add([
            self("network", "Netz"),
            network + self(", \(report.backlog) events to deliver", ", \(report.backlog) Ereignisse zu liefern"),
        ])
        let disk =
            hub.journalHealthy
            ? self("works", "in Ordnung") : self("TAKES NO EVENTS", "NIMMT NICHTS AN") + word(hub.journalFault)
        table.add([
            self("disk", "Speicher"),
            disk + self(", \(report.waitingForDisk) events waiting", ", \(report.waitingForDisk) Ereignisse warten"),
        ])
        table.add([self("journal", "Journal"), hub.journal.rawValue])
        table.add([
            self("bookings", "Buchungen"),
            "\(report.bookings), " + self("feed version ", "Stand ") + "\(hub.feedVersion ?? 0)",
        ])
        let failed = hub.failedDevices.map(\.description).joined(separator: ", ")
        table.add([self("failed devices", "gestörte Geräte"), failed.isEmpty ? self("none", "keine") : failed])
        for warning in report.warnings ?? [] { table.add([self("WARNING", "WARNUNG"), word(warning)]) }
        return table.lines
    }

    func lines(_ doors: [DoorState]) -> [String] {
        var table = Table()
        table.add([
            self("DOOR", "TÜR"), self("NAME", "NAME"), self("MODE", "ZUSTAND"), self("LOCK", "SCHLOSS"),
            self("BOLT", "RIEGEL"), self("CONTACT", "KONTAKT"),
            self("ALARMS", "ALARME"),
        ])
        for door in doors {
            table.add([
                door.door.rawValue, door.name,
                word(door.mode) + (door.fire == true ? self(" (fire)", " (Feuer)") : ""),
                word(released: door.released), word(door.bolt), word(door.contact),
                door.alarms.map(word).joined(separator: ", "),
            ])
        }
        return table.lines
    }

    func lines(_ spaces: [SpaceState]) -> [String] {
        var table = Table()
        table.add([
            self("SPACE", "RAUM"), self("NAME", "NAME"), self("PEOPLE", "PERSONEN"), self("PRESENCE", "ANWESEND"),
            self("BOOKED", "GEBUCHT"), "", "",
        ])
        for space in spaces {
            let people =
                space.minimum == space.maximum
                ? "\(space.estimate)" : "\(space.estimate) [\(space.minimum)–\(space.maximum)]"
            table.add([
                space.space.rawValue, space.name, space.capacity.map { "\(people) / \($0)" } ?? people,
                yes(space.present), yes(space.booked), bar(space),
                space.level.flatMap { $0 == .free ? nil : word($0) } ?? "",
            ])
        }
        return table.lines
    }

    func lines(_ bookings: [Booking]) -> [String] {
        guard !bookings.isEmpty else { return [self("no bookings", "keine Buchungen")] }
        var table = Table()
        table.add([
            self("BOOKING", "BUCHUNG"), self("SPACE", "RAUM"), self("FROM", "VON"), self("TO", "BIS"),
            self("CARDS", "KARTEN"), self("SOURCE", "HERKUNFT"), "",
        ])
        for booking in bookings {
            table.add([
                booking.id.rawValue, booking.space.rawValue, time(booking.from), time(booking.to),
                booking.credentials.map(\.pseudonym).joined(separator: " "), booking.source.rawValue,
                booking.cancelled ? self("cancelled", "storniert") : "",
            ])
        }
        return table.lines
    }

    private func word(_ fault: JournalFault?) -> String {
        switch fault {
        case .full?: self(" (full)", " (voll)")
        case .readOnly?: self(" (read-only)", " (nur lesbar)")
        case .error?: self(" (errors)", " (Fehler)")
        case .stalled?: self(" (does not answer)", " (antwortet nicht)")
        case nil: ""
        }
    }

    private func word(_ warning: SetupWarning) -> String {
        switch warning {
        case .noSigner:
            self(
                warning.description,
                "[mqtt] ohne [[signer]]: alle Buchungen und Anfragen aus dem Netz werden abgelehnt; "
                    + "„hubctl sign --new-key DATEI --id NAME“ macht einen Schlüssel und druckt die fehlende Tabelle")
        }
    }

    private func yes(_ value: Bool?) -> String {
        switch value {
        case true?: self("yes", "ja")
        case false?: self("no", "nein")
        case nil: "?"
        }
    }

    private func bar(_ space: SpaceState) -> String {
        guard let capacity = space.capacity, capacity > 0 else { return "" }
        let width = 20
        let filled = min(width, (space.estimate * width + capacity - 1) / capacity)
        return String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
    }

    private func span(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
        if days > 0 { return "\(days) d \(hours) h" }
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
    }
}
