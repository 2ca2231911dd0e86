/// A SHA-256 value: the commitment of a row, or the head of the journal's hash chain. 64 lower-case hexadecimal digits.
public struct ChainHash: Hashable, Sendable {
    /// The value as four big-endian words, the first of them first.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    /// The value of these words.
    public init(_ words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// The value of 32 bytes; `nil` for any other number of them.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        var index = 0
        for byte in bytes {
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
            index += 1
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The value of 64 lower-case hexadecimal digits; `nil` for anything else.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for pair in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(digits[pair]), let low = Self.value(digits[pair + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(bytes: bytes)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    /// The 64 digits.
    public var rawValue: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    public static func == (left: ChainHash, right: ChainHash) -> Bool {
        left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.3)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case _: nil
        }
    }
}

extension ChainHash: CustomStringConvertible {
    public var description: String { rawValue }
}

extension ChainHash: Codable {
    /// Decodes the 64 digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = ChainHash(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a hash is 64 lower-case hexadecimal digits")
        }
        self = hash
    }

    /// Encodes the 64 digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Where the journal's hash chain stands: it covers every row up to ``seq``.
///
/// Who has noted a head can ask the hub later whether its rows up to there are still the same
/// (`hubctl journal verify --head SEQ:HASH`). docs/journal.md says what the chain is made of.
public struct JournalHead: Hashable, Sendable, Codable {
    /// The last row it covers; 0 for an empty journal.
    public var seq: SequenceNumber
    /// The chain's value there.
    public var hash: ChainHash

    /// A head.
    public init(seq: SequenceNumber, hash: ChainHash) {
        self.seq = seq
        self.hash = hash
    }
}
