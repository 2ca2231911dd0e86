internal import Glibc
internal import HubMessages

/// The language an operator reads: German where the environment says so, else English.
enum Language {
    case german
    case english

    /// The environment's language (POSIX.1-2017, 8.2: LC_ALL before LC_MESSAGES before LANG).
    static let current: Language = {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty {
                return value.hasPrefix("de") ? .german : .english
            }
        }
        return .english
    }()

    /// One of two texts.
    func callAsFunction(_ english: String, _ german: String) -> String {
        switch self {
        case .german: german
        case .english: english
        }
    }
}

// What states are called.
extension Language {
    func word(_ contact: ContactState) -> String {
        switch contact {
        case .open: self("open", "offen")
        case .closed: self("closed", "zu")
        case .unknown: self("unknown", "unbekannt")
        }
    }

    func word(released: Bool?) -> String {
        switch released {
        case true?: self("released", "freigegeben")
        case false?: self("locked", "verriegelt")
        case nil: self("unknown", "unbekannt")
        }
    }

    func word(_ mode: DoorMode) -> String {
        switch mode {
        case .locked: self("locked", "verriegelt")
        case .unlocked: self("unlocked", "entriegelt")
        case .accessed: self("released", "freigegeben")
        case .blocked: self("BLOCKED", "GESPERRT")
        case .lockedDown: self("LOCKED DOWN", "ABGERIEGELT")
        case .lockedOpen: self("LOCKED OPEN", "DAUEROFFEN")
        }
    }

    func word(_ bolt: BoltState?) -> String {
        switch bolt {
        case .locked?: self("thrown", "ausgefahren")
        case .unlocked?: self("drawn", "eingezogen")
        case .unknown?: self("unknown", "unbekannt")
        case nil: "–"
        }
    }

    func word(_ alarm: DoorAlarm) -> String {
        switch alarm {
        case .forced: self("FORCED", "AUFGEBROCHEN")
        case .heldOpenWarning: self("open for long", "lange offen")
        case .heldOpen: self("HELD OPEN", "ZU LANGE OFFEN")
        case .relockFailed: self("NOT LOCKED", "NICHT VERRIEGELT")
        case .tamper: self("TAMPER", "SABOTAGE")
        case .fault: self("FAULT", "STÖRUNG")
        }
    }

    func word(_ quality: ClockQuality) -> String {
        switch quality {
        case .synchronized: self("synchronized", "synchronisiert")
        case .rtcOnly: self("not synchronized", "nicht synchronisiert")
        case .unknown: self("unknown", "unbekannt")
        }
    }

    func word(_ reason: DecisionReason) -> String {
        switch reason {
        case .booking: self("booked", "gebucht")
        case .bookingAtUnknownTime: self("has a booking, time unknown", "hat gebucht, Uhrzeit unbekannt")
        case .right: self("standing right", "Dauerberechtigung")
        case .rightAtUnknownTime: self("standing right, time unknown", "Dauerberechtigung, Uhrzeit unbekannt")
        case .pinRequired: self("PIN required", "PIN erforderlich")
        case .unknownCredential: self("unknown credential", "Ausweis oder Code unbekannt")
        case .suspended: self("credential is blocked", "Ausweis oder Code ist gesperrt")
        case .usedUp: self("used up", "verbraucht")
        case .outsideSchedule: self("outside of its hours", "außerhalb seiner Zeiten")
        case .clockUnsynchronized: self("clock not confirmed", "Uhr unbestätigt")
        case .dataTooOld: self("booking data too old", "Buchungsdaten zu alt")
        case .lockedOut: self("too many wrong attempts", "zu viele Fehlversuche")
        case .blocked: self("door is blocked", "Tür ist gesperrt")
        case .lockedDown: self("door is locked down", "Tür ist abgeriegelt")
        case .interlock: self("other door of the sluice is open", "andere Tür der Schleuse ist offen")
        case .tooEarly: self("booking has not begun", "Buchung hat noch nicht begonnen")
        case .tooLate: self("booking is over", "Buchung ist vorbei")
        case .otherDoor: self("booking is for another room", "Buchung gilt für einen anderen Raum")
        case .cancelled: self("booking is cancelled", "Buchung ist storniert")
        case .clockUnknown: self("time unknown", "Uhrzeit unbekannt")
        }
    }

    func word(_ cause: ReleaseCause) -> String {
        switch cause {
        case .grant: self("by a grant", "nach Berechtigung")
        case .exitRequest: self("from inside", "von innen")
        case .operator: self("by an operator", "durch Betreiber")
        case .openingHours: self("by opening hours", "nach Öffnungszeit")
        case .fire: self("by the FIRE ALARM", "durch FEUERALARM")
        }
    }

    func word(_ cause: OccupancyCause) -> String {
        switch cause {
        case .entered: self("somebody came in", "jemand kam herein")
        case .left: self("somebody went out", "jemand ging hinaus")
        case .ambiguousPassage: self("passage not clear", "Durchgang unklar")
        case .edgesLost: self("signals lost", "Signale verloren")
        case .counterFailed: self("counter failed", "Zähler ausgefallen")
        case .leftWhileEmpty:
            self("corrected: left while counted empty", "korrigiert: ging hinaus, obwohl leer gezählt")
        case .presence: self("corrected: somebody is there", "korrigiert: jemand ist da")
        case .presenceWhileEmpty:
            self("corrected: presence while counted empty", "korrigiert: anwesend, obwohl leer gezählt")
        case .longSilence: self("corrected: long silence", "korrigiert: lange Stille")
        case .restart: self("after a restart", "nach Neustart")
        case .admitted: self("let in with a right", "mit Berechtigung eingelassen")
        case .exitRequest: self("asked to be let out", "Ausgang verlangt")
        case .time: self("nothing seen for long", "lange nichts gesehen")
        case .closingTime: self("corrected: closing time", "korrigiert: Schließzeit")
        case .armed: self("corrected: alarm armed, nobody left", "korrigiert: Alarm scharf, niemand mehr da")
        case .innerSpace:
            self("corrected: more people in a room inside", "korrigiert: mehr Personen in einem Raum darin")
        case .outerSpace:
            self("corrected: fewer people in the space around", "korrigiert: weniger Personen im Raum darum herum")
        }
    }
}

// What refused requests are called.
extension Language {
    func word(_ reason: RequestRefusal) -> String {
        switch reason {
        case .malformed: self("no request of the known form", "keine Anforderung bekannter Form")
        case .signature: self("not validly signed", "nicht gültig signiert")
        case .retained: self("kept by the broker from before", "vom Broker aufbewahrt, also alt")
        case .otherHub: self("for another hub", "für einen anderen Hub")
        case .forbidden: self("the signer may not do this", "dem Absender nicht erlaubt")
        case .clockUnknown: self("the hub does not know the time", "der Hub kennt die Uhrzeit nicht")
        case .expired: self("too late, or from before the hub's start", "abgelaufen oder von vor dem Start des Hubs")
        case .notYet: self("ahead of the clock, or good for too long", "aus der Zukunft oder zu lange gültig")
        case .replayed: self("sent before", "schon einmal gesendet")
        case .tooMany: self("too many requests", "zu viele Anforderungen")
        case .refused: self("refused", "abgelehnt")
        }
    }
}
