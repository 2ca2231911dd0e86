internal import Sensing

/// Reads `[[wiegand_format]]`: the formats that a configuration describes, beside those that have a name.
struct WiegandFormatParser {
    /// The formats read so far.
    private(set) var described: [WiegandFormat] = []

    mutating func format(_ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]) {
        var table = TableReader(node, name: "[[wiegand_format]]", &mistakes)
        var places: [WiegandFormat.Part: SourcePosition] = [:]
        let name = table.string("name", "the format's name, such as \"verein30\"", &mistakes)
        table.name = name.map { "[[wiegand_format]] '\($0)'" } ?? table.name
        places[.name] = table.node("name")?.position
        let length = table.requiredInteger("length", in: WiegandFormat.lengths, &mistakes)
        places[.length] = table.node("length")?.position
        let order =
            table.choice("byte_order", default: WiegandFormat.ByteOrder.mostSignificantFirst, &mistakes)
            ?? .mostSignificantFirst
        let facilityNode = table.node("facility")
        places[.facility] = facilityNode?.position
        let facility = facilityNode.flatMap { bits($0, "facility", &mistakes) }
        let numberNode = table.required("number", Self.range, &mistakes)
        places[.number] = numberNode?.position
        let number = numberNode.flatMap { bits($0, "number", &mistakes) }
        var checks: [WiegandFormat.Check]? = []
        for element in table.tables("parity", &mistakes) {
            let check = parity(element, &mistakes)
            places[.check((checks ?? []).count)] = element.position
            if let check { checks?.append(check) } else { checks = nil }
        }
        table.finish(&mistakes)
        guard let name, let length, let number, let checks, facilityNode == nil || facility != nil else { return }
        guard !described.contains(where: { $0.name == name }) else {
            mistakes.append(
                ConfigurationMistake(
                    at: places[.name] ?? node.position, "two formats have the name '\(name)'; expected unique names"))
            return
        }
        do throws(WiegandFormat.Flaw) {
            described.append(
                try WiegandFormat(
                    checking: name, length: length,
                    // The order of bytes is a matter of serial numbers; a facility code stands as it is read.
                    facility: facility.map { WiegandFormat.Field($0) }, number: WiegandFormat.Field(number, order),
                    checks: checks))
        } catch {
            mistakes.append(
                ConfigurationMistake(
                    at: places[error.part] ?? node.position, "\(Self.word(error.part)) of \(table.name): \(error.text)")
            )
        }
    }

    /// The format that a reader is configured with; a mistake where there is none of that name.
    func named(_ name: String) -> WiegandFormat? {
        WiegandFormat.named(name) ?? described.first { $0.name == name }
    }

    /// The names of all formats.
    var names: [String] { (WiegandFormat.all + described).map(\.name) }

    private static let range = "the first and the last bit, counted from 1, such as [2, 9]"

    private func parity(
        _ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]
    ) -> WiegandFormat.Check? {
        var table = TableReader(node, name: "'parity'", &mistakes)
        defer { table.finish(&mistakes) }
        let kind: WiegandFormat.Parity? = table.choice("kind", default: nil, &mistakes)
        let bit = table.requiredInteger("bit", in: 1...WiegandFormat.lengths.upperBound, &mistakes)
        guard let over = table.required("over", "a list of ranges, such as [[2, 13]]", &mistakes) else { return nil }
        guard case .array(let elements) = over.value else {
            mistakes.append(
                ConfigurationMistake(
                    at: over.position, "'over' is \(over.value.kind); expected a list of ranges, such as [[2, 13]]"))
            return nil
        }
        let ranges = elements.compactMap { bits($0, "over", &mistakes) }
        guard let kind, let bit, ranges.count == elements.count else { return nil }
        return .parity(kind, bit: bit, over: ranges)
    }

    private func bits(
        _ node: ConfigurationNode, _ key: String, _ mistakes: inout [ConfigurationMistake]
    ) -> ClosedRange<Int>? {
        if case .array(let ends) = node.value, ends.count == 2, case .integer(let first) = ends[0].value,
            case .integer(let last) = ends[1].value, first >= 1, first <= last,
            last <= Int64(WiegandFormat.lengths.upperBound)
        {
            return Int(first)...Int(last)
        }
        mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is no range; expected \(Self.range)"))
        return nil
    }

    private static func word(_ part: WiegandFormat.Part) -> String {
        switch part {
        case .name: "'name'"
        case .length: "'length'"
        case .facility: "'facility'"
        case .number: "'number'"
        case .check: "'parity'"
        }
    }
}
