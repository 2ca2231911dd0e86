internal import HubMessages

/// Reads the keys of one table and notes every mistake: a missing key, a wrong type, a value out of range. Whatever
/// nobody has asked for when ``finish(_:)`` is called is an unknown key.
///
/// A read with a mistake gives the default, or `nil`, so that the rest of the file is still checked.
struct TableReader {
    let position: SourcePosition
    /// How the table is called in error texts, for example `[mqtt]` or `[[door]] 'eingang'`.
    var name: String
    private let entries: [ConfigurationNode.Entry]
    // Of what is no table at all, no key is missing.
    private let isTable: Bool
    private var known: [String] = []

    init(_ node: ConfigurationNode, name: String, _ mistakes: inout [ConfigurationMistake]) {
        self.name = name
        position = node.position
        if case .table(let entries) = node.value {
            self.entries = entries
            isTable = true
        } else {
            entries = []
            isTable = false
            mistakes.append(
                ConfigurationMistake(at: node.position, "\(name) is \(node.value.kind); expected a table"))
        }
    }

    /// The value of `key`, whatever it is.
    mutating func node(_ key: String) -> ConfigurationNode? {
        known.append(key)
        return entries.first { $0.key == key }?.node
    }

    /// The value of `key`; a mistake where there is none.
    mutating func required(
        _ key: String, _ expected: String, _ mistakes: inout [ConfigurationMistake]
    ) -> ConfigurationNode? {
        if let node = node(key) { return node }
        guard isTable else { return nil }
        mistakes.append(ConfigurationMistake(at: position, "\(name) has no '\(key)'; expected \(expected)"))
        return nil
    }

    mutating func string(
        _ key: String, _ expected: String = "a string", _ mistakes: inout [ConfigurationMistake]
    ) -> String? {
        required(key, expected, &mistakes).flatMap { text(of: $0, key, expected, &mistakes) }
    }

    mutating func optionalString(_ key: String, _ mistakes: inout [ConfigurationMistake]) -> String? {
        node(key).flatMap { text(of: $0, key, "a string", &mistakes) }
    }

    mutating func integer(
        _ key: String, default value: Int, in range: ClosedRange<Int>, _ mistakes: inout [ConfigurationMistake]
    ) -> Int {
        optionalInteger(key, in: range, &mistakes) ?? value
    }

    mutating func optionalInteger(
        _ key: String, in range: ClosedRange<Int>, _ mistakes: inout [ConfigurationMistake]
    ) -> Int? {
        guard let node = node(key) else { return nil }
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .integer(let value) = node.value else {
            wrong(node, key, expected, &mistakes)
            return nil
        }
        guard let value = Int(exactly: value), range.contains(value) else {
            mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is \(value); expected \(expected)"))
            return nil
        }
        return value
    }

