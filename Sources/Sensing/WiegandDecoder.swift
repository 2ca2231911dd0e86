public import HubMessages

/// Turns the pulses of a Wiegand reader into cards of the format H10301, or into nothing.
///
/// SIA AC-01 (Wiegand reader interface): the idle lines are high, a bit is a low pulse of 20–100 µs on DATA0 (0) or
/// DATA1 (1), the next follows after 0.2–20 ms. A frame ends with silence. H10301 has 26 bits: even parity over the
/// first 13, 8 bits facility code, 16 bits card number, odd parity over the last 13, most significant bit first.
///
/// A frame is a card or it is nothing: wrong length, parity, timing or a lost edge make it a ``FrameFault``.
/// Pulses come in the kernel's order, which is the order of the wire because both lines are in one request. The frame
/// is judged by the pulses' own timestamps; how late they are read does not matter.
public struct WiegandDecoder: Hashable, Sendable {
    /// Two pulses closer than this are noise: half of the shortest legal interval.
    public static let shortestGap = Duration.microseconds(100)
    /// Two pulses of one frame further apart than this are two halves of something broken.
    public static let longestGap = Duration.milliseconds(20)
    /// Silence that ends a frame.
    public static let frameEnd = Duration.milliseconds(40)
    /// More bits than this are counted no further: no format is longer.
    public static let countedBits = 128

    private static let format = 26

    private var bits: UInt32 = 0
    private var count = 0
    private var lastPulse = MonotonicTime.zero
    private var flaw: FrameFault?

    /// A decoder before its first pulse.
    public init() {}

    /// A complete frame.
    public enum Frame: Hashable, Sendable {
        /// A card.
        case card(Credential)
        /// Not a card, and why; `bits` is how many were seen.
        case rejected(FrameFault, bits: Int)
    }

    /// When the running frame ends, if no pulse comes any more.
    public var deadline: MonotonicTime? {
        count == 0 && flaw == nil ? nil : lastPulse + Self.frameEnd
    }

    /// A pulse began on DATA0 (`bit` false) or DATA1. Returns the frame before, where the silence since then ended it.
    public mutating func pulse(_ bit: Bool, at time: MonotonicTime) -> Frame? {
        let completed = advance(to: time)
        if count > 0 {
            let gap = time - lastPulse
            if gap < Self.shortestGap || gap > Self.longestGap {
                flaw = flaw ?? .timing
            }
        }
        if count < Self.format {
            bits = bits << 1 | (bit ? 1 : 0)
        }
        count = min(count + 1, Self.countedBits)
        lastPulse = time
        return completed
    }

    /// The kernel lost edges of the reader before `time`: whatever frame they belong to is not a card, neither the one
    /// that begins now nor one that has not been judged yet.
    public mutating func edgesLost(at time: MonotonicTime) -> Frame? {
        if count > 0 { flaw = .edgesLost }
        let completed = advance(to: time)
        flaw = .edgesLost
        lastPulse = max(lastPulse, time)
        return completed
    }

    /// Time has passed. Returns the frame that ended with it.
    public mutating func advance(to time: MonotonicTime) -> Frame? {
        guard let end = deadline, time >= end else { return nil }
        defer { self = WiegandDecoder() }
        if flaw == .edgesLost {
            return .rejected(.edgesLost, bits: count)
        }
        if count != Self.format {
            return .rejected(count < Self.format ? .tooShort : .tooLong, bits: count)
        }
        if let flaw {
            return .rejected(flaw, bits: count)
        }
        let upper = bits >> 13
        let lower = bits & 0x1FFF
        guard upper.nonzeroBitCount % 2 == 0, lower.nonzeroBitCount % 2 == 1 else {
            return .rejected(.parity, bits: count)
        }
        return .card(
            .card(
                facility: UInt8(truncatingIfNeeded: bits >> 17), number: UInt16(truncatingIfNeeded: bits >> 1)))
    }

    /// The 26 bits that a reader sends for a card, first one first; what the simulated reader and tests send.
    public static func bits(of credential: Credential) -> [Bool] {
        let value: UInt32
        switch credential {
        case .card(let facility, let number): value = UInt32(facility) << 16 | UInt32(number)
        }
        let even = (value >> 12).nonzeroBitCount % 2 == 1
        let odd = (value & 0xFFF).nonzeroBitCount % 2 == 0
        return [even] + (0..<24).map { value >> (23 - $0) & 1 == 1 } + [odd]
    }
}
