public import HubMessages

/// Turns the pulses of a Wiegand keypad without a card reader into keys, one frame a key (``Keypad/Encoding/fourBit``,
/// ``Keypad/Encoding/eightBit``).
public struct KeypadDecoder: Hashable, Sendable {
    private var frames: WiegandDecoder

    /// What a frame is.
    public enum Frame: Hashable, Sendable {
        /// A key: `0` to `9`, `*` or `#`.
        case key(Character)
        /// None, and why; `bits` is how many were seen. A number that is no key is `.parity` like a wrong complement.
        case rejected(FrameFault, bits: Int)
    }

    /// A decoder of keys of 4 bits, or with `complemented` of 8.
    public init(complemented: Bool) {
        frames = WiegandDecoder(keysOf: Keypad(complemented ? .eightBit : .fourBit))
    }

    /// When the running frame ends, if no pulse comes any more.
    public var deadline: MonotonicTime? { frames.deadline }

    /// A pulse began on DATA0 (`bit` false) or DATA1. Returns the frame before, where the silence since then ended it.
    public mutating func pulse(_ bit: Bool, at time: MonotonicTime) -> Frame? {
        frames.pulse(bit, at: time).map(Self.frame)
    }

    /// Time has passed. Returns the frame that ended with it.
    public mutating func advance(to time: MonotonicTime) -> Frame? {
        frames.advance(to: time).map(Self.frame)
    }

    private static func frame(_ frame: WiegandDecoder.Frame) -> Frame {
        switch frame {
        case .key(let key): .key(key.character)
        case .rejected(let fault, let bits): .rejected(fault, bits: bits)
        // A decoder of keys reads neither.
        case .card, .code: .rejected(.parity, bits: 0)
        }
    }
}
