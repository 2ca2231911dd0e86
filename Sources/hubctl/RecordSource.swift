internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import HubMessages
internal import MessageCoding
internal import Reports

/// Where reports and exports get their records from, and of which time: the running hub's journal, or a file that
/// `hubctl journal export` has written.
struct RecordOptions: ParsableArguments {
    @Option(help: "The first day, YYYY-MM-DD, in local time (TZ).")
    var from: String
    @Option(help: "The last day, YYYY-MM-DD, included.")
    var to: String
    @Option(help: "Only this space; repeat for more.")
    var space: [String] = []
    @Option(help: "Read events from this file, as 'hubctl journal export' prints them, in place of the hub's journal.")
    var file: String?

    func validate() throws {
        for (option, day) in [("--from", from), ("--to", to)] where LocalDay(day) == nil {
            throw ValidationError("\(option) is '\(day)'; expected a day such as 2026-11-25")
        }
        guard from <= to else { throw ValidationError("--from is \(from), which is after --to, \(to)") }
        if let wrong = space.first(where: { SpaceID($0) == nil }) {
            throw ValidationError("'\(wrong)' is no space's id: \(SpaceID.rule)")
        }
    }

    /// Whether a record of that space and time is asked for.
    func covers(_ place: SpaceID, _ start: WallTime) -> Bool {
        let day = LocalDay.quarter(of: start).date
        return from <= day && day <= to && (space.isEmpty || space.contains(place.rawValue))
    }

    /// All events, in order.
    func events(_ options: SessionOptions, _ body: (JournalEnvelope) -> Void) throws {
        if let file {
            try read(file, body)
            return
        }
        let session = try options.connect()
        let unreadable = try session.readJournal { events in
            for event in events { body(event) }
            return true
        }
        if let text = Language.current.text(unreadable: unreadable) { Hubctl.complain("hubctl: \(text)") }
    }

    /// The names and capacities of the spaces, as the running hub has them; none of a file.
    func spaces(_ options: SessionOptions) throws -> [ReportedSpace] {
        guard file == nil, case .status(let report) = try options.connect().ask(.status) else { return [] }
        return report.spaces.map { ReportedSpace(space: $0.space, name: $0.name, capacity: $0.capacity) }
    }

    private func read(_ file: String, _ body: (JournalEnvelope) -> Void) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw Failure.usage("\(file): cannot be read: \(String(cString: strerror(errno)))")
        }
        let coding = MessageCoding()
        for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MessageFault) {
                body(try coding.decode(JournalEnvelope.self, from: Array(line)))
            } catch {
                throw Failure.usage("\(file):\(index + 1): this is no event of a journal: \(error)")
            }
        }
    }
}

/// A local day by the zone of the environment (TZ).
struct LocalDay {
    /// The day `YYYY-MM-DD`; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, parts.allSatisfy({ $0.allSatisfy(\.isASCII) }),
            WallTime(rfc3339: "\(text)T00:00:00Z") != nil
        else { return nil }
    }

    /// Where a moment lies.
    static func quarter(of time: WallTime) -> LocalQuarter {
        var seconds = time_t((Double(time.milliseconds) / 1_000).rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        func digits(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return LocalQuarter(
            date: "\(parts.tm_year + 1_900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))",
            weekday: parts.tm_wday == 0 ? 7 : Int(parts.tm_wday), hour: Int(parts.tm_hour))
    }
}
