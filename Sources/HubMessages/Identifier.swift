/// A name that the configuration or the network gives to one thing, typed by what it names.
///
/// Identifiers appear in MQTT topics, file names and on the command line, so only 1 to 64 of `a-z`, `0-9`, `-`, `_`
/// are legal and the first is a letter or a digit: no topic wildcard, no path separator, no white space.
public struct Identifier<Named>: Hashable, Comparable, Sendable {
    /// The name itself.
    public let rawValue: String

    /// The identifier `text`, or `nil` where it breaks the rule above.
    public init?(_ text: String) {
        guard Self.isLegal(text) else { return nil }
        rawValue = text
    }

    /// What an illegal identifier's error text says of the rule.
    public static var rule: String {
        "1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit"
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }

    private static func isLegal(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...64).contains(bytes.count) else { return false }
        var isFirst = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            case UInt8(ascii: "-"), UInt8(ascii: "_"):
                if isFirst { return false }
            default:
                return false
            }
            isFirst = false
        }
        return true
    }
}

extension Identifier: CustomStringConvertible {
    public var description: String { rawValue }
}

extension Identifier: Codable {
    /// Decodes a string; throws where it is not a legal identifier.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let identifier = Identifier(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text.prefix(40))' is no identifier: \(Self.rule)")
        }
        self = identifier
    }

    /// Encodes as the string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// What a ``HubID`` names: one building with one daemon.
public enum HubName {}
/// What a ``DoorID`` names: an access point, one door side with its lock, contact, exit button and reader.
public enum DoorName {}
/// What a ``SpaceID`` names: a room or area that can be booked or counted.
public enum SpaceName {}
/// What a ``SensorID`` names: a presence sensor, a beam counter.
public enum SensorName {}

/// Names a hub within its district.
public typealias HubID = Identifier<HubName>
/// Names an access point ("door" for short).
public typealias DoorID = Identifier<DoorName>
/// Names a space.
public typealias SpaceID = Identifier<SpaceName>
/// Names a sensor.
public typealias SensorID = Identifier<SensorName>
