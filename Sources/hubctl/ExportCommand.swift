internal import ArgumentParser
internal import HubMessages
internal import MessageCoding
internal import Reports

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print how spaces were used in an open format, for a smart-city platform.",
        discussion: """
            What the public may see: of people what the district gets (docs/utilization.md), of the air the rounded temperature \
            of days. \
            With --full everything the hub knows by quarter-hours, which is personal data where few people use a room: for \
            operators' own platforms only.

              hubctl export --from 2026-11-01 --to 2026-11-30 --format ngsi-ld \\
                --location 7.31,50.30 --street "Marktplatz 1" --postal-code 56751 --locality Polch

            Exit status: 1 where nothing was recorded in that time.
            """)
    @OptionGroup var options: SessionOptions
    @OptionGroup var records: RecordOptions
    @Option(help: "ngsi-ld (entities of the Smart Data Models) or sensorthings (OGC).")
    var format: Format
    @Option(help: "Where the hub is: longitude,latitude in degrees (WGS 84).", transform: point)
    var location: Point
    @Option(help: "Street and number.")
    var street: String
    @Option(help: "The postal code.")
    var postalCode: String
    @Option(help: "The town.")
    var locality: String
    @Flag(help: "Everything the hub knows, not only what the public may see.")
    var full = false

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case ngsiLD = "ngsi-ld"
        case sensorThings = "sensorthings"
    }

    struct Point {
        let longitude, latitude: Double
    }

    func run() throws {
        var found: [UtilizationRecord] = []
        var observations: [Observation] = []
        var hub: HubID?
        try records.events(options) { envelope in
            hub = envelope.hub
            if case .utilization(let record) = envelope.event, records.covers(record.space, record.start) {
                found.append(record)
            }
            if !full, case .districtQuarter(let quarter) = envelope.event, records.covers(quarter.space, quarter.start)
            {
                observations.append(Observation(public: quarter))
            }
        }
        guard let hub, !found.isEmpty else {
            throw Failure.refused(
                Language.current(
                    "nothing was recorded from \(records.from) to \(records.to)",
                    "von \(records.from) bis \(records.to) ist nichts aufgezeichnet"))
        }
        let spaces = try records.spaces(options)
        observations += full ? Self.latest(found).map(Observation.init(full:)) : days(found, spaces)
        let place = HubPlace(
            hub: hub, name: try name(of: hub), longitude: location.longitude, latitude: location.latitude,
            street: street,
            postalCode: postalCode, locality: locality)
        let value: OpenValue =
            switch format {
            case .ngsiLD: .array(NGSILD.entities(place, spaces: spaces, observations: observations))
            case .sensorThings: SensorThings.document(place, spaces: spaces, observations: observations)
            }
        print(String(decoding: MessageCoding().encode(value), as: UTF8.self))
    }

    /// The highest revision of each quarter-hour.
    private static func latest(_ records: [UtilizationRecord]) -> [UtilizationRecord] {
        var latest: [String: UtilizationRecord] = [:]
        for record in records {
            let key = "\(record.space)/\(record.start.milliseconds)"
            if let known = latest[key], known.revision >= record.revision { continue }
            latest[key] = record
        }
        return latest.values.sorted { ($0.start, $0.space) < ($1.start, $1.space) }
    }

    /// The means of days, from the first to the last quarter-hour that each has.
    private func days(_ found: [UtilizationRecord], _ spaces: [ReportedSpace]) -> [Observation] {
        let report = UseReport(found, spaces: spaces, local: LocalDay.quarter)
        return report.spaces.flatMap { space in
            space.days.compactMap { day -> Observation? in
                let starts = found.filter {
                    $0.space == space.space.space && LocalDay.quarter(of: $0.start).date == day.date
                }.map(\.start)
                guard let first = starts.min(), let last = starts.max() else { return nil }
                return Observation(public: day, of: space.space.space, from: first, to: last + .seconds(900))
            }
        }
    }

    private func name(of hub: HubID) throws -> String {
        guard records.file == nil, case .status(let report) = try options.connect().ask(.status) else {
            return "RegioHub \(hub)"
        }
        return report.hub.name
    }
}

/// Longitude and latitude from the command line.
@Sendable private func point(_ text: String) throws -> ExportCommand.Point {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let longitude = Double(parts[0]), let latitude = Double(parts[1]),
        (-180...180).contains(longitude), (-90...90).contains(latitude)
    else {
        throw ValidationError(
            "'\(text)' is no place; expected longitude,latitude in degrees with a decimal point, such as 7.31,50.30")
    }
    return ExportCommand.Point(longitude: longitude, latitude: latitude)
}
