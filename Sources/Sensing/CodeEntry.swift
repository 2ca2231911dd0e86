public import HubMessages

/// Gathers the keys of a keypad into codes: `#` ends, `*` clears, silence clears, a card clears.
///
/// Digits are held no longer than that, and leave only as a code. Nobody logs or journals them.
public struct CodeEntry: Hashable, Sendable {
    /// No code is longer. What is typed beyond is no code, up to the next `#`, `*` or silence.
    public static let maximumDigits = 12

    /// What became of the keys.
    public enum Outcome: Hashable, Sendable {
        /// A code is complete: its digits, 0 to 9 each, the first one first.
        case code([UInt8])
        /// What was typed is none.
        case rejected(FrameFault)
    }

    /// How the keypad sends.
    public let keypad: Keypad
    private var digits: [UInt8] = []
    private var isTooLong = false
    private var lastKey: MonotonicTime?

    /// Before the first key.
    public init(_ keypad: Keypad) {
        self.keypad = keypad
    }

    /// When what was typed is given up.
    public var deadline: MonotonicTime? { lastKey.map { $0 + keypad.interKey } }

    /// A key was pressed. Returns what that completes; what had been given up before comes first.
    public mutating func key(_ key: Keypad.Key, at time: MonotonicTime) -> [Outcome] {
        var outcomes = advance(to: time).map { [$0] } ?? []
        switch key {
        case .digit(let digit):
            if digits.count < Self.maximumDigits { digits.append(digit) } else { isTooLong = true }
            lastKey = time
            if digits.count == keypad.codeLength { outcomes.append(finish()) }
        case .clear: clear()
        case .enter: if lastKey != nil { outcomes.append(finish()) }
        }
        return outcomes
    }

    /// Time has passed: whoever began a code has gone.
    public mutating func advance(to time: MonotonicTime) -> Outcome? {
        guard let deadline, time >= deadline else { return nil }
        defer { clear() }
        return .rejected(isTooLong ? .codeTooLong : .codeTimeout)
    }

    /// A card was shown, or the reader is gone: what was typed does not count.
    public mutating func clear() {
        self = CodeEntry(keypad)
    }

    private mutating func finish() -> Outcome {
        defer { clear() }
        return isTooLong ? .rejected(.codeTooLong) : .code(digits)
    }
}
