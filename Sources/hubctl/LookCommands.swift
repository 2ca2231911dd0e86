internal import ArgumentParser
internal import HubMessages

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the hub is: clock, network, disk, spaces.")
    @OptionGroup var options: SessionOptions

    func run() throws {
        let session = try options.connect()
        guard case .status(let report) = try session.ask(.status) else { return }
        if session.isJSON {
            print(session.text(report))
            return
        }
        let language = Language.current
        for line in language.lines(report) + [""] + language.lines(report.spaces) { print(line) }
        if !report.sensors.isEmpty { for line in [""] + language.lines(report.sensors) { print(line) } }
    }
}

struct DoorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doors", abstract: "Show all doors: lock, contact, alarms.")
    @OptionGroup var options: SessionOptions

    func run() throws {
        let session = try options.connect()
        guard case .doors(let doors) = try session.ask(.doors) else { return }
        if session.isJSON {
            for door in doors { print(session.text(door)) }
        } else {
            for line in Language.current.lines(doors) { print(line) }
        }
    }
}

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Show events that the hub keeps.",
        subcommands: [Tail.self, Show.self, ReplayCommand.self])

    struct Tail: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the last events.")
        @OptionGroup var options: SessionOptions
        @Option(name: .shortAndLong, help: "How many, 1 to \(ControlRequest.maximumEvents).")
        var number = 20

        func validate() throws {
            guard (1...ControlRequest.maximumEvents).contains(number) else {
                throw ValidationError("--number is \(number); expected 1 to \(ControlRequest.maximumEvents)")
            }
        }

        func run() throws {
            let session = try options.connect()
            guard case .events(let events) = try session.ask(.journalTail(count: number)) else { return }
            for event in events { print(session.isJSON ? session.text(event) : Language.current.line(event)) }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one event with all its fields.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The event's number in the journal.")
        var seq: UInt64

        func run() throws {
            let session = try options.connect()
            guard case .events(let events) = try session.ask(.journalShow(seq: seq)) else { return }
            guard let event = events.first, event.seq == seq else {
                throw Failure.refused(
                    "the journal has no event \(seq); it may be delivered and deleted, or not written yet "
                        + "(see 'hubctl journal tail')")
            }
            if !session.isJSON { print(Language.current.line(event)) }
            print(session.text(event))
        }
    }
}
