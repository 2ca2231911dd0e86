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
    /// 32 lower-case hexadecimal digits.
    public let rawValue: String

    /// The token with the first 16 of `digest`'s bytes; `nil` where it has fewer.
    public init?(digest: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef")
        var text = ""
        var count = 0
        for byte in digest.prefix(16) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
            count += 1
        }
        guard count == 16 else { return nil }
        rawValue = text
    }

    /// The token with that text, or `nil` where it is not 32 lower-case hexadecimal digits.
    public init?(_ text: String) {
        guard JournalID(text) != nil else { return nil }
        rawValue = text
    }

    /// What operators see of a credential: the first 12 digits, enough to tell two cards apart.
    public var pseudonym: String { String(rawValue.prefix(12)) }
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
