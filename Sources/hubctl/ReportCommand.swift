internal import ArgumentParser
internal import HubMessages
internal import MessageCoding
internal import Reports

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Show how spaces were used between two days.",
        discussion: """
            Use by weekday and hour, booked against used, no-shows, peak against capacity, the share of time with good air, \
            energy per hour in use. What each number means: docs/utilization.md.

              hubctl report --from 2026-11-01 --to 2026-11-30
              hubctl report --from 2026-11-01 --to 2026-11-30 --format html > november.html

            Exit status: 1 where nothing was recorded in that time.
            """)
    @OptionGroup var options: SessionOptions
    @OptionGroup var records: RecordOptions
    @Option(help: "text, csv, json, html or svg.")
    var format = Format.text

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, csv, json, html, svg
    }

    func run() throws {
        var found: [UtilizationRecord] = []
        try records.events(options) { envelope in
            guard case .utilization(let record) = envelope.event, records.covers(record.space, record.start) else {
                return
            }
            found.append(record)
        }
        let report = UseReport(found, spaces: try records.spaces(options), local: LocalDay.quarter)
        guard !report.spaces.isEmpty else {
            throw Failure.refused(
                Language.current(
                    "nothing was recorded from \(records.from) to \(records.to)",
                    "von \(records.from) bis \(records.to) ist nichts aufgezeichnet"))
        }
        let language: ReportLanguage =
            switch Language.current {
            case .german: .german
            case .english: .english
            }
        let chosen = options.json && format == .text ? .json : format
        switch chosen {
        case .text: print(report.text(language), terminator: "")
        case .csv: print(report.csv, terminator: "")
        case .json: print(String(decoding: MessageCoding().encode(report), as: UTF8.self))
        case .html: print(report.html(language), terminator: "")
        case .svg: print(report.svg(language), terminator: "")
        }
    }
}
