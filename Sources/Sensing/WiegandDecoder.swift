public import HubMessages

/// Turns the pulses of a Wiegand reader into cards of one format, or into nothing.
///
/// SIA AC-01 (Wiegand reader interface): the idle lines are high, a bit is a low pulse of 20–100 µs on DATA0 (0) or
/// DATA1 (1), the next follows after 0.2–20 ms. A frame ends with silence.
///
/// A frame is a card or it is nothing: wrong length, parity, timing or a lost edge make it a ``FrameFault``. The format
/// is the reader's, as configured; it is never guessed from the length, which several formats share.
/// Pulses come in the kernel's order, which is the order of the wire because both lines are in one request. The frame
/// is judged by the pulses' own timestamps; how late they are read does not matter.
public struct WiegandDecoder: Hashable, Sendable {
    /// More bits than this are counted no further: no format is longer.
    public static let countedBits = WiegandBits.capacity

    /// What the reader's frames are read as.
    public let format: WiegandFormat
    /// The timing that the reader keeps.
    public let limits: WiegandLimits
    /// The keypad on the same lines, where there is one: frames of its length are its own.
    public let keypad: Keypad?

    private var bits = WiegandBits()
    private var count = 0
    private var lastBit = false
    private var lastPulse = MonotonicTime.zero
    private var flaw: FrameFault?
    private var openPulse: Bool?
    private let readsCards: Bool

    /// A decoder before its first pulse.
    public init(
        format: WiegandFormat = .h10301, limits: WiegandLimits = WiegandLimits(), keypad: Keypad? = nil
    ) {
        self.format = format
        self.limits = limits
        self.keypad = keypad
        readsCards = true
    }

    /// A decoder of a keypad alone.
    init(keysOf keypad: Keypad) {
        format = .h10301
        limits = WiegandLimits()
        self.keypad = keypad
        readsCards = false
    }

    /// Forgets the running frame: the lines were requested anew, or are gone.
    public mutating func reset() {
        bits = WiegandBits()
        count = 0
        lastBit = false
        lastPulse = .zero
        flaw = nil
        openPulse = nil
    }

    /// A complete frame.
    public enum Frame: Hashable, Sendable {
        /// A card.
        case card(Credential)
        /// A key of the keypad.
        case key(Keypad.Key)
        /// A code that the keypad gathered itself; digits 0 to 9.
        case code([UInt8])
        /// Not a card, and why; `bits` is how many were seen.
        case rejected(FrameFault, bits: Int)
    }

    /// The bits of the running frame, the first one on the wire first, as `0` and `1`. Nearly a whole card may be in
    /// them: for an installer at the hub, never for a log or the journal.
    public var bitsSeen: String { (0..<count).map { bits[$0 + 1] ? "1" : "0" }.joined() }

    /// When the running frame ends, if no pulse comes any more.
    public var deadline: MonotonicTime? {
        count == 0 && flaw == nil ? nil : lastPulse + limits.endOfFrame
    }

    /// A pulse began on DATA0 (`bit` false) or DATA1. Returns the frame before, where the silence since then ended it.
    public mutating func pulse(_ bit: Bool, at time: MonotonicTime) -> Frame? {
        let completed = advance(to: time)
        openPulse = limits.pulse == nil ? nil : bit
        if count > 0 { flaw = flaw ?? Self.flaw(of: time - lastPulse, isOtherLine: bit != lastBit, limits) }
        if count < Self.countedBits {
            count += 1
            bits[count] = bit
        }
        lastBit = bit
        lastPulse = time
        return completed
    }

    /// A pulse began or ended on DATA0 (`bit` false) or DATA1. Returns the frame before, where the silence since then
    /// ended it, with ``bitsSeen`` of it.
    public mutating func edge(_ bit: Bool, begins: Bool, at time: MonotonicTime) -> (frame: Frame, seen: String)? {
        guard begins else {
            pulseEnded(bit, at: time)
            return nil
        }
        let completed = ended(by: time)
        _ = pulse(bit, at: time)
        return completed
    }

    /// The frame that silence has ended by `time`, with ``bitsSeen`` of it.
    public mutating func ended(by time: MonotonicTime) -> (frame: Frame, seen: String)? {
        guard let deadline, time >= deadline else { return nil }
        let seen = bitsSeen
        return advance(to: time).map { ($0, seen) }
    }

    /// A pulse ended on DATA0 (`bit` false) or DATA1; only told where ``WiegandLimits/pulse`` is checked.
    public mutating func pulseEnded(_ bit: Bool, at time: MonotonicTime) {
        guard let pulse = limits.pulse, count > 0 else { return }
        if openPulse != bit || !pulse.contains(time - lastPulse) { flaw = flaw ?? .pulseWidth }
        openPulse = nil
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
        defer { reset() }
        if flaw == .edgesLost {
            return .rejected(.edgesLost, bits: count)
        }
        if flaw == .simultaneous {
            return .rejected(.simultaneous, bits: count)
        }
        return judge()
    }

    private func judge() -> Frame {
        if let keypad, count == keypad.encoding.length {
            let content = keypad.content(of: bits)
            switch (content, flaw) {
            case (.key, let flaw?), (.code, let flaw?): return .rejected(flaw, bits: count)
            case (.key(let key), nil): return .key(key)
            case (.code(let digits), nil): return .code(digits)
            case (.other, _): break
            case (.unsound, let flaw): return .rejected(flaw ?? .parity, bits: count)
            }
        }
        guard readsCards else {
            return .rejected(count < keypad?.encoding.length ?? 0 ? .tooShort : .tooLong, bits: count)
        }
        switch (format.card(from: bits, count: count), flaw) {
        case (.failure(.parity), let flaw?), (.success, let flaw?): return .rejected(flaw, bits: count)
        case (.failure(let fault), _): return .rejected(fault, bits: count)
        case (.success(let card), nil):
            return .card(.card(format: format.name, facility: card.facility, number: card.number))
        }
    }

    private static func flaw(of gap: Duration, isOtherLine: Bool, _ limits: WiegandLimits) -> FrameFault? {
        if isOtherLine, gap >= .zero, gap < WiegandLimits.shortestPulse { return .simultaneous }
        return gap < limits.shortestGap || gap > limits.longestGap ? .timing : nil
    }

    /// The bits that a reader of `format` sends for `credential`, the first one on the wire first; none where it
    /// is of another format or does not fit, because there is no such card. What the simulated reader and tests send.
    public static func bits(of credential: Credential, format: WiegandFormat = .h10301) -> [Bool] {
        switch credential {
        case .card(let name, let facility, let number):
            name == format.name ? format.bits(of: WiegandCard(facility: facility, number: number)) ?? [] : []
        case .pin, .cardAndPIN: []
        }
    }
}
