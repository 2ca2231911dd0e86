internal import Foundation

/// The sample house, `config/hub.toml`, as a text in which a test changes single settings.
public struct SampleConfiguration {
    /// The file's lines.
    public private(set) var lines: [Substring]

    /// The whole file.
    public var text: String { lines.joined(separator: "\n") + "\n" }

    /// The sample as it is in the clone this was built from.
    public init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        lines = try String(contentsOf: root.appendingPathComponent("config/hub.toml"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Sets `key` in `[table]` to `value`, written as TOML. The table must be there.
    public mutating func set(_ table: String, _ key: String, _ value: String) {
        let body = range(of: table)
        let line = "\(key) = \(value)"[...]
        if let found = body.first(where: { Self.key(of: lines[$0]) == Substring(key) }) {
            lines[found] = line
        } else {
            lines.insert(line, at: body.lowerBound)
        }
    }

    /// Removes `[table]` with everything in it.
    public mutating func remove(_ table: String) {
        let body = range(of: table)
        lines.removeSubrange(body.lowerBound - 1..<body.upperBound)
    }

    /// Adds an empty `[table]`.
    public mutating func add(_ table: String) {
        let houseBegins = lines.firstIndex { $0.hasPrefix("[[") } ?? lines.endIndex
        lines.insert("[\(table)]"[...], at: houseBegins)
    }

    /// Adds a `[[table]]` with its lines at the end.
    public mutating func append(_ table: String) {
        lines += table.split(separator: "\n")
    }

    /// Replaces one text by another wherever it stands; both are one line or a part of one.
    public mutating func replace(_ old: String, _ new: String) {
        lines = lines.map { $0.replacingOccurrences(of: old, with: new) }.map { $0[...] }
    }

    private func range(of table: String) -> Range<Int> {
        guard let header = lines.firstIndex(where: { $0.hasPrefix("[\(table)]") }) else {
            preconditionFailure("the sample has no [\(table)]")
        }
        let end = lines[(header + 1)...].firstIndex { $0.hasPrefix("[") } ?? lines.endIndex
        return header + 1..<end
    }

    private static func key(of line: Substring) -> Substring? {
        guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { return nil }
        return line[..<equals].split(separator: " ").first
    }
}
