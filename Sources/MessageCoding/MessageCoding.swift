internal import FoundationEssentials

/// JSON (RFC 8259) for everything that leaves or enters the process as a message.
///
/// Keys are sorted, so that equal values are equal bytes; text is UTF-8.
public struct MessageCoding {
    private let encoder: JSONEncoder
    private let decoder: JSONDecoder

    /// A coder. Keep it: making one costs more than using it.
    public init() {
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        decoder = JSONDecoder()
    }

    /// `value` as JSON on one line.
    ///
    /// The message types hold only what JSON can express, so there is nothing to throw; should one ever not, the
    /// text says so in place of the value.
    public func encode(_ value: some Encodable) -> [UInt8] {
        do {
            return Array(try encoder.encode(value))
        } catch {
            return Array("{\"type\":\"error\",\"text\":\"a value could not be encoded\"}".utf8)
        }
    }

    /// The value in `bytes`.
    public func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(MessageFault) -> Value {
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw MessageFault(error)
        } catch {
            throw MessageFault(text: "this is not JSON")
        }
    }
}

/// What is wrong with a message, and where: the path to the value, never the value itself, which may be a secret.
public struct MessageFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The fault in words.
    public let text: String

    public var description: String { text }

    /// A fault in words.
    public init(text: String) {
        self.text = text
    }

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            text = "'\(Self.path(context.codingPath + [key]))' is missing"
        case .typeMismatch(let type, let context):
            text = "\(Self.place(context.codingPath)) is not \(Self.name(of: type))"
        case .valueNotFound(_, let context):
            text = "\(Self.place(context.codingPath)) is null"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            text = "this is not JSON"
        case .dataCorrupted(let context):
            text = "'\(Self.path(context.codingPath))' is not what is expected there"
        @unknown default:
            text = "this is not the expected message"
        }
    }

    private static func place(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the message" : "'\(path(keys))'"
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += (path.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is [Any].Type: "a list"
        case is any BinaryInteger.Type: "a whole number that fits"
        case is any BinaryFloatingPoint.Type: "a number"
        case _: "an object"
        }
    }
}
