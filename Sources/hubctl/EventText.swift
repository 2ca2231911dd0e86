internal import Glibc
internal import HubMessages

/// Events as lines for people.
extension Language {
    /// One line: number, time, what happened.
    func line(_ envelope: JournalEnvelope) -> String {
        let number = String(envelope.seq)
        let padding = String(repeating: " ", count: max(0, 6 - number.count))
        return "\(padding)\(number)  \(time(envelope.time))  \(text(envelope.event))"
    }

    /// A wall time in the time zone of the environment (TZ), to the second.
    func time(_ time: WallTime) -> String {
        local(time, "%Y-%m-%d %H:%M:%S")
    }

    /// A wall time in the time zone of the environment, as `strftime(3)` writes it.
    func local(_ time: WallTime, _ format: String) -> String {
        var seconds = time_t(time.milliseconds / 1_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What happened.
    func text(_ event: JournalEvent) -> String {
        switch event {
        case .hubStarted(let event):
            return self("hub started, version \(event.version)", "Hub gestartet, Version \(event.version)")
        case .hubStopped: return self("hub stopped", "Hub angehalten")
        case .configurationChanged(let event):
            return event.accepted
                ? self("new configuration in effect", "neue Konfiguration gilt")
                : self(
                    "configuration refused: \(event.mistakes) mistakes",
                    "Konfiguration abgelehnt: \(event.mistakes) Fehler")
        case .clockChanged(let event):
            return self("clock: ", "Uhr: ") + word(event.quality)
                + (event.jump == 0 ? "" : self(", jumped by \(event.jump) ms", ", Sprung um \(event.jump) ms"))
        case .accessDecided(let event): return text(event)
        case .duress(let event): return "\(event.door): " + self("DURESS CODE", "NÖTIGUNGSCODE")
        case .holdersChanged(let event):
            let done =
                switch event.change {
                case .put: self("set", "gesetzt")
                case .removed: self("removed", "entfernt")
                case .suspended: self("BLOCKED", "GESPERRT")
                case .resumed: self("released again", "wieder freigegeben")
                }
            return "\(event.by): " + self("standing right", "Dauerberechtigung") + " \(event.holder) \(done)"
        case .recordedLate(let event):
            return "\(event.door): " + self("decision recorded late", "Entscheidung verspätet aufgezeichnet")
        case .doorReleased(let event):
            return "\(event.door): " + word(released: true) + " " + word(event.cause)
        case .doorLocked(let event): return "\(event.door): " + word(released: false)
        case .doorContact(let event): return "\(event.door): " + word(event.contact)
        case .accessUsed(let event):
            return "\(event.door): " + (event.taken ? self("passed", "betreten") : self("not passed", "nicht betreten"))
        case .doorAlarm(let event):
            return "\(event.door): " + word(event.alarm) + (event.active ? "" : self(" is over", " beendet"))
        case .frameRejected(let event):
            return "\(event.door): " + self("no card", "keine Karte") + " (\(word(event.fault))"
                + (event.bits == 0 ? ")" : ", \(event.bits) bit)")
        case .presenceChanged(let event):
            return "\(event.space): "
                + (event.present ? self("presence", "anwesend") : self("no presence", "niemand bemerkt"))
        case .passage(let event):
            let doubt = event.minimum == event.maximum ? "" : " [\(event.minimum)–\(event.maximum)]"
            return "\(event.space): \(event.sensor) \(event.direction.rawValue)\(doubt)"
        case .climate(let event):
            let climate = Climate(
                temperature: event.temperature, humidity: event.humidity, co2: event.co2, pressure: event.pressure)
            return "\(event.sensor): \(text(climate))"
        case .meter(let event): return "\(event.sensor): \(text(event))"
        case .inputChanged(let event): return "\(event.sensor): " + word(event.input, active: event.active)
        case .feedback(let event):
            return "\(event.sensor): \(event.answer) (\(event.rank)/\(event.of))"
        case .sensorFault(let event):
            return "\(event.sensor): "
                + (event.active ? sentence(event.fault) : self("is over: ", "beendet: ") + sentence(event.fault))
                + (event.detail.map { " (\($0))" } ?? "")
        case .occupancyChanged(let event):
            return "\(event.space): \(event.estimate) [\(event.minimum)–\(event.maximum)], " + word(event.cause)
        case .utilization, .utilizationSummary, .districtQuarter, .districtMonth, .capacityChanged, .bookingArrived,
            .bookingNoShow, .bookingOverstay, .walkIn:
            return useText(event)
        case .deviceChanged(let event):
            return "\(event.device): "
                + (event.available
                    ? self("works again", "geht wieder") : self("failed: ", "ausgefallen: ") + (event.reason ?? ""))
        case .loss(let event):
            let range = event.first.flatMap { first in event.last.map { ", \(first)–\($0)" } } ?? ""
            return self("LOST", "VERLOREN") + ": \(event.count) × \(event.source) (\(event.cause.rawValue)\(range))"
        case .bookingsChanged(let event):
            if let refused = event.refused {
                return self("bookings refused: ", "Buchungen abgelehnt: ")
                    + "\(refused.rawValue), \(event.detail ?? "")"
            }
            return self("\(event.count) bookings now", "jetzt \(event.count) Buchungen")
        case .doorMode(let event): return "\(event.door): " + self("set to ", "jetzt ") + word(event.mode)
        case .doorBolt(let event): return "\(event.door): " + self("bolt ", "Riegel ") + word(event.bolt)
        case .fire(let event):
            if event.active { return self("FIRE ALARM: doors released", "FEUERALARM: Türen freigegeben") }
            return event.latched
                ? self(
                    "fire input quiet; doors stay released until 'hubctl fire reset'",
                    "Feuermelder ruhig; Türen bleiben frei bis 'hubctl fire reset'")
                : self("fire alarm reset", "Feueralarm zurückgesetzt")
        case .commandExecuted(let event):
            let target = event.door?.rawValue ?? event.booking?.rawValue ?? "hub"
            let why = event.why.map { " (\($0))" } ?? ""
            return "\(event.by): \(event.command.rawValue) \(target): \(event.outcome.rawValue)\(why)"
        case .commandObserved(let event):
            return "\(event.door): "
                + self("after the command: ", "nach dem Befehl: ")
                + [word(event.mode), word(released: event.released), word(event.contact)].joined(separator: ", ")
        case .requestRefused(let event):
            let origin = event.signer?.rawValue ?? self("unknown sender", "unbekannter Absender")
            return self("request refused: ", "Anforderung abgelehnt: ")
                + "\(word(event.reason)) (\(origin))" + (event.count > 1 ? " × \(event.count)" : "")
        case .daySummary(let event):
            return self("day \(event.day): ", "Tag \(event.day): ")
                + self("\(event.recorded) events, chain ", "\(event.recorded) Ereignisse, Kette ")
                + "\(event.head.seq):\(event.head.hash)"
        case .privacyErased(let event):
            return self(
                "\(event.by): \(event.count) events erased on request",
                "\(event.by): \(event.count) Ereignisse auf Antrag gelöscht")
        case .removed(let event):
            let what = event.was ?? self("events from \(event.first) on", "Ereignisse ab \(event.first)")
            return self("content gone: ", "Inhalt entfernt: ") + what
        }
    }

    private func text(_ event: AccessDecided) -> String {
        let verdict = event.granted ? self("granted", "Zutritt") : self("denied", "kein Zutritt")
        let booking = event.booking.map { " \($0)" } ?? ""
        return "\(event.door): \(verdict), \(word(event.reason))\(booking) (\(event.credential))"
    }
}
