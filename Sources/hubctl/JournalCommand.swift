internal import ArgumentParser
internal import HubMessages

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Show, check and tidy the events that the hub keeps.",
        subcommands: [Tail.self, Show.self, Export.self, Verify.self, Compact.self, ReplayCommand.self])

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

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print all events, one JSON object per line, in order.",
            discussion: """
                What was erased, or removed for lack of room, is there as an event of type event.removed.
                Losses alone: hubctl journal export --type loss
                """)
        @OptionGroup var options: SessionOptions
        @Option(help: "The first event's number.")
        var from: UInt64 = 1
        @Option(help: "The last event's number; default: the last there is.")
        var to: UInt64?
        @Option(help: "Only events of this type; repeat for more.")
        var type: [String] = []

        func validate() throws {
            guard from > 0 else { throw ValidationError("--from is 0; the first event has the number 1") }
            if let wrong = type.first(where: { !JournalEvent.allTypes.contains($0) }) {
                throw ValidationError(
                    "'\(wrong)' is no type of events; there are: \(JournalEvent.allTypes.sorted().joined(separator: ", "))"
                )
            }
        }

        func run() throws {
            let session = try options.connect()
            var position = from - 1
            while to.map({ position < $0 }) ?? true {
                guard
                    case .events(let events) = try session.ask(
                        .journalRead(after: position, count: ControlRequest.maximumEvents)), let last = events.last
                else { return }
                for event in events where to.map({ event.seq <= $0 }) ?? true {
                    if type.isEmpty || type.contains(event.event.type) { print(session.text(event)) }
                }
                position = last.seq
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that no event was changed or removed since it was written.",
            discussion: """
                Follows the hash chain over all events. That alone finds damage and clumsy changes; who can write the \
                file can make the chain anew. So give heads that somebody else has: from the retained topic \
                'state/journal', or from journal.day events in the archive:

                  hubctl journal verify --head 4711:5f0c…

                Exit status 1 where anything does not agree.
                """)
        @OptionGroup var options: SessionOptions
        @Option(help: "A head noted earlier, SEQ:HASH; repeat for more.", transform: parseHead)
        var head: [JournalHead] = []

        func run() throws {
            let session = try options.connect()
            guard case .verified(let report) = try session.ask(.journalVerify(heads: head)) else { return }
            if session.isJSON {
                print(session.text(report))
            } else {
                for line in Language.current.lines(report) { print(line) }
            }
            if !report.sound {
                throw Failure.refused(
                    Language.current(
                        "the journal is not as it was written", "das Journal ist nicht, wie es geschrieben wurde"))
            }
        }
    }

    struct Compact: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give the journal's free room back to the disk.")
        @OptionGroup var options: SessionOptions

        func run() throws {
            let session = try options.connect()
            guard case .compacted(let before, let after) = try session.ask(.journalCompact) else { return }
            if session.isJSON {
                print(session.text(["before": before, "after": after]))
            } else {
                print(Language.current("\(before) bytes before, \(after) now", "vorher \(before) Byte, jetzt \(after)"))
            }
        }
    }
}

/// A head of the journal's chain from the command line.
@Sendable private func parseHead(_ text: String) throws -> JournalHead {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let seq = UInt64(parts[0]), let hash = ChainHash(String(parts[1])) else {
        throw ValidationError("'\(text)' is no head; expected SEQ:HASH with 64 lower-case hexadecimal digits")
    }
    return JournalHead(seq: seq, hash: hash)
}

extension Language {
    /// What a verification found.
    func lines(_ report: VerificationReport) -> [String] {
        var table = Table()
        table.add([
            self("journal", "Journal"),
            report.sound
                ? self("as it was written", "wie geschrieben")
                : self("NOT AS IT WAS WRITTEN", "VERÄNDERT ODER BESCHÄDIGT"),
        ])
        table.add([
            self("events", "Ereignisse"),
            "\(report.first)–\(report.head.seq), \(report.kept) "
                + self("with content", "mit Inhalt"),
        ])
        table.add([self("erased", "gelöscht"), "\(report.erased)"])
        table.add([self("lost, and told", "verloren, gemeldet"), "\(report.removed)"])
        table.add([self("head", "Kopf"), "\(report.head.seq):\(report.head.hash)"])
        table.add([self("heads that agree", "Köpfe, die stimmen"), "\(report.agreeing)"])
        for range in report.damaged where range.count == 2 {
            table.add([self("DAMAGED OR MISSING", "BESCHÄDIGT ODER FEHLT"), "\(range[0])–\(range[1])"])
        }
        for seq in report.broken { table.add([self("CHAIN BROKEN BEFORE", "KETTE BRICHT VOR"), "\(seq)"]) }
        for head in report.contradicted {
            table.add([self("HEAD DOES NOT AGREE", "KOPF STIMMT NICHT"), "\(head.seq):\(head.hash)"])
        }
        for head in report.unknown {
            table.add([self("no such event any more", "Ereignis nicht mehr da"), "\(head.seq)"])
        }
        return table.lines
    }
}
