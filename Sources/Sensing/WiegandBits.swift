/// Up to 128 bits of a frame, counted from 1 in the order of the wire.
struct WiegandBits: Hashable, Sendable {
    /// As many bits as fit.
    static let capacity = 128

    // Bit n of the frame is bit 128 - n of the word: what is on the wire first is most significant.
    private var word: UInt128 = 0

    init() {}

    /// The first ``capacity`` of `bits`.
    init(_ bits: [Bool]) {
        for (index, bit) in bits.prefix(Self.capacity).enumerated() { self[index + 1] = bit }
    }

    /// The bit at `position`, from 1 to ``capacity``.
    subscript(position: Int) -> Bool {
        get { word >> UInt128(Self.capacity - position) & 1 == 1 }
        set {
            let mask: UInt128 = 1 << UInt128(Self.capacity - position)
            word = newValue ? word | mask : word & ~mask
        }
    }

    /// The number in a field.
    func value(of field: WiegandFormat.Field) -> UInt64 {
        let value = number(in: field.bits)
        switch field.order {
        case .mostSignificantFirst: return value
        case .leastSignificantFirst: return Self.swapped(value, bits: field.bits.count)
        }
    }

    /// Writes a number that fits into a field.
    mutating func set(_ field: WiegandFormat.Field, to value: UInt64) {
        switch field.order {
        case .mostSignificantFirst: put(value, in: field.bits)
        case .leastSignificantFirst: put(Self.swapped(value, bits: field.bits.count), in: field.bits)
        }
    }

    /// Whether a check holds.
    func satisfies(_ check: WiegandFormat.Check) -> Bool {
        var corrected = self
        corrected.satisfy(check)
        return corrected == self
    }

    /// Sets the bits of which a check speaks to what it asks for.
    mutating func satisfy(_ check: WiegandFormat.Check) {
        switch check {
        case .parity(let parity, let bit, let over):
            let isOdd = over.reduce(0) { $0 + number(in: $1).nonzeroBitCount } % 2 == 1
            self[bit] = isOdd == (parity == .even)
        case .exclusiveOr(let byte, let over):
            var sum: UInt64 = 0
            for start in stride(from: over.lowerBound, to: over.upperBound, by: 8) {
                sum ^= number(in: start...start + 7)
            }
            put(sum, in: byte...byte + 7)
        case .fixed(let bits, let value):
            put(value, in: bits)
        }
    }

    private func number(in bits: ClosedRange<Int>) -> UInt64 {
        UInt64(truncatingIfNeeded: word >> UInt128(Self.capacity - bits.upperBound) & Self.mask(bits.count))
    }

    private mutating func put(_ value: UInt64, in bits: ClosedRange<Int>) {
        let shift = UInt128(Self.capacity - bits.upperBound)
        word = word & ~(Self.mask(bits.count) << shift) | UInt128(value) << shift
    }

    // Of at most 64 bits.
    private static func mask(_ count: Int) -> UInt128 { (1 << UInt128(count)) - 1 }

    private static func swapped(_ value: UInt64, bits: Int) -> UInt64 {
        value.byteSwapped >> UInt64(64 - bits)
    }
}
