/// Where a line is: by the name the board gives it, or by its number on a chip.
///
/// In a configuration it is written `GPIO17` or `gpiochip0:17`. What follows the last colon decides: digits make it
/// a number on a chip, anything else belongs to a name.
public enum LineAddress: Hashable, Sendable, CustomStringConvertible {
    /// The line of this name, on whichever chip it is. Names need not be unique; then only an offset can tell.
    case name(String)
    /// Line number `line`, counted from 0, of `chip`: its name (`gpiochip0`), path (`/dev/gpiochip0`) or label.
    case offset(chip: String, line: UInt32)

    /// Reads `GPIO17` or `gpiochip0:17`; `nil` for an empty text, one with control characters or blanks around it,
    /// and a number that no chip can have.
    public init?(_ text: String) {
        guard Self.isPlain(text) else { return nil }
        guard let colon = text.lastIndex(of: ":") else {
            self = .name(text)
            return
        }
        let number = text[text.index(after: colon)...]
        guard !number.isEmpty, number.utf8.allSatisfy({ (48...57).contains($0) }) else {
            self = .name(text)
            return
        }
        let chip = String(text[..<colon])
        guard Self.isPlain(chip), let line = UInt32(number) else { return nil }
        self = .offset(chip: chip, line: line)
    }

    /// The text that a configuration has for it.
    public var description: String {
        switch self {
        case .name(let name): name
        case .offset(let chip, let line): "\(chip):\(line)"
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        return first != " " && last != " "
            && text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    }
}
