/// A credential as a message or a person writes it: `{"type": "card", "facility": 12, "number": 4711}`, or with the
/// name of a format other than H10301; or a booking code: `{"type": "code", "digits": "482913"}`.
///
/// Whether the numbers fit the format is checked where the hub's formats are known (``CardLimits``).
public struct CredentialDescription: Hashable, Sendable, Codable {
    /// The kind of credential.
    public var type: Kind

    /// The kinds of credentials that a message can describe.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A card or key fob.
        case card
        /// A booking code, typed at a keypad.
        case code
    }

    /// The card's format; absent means H10301.
    public var format: String?
    /// The card's facility code; absent for formats that have none.
    public var facility: UInt64?
    /// The card's number; absent for a code.
    public var number: UInt64?
    /// The code's digits, 4 to 12; absent for a card.
    public var digits: String?

    /// A card of format H10301.
    public init(facility: UInt8, number: UInt16) {
        self.init(format: nil, facility: UInt64(facility), number: UInt64(number))
    }

    /// A card.
    public init(format: String?, facility: UInt64?, number: UInt64) {
        self.type = .card
        self.format = format
        self.facility = facility
        self.number = number
    }

    /// A booking code of these digits.
    public init(code digits: String) {
        type = .code
        self.digits = digits
    }

    /// Reads `facility:number` of format H10301 (`12:4711`), `format:facility:number` (`H10304:12:4711`) or
    /// `format:number` (`H10302:4711`); `nil` where `text` is not of one of these forms.
    public init?(card text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let number = Self.number(parts[parts.count - 1]) else { return nil }
        if CardLimits.isName(parts[0]) {
            let facility = parts.count == 3 ? Self.number(parts[1]) : nil
            guard parts.count == 2 || facility != nil else { return nil }
            self.init(format: String(parts[0]), facility: facility, number: number)
        } else {
            guard parts.count == 2, let code = Self.number(parts[0]), let facility = UInt8(exactly: code),
                let short = UInt16(exactly: number)
            else { return nil }
            self.init(facility: facility, number: short)
        }
    }

    /// The name of the card's format.
    public var formatName: String { format ?? Credential.defaultFormat }

    /// The credential itself.
    public var credential: Credential {
        switch type {
        case .card: .card(format: formatName, facility: facility, number: number ?? 0)
        case .code: .pin((digits ?? "").utf8.map { $0 &- 0x30 })
        }
    }

    /// What ``init(card:)`` reads as this card. For the terminal of whoever typed it, never for a log.
    public var text: String {
        [format, facility.map(String.init), number.map(String.init) ?? digits].compactMap(\.self).joined(separator: ":")
    }

    // Digits only: UInt64's own reading takes a sign too.
    private static func number(_ text: some StringProtocol) -> UInt64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
    }
}
