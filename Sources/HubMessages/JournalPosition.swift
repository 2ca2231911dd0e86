/// Names one journal: 32 lower-case hexadecimal digits of randomness, new only when a journal begins anew.
public struct JournalID: Hashable, Sendable {
    /// The 32 digits.
    public let rawValue: String

    /// The journal of that name, or `nil` where `text` is not 32 lower-case hexadecimal digits.
    public init?(_ text: String) {
        let legal =
            text.utf8.count == 32
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
        guard legal else { return nil }
        rawValue = text
    }

    /// The journal named by 128 random bits.
    public init(high: UInt64, low: UInt64) {
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        rawValue = hex(high) + hex(low)
    }
}

extension JournalID: CustomStringConvertible {
    public var description: String { rawValue }
}

extension JournalID: Codable {
    /// Decodes the 32 digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = JournalID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a journal id is 32 lower-case hexadecimal digits")
        }
        self = id
    }

    /// Encodes the 32 digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// The place of an event in its journal: 1 for the first, without gaps.
public typealias SequenceNumber = UInt64