    mutating func requiredInteger(
        _ key: String, in range: ClosedRange<Int>, _ mistakes: inout [ConfigurationMistake]
    ) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard required(key, expected, &mistakes) != nil else { return nil }
        return optionalInteger(key, in: range, &mistakes)
    }

    mutating func number(
        _ key: String, default value: Double, in range: ClosedRange<Double>,
        _ mistakes: inout [ConfigurationMistake]
    ) -> Double {
        guard let node = node(key) else { return value }
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        let number: Double
        switch node.value {
        case .integer(let whole): number = Double(whole)
        case .double(let fraction): number = fraction
        case .string, .boolean, .time, .array, .table:
            wrong(node, key, expected, &mistakes)
            return value
        }
        guard range.contains(number) else {
            mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is \(number); expected \(expected)"))
            return value
        }
        return number
    }

    mutating func requiredNumber(
        _ key: String, in range: ClosedRange<Double>, _ mistakes: inout [ConfigurationMistake]
    ) -> Double? {
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard required(key, expected, &mistakes) != nil else { return nil }
        return number(key, default: range.lowerBound, in: range, &mistakes)
    }

    mutating func duration(
        _ key: String, default value: Duration, in range: ClosedRange<Duration>,
        _ mistakes: inout [ConfigurationMistake]
    ) -> Duration {
        guard let node = node(key) else { return value }
        let expected =
            "a duration from \"\(DurationText.format(range.lowerBound))\" to "
            + "\"\(DurationText.format(range.upperBound))\", such as \"\(DurationText.format(value))\""
        guard let text = text(of: node, key, expected, &mistakes) else { return value }
        guard let duration = DurationText.parse(text) else {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "'\(key)' is \"\(text)\"; expected \(expected)",
                    hint: "units are us, ms, s, min, h, d"))
            return value
        }
        guard range.contains(duration) else {
            mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is \"\(text)\"; expected \(expected)"))
            return value
        }
        return duration
    }

    mutating func time(_ key: String, _ mistakes: inout [ConfigurationMistake]) -> WallTime? {
        guard let node = node(key) else { return nil }
        if case .string(let text) = node.value, let time = WallTime(rfc3339: text) { return time }
        mistakes.append(
            ConfigurationMistake(
                at: node.position,
                "'\(key)' is no time; expected an RFC 3339 time as a string, such as \"2026-11-23T06:00:00+01:00\""))
        return nil
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default value: Choice?, _ mistakes: inout [ConfigurationMistake]
    ) -> Choice? where Choice.RawValue == String {
        let found = node(key)
        if found == nil, value != nil { return value }
        if case .string(let text)? = found?.value, let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        let expected = "one of " + names.map { "\"\($0)\"" }.joined(separator: ", ")
        guard let node = found ?? required(key, expected, &mistakes),
            let text = text(of: node, key, expected, &mistakes)
        else { return value }
        mistakes.append(
            ConfigurationMistake(
                at: node.position, "'\(key)' is \"\(text)\"; expected \(expected)",
                hint: NearMiss.hint(text, among: names)))
        return value
    }

    /// One of `names`, which is not a closed list.
    mutating func name(
        _ key: String, default value: String, of what: String, among names: [String],
        _ mistakes: inout [ConfigurationMistake]
    ) -> String? {
        guard let node = node(key) else { return value }
        guard let text = text(of: node, key, what, &mistakes) else { return nil }
        guard names.contains(text) else {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "'\(key)' is \"\(text)\"; expected \(what)",
                    hint: NearMiss.hint(text, among: names) ?? "known: \(names.joined(separator: ", "))"))
            return nil
        }
        return text
    }

    mutating func flag(_ key: String, _ mistakes: inout [ConfigurationMistake]) -> Bool? {
        guard let node = node(key) else { return nil }
        guard case .boolean(let value) = node.value else {
            wrong(node, key, "true or false", &mistakes)
            return nil
        }
        return value
    }

    mutating func identifier<Named>(
        _ key: String, as type: Named.Type = Named.self, _ mistakes: inout [ConfigurationMistake]
    ) -> Identifier<Named>? {
        guard let node = required(key, "an identifier: " + Identifier<Named>.rule, &mistakes) else { return nil }
        return identifier(of: node, key, &mistakes)
    }

    mutating func identifiers<Named>(
        _ key: String, as type: Named.Type = Named.self, _ mistakes: inout [ConfigurationMistake]
    ) -> [(id: Identifier<Named>, position: SourcePosition)] {
        guard let node = node(key) else { return [] }
        guard case .array(let elements) = node.value else {
            wrong(node, key, "a list of identifiers, such as [\"eingang\"]", &mistakes)
            return []
        }
        var found: [(id: Identifier<Named>, position: SourcePosition)] = []
        for element in elements {
            if let id: Identifier<Named> = identifier(of: element, key, &mistakes) {
                found.append((id, element.position))
            }
        }
        return found
    }

    /// A list of strings, at least one.
    mutating func strings(
        _ key: String, _ mistakes: inout [ConfigurationMistake]
    ) -> [(text: String, position: SourcePosition)] {
        guard let node = required(key, "a list of strings", &mistakes) else { return [] }
        guard case .array(let elements) = node.value, !elements.isEmpty else {
            wrong(node, key, "a list of at least one string", &mistakes)
            return []
        }
        return elements.compactMap { element in
            guard case .string(let text) = element.value else {
                wrong(element, key, "a list of strings", &mistakes)
                return nil
            }
            return (text, element.position)
        }
    }

    mutating func table(_ key: String, name: String, _ mistakes: inout [ConfigurationMistake]) -> TableReader? {
        node(key).map { TableReader($0, name: name, &mistakes) }
    }

    mutating func tables(_ key: String, _ mistakes: inout [ConfigurationMistake]) -> [ConfigurationNode] {
        guard let node = node(key) else { return [] }
        guard case .array(let elements) = node.value else {
            wrong(node, key, "one or more [[\(key)]] tables", &mistakes)
            return []
        }
        return elements
    }

    /// Notes every key that nobody has asked for.
    func finish(_ mistakes: inout [ConfigurationMistake]) {
        for entry in entries where !known.contains(entry.key) {
            mistakes.append(
                ConfigurationMistake(
                    at: entry.position, "\(name) has no setting '\(entry.key)'",
                    hint: NearMiss.hint(entry.key, among: known)
                        ?? "known: \(Set(known).sorted().joined(separator: ", "))"))
        }
    }

    private func text(
        of node: ConfigurationNode, _ key: String, _ expected: String, _ mistakes: inout [ConfigurationMistake]
    ) -> String? {
        guard case .string(let text) = node.value else {
            wrong(node, key, expected, &mistakes)
            return nil
        }
        guard !text.isEmpty else {
            mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is empty; expected \(expected)"))
            return nil
        }
        return text
    }

    private func identifier<Named>(
        of node: ConfigurationNode, _ key: String, _ mistakes: inout [ConfigurationMistake]
    ) -> Identifier<Named>? {
        let expected = "an identifier: " + Identifier<Named>.rule
        guard let text = text(of: node, key, expected, &mistakes) else { return nil }
        guard let identifier = Identifier<Named>(text) else {
            mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is \"\(text)\"; expected \(expected)"))
            return nil
        }
        return identifier
    }

    private func wrong(
        _ node: ConfigurationNode, _ key: String, _ expected: String, _ mistakes: inout [ConfigurationMistake]
    ) {
        mistakes.append(
            ConfigurationMistake(at: node.position, "'\(key)' is \(node.value.kind); expected \(expected)"))
    }
}
