internal import HubMessages
internal import Sensing

/// Reads doors, spaces and sensors, and checks what they say of each other: names used twice, lines used twice, doors
/// and spaces that do not exist.
struct HouseParser {
    let formats: WiegandFormatParser
    var doors: Set<DoorID> = []
    var schedules: Set<ScheduleID> = []
    var signers: Set<SignerID> = []
    // Doors that opening hours unlock, and where that is said.
    var hoursOf: [DoorID: SourcePosition] = [:]
    private(set) var spaces: Set<SpaceID> = []
    var sensors: Set<SensorID> = []
    var lines: [String: String] = [:]

    init(formats: WiegandFormatParser) {
        self.formats = formats
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
        let use = use(of: &table, capacity: capacity, module, id, &mistakes)
        table.finish(&mistakes)
        guard let id, let name, let module else { return nil }
        return SpaceSettings(
            id: id, name: name, module: module, capacity: capacity, doors: ways.map(\.id), emptyAfter: emptyAfter,
            inside: use.inside, hours: use.hours, warnAt: use.warnAt, countError: use.countError,
            isBookable: use.isBookable, noShowAfter: use.noShowAfter, overstayAfter: use.overstayAfter,
            walkInAfter: use.walkInAfter)
    }

    mutating func input(
        _ key: String, active: String, default level: LineLevel, debounce usual: Duration = .milliseconds(50),
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake],
        more: (inout HouseParser, inout TableReader, inout [ConfigurationMistake]) -> Void = { _, _, _ in }
    ) -> InputSettings? {
        guard var input = table.table(key, name: "'\(key)' of \(table.name)", &mistakes) else { return nil }
        defer { input.finish(&mistakes) }
        let settings = inputSettings(of: &input, active: active, default: level, debounce: usual, &mistakes)
        more(&self, &input, &mistakes)
        return settings
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
