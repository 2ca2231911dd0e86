public import HubMessages

extension WiegandFormat {
    /// How many bits a described format can have: fewer than the decoder counts, or a frame that is too long could not
    /// be told from one that is not.
    public static let lengths = 4...WiegandDecoder.countedBits - 1

    /// What is wrong with the description of a format, and in which part of it.
    public struct Flaw: Error, Hashable, Sendable {
        /// The part.
        public let part: Part
        /// What is wrong with it and what was expected.
        public let text: String
    }

    /// A part of a description.
    public enum Part: Hashable, Sendable {
        /// The name.
        case name
        /// The length.
        case length
        /// The facility code.
        case facility
        /// The number.
        case number
        /// The check with that index.
        case check(Int)
    }

    /// The format of that description, if it is sound: every bit is within the frame and is set by one part only, and
    /// no check covers itself or what a later one sets, so that a frame can be written as well as read.
    public init(
        checking name: String, length: Int, facility: Field? = nil, number: Field, checks: [Check]
    ) throws(Flaw) {
        guard CardLimits.isName(name) else {
            throw Flaw(part: .name, text: "expected 1 to 32 of A–Z, a–z, 0–9, '.', '_', '-', a letter among them")
        }
        guard Self.named(name) == nil else {
            throw Flaw(part: .name, text: "\(name) is a format that the hub has already; expected another name")
        }
        guard Self.lengths.contains(length) else {
            throw Flaw(part: .length, text: "expected \(Self.lengths.lowerBound) to \(Self.lengths.upperBound) bits")
        }
        var owners: [Int: String] = [:]
        if let facility { try Self.claim(facility, .facility, "the facility code", length, &owners) }
        try Self.claim(number, .number, "the number", length, &owners)
        for (index, check) in checks.enumerated() {
            for bit in check.sets { try Self.claim(bit, .check(index), "another check", length, &owners) }
            try Self.examine(check, .check(index), length)
        }
        var unset = Set(checks.flatMap(\.sets))
        for (index, check) in checks.enumerated() {
            unset.subtract(check.sets)
            if let early = check.covers.first(where: unset.contains) {
                throw Flaw(
                    part: .check(index), text: "it covers bit \(early), which a later check sets; list that first")
            }
        }
        self.init(name, length: length, facility: facility, number: number, checks: checks)
    }

    /// What a booking's check needs to know of the format.
    public var cardLimits: CardLimits {
        CardLimits(format: name, facility: facility?.maximum, number: number.maximum)
    }

    private static func claim(
        _ field: Field, _ part: Part, _ owner: String, _ length: Int, _ owners: inout [Int: String]
    ) throws(Flaw) {
        guard field.bits.count <= 64 else {
            throw Flaw(part: part, text: "it has \(field.bits.count) bits; at most 64")
        }
        guard field.order == .mostSignificantFirst || field.bits.count % 8 == 0 else {
            throw Flaw(part: part, text: "it has \(field.bits.count) bits; bytes can be reversed in whole bytes only")
        }
        for bit in field.bits { try claim(bit, part, owner, length, &owners) }
    }

    private static func claim(
        _ bit: Int, _ part: Part, _ owner: String, _ length: Int, _ owners: inout [Int: String]
    ) throws(Flaw) {
        try inside(bit, part, length)
        if let other = owners.updateValue(owner, forKey: bit) {
            throw Flaw(part: part, text: "bit \(bit) belongs to \(other) already")
        }
    }

    private static func examine(_ check: Check, _ part: Part, _ length: Int) throws(Flaw) {
        var seen = Set(check.sets)
        for bit in check.covers {
            try inside(bit, part, length)
            if !seen.insert(bit).inserted {
                let text = check.sets.contains(bit) ? "it covers its own bit \(bit)" : "it covers bit \(bit) twice"
                throw Flaw(part: part, text: text)
            }
        }
        switch check {
        case .parity: if check.covers.isEmpty { throw Flaw(part: part, text: "it covers no bit") }
        case .exclusiveOr(byte: _, let over):
            if over.count % 8 != 0 {
                throw Flaw(part: part, text: "it covers \(over.count) bits; expected whole bytes")
            }
        case .fixed(let bits, let value):
            if bits.count > 64 || value > Field(bits).maximum { throw Flaw(part: part, text: "its value does not fit") }
        }
    }

    private static func inside(_ bit: Int, _ part: Part, _ length: Int) throws(Flaw) {
        guard (1...length).contains(bit) else {
            throw Flaw(part: part, text: "bit \(bit) is outside of the frame; its bits are 1 to \(length)")
        }
    }
}

extension WiegandFormat.Check {
    /// The bits that the check determines.
    public var sets: [Int] {
        switch self {
        case .parity(_, let bit, over: _): [bit]
        case .exclusiveOr(let byte, over: _): Array(byte...byte + 7)
        case .fixed(let bits, value: _): Array(bits)
        }
    }

    /// The bits that it determines them from.
    public var covers: [Int] {
        switch self {
        case .parity(_, bit: _, let over): over.flatMap { Array($0) }
        case .exclusiveOr(byte: _, let over): Array(over)
        case .fixed: []
        }
    }
}
