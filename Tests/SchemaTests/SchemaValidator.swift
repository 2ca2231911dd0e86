internal import Foundation
internal import HubMessages

/// Validates against the part of JSON Schema 2020-12 that `docs/schemas` uses. A keyword it does not know is an error,
/// so that no schema says something nobody checks.
struct SchemaValidator {
    let root: JSONValue
    /// Whether a field that the schema does not name is refused. Receivers must not do that; the project's test does,
    /// to find what is sent and not documented.
    let isStrict: Bool
    // Compiled once: a feed or an array of events asks for the same few again and again.
    private let expressions: [String: Regex<AnyRegexOutput>]

    init(root: JSONValue, isStrict: Bool) throws {
        self.root = root
        self.isStrict = isStrict
        expressions = try Dictionary(Self.patterns(in: root).map { ($0, try Regex($0)) }) { first, _ in first }
    }

    /// What is wrong with `value`, each with the path to it; empty where nothing is.
    func validate(_ value: JSONValue) -> [String] {
        check(value, root, at: "")
    }

    private func check(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        var wrong: [String] = []
        for (keyword, rule) in schema.fields.sorted(by: { $0.key < $1.key }) {
            switch keyword {
            case "$schema", "title", "description", "$defs": break
            case "$ref": wrong += resolve(rule).map { check(value, $0, at: path) } ?? ["\(path): no definition \(rule)"]
            case "type": wrong += Self.has(value, type: rule.text ?? "") ? [] : ["\(path): is not of type \(rule)"]
            case "const": wrong += value == rule ? [] : ["\(path): is not \(rule)"]
            case "enum": wrong += rule.elements?.contains(value) == true ? [] : ["\(path): \(value) is not in the list"]
            case "required":
                let missing = rule.elements?.compactMap(\.text).filter { value[$0] == nil } ?? []
                wrong += missing.map { "\(path): has no '\($0)'" }
            case "properties": wrong += checkFields(of: value, rule.fields, at: path)
            case "items":
                for (index, element) in (value.elements ?? []).enumerated() {
                    wrong += check(element, rule, at: "\(path)[\(index)]")
                }
            case "oneOf":
                let matching = (rule.elements ?? []).filter { check(value, $0, at: path).isEmpty }
                if matching.count != 1 { wrong.append("\(path): matches \(matching.count) alternatives, not one") }
            case "minItems": wrong += Self.isWithin(value.elements?.count, rule, >=) ? [] : ["\(path): too short"]
            case "maxItems": wrong += Self.isWithin(value.elements?.count, rule, <=) ? [] : ["\(path): too long"]
            case "minimum": wrong += Self.isWithin(value.asDouble, rule, >=) ? [] : ["\(path): too small"]
            case "maximum": wrong += Self.isWithin(value.asDouble, rule, <=) ? [] : ["\(path): too large"]
            case "pattern": wrong += matches(value, rule) ? [] : ["\(path): does not match \(rule)"]
            case "format": wrong += Self.hasFormat(value, rule) ? [] : ["\(path): is not in the format \(rule)"]
            default: wrong.append("\(path): the schema has a keyword '\(keyword)' that the test does not know")
            }
        }
        return wrong
    }

    private func checkFields(of value: JSONValue, _ known: [String: JSONValue], at path: String) -> [String] {
        value.fields.sorted { $0.key < $1.key }.flatMap { name, field -> [String] in
            if let schema = known[name] { return check(field, schema, at: "\(path).\(name)") }
            return isStrict ? ["\(path): has a field '\(name)' that is not documented"] : []
        }
    }

    private func resolve(_ reference: JSONValue) -> JSONValue? {
        guard let text = reference.text, text.hasPrefix("#/$defs/") else { return nil }
        return root["$defs"]?[String(text.dropFirst("#/$defs/".count))]
    }

    private static func has(_ value: JSONValue, type: String) -> Bool {
        switch (value, type) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.boolean, "boolean"), (.integer, "integer"),
            (.integer, "number"), (.number, "number"), (.null, "null"):
            true
        case _: false
        }
    }

    // A keyword about numbers, texts or lists says nothing of other values; "type" does.
    private static func isWithin(_ value: Double?, _ bound: JSONValue, _ compare: (Double, Double) -> Bool) -> Bool {
        guard let value, let bound = bound.asDouble else { return true }
        return compare(value, bound)
    }

    private static func isWithin(_ count: Int?, _ bound: JSONValue, _ compare: (Double, Double) -> Bool) -> Bool {
        isWithin(count.map(Double.init), bound, compare)
    }

    private func matches(_ value: JSONValue, _ pattern: JSONValue) -> Bool {
        guard let text = value.text else { return true }
        guard let expression = pattern.text.flatMap({ expressions[$0] }) else { return false }
        return text.firstMatch(of: expression) != nil
    }

    private static func patterns(in schema: JSONValue) -> [String] {
        switch schema {
        case .object(let fields):
            fields.flatMap { key, value in
                if key == "pattern", let text = value.text { return [text] }
                return patterns(in: value)
            }
        case .array(let elements): elements.flatMap(patterns)
        case .null, .boolean, .integer, .number, .string: []
        }
    }

    private static func hasFormat(_ value: JSONValue, _ format: JSONValue) -> Bool {
        guard let text = value.text else { return true }
        return format.text == "date-time" && WallTime(rfc3339: text) != nil
    }
}
