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
            func show(_ events: [JournalEnvelope]) -> Bool {
                for event in events { print(session.isJSON ? session.text(event) : Language.current.line(event)) }
                return true
            }
            var unreadable: [ClosedRange<SequenceNumber>] = []
            switch try session.askAtLength(.journalTail(count: number)) {
            case .events(let events):
                guard show(events), let last = events.last?.seq else { return }
                // Where they end with damage, there is more behind it.
                guard case .unreadable = try session.askAtLength(.journalRead(after: last, count: 1)) else { return }
                unreadable = try session.readJournal(after: last, show)
            case .unreadable(let first, let last):
                unreadable = [first...max(first, last)]
                unreadable += try session.readJournal(after: last, show)
            case _: return
            }
            if let text = Language.current.text(unreadable: unreadable) { Hubctl.complain("hubctl: \(text)") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one event with all its fields.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The event's number in the journal.")
        var seq: UInt64

        func run() throws {
            let session = try options.connect()
            let response = try session.askAtLength(.journalShow(seq: seq))
            if case .unreadable(let first, let last) = response, first <= last {
                throw Failure.refused(Language.current.text(unreadable: [first...last]) ?? "")
            }
            guard case .events(let events) = response else { return }
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

                Exit status 1 where the disk has damaged some so that they cannot be read; all others are printed.
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
            if let to, to < from { throw ValidationError("--to is \(to), which is before --from, \(from)") }
            if let wrong = type.first(where: { !JournalEvent.allTypes.contains($0) }) {
                throw ValidationError(
                    "'\(wrong)' is no type of events; there are: \(JournalEvent.allTypes.sorted().joined(separator: ", "))"
                )
            }
        }

        func run() throws {
            let session = try options.connect()
            let end = to ?? .max
            let unreadable = try session.readJournal(after: from - 1) { events in
                for event in events where event.seq <= end {
                    if type.isEmpty || type.contains(event.event.type) { print(session.text(event)) }
                }
                return events.last.map { $0.seq < end } ?? false
            }
            let missing = unreadable.filter { $0.lowerBound <= end }
            if let text = Language.current.text(unreadable: missing) { throw Failure.refused(text) }
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
            guard case .verified(let report) = try session.askAtLength(.journalVerify(heads: head)) else { return }
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
            guard case .compacted(let before, let after) = try session.askAtLength(.journalCompact) else { return }
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
