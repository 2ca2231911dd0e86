extension WiegandFormat {
    /// The formats that have a name, in the order of their lengths.
    ///
    /// Where "formats table" is named as a source, it is the table of Wiegand formats of the Proxmark3 project
    /// (github.com/RfidResearchGroup/proxmark3, `client/src/wiegand_formats.c`), which collects the layouts of access
    /// control makers, most of them from cardinfo.barkweb.com.au. Its positions are counted from 0, those here from 1.
    /// For what no maker publishes there are the formats that a configuration describes.
    public static let all: [WiegandFormat] = [
        .h10301, .w2804, .uid32, .uid32Reversed, .d10202, .h10306, .n10002, .uid34, .uid34Reversed, .c1k35s, .c15001,
        .s12906, .sie36, .h10302, .h10304, .p10001, .c1k48s, .uid56, .uid56Reversed, .uid58, .uid58Reversed,
    ]

    /// The format of that name, spelled exactly as in ``all``.
    public static func named(_ name: String) -> WiegandFormat? {
        all.first { $0.name == name }
    }

    /// 26 bits, the open industry standard: facility 2–9, number 10–25, even parity over the first half, odd over the
    /// second. Source: SIA AC-01-1996.10; RF IDeas, "Proximity Card Formats", has the same masks.
    public static let h10301 = WiegandFormat(
        "H10301", length: 26, facility: Field(2...9), number: Field(10...25), checks: halves(of: 26))

    /// 28 bits: facility 5–12, number 13–27; an odd parity bit 3 over two bits of every three from 5 on, an even one
    /// over 2–14, an odd one over all. Bits 2 and 4 mean nothing that is published, but parity covers both. Source:
    /// formats table ("2804 Wiegand 28-bit"), the only one found.
    public static let w2804 = WiegandFormat(
        "2804W", length: 28, facility: Field(5...12), number: Field(13...27),
        checks: [
            .parity(.odd, bit: 3, over: pairs(from: 5, to: 27)), .parity(.even, bit: 1, over: [2...14]),
            .parity(.odd, bit: 28, over: [1...27]),
        ])

    /// 33 bits: facility 2–8, number 9–32, even parity over 2–17, odd over 17–32; bit 17 is in both. Source: formats
    /// table ("HID D10202 33-bit"). AccessGrid, "HID 33bit - (D10202)", has the same fields and leaves bit 17 to the
    /// even parity alone; the table is taken because its masks are written out bit by bit.
    public static let d10202 = WiegandFormat(
        "D10202", length: 33, facility: Field(2...8), number: Field(9...32),
        checks: [.parity(.even, bit: 1, over: [2...17]), .parity(.odd, bit: 33, over: [17...32])])

    /// 34 bits: facility 2–17, number 18–33, even parity over the first half, odd over the second. Source: formats
    /// table ("HID H10306 34-bit"); other makers' 34 bits have the same parity (ZKTeco RevFace15 manual, "Wiegand34").
    public static let h10306 = WiegandFormat(
        "H10306", length: 34, facility: Field(2...17), number: Field(18...33), checks: halves(of: 34))

    /// 34 bits (Honeywell and Northern): the layout of ``h10306`` under another maker's name. Source: formats table
    /// ("Honeywell/Northern N10002 34-bit"). Cards of the two are different credentials all the same.
    public static let n10002 = WiegandFormat(
        "N10002", length: 34, facility: Field(2...17), number: Field(18...33), checks: halves(of: 34))

    /// 35 bits, HID Corporate 1000: company 3–14, number 15–34; even parity bit 2 and odd parity bit 35, each over two
    /// bits of every three, and odd parity bit 1 over all others. Source: formats table ("HID Corporate 1000 35-bit
    /// std"); the E3 access toolbox ("HID 35bits") has the same fields.
    public static let c1k35s = WiegandFormat(
        "C1k35s", length: 35, facility: Field(3...14), number: Field(15...34),
        checks: [
            .parity(.even, bit: 2, over: pairs(from: 3, to: 34)), .parity(.odd, bit: 35, over: pairs(from: 2, to: 33)),
            .parity(.odd, bit: 1, over: [2...35]),
        ])

    /// 36 bits, HID KeyScan: the maker's code 900 in 2–11, facility 12–19, number 20–35, even parity over 2–18, odd
    /// over 19–35. Source: formats table ("HID KeyScan 36-bit"), which writes 900 and reads any code; here another
    /// code is another maker's card and refused, since facility and number would not tell the two apart.
    public static let c15001 = WiegandFormat(
        "C15001", length: 36, facility: Field(12...19), number: Field(20...35),
        checks: [
            .fixed(2...11, value: 900), .parity(.even, bit: 1, over: [2...18]), .parity(.odd, bit: 36, over: [19...35]),
        ])

    /// 36 bits, HID Simplex: facility 2–9, issue 10–11, number 12–35, odd parity over 2–18, odd over 18–35; bit 18 is
    /// in both. Source: formats table ("HID Simplex 36-bit"). The issue is not read: a card that replaces a lost one
    /// under the same number is the same credential. Give it another number.
    public static let s12906 = WiegandFormat(
        "S12906", length: 36, facility: Field(2...9), number: Field(12...35),
        checks: [.parity(.odd, bit: 1, over: [2...18]), .parity(.odd, bit: 36, over: [18...35])])

    /// 36 bits, Siemens: facility 2–19, number 20–35; odd parity bit 1 and even parity bit 36, each over two bits of
    /// every three. Source: formats table ("HID 36-bit Siemens"). AccessGrid, "HID 36bit Siemens", has the same fields
    /// and says every other bit; the table is taken because it writes its masks out and Corporate 1000 has their like.
    /// Try a card before relying on it.
    public static let sie36 = WiegandFormat(
        "Sie36", length: 36, facility: Field(2...19), number: Field(20...35),
        checks: [
            .parity(.odd, bit: 1, over: [2...2] + pairs(from: 4, to: 35)),
            .parity(.even, bit: 36, over: pairs(from: 2, to: 33) + [35...35]),
        ])

    /// 37 bits without facility code: number 2–36, even parity over 2–19, odd over 19–36; bit 19 is in both. Source:
    /// formats table ("HID H10302 37-bit huge ID"); Sagem MorphoAccess 200 manual, "37-bit: HID format", says the
    /// same.
    public static let h10302 = WiegandFormat(
        "H10302", length: 37, number: Field(2...36), checks: overlappingHalves37)

    /// 37 bits with facility code: facility 2–17, number 18–36, parity as ``h10302``. Source: formats table ("HID
    /// H10304 37-bit"); Open Options, "37 Bit Card Format (with facility code)", has the same masks.
    public static let h10304 = WiegandFormat(
        "H10304", length: 37, facility: Field(2...17), number: Field(18...36), checks: overlappingHalves37)

    /// 40 bits, Honeywell: four ones, facility 5–16, number 17–32, then the exclusive or of the four bytes before.
    /// Source: formats table ("HID P10001 Honeywell 40-bit"), which writes the four ones and does not ask for them.
    public static let p10001 = WiegandFormat(
        "P10001", length: 40, facility: Field(5...16), number: Field(17...32),
        checks: [.fixed(1...4, value: 0xF), .exclusiveOr(byte: 33, over: 1...32)])

    /// 48 bits, HID Corporate 1000: company 3–24, number 25–47, parity as ``c1k35s``. Source: formats table ("HID
    /// Corporate 1000 48-bit std").
    public static let c1k48s = WiegandFormat(
        "C1k48s", length: 48, facility: Field(3...24), number: Field(25...47),
        checks: [
            .parity(.even, bit: 2, over: pairs(from: 4, to: 47)), .parity(.odd, bit: 48, over: pairs(from: 3, to: 46)),
            .parity(.odd, bit: 1, over: [2...48]),
        ])

    /// A card's serial number of 4 bytes and nothing else. No bit is checked: a flipped bit is another card. Source:
    /// Rosslare AY-T6350 manual, 5.5.5; the reversed order is in 5.5.6.
    public static let uid32 = WiegandFormat("UID32", length: 32, number: Field(1...32))
    /// ``uid32`` with the least significant byte first.
    public static let uid32Reversed = WiegandFormat(
        "UID32-reversed", length: 32, number: Field(1...32, .leastSignificantFirst))

    /// A serial number of 4 bytes, even parity over its first half, odd over its second. Source: Rosslare AY-T6350
    /// manual, 5.5.7, which contradicts itself about which byte is first: compare with the number printed on a card.
    public static let uid34 = WiegandFormat("UID34", length: 34, number: Field(2...33), checks: halves(of: 34))
    /// ``uid34`` with the least significant byte first.
    public static let uid34Reversed = WiegandFormat(
        "UID34-reversed", length: 34, number: Field(2...33, .leastSignificantFirst), checks: halves(of: 34))

    /// A serial number of 7 bytes (ISO/IEC 14443-3, double size UID) and nothing else; no bit is checked.
    public static let uid56 = WiegandFormat("UID56", length: 56, number: Field(1...56))
    /// ``uid56`` with the least significant byte first.
    public static let uid56Reversed = WiegandFormat(
        "UID56-reversed", length: 56, number: Field(1...56, .leastSignificantFirst))

    /// A serial number of 7 bytes, even parity over its first half, odd over its second: the scheme of ``uid34`` over
    /// 56 bits. No maker's sheet for serial numbers was found; the 58 bits of TWIC cards have this parity (AccessGrid,
    /// "TWIC / CAC Wiegand 58 bit format"). Compare with a card before relying on it.
    public static let uid58 = WiegandFormat("UID58", length: 58, number: Field(2...57), checks: halves(of: 58))
    /// ``uid58`` with the least significant byte first.
    public static let uid58Reversed = WiegandFormat(
        "UID58-reversed", length: 58, number: Field(2...57, .leastSignificantFirst), checks: halves(of: 58))

    // The first bit makes the first half even, the last bit makes the second half odd.
    private static func halves(of length: Int) -> [Check] {
        [
            .parity(.even, bit: 1, over: [2...length / 2]),
            .parity(.odd, bit: length, over: [length / 2 + 1...length - 1]),
        ]
    }

    private static var overlappingHalves37: [Check] {
        [.parity(.even, bit: 1, over: [2...19]), .parity(.odd, bit: 37, over: [19...36])]
    }

    // Two bits of every three: `first` and its neighbour, then the pair three further on, up to `last`.
    private static func pairs(from first: Int, to last: Int) -> [ClosedRange<Int>] {
        stride(from: first, through: last, by: 3).map { $0...min($0 + 1, last) }
    }
}
