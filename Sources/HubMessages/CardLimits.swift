/// What the numbers of one card format can be: all that a booking's check needs to know of it.
public struct CardLimits: Hashable, Sendable {
    /// The format's name.
    public var format: String
    /// The greatest facility code; `nil` for a format without one.
    public var facility: UInt64?
    /// The greatest number.
    public var number: UInt64

    /// The limits of a format.
    public init(format: String, facility: UInt64?, number: UInt64) {
        self.format = format
        self.facility = facility
        self.number = number
    }

    /// What is wrong with a card of this format, in words that hold none of its numbers; `nil` where nothing is.
    public func fault(of card: CredentialDescription) -> String? {
        guard let shown = card.number else {
            return "a card of format \(format) has no 'number'; expected a whole number from 0 to \(number)"
        }
        switch (facility, card.facility) {
        case (let most?, nil):
            return "a card of format \(format) has no 'facility'; expected a whole number from 0 to \(most)"
        case (nil, _?):
            return "a card of format \(format) has a 'facility'; the format has none, leave it out"
        case (let most?, let code?) where code > most:
            return "a card of format \(format) has a 'facility' that does not fit; expected 0 to \(most)"
        case _:
            return shown <= number
                ? nil : "a card of format \(format) has a 'number' that does not fit; expected 0 to \(number)"
        }
    }

    /// Whether `text` can name a format: 1 to 32 of `A–Z a–z 0–9 . _ -`, a letter among them, so that neither a
    /// credential's bytes nor `facility:number` can be mistaken for one.
    public static func isName(_ text: some StringProtocol) -> Bool {
        let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
        return (1...32).contains(text.utf8.count) && text.utf8.contains(where: isLetter)
            && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }
}
