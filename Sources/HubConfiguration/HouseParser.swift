internal import HubMessages
internal import Sensing

/// Reads doors, spaces and sensors, and checks what they say of each other: names used twice, lines used twice, doors
/// and spaces that do not exist.
struct HouseParser {
    private let formats: WiegandFormatParser
    private(set) var doors: Set<DoorID> = []
    private(set) var spaces: Set<SpaceID> = []
    var sensors: Set<SensorID> = []
    private var lines: [String: String] = [:]

    init(formats: WiegandFormatParser) {
        self.formats = formats
    }

    mutating func door(_ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]) -> DoorSettings? {
        var table = TableReader(node, name: "[[door]]", &mistakes)
        let id: DoorID? = table.identifier("id", &mistakes)
        claim(id, in: &doors, "door", at: node.position, &mistakes)
        table.name = id.map { "[[door]] '\($0)'" } ?? table.name
        let name = table.string("name", "the door's name for people", &mistakes)
        let lock = lock(&table, &mistakes)
        let contact = input("contact", active: "open_when", default: .high, &table, &mistakes)
        let exitButton = input("exit_button", active: "pressed_when", default: .low, &table, &mistakes)
        let reader = reader(&table, &mistakes)
        let release = table.duration(
            "release_time", default: .seconds(5), in: .seconds(3)...Duration.seconds(300), &mistakes)
        let open = table.duration(
            "open_time", default: .seconds(30), in: .seconds(5)...Duration.seconds(3600), &mistakes)
        let warning = table.duration(
            "warning_time", default: .nanoseconds(min(10_000_000_000, open.nanoseconds / 2)),
            in: .zero...Duration.seconds(3600), &mistakes)
        if warning >= open {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position,
                    "\(table.name) warns \(DurationText.format(warning)) before an open time of "
                        + "\(DurationText.format(open)) ends; expected a warning_time shorter than open_time"))
        }
        table.finish(&mistakes)
        guard let id, let name, let lock else { return nil }
        return DoorSettings(
            id: id, name: name, lock: lock, contact: contact, exitButton: exitButton, reader: reader,
            release: release, open: open, warning: warning)
    }

    mutating func space(_ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]) -> SpaceSettings? {
        var table = TableReader(node, name: "[[space]]", &mistakes)
        let id: SpaceID? = table.identifier("id", &mistakes)
        claim(id, in: &spaces, "space", at: node.position, &mistakes)
        table.name = id.map { "[[space]] '\($0)'" } ?? table.name
        let name = table.string("name", "the space's name for people", &mistakes)
        let module: SpaceModule? = table.choice("module", default: nil, &mistakes)
        let capacity = table.optionalInteger("capacity", in: 1...10_000, &mistakes)
        let ways = table.identifiers("doors", as: DoorName.self, &mistakes)
        for way in ways where !doors.contains(way.id) {
            mistakes.append(
                ConfigurationMistake(
                    at: way.position, "\(table.name) lies behind door '\(way.id)', which is not configured",
                    hint: NearMiss.hint(way.id.rawValue, among: doors.map(\.rawValue))))
        }
        let emptyAfter = table.duration(
            "empty_after", default: .seconds(1800), in: .seconds(60)...Duration.seconds(86_400), &mistakes)
        table.finish(&mistakes)
        guard let id, let name, let module else { return nil }
        return SpaceSettings(
            id: id, name: name, module: module, capacity: capacity, doors: ways.map(\.id), emptyAfter: emptyAfter)
    }

    private mutating func lock(
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> LockSettings? {
        guard table.required("lock", "a table such as { line = \"GPIO17\" }", &mistakes) != nil,
            var lock = table.table("lock", name: "'lock' of \(table.name)", &mistakes)
        else { return nil }
        defer { lock.finish(&mistakes) }
        let line = line("line", &lock, &mistakes)
        let kind = lock.choice("kind", default: LockSettings.Kind.strike, &mistakes) ?? .strike
        let level = lock.choice("released_when", default: LineLevel.high, &mistakes) ?? .high
        return line.map { LockSettings(line: $0, kind: kind, releasedWhen: level) }
    }

    private mutating func reader(
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> ReaderSettings? {
        guard var reader = table.table("reader", name: "'reader' of \(table.name)", &mistakes) else { return nil }
        defer { reader.finish(&mistakes) }
        let format = reader.name(
            "format", default: WiegandFormat.h10301.name, of: "the name of a card format", among: formats.names,
            &mistakes)
        let usual = WiegandLimits()
        let limits = WiegandLimits(
            shortestGap: reader.duration(
                "shortest_gap", default: usual.shortestGap, in: WiegandLimits.shortestGaps, &mistakes),
            longestGap: reader.duration(
                "longest_gap", default: usual.longestGap, in: WiegandLimits.longestGaps, &mistakes),
            endOfFrame: reader.duration(
                "end_of_frame", default: usual.endOfFrame, in: WiegandLimits.endsOfFrame, &mistakes),
            pulse: pulse(&reader, &mistakes))
        let bias = reader.choice("bias", default: LineBias.pullUp, &mistakes) ?? .pullUp
        let data0 = line("data0", &reader, &mistakes)
        let data1 = line("data1", &reader, &mistakes)
        guard let format = format.flatMap(formats.named) else { return nil }
        let keypad = keypad(&reader, format: format, &mistakes)
        guard let data0, let data1 else { return nil }
        return ReaderSettings(
            format: format, limits: limits, data0: data0, data1: data1, bias: bias, keypad: keypad)
    }

    mutating func input(
        _ key: String, active: String, default level: LineLevel, debounce usual: Duration = .milliseconds(50),
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> InputSettings? {
        guard var input = table.table(key, name: "'\(key)' of \(table.name)", &mistakes) else { return nil }
        defer { input.finish(&mistakes) }
        return inputSettings(of: &input, active: active, default: level, debounce: usual, &mistakes)
    }

    /// An input whose settings stand in `input`, among others perhaps.
    mutating func inputSettings(
        of input: inout TableReader, active: String, default level: LineLevel,
        debounce usual: Duration = .milliseconds(50),
        _ mistakes: inout [ConfigurationMistake]
    ) -> InputSettings? {
        let line = line("line", &input, &mistakes)
        let level = input.choice(active, default: level, &mistakes) ?? level
        let bias = input.choice("bias", default: LineBias.asIs, &mistakes) ?? .asIs
        // Nothing that lasts over 400 ms may be missed (DESIGN.md, guarantee 6).
        let debounce = input.duration(
            "debounce", default: usual, in: .zero...Duration.milliseconds(400), &mistakes)
        return line.map { InputSettings(line: $0, activeWhen: level, bias: bias, debounce: debounce) }
    }

    mutating func requiredInput(
        _ key: String, active: String, default level: LineLevel, debounce: Duration = .milliseconds(50),
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> InputSettings? {
        guard table.required(key, "a table such as { line = \"GPIO17\" }", &mistakes) != nil else { return nil }
        return input(key, active: active, default: level, debounce: debounce, &table, &mistakes)
    }

    mutating func line(
        _ key: String, _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> String? {
        let expected = "a line's name (\"GPIO17\") or chip and offset (\"gpiochip0:17\")"
        guard let node = table.required(key, expected, &mistakes) else { return nil }
        guard case .string(let line) = node.value, Self.isLine(line) else {
            mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is no line; expected \(expected)"))
            return nil
        }
        if let other = lines[line] {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "line \"\(line)\" is used twice: by \(table.name) and by \(other)"))
        }
        lines[line] = table.name
        return line
    }

    private static func isLine(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 64 else { return false }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return !text.hasPrefix(" ") && !text.hasSuffix(" ") && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        case 2: return !parts[0].isEmpty && UInt32(parts[1]) != nil
        case _: return false
        }
    }

    func claim<Named>(
        _ id: Identifier<Named>?, in used: inout Set<Identifier<Named>>, _ what: String, at position: SourcePosition,
        _ mistakes: inout [ConfigurationMistake]
    ) {
        guard let id, !used.insert(id).inserted else { return }
        mistakes.append(ConfigurationMistake(at: position, "two \(what)s have the id '\(id)'; expected unique ids"))
    }
}
