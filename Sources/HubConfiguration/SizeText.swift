internal import HubMessages

/// Amounts of data as configuration files write them: a whole number with a unit, for example `64MiB`.
enum SizeText {
    private static let units: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]

    /// Reads a whole number followed by `KiB`, `MiB` or `GiB`; `nil` for anything else.
    static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        return overflow ? nil : bytes
    }

    /// Writes an amount with the largest unit that leaves a whole number.
    static func format(_ bytes: Int) -> String {
        if bytes == 0 { return "0KiB" }
        for unit in units where bytes % unit.bytes == 0 { return "\(bytes / unit.bytes)\(unit.name)" }
        return "\(bytes / 1_024)KiB"
    }
}

extension TableReader {
    mutating func size(
        _ key: String, default value: Int, in range: ClosedRange<Int>, _ mistakes: inout [ConfigurationMistake]
    ) -> Int {
        guard let node = node(key) else { return value }
        let expected =
            "a size from \"\(SizeText.format(range.lowerBound))\" to \"\(SizeText.format(range.upperBound))\", such as "
            + "\"\(SizeText.format(value))\""
        guard case .string(let text) = node.value, let size = SizeText.parse(text) else {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "'\(key)' is no size; expected \(expected)", hint: "units are KiB, MiB, GiB"))
            return value
        }
        guard range.contains(size) else {
            mistakes.append(ConfigurationMistake(at: node.position, "'\(key)' is \"\(text)\"; expected \(expected)"))
            return value
        }
        return size
    }
}
