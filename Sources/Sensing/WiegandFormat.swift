public import HubMessages

/// How a card is written into the bits of a Wiegand frame: its length, where its numbers stand, and what must hold.
///
/// Bits are counted from 1 in the order of the wire, as HID's format sheets count them. The formats by name and
/// those that a configuration describes are of this one type, so that one decoder and one set of tests serve both.
public struct WiegandFormat: Hashable, Sendable {
    /// Its name in configurations, feeds and tokens, for example `H10301`.
    public let name: String
    /// How many bits a frame has, exactly.
    public let length: Int
    /// Where the facility code stands, where the format has one.
    public let facility: Field?
    /// Where the card's number stands.
    public let number: Field
    /// What must hold, in an order in which each bit that one of them sets is set before another covers it.
    public let checks: [Check]

    /// A number within a frame.
    public struct Field: Hashable, Sendable {
        /// Its bits; at most 64.
        public var bits: ClosedRange<Int>
        /// In which order its bytes stand.
        public var order: ByteOrder

        /// A number in `bits`.
        public init(_ bits: ClosedRange<Int>, _ order: ByteOrder = .mostSignificantFirst) {
            self.bits = bits
            self.order = order
        }

        /// The greatest number that fits.
        public var maximum: UInt64 { bits.count >= 64 ? .max : 1 << UInt64(bits.count) - 1 }
    }

    /// In which order the bytes of a field stand on the wire. Within a byte the most significant bit is always first.
    public enum ByteOrder: String, Hashable, Sendable, CaseIterable {
        /// The most significant byte is first.
        case mostSignificantFirst = "most-significant-first"
        /// The least significant byte is first; the field has whole bytes.
        case leastSignificantFirst = "least-significant-first"
    }

    /// What a parity bit makes of the ones among itself and the bits it covers.
    public enum Parity: String, Hashable, Sendable, CaseIterable {
        /// Their count is even.
        case even
        /// Their count is odd.
        case odd
    }

    /// Something that must hold of a frame.
    public enum Check: Hashable, Sendable {
        /// The parity bit `bit` over the bits of `over`, itself not among them.
        case parity(Parity, bit: Int, over: [ClosedRange<Int>])
        /// The eight bits from `byte` on are the exclusive or of the bytes in `over`.
        case exclusiveOr(byte: Int, over: ClosedRange<Int>)
        /// Bits that are the same in every frame of the format.
        case fixed(ClosedRange<Int>, value: UInt64)
    }

    /// A format that is known to be sound; ``init(checking:length:facility:number:checks:)`` is for all others.
    init(_ name: String, length: Int, facility: Field? = nil, number: Field, checks: [Check] = []) {
        self.name = name
        self.length = length
        self.facility = facility
        self.number = number
        self.checks = checks
    }

    /// The card that a frame of these bits is, the first one on the wire first, or why it is none: `.tooShort` or
    /// `.tooLong` where the length is not the format's, `.parity` where a ``Check`` does not hold.
    public func card(from bits: [Bool]) -> Result<WiegandCard, FrameFault> {
        card(from: WiegandBits(bits), count: bits.count)
    }

    /// The bits that a reader sends for `card`, the first one on the wire first; `nil` where one of its numbers does
    /// not fit, or where it has a facility code and the format has none, or the other way round. Bits that belong to
    /// no field and no check are 0.
    public func bits(of card: WiegandCard) -> [Bool]? {
        guard (card.facility == nil) == (facility == nil), card.number <= number.maximum,
            card.facility ?? 0 <= facility?.maximum ?? 0
        else { return nil }
        var frame = WiegandBits()
        frame.set(number, to: card.number)
        if let facility, let code = card.facility { frame.set(facility, to: code) }
        for check in checks { frame.satisfy(check) }
        return (1...length).map { frame[$0] }
    }

    /// The card in the first `count` of `frame`'s bits.
    func card(from frame: WiegandBits, count: Int) -> Result<WiegandCard, FrameFault> {
        guard count == length else { return .failure(count < length ? .tooShort : .tooLong) }
        for check in checks where !frame.satisfies(check) { return .failure(.parity) }
        return .success(WiegandCard(facility: facility.map { frame.value(of: $0) }, number: frame.value(of: number)))
    }
}
