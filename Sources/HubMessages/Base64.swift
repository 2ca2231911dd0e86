/// Base64 (RFC 4648): bytes as text.
public enum Base64 {
    /// Which characters stand for 62 and 63, and whether `=` fills the last group.
    public enum Alphabet: Hashable, Sendable {
        /// `+` and `/`, filled (section 4): of keys.
        case standard
        /// `-` and `_`, not filled (section 5; RFC 7515, section 2): of signed messages.
        case url
    }

    /// The bytes that `text` stands for; `nil` where it is not exactly what ``encode(_:_:)`` gives for some bytes.
    public static func decode(_ text: some Collection<UInt8>, _ alphabet: Alphabet) -> [UInt8]? {
        var digits = text[...]
        if alphabet == .standard {
            guard text.count % 4 == 0 else { return nil }
            let fill = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
            guard fill <= 2 else { return nil }
            digits = digits.dropLast(fill)
        }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = value(of: digit, alphabet) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        // What does not fill a byte is zero, or one text would have several spellings.
        return bits & ((1 << UInt32(count)) - 1) == 0 ? bytes : nil
    }

    /// The text that stands for `bytes`.
    public static func encode(_ bytes: some Sequence<UInt8>, _ alphabet: Alphabet) -> [UInt8] {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(digit(UInt8(truncatingIfNeeded: bits >> UInt32(count)) & 63, alphabet))
            }
        }
        if count > 0 { text.append(digit(UInt8(truncatingIfNeeded: bits << UInt32(6 - count)) & 63, alphabet)) }
        while alphabet == .standard, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return text
    }

    private static func value(of digit: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+") where alphabet == .standard, UInt8(ascii: "-") where alphabet == .url: 62
        case UInt8(ascii: "/") where alphabet == .standard, UInt8(ascii: "_") where alphabet == .url: 63
        case _: nil
        }
    }

    private static func digit(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch value {
        case 0...25: UInt8(ascii: "A") + value
        case 26...51: UInt8(ascii: "a") + value - 26
        case 52...61: UInt8(ascii: "0") + value - 52
        case 62: alphabet == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
        case _: alphabet == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
        }
    }
}
