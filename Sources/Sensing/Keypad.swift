/// How a keypad on a reader's two lines sends what is typed.
public struct Keypad: Hashable, Sendable {
    /// What a frame of the keypad is.
    ///
    /// Rosslare, AYC-Qx4 family manual, 4.2.3.1–4.2.3.9 ("keypad transmission format"), names and draws all four; other
    /// makers' 4-bit and 8-bit "burst" are the same.
    public enum Encoding: String, Hashable, Sendable, CaseIterable {
        /// A key a frame, as it is pressed: 4 bits. 0 to 9 are themselves, 10 is `*`, 11 is `#`.
        case fourBit = "4-bit"
        /// A key a frame: 4 bits of complement, then the 4 bits of the key.
        case eightBit = "8-bit"
        /// Six keys in one frame: even parity, six times 4 bits, odd parity.
        case sixKeys = "26-bit-bcd"
        /// One to five keys in one frame that looks like a card of H10301: a facility code that is the keypad's, and the
        /// code as a number up to 65,535. A leading zero is lost.
        case number = "26-bit-binary"

        /// The bits of a frame.
        public var length: Int {
            switch self {
            case .fourBit: 4
            case .eightBit: 8
            case .sixKeys, .number: 26
            }
        }
    }

    /// How it sends.
    public var encoding: Encoding
    /// Between two keys of a code at most so much passes.
    public var interKey: Duration
    /// A code of so many digits needs no `#`; `nil`: each ends with it.
    public var codeLength: Int?
    /// The facility code that tells its frames from cards, with ``Encoding/number``.
    public var facility: UInt8

    /// What a hub may be configured with as ``interKey``.
    public static let interKeys = Duration.seconds(1)...Duration.seconds(30)
    /// What a hub may be configured with as ``codeLength``.
    public static let codeLengths = 1...CodeEntry.maximumDigits

    /// A keypad; five seconds between keys are what keypads that gather codes themselves allow.
    public init(
        _ encoding: Encoding, interKey: Duration = .seconds(5), codeLength: Int? = nil, facility: UInt8 = 0
    ) {
        self.encoding = encoding
        self.interKey = interKey
        self.codeLength = codeLength
        self.facility = facility
    }

    /// A key.
    public enum Key: Hashable, Sendable {
        /// 0 to 9.
        case digit(UInt8)
        /// `*`: what was typed does not count.
        case clear
        /// `#`: the code is complete.
        case enter

        /// As it stands on the key.
        public var character: Character {
            switch self {
            case .digit(let digit): Character(String(digit))
            case .clear: "*"
            case .enter: "#"
            }
        }

        /// The key that a character stands on.
        public init?(_ character: Character) {
            switch character {
            case "*": self = .clear
            case "#": self = .enter
            case _:
                guard let number = character.wholeNumberValue, character.isASCII else { return nil }
                self = .digit(UInt8(number))
            }
        }

        fileprivate var number: Int {
            switch self {
            case .digit(let digit): Int(digit)
            case .clear: 10
            case .enter: 11
            }
        }

        fileprivate init?(_ number: UInt64) {
            switch number {
            case 0...9: self = .digit(UInt8(number))
            case 10: self = .clear
            case 11: self = .enter
            case _: return nil
            }
        }
    }

    /// The frames that the keypad sends while `keys` are typed, the first bit on the wire first. What the simulated
    /// keypad and tests send: one that gathers codes clears at `*`, and gives up a code that its frame cannot hold.
    public func frames(of keys: [Key]) -> [[Bool]] {
        var gathered: [UInt8] = []
        var frames: [[Bool]] = []
        for key in keys {
            switch encoding {
            case .fourBit: frames.append(Self.bits(key.number, 4))
            case .eightBit: frames.append(Self.bits(~key.number & 0xF, 4) + Self.bits(key.number, 4))
            case .sixKeys, .number:
                if case .digit(let digit) = key { gathered.append(digit) }
                if key == .clear { gathered = [] }
                guard let frame = gatheredFrame(of: gathered, isEntered: key == .enter) else { continue }
                frames.append(frame)
                gathered = []
            }
        }
        return frames
    }

    private func gatheredFrame(of digits: [UInt8], isEntered: Bool) -> [Bool]? {
        let card: WiegandCard
        switch encoding {
        case .fourBit, .eightBit: return nil
        case .sixKeys:
            guard digits.count == 6 else { return nil }
            let number = digits.reduce(0) { $0 << 4 | UInt64($1) }
            card = WiegandCard(facility: number >> 16, number: number & 0xFFFF)
        case .number:
            guard digits.count == 5 || (isEntered && (1...4).contains(digits.count)) else { return nil }
            card = WiegandCard(facility: UInt64(facility), number: digits.reduce(0) { $0 * 10 + UInt64($1) })
        }
        return WiegandFormat.h10301.bits(of: card)
    }

    private static func bits(_ number: Int, _ count: Int) -> [Bool] {
        (0..<count).reversed().map { number >> $0 & 1 == 1 }
    }

    /// What a frame of the keypad holds.
    enum Content: Hashable {
        case key(Key)
        case code([UInt8])
        /// Bits that are sound and none of the keypad's.
        case other
        /// Bits that no keypad sends.
        case unsound
    }

    /// What the first ``Encoding/length`` bits of `frame` are.
    func content(of frame: WiegandBits) -> Content {
        func number(_ bits: ClosedRange<Int>) -> UInt64 { frame.value(of: WiegandFormat.Field(bits)) }
        switch encoding {
        case .fourBit: return Key(number(1...4)).map(Content.key) ?? .unsound
        case .eightBit:
            let key = number(5...8)
            guard number(1...4) == ~key & 0xF else { return .unsound }
            return Key(key).map(Content.key) ?? .unsound
        case .sixKeys:
            guard WiegandFormat.h10301.checks.allSatisfy(frame.satisfies) else { return .unsound }
            let digits = stride(from: 2, to: 26, by: 4).map { UInt8(number($0...$0 + 3)) }
            return digits.allSatisfy { $0 <= 9 } ? .code(digits) : .unsound
        case .number:
            guard WiegandFormat.h10301.checks.allSatisfy(frame.satisfies) else { return .unsound }
            guard number(2...9) == UInt64(facility) else { return .other }
            return .code(String(number(10...25)).utf8.map { $0 - UInt8(ascii: "0") })
        }
    }
}
