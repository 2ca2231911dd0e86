public import HubMessages

/// Turns the pulses of a Wiegand keypad into keys, one frame a key.
///
/// Keypads send each key as it is pressed: 4 bits, or 8 of which the upper four are the complement of the lower. 0 to 9
/// are themselves, 10 is `*`, 11 is `#`; others are none. What makers of keypads call 4-bit and 8-bit burst.
public struct KeypadDecoder: Hashable, Sendable {
    /// The limits between pulses; SIA AC-01, as for cards.
    public let limits = WiegandLimits()
    /// The bits of a key: 4 or 8.
    public let length: Int

    private var value: UInt8 = 0
    private var count = 0
    private var lastPulse = MonotonicTime.zero
    private var flaw: FrameFault?

    /// What a frame is.
    public enum Frame: Hashable, Sendable {
        /// A key: `0` to `9`, `*` or `#`.
        case key(Character)
        /// None, and why; `bits` is how many were seen. A number that is no key is `.parity` like a wrong complement.
        case rejected(FrameFault, bits: Int)
    }

    /// A decoder of keys of 4 bits, or with `complemented` of 8.
    public init(complemented: Bool) {
        length = complemented ? 8 : 4
    }

    /// When the running frame ends, if no pulse comes any more.
    public var deadline: MonotonicTime? { count == 0 ? nil : lastPulse + limits.endOfFrame }

    /// A pulse began on DATA0 (`bit` false) or DATA1. Returns the frame before, where the silence since then ended it.
    public mutating func pulse(_ bit: Bool, at time: MonotonicTime) -> Frame? {
        let completed = advance(to: time)
        if count > 0, !(limits.shortestGap...limits.longestGap).contains(time - lastPulse) { flaw = .timing }
        value = value << 1 | (bit ? 1 : 0)
        count = min(count + 1, WiegandDecoder.countedBits)
        lastPulse = time
        return completed
    }

    /// Time has passed. Returns the frame that ended with it.
    public mutating func advance(to time: MonotonicTime) -> Frame? {
        guard let deadline, time >= deadline else { return nil }
        defer { self = KeypadDecoder(complemented: length == 8) }
        if count != length { return .rejected(count < length ? .tooShort : .tooLong, bits: count) }
        if let flaw { return .rejected(flaw, bits: count) }
        let code = value & 0x0F
        guard length == 4 || value >> 4 == ~code & 0x0F, code < 12 else { return .rejected(.parity, bits: count) }
        return .key(Array("0123456789*#")[Int(code)])
    }
}
