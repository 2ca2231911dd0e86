/// What a visitor shows at a reader, as the reader's decoder understood it. Never stored, logged or published.
public enum Credential: Hashable, Sendable {
    /// A card: the name of its Wiegand format, its facility code where the format has one, and its number. The same
    /// numbers in two formats are two credentials.
    case card(format: String, facility: UInt64?, number: UInt64)
    /// A code typed at a keypad: its digits, 0 to 9 each.
    case pin([UInt8])
    /// A card and the code typed after it.
    indirect case cardAndPIN(card: Credential, [UInt8])

    /// This card with a code typed after it.
    public func with(_ digits: [UInt8]) -> Credential { .cardAndPIN(card: self, digits) }

    /// A card of the format that every reader speaks (HID H10301, 26 bits).
    public static func card(facility: UInt8, number: UInt16) -> Credential {
        .card(format: defaultFormat, facility: UInt64(facility), number: UInt64(number))
    }

    /// The format of a card whose format is not named.
    public static let defaultFormat = "H10301"

    /// Which kind of credential this is.
    public var kind: CredentialKind {
        switch self {
        case .card: .card
        case .pin: .pin
        case .cardAndPIN: .cardAndPIN
        }
    }

    /// The bytes that are hashed to the credential's ``CredentialToken``: unambiguous over all kinds and formats,
    /// because no format's name holds a colon (``CardLimits/isName(_:)``). Tokens are stored: this never changes.
    public var canonicalBytes: [UInt8] {
        switch self {
        case .card(let format, let facility, let number):
            Array("card:\(format):\(facility.map { "\($0)" } ?? ""):\(number)".utf8)
        case .cardAndPIN(let card, let digits):
            card.canonicalBytes + Array(":pin:\(digits.map(String.init).joined())".utf8)
        case .pin(let digits): Array("pin:\(digits.map(String.init).joined())".utf8)
        }
    }
}

/// The kinds of credentials.
public enum CredentialKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A card or key fob.
    case card
    /// A code typed at a keypad.
    case pin
    /// A card and the code typed after it.
    case cardAndPIN = "cardAndPin"
}

/// The keyed hash of a credential: what bookings are stored and searched by.
///
/// HMAC-SHA-256 (RFC 2104, FIPS 180-4) of ``Credential/canonicalBytes``, cut to the first 16 bytes (RFC 2104,
/// section 5). Without the key, which lies outside of every database, a card number cannot be guessed from it.
public struct CredentialToken: Hashable, Sendable {
    /// Bytes 0 to 7, the first of them the most significant.
    public let high: UInt64
    /// Bytes 8 to 15.
    public let low: UInt64

    /// The token of these 16 bytes.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The token with the first 16 of `digest`'s bytes; `nil` where it has fewer.
    public init?(digest: some Sequence<UInt8>) {
        var words: (UInt64, UInt64) = (0, 0)
        var count = 0
        for byte in digest.prefix(16) {
            if count < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
            count += 1
        }
        guard count == 16 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// The token with that text, or `nil` where it is not 32 lower-case hexadecimal digits.
    public init?(_ text: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var count = 0
        for digit in text.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case _: return nil
            }
            if count < 16 { words.0 = words.0 << 4 | UInt64(value) } else { words.1 = words.1 << 4 | UInt64(value) }
            count += 1
        }
        guard count == 32 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// 32 lower-case hexadecimal digits.
    public var rawValue: String { Self.hex(high) + Self.hex(low) }

    /// What operators see of a credential: the first 12 digits, enough to tell two cards apart.
    public var pseudonym: String { String(Self.hex(high).prefix(12)) }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension CredentialToken: Codable {
    /// Decodes the 32 digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let token = CredentialToken(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a credential token is 32 lower-case hexadecimal digits")
        }
        self = token
    }

    /// Encodes the 32 digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// The keyed hash function, passed into the pure core by whoever holds the key.
///
/// Two are equal when they have the same ``keyName``, so that a whole hub can be compared.
public struct CredentialHash: Equatable, Sendable {
    /// A public name of the key: it tells two keys apart and reveals neither.
    public let keyName: String
    private let hash: @Sendable (Credential) -> CredentialToken

    /// The function `hash` under a key of that name.
    public init(keyName: String, hash: @escaping @Sendable (Credential) -> CredentialToken) {
        self.keyName = keyName
        self.hash = hash
    }

    /// The token of `credential`.
    public func callAsFunction(_ credential: Credential) -> CredentialToken {
        hash(credential)
    }

    public static func == (left: CredentialHash, right: CredentialHash) -> Bool {
        left.keyName == right.keyName
    }
}
