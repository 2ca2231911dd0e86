internal import ArgumentParser
internal import ControlSocket
internal import Glibc
internal import HubMessages

/// `hubctl watch`: everything live. On a terminal one screen that is redrawn in place, else a line per change.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Watch doors, spaces and events live, until interrupted.",
        discussion: "On a terminal the screen is redrawn in place; into a pipe or file every change is a line.")
    @OptionGroup var options: SessionOptions

    func run() throws {
        // Whoever watches goes on watching when the daemon is restarted; only the first connection must succeed.
        var session = try options.connect()
        while true {
            do {
                try follow(session)
            } catch let failure as Failure {
                guard failure.status == 3 else { throw failure }
                session = try reconnect(failure)
            }
        }
    }

    private func follow(_ session: Session) throws {
        try session.send(.watch)
        if session.isJSON {
            while true { printLine(session.text(try session.next())) }
        } else if isatty(STDOUT_FILENO) == 1 {
            var screen = WatchScreen()
            while true {
                screen.take(try session.next())
                // Whatever has arrived already is drawn with it.
                while session.client.hasMore { screen.take(try session.next()) }
                screen.draw()
            }
        } else {
            while true { if let line = WatchLine.text(try session.next()) { printLine(line) } }
        }
    }

    private func reconnect(_ failure: Failure) throws -> Session {
        if !options.json {
            printLine(Language.current("the daemon is away; waiting for it", "der Dienst ist weg; warte auf ihn"))
        }
        while true {
            do {
                return try options.connect()
            } catch let failure as Failure {
                guard failure.status == 3 else { throw failure }
                SystemTime.sleep(0.5)
            }
        }
    }
}

/// A change as a line.
enum WatchLine {
    /// The line, or `nil` for what an event line tells too.
    static func text(_ response: ControlResponse) -> String? {
        let language = Language.current
        switch response {
        case .event(let envelope): return language.line(envelope)
        case .status(let report): return language.lines(report).joined(separator: "\n")
        case .door(let door):
            let alarms = door.alarms.map(language.word).joined(separator: ", ")
            return "\(door.door): \(language.word(released: door.released)), \(language.word(door.contact))"
                + (alarms.isEmpty ? "" : ", \(alarms)")
        case .space(let space):
            return "\(space.space): \(space.estimate) [\(space.minimum)–\(space.maximum)]"
        case .frame(let frame): return "\(frame.door): \(language.word(frame.fault)): \(frame.bits)"
        case .sensor(let sensor): return "\(sensor.sensor): \(language.text(sensor))"
        case .hub, .doors, .events, .unreadable, .bookings, .holders, .lines, .explanation, .done, .refused,
            .verified, .erased, .compacted:
            return nil
        }
    }
}

/// The screen: the hub, its doors, its spaces, the sensors that are faulty, the latest events.
struct WatchScreen {
    private var report: StatusReport?
    private var doors: [DoorState] = []
    private var spaces: [SpaceState] = []
    private var sensors: [SensorState] = []
    private var events: [JournalEnvelope] = []

    mutating func take(_ response: ControlResponse) {
        switch response {
        case .status(let report):
            self.report = report
            spaces = report.spaces
            sensors = report.sensors
        case .hub(let status): report?.hub = status
        case .door(let door): Self.replace(&doors, door) { $0.door == door.door }
        case .space(let space): Self.replace(&spaces, space) { $0.space == space.space }
        case .sensor(let sensor): Self.replace(&sensors, sensor) { $0.sensor == sensor.sensor }
        case .event(let envelope):
            events.append(envelope)
            if events.count > 100 { events.removeFirst(50) }
        case .doors, .events, .unreadable, .bookings, .holders, .lines, .frame, .explanation, .done, .refused,
            .verified, .erased, .compacted:
            break
        }
    }

    /// Draws over what was drawn before: cursor home, each line cleared to its end, the rest of the screen cleared
    /// (ECMA-48: CUP, EL, ED).
    func draw() {
        let size = Self.size()
        let language = Language.current
        var lines: [String] = []
        if let report {
            let failed = report.hub.failedDevices.count
            lines.append(
                "\(report.hub.name) · \(language("clock", "Uhr")) \(language.word(report.hub.clock)) · "
                    + (report.hub.journalHealthy
                        ? language("disk works", "Speicher in Ordnung")
                        : language("DISK TAKES NO EVENTS", "SPEICHER NIMMT NICHTS AN"))
                    + (failed == 0 ? "" : " · " + language("\(failed) devices FAILED", "\(failed) Geräte GESTÖRT")))
        }
        lines += [""] + language.lines(doors) + [""] + language.lines(spaces) + [""]
        for sensor in sensors {
            lines += sensor.faults.map { "\(sensor.sensor): \(language.sentence($0))" }
        }
        lines += events.suffix(max(0, size.rows - lines.count - 1)).map(language.line)
        var text = "\u{1B}[H"
        for line in lines.prefix(size.rows - 1) { text += line.prefix(size.columns) + "\u{1B}[K\n" }
        print(text + "\u{1B}[J", terminator: "")
        fflush(nil)
    }

    private static func replace<State>(_ states: inout [State], _ state: State, where isSame: (State) -> Bool) {
        if let index = states.firstIndex(where: isSame) {
            states[index] = state
        } else {
            states.append(state)
        }
    }

    private static func size() -> (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 1, size.ws_col > 1 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }
}
