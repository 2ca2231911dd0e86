internal import Foundation

/// The pages and schemas of this clone.
enum Documents {
    private static let clone = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let docs = clone.appendingPathComponent("docs")

    static func text(_ path: String) throws -> String {
        try String(contentsOf: docs.appendingPathComponent(path), encoding: .utf8)
    }

    static func schema(_ name: String, isStrict: Bool = true) throws -> SchemaValidator {
        try SchemaValidator(root: JSONValue(text("schemas/\(name).json").utf8), isStrict: isStrict)
    }

    /// The names of all schemas.
    static let names = [
        "status", "door", "space", "sensor", "event", "utilization", "bookings", "ack", "journal", "request",
        "response",
    ]

    /// All schemas, by name.
    static func schemas(isStrict: Bool = true) throws -> [String: SchemaValidator] {
        try Dictionary(uniqueKeysWithValues: names.map { ($0, try schema($0, isStrict: isStrict)) })
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: docs.appendingPathComponent(path).path)
    }

    /// The texts of a module's sources.
    static func sources(of module: String) throws -> [String] {
        let directory = clone.appendingPathComponent("Sources/\(module)")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter {
            $0.hasSuffix(".swift")
        }
        return try files.sorted().map { try String(contentsOf: directory.appendingPathComponent($0), encoding: .utf8) }
    }

    /// The JSON examples of docs/messages.md, each with the heading above it.
    static func examples() throws -> [(heading: String, value: JSONValue)] {
        var examples: [(heading: String, value: JSONValue)] = []
        var heading = ""
        var block: String?
        for line in try text("messages.md").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            } else if line == "```json" {
                block = ""
            } else if line == "```", let text = block {
                examples.append((heading, try JSONValue(text.utf8)))
                block = nil
            } else if let text = block {
                block = text + line + "\n"
            }
        }
        return examples
    }
}
