/// A place in a configuration file; both counts begin at 1.
public struct SourcePosition: Hashable, Comparable, Sendable {
    /// The line.
    public var line: Int
    /// The column, in characters.
    public var column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A value of a parsed configuration file with the place where it stands, whatever the file's format.
public struct ConfigurationNode: Hashable, Sendable {
    /// The value.
    public var value: Value
    /// Where it stands.
    public var position: SourcePosition

    /// A value at its place.
    public init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }

    /// The kinds of values.
    public enum Value: Hashable, Sendable {
        /// Text.
        case string(String)
        /// A whole number.
        case integer(Int64)
        /// A number with a fraction.
        case double(Double)
        /// `true` or `false`.
        case boolean(Bool)
        /// A date or time; no setting has one.
        case time
        /// A list.
        case array([ConfigurationNode])
        /// Keys with values, in the order of the file.
        case table([Entry])

        /// The kind's name in error texts.
        var kind: String {
            switch self {
            case .string: "a string"
            case .integer: "a whole number"
            case .double: "a number"
            case .boolean: "true or false"
            case .time: "a date or time"
            case .array: "a list"
            case .table: "a table"
            }
        }
    }

    /// A key with its value.
    public struct Entry: Hashable, Sendable {
        /// The key.
        public var key: String
        /// Where the key stands.
        public var position: SourcePosition
        /// Its value.
        public var node: ConfigurationNode

        /// A key with its value.
        public init(key: String, position: SourcePosition, node: ConfigurationNode) {
            self.key = key
            self.position = position
            self.node = node
        }
    }
}

/// One mistake in a configuration: where it is, what is wrong, what was expected, and perhaps what was meant.
public struct ConfigurationMistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where.
    public var position: SourcePosition
    /// What is wrong and what was expected, in one sentence.
    public var text: String
    /// What was probably meant.
    public var hint: String?

    /// A mistake.
    public init(at position: SourcePosition, _ text: String, hint: String? = nil) {
        self.position = position
        self.text = text
        self.hint = hint
    }

    /// `line:column: text (hint)`.
    public var description: String {
        "\(position.line):\(position.column): \(text)" + (hint.map { " (\($0))" } ?? "")
    }
}
