import HubMessages
import Sensing
import TestSupport
import Testing

/// A format as a configuration may describe it: three interleaved parities, a reversed number, bits that mean nothing.
private func described() throws -> WiegandFormat {
    try WiegandFormat(
        checking: "verein30", length: 30, facility: .init(3...7), number: .init(9...24, .leastSignificantFirst),
        checks: [
            .parity(.odd, bit: 2, over: [3...3, 5...5, 7...12]),
            .parity(.even, bit: 30, over: [4...4, 6...6, 13...24]),
            .parity(.even, bit: 1, over: [2...29]),
        ])
}

private func formats() throws -> [WiegandFormat] {
    try WiegandFormat.all + [described()]
}

/// Every power of two, none and all in one of a format's numbers, with none and all in the other: each bit of a field
/// alone, and each with every other.
private func cards(of format: WiegandFormat) -> [WiegandCard] {
    func values(_ field: WiegandFormat.Field) -> [UInt64] {
        [0, field.maximum] + (0..<UInt64(field.bits.count)).map { 1 << $0 }
    }
    guard let facility = format.facility else { return values(format.number).map { WiegandCard(number: $0) } }
    let cards =
        values(facility).flatMap { code in
            [0, format.number.maximum].map { WiegandCard(facility: code, number: $0) }
        }
        + values(format.number).flatMap { number in
            [0, facility.maximum].map { WiegandCard(facility: $0, number: number) }
        }
    return cards
}

private func credential(_ card: WiegandCard, _ format: WiegandFormat) -> Credential {
    .card(format: format.name, facility: card.facility, number: card.number)
}

/// What the decoder makes of a frame's bits, one every 200 µs: the fastest that is legal.
private func decode(_ bits: [Bool], _ format: WiegandFormat) -> [WiegandDecoder.Frame] {
    var decoder = WiegandDecoder(format: format)
    var time = MonotonicTime(nanoseconds: 1_000_000_000)
    var frames: [WiegandDecoder.Frame] = []
    for bit in bits {
        if let frame = decoder.pulse(bit, at: time) { frames.append(frame) }
        time = time + .microseconds(200)
    }
    if let frame = decoder.advance(to: time + .seconds(1)) { frames.append(frame) }
    return frames
}

private func text(_ bits: [Bool]) -> String { bits.map { $0 ? "1" : "0" }.joined() }
private func bits(_ text: String) -> [Bool] { text.filter { $0 != " " }.map { $0 == "1" } }

@Suite struct WiegandFormatTests {
    /// Worked out apart from this project's code: for the named formats with the masks of the formats table over
    /// 32-bit words, for the serial numbers by hand.
    @Test(
        arguments: [
            ("H10301", 12, 4_711, "1 00001100 0001001001100111 1"),
            ("2804W", 34, 18651, "1000001000101001000110110110"),
            ("2804W", 216, 26288, "0000110110001100110101100000"),
            ("D10202", 97, 1058756, "011000010001000000100111110001000"),
            ("D10202", 32, 1978347, "101000000001111000101111111010110"),
            ("H10306", 32468, 49870, "0011111101101010011000010110011101"),
            ("H10306", 29457, 30949, "1011100110001000101111000111001010"),
            ("N10002", 42702, 24878, "1101001101100111001100001001011100"),
            ("N10002", 51689, 13759, "1110010011110100100110101101111110"),
            ("C1k35s", 384, 511554, "11000110000000011111001110010000101"),
            ("C1k35s", 116, 936710, "11000001110100111001001011000001100"),
            ("C15001", 213, 25546, "011100001001101010101100011110010100"),
            ("C15001", 110, 39809, "111100001000110111010011011100000010"),
            ("S12906", 195, 12870769, "011000011001100010001100100011100010"),
            ("S12906", 0, 11674138, "100000000001011001000100010000110101"),
            ("Sie36", 116755, 17454, "001110010000001001101000100001011101"),
            ("Sie36", 189147, 52548, "110111000101101101111001101010001000"),
            ("H10302", nil, 18162395441, "1100001110101001000000101001001100011"),
            ("H10302", nil, 4059906722, "1000111100011111110101000010101000101"),
            ("H10304", 59075, 166424, "0111001101100001101010001010000110001"),
            ("H10304", 2004, 11703, "1000001111101010000000101101101101111"),
            ("P10001", 104, 42568, "1111000001101000101001100100100001110110"),
            ("P10001", 2217, 603, "1111100010101001000000100101101100001000"),
            ("C1k48s", 3939077, 7392325, "011111000001101100000101111000011001100010001010"),
            ("C1k48s", 1598886, 5758643, "110110000110010110100110101011111011110101100111"),
            ("UID32", nil, 0x0102_0304, "00000001 00000010 00000011 00000100"),
            ("UID32-reversed", nil, 0x0102_0304, "00000100 00000011 00000010 00000001"),
            ("UID34", nil, 0x0102_0304, "0 00000001 00000010 00000011 00000100 0"),
            ("UID34-reversed", nil, 0x0102_0304, "1 00000100 00000011 00000010 00000001 1"),
            ("UID56", nil, 0x01, "00000000 00000000 00000000 00000000 00000000 00000000 00000001"),
            ("UID56-reversed", nil, 0x01, "00000001 00000000 00000000 00000000 00000000 00000000 00000000"),
            ("UID58", nil, 0x01, "0 00000000 00000000 00000000 00000000 00000000 00000000 00000001 0"),
            ("UID58-reversed", nil, 0x01, "1 00000001 00000000 00000000 00000000 00000000 00000000 00000000 1"),
        ] as [(String, UInt64?, UInt64, String)])
    func `a literal frame of every format`(name: String, facility: UInt64?, number: UInt64, frame: String) throws {
        let format = try #require(WiegandFormat.named(name))
        let card = WiegandCard(facility: facility, number: number)
        #expect(format.bits(of: card).map(text) == text(bits(frame)))
        #expect(format.card(from: bits(frame)) == .success(card))
        #expect(decode(bits(frame), format) == [.card(credential(card, format))])
    }

    @Test func `every format has one name, is sound, and is found by its name alone`() throws {
        #expect(Set(WiegandFormat.all.map(\.name)).count == WiegandFormat.all.count)
        for format in WiegandFormat.all {
            #expect(WiegandFormat.named(format.name) == format)
            #expect(WiegandFormat.named(format.name + "x") == nil)
            let again = try WiegandFormat(
                checking: "x-" + format.name, length: format.length, facility: format.facility, number: format.number,
                checks: format.checks)
            #expect(again.length == format.length)
        }
        let expected = [
            26, 28, 32, 32, 33, 34, 34, 34, 34, 35, 36, 36, 36, 37, 37, 40, 48, 56, 56, 58, 58,
        ]
        #expect(WiegandFormat.all.map(\.length) == expected)
    }

    @Test func `every card of every format reads back as itself, and what does not fit has no bits`() throws {
        for format in try formats() {
            for card in cards(of: format) {
                let frame = try #require(format.bits(of: card), "\(format.name) \(card)")
                guard decode(frame, format) == [.card(credential(card, format))] else {
                    Issue.record("\(format.name) \(card)")
                    return
                }
            }
            let most = WiegandCard(facility: format.facility?.maximum, number: format.number.maximum)
            #expect(format.bits(of: WiegandCard(facility: most.facility, number: most.number + 1)) == nil)
            #expect(
                format.bits(of: WiegandCard(facility: most.facility.map { $0 + 1 }, number: 0)) == nil
                    || most.facility == nil)
            #expect(format.bits(of: WiegandCard(facility: most.facility == nil ? 0 : nil, number: 0)) == nil)
        }
    }

    @Test func `G5: every single lost pulse, in every format, makes the frame nothing`() throws {
        var tried = 0
        for format in try formats() {
            for card in cards(of: format) {
                let whole = try #require(format.bits(of: card))
                for lost in whole.indices {
                    var rest = whole
                    rest.remove(at: lost)
                    tried += 1
                    guard decode(rest, format) == [.rejected(.tooShort, bits: format.length - 1)] else {
                        Issue.record("\(format.name) \(card) without bit \(lost + 1)")
                        return
                    }
                }
            }
        }
        #expect(tried > 50_000)
    }

    @Test func `G5: every single doubled pulse, in every format, makes the frame nothing`() throws {
        for format in try formats() {
            for card in cards(of: format) {
                let whole = try #require(format.bits(of: card))
                for doubled in whole.indices {
                    var more = whole
                    more.insert(more[doubled], at: doubled)
                    guard decode(more, format) == [.rejected(.tooLong, bits: format.length + 1)] else {
                        Issue.record("\(format.name) \(card) with bit \(doubled + 1) twice")
                        return
                    }
                }
            }
        }
    }

    @Test func `G5: every single flipped bit that a check covers, in every format, makes the frame nothing`() throws {
        for format in try formats() {
            let covered = Set(format.checks.flatMap { $0.sets + $0.covers })
            for card in cards(of: format) {
                let whole = try #require(format.bits(of: card))
                for flipped in 1...format.length {
                    var bits = whole
                    bits[flipped - 1].toggle()
                    let frames = decode(bits, format)
                    if covered.contains(flipped) {
                        guard frames == [.rejected(.parity, bits: format.length)] else {
                            Issue.record("\(format.name) \(card) with bit \(flipped) flipped")
                            return
                        }
                    } else if case .card(let other)? = frames.first {
                        // Nothing covers the bit: only a format without any check, where it is another card.
                        #expect(format.checks.isEmpty && other != credential(card, format), "\(format.name) \(flipped)")
                    }
                }
            }
        }
    }

    /// What the test above means by "covered" is worth something only if it is nearly everything.
    @Test func `of every format with a check, a check covers every bit`() throws {
        for format in try formats() where !format.checks.isEmpty {
            let uncovered = Set(1...format.length).subtracting(format.checks.flatMap { $0.sets + $0.covers })
            #expect(uncovered == [], "\(format.name)")
        }
    }

    @Test func `G5: a card of another format is never a card where the length differs, and never that card`() throws {
        let all = try formats()
        var mistaken: Set<String> = []
        for sent in all {
            for card in cards(of: sent) {
                let frame = try #require(sent.bits(of: card))
                for read in all where read != sent {
                    switch read.card(from: frame) {
                    case .failure(let fault):
                        let expected: FrameFault =
                            sent.length == read.length ? .parity : sent.length < read.length ? .tooShort : .tooLong
                        guard fault == expected else {
                            Issue.record("\(sent.name) \(card) read as \(read.name): \(fault)")
                            return
                        }
                    case .success(let other):
                        mistaken.insert("\(sent.name) read as \(read.name)")
                        guard sent.length == read.length, credential(other, read) != credential(card, sent) else {
                            Issue.record("\(sent.name) \(card) read as \(read.name)")
                            return
                        }
                    }
                }
            }
        }
        // Formats of one length cannot be told apart by their bits: that is why a reader's format is configured.
        #expect(mistaken.contains("H10306 read as N10002") && mistaken.contains("H10302 read as H10304"))
        #expect(!mistaken.contains { $0.hasPrefix("H10301") || $0.hasSuffix("H10301") })
    }

    @Test func `a thousand frames of every format back to back at the fastest legal timing: none lost, none merged`()
        throws
    {
        var random = SeededRandom.announced()
        for format in try formats() {
            var decoder = WiegandDecoder(format: format)
            var time = MonotonicTime(nanoseconds: 1_000_000_000)
            var sent: [WiegandDecoder.Frame] = []
            var read: [WiegandDecoder.Frame] = []
            for _ in 0..<1_000 {
                let card = WiegandCard(
                    facility: format.facility.map { .random(in: 0...$0.maximum, using: &random) },
                    number: .random(in: 0...format.number.maximum, using: &random))
                for bit in try #require(format.bits(of: card)) {
                    if let frame = decoder.pulse(bit, at: time) { read.append(frame) }
                    time = time + .microseconds(200)
                }
                sent.append(.card(credential(card, format)))
                // The shortest silence that ends a frame, from its last pulse on.
                time = time + .microseconds(40_000 - 200)
            }
            if let frame = decoder.advance(to: time) { read.append(frame) }
            #expect(read == sent, "\(format.name)")
        }
    }

    @Test func `G5: two cards without the silence between them are one frame that is too long`() throws {
        for format in try formats() {
            let card = try #require(cards(of: format).last)
            let frame = try #require(format.bits(of: card))
            #expect(decode(frame + frame, format) == [.rejected(.tooLong, bits: 2 * format.length)])
        }
    }

    @Test func `G5: noise without end is no card of the longest format either`() throws {
        let most = WiegandFormat.lengths.upperBound
        let format = try WiegandFormat(checking: "longest", length: most, number: .init(1...64), checks: [])
        for length in [most, most + 1, most + 2, 1_000] {
            let frames = decode([Bool](repeating: true, count: length), format)
            if length == most {
                #expect(frames == [.card(.card(format: "longest", facility: nil, number: .max))])
            } else {
                #expect(frames == [.rejected(.tooLong, bits: WiegandDecoder.countedBits)])
            }
        }
    }

    @Test func `G5: pulses on both lines at once make nothing, at every bit of every format`() throws {
        for format in try formats() {
            let card = try #require(cards(of: format).last)
            let frame = try #require(format.bits(of: card))
            for both in frame.indices {
                var decoder = WiegandDecoder(format: format)
                var time = MonotonicTime(nanoseconds: 1_000_000_000)
                for (index, bit) in frame.enumerated() {
                    #expect(decoder.pulse(bit, at: time) == nil)
                    if index == both { #expect(decoder.pulse(!bit, at: time + .microseconds(3)) == nil) }
                    time = time + .milliseconds(2)
                }
                let end = decoder.advance(to: time + .seconds(1))
                #expect(end == .rejected(.simultaneous, bits: format.length + 1))
            }
        }
    }

    @Test func `the limits of a reader are its own`() throws {
        let limits = WiegandLimits(
            shortestGap: .microseconds(200), longestGap: .milliseconds(2), endOfFrame: .milliseconds(30))
        let frame = try #require(WiegandFormat.h10301.bits(of: WiegandCard(facility: 12, number: 4_711)))
        for (gap, isCard) in [(199, false), (200, true), (2_000, true), (2_001, false)] as [(Int, Bool)] {
            var decoder = WiegandDecoder(limits: limits)
            var time = MonotonicTime(nanoseconds: 1_000_000_000)
            for bit in frame {
                #expect(decoder.pulse(bit, at: time) == nil)
                time = time + .microseconds(gap)
            }
            let end = time + .milliseconds(30) - .microseconds(gap)
            #expect(decoder.deadline == end)
            #expect(decoder.advance(to: end - .nanoseconds(1)) == nil)
            let expected: WiegandDecoder.Frame =
                isCard ? .card(.card(facility: 12, number: 4_711)) : .rejected(.timing, bits: 26)
            #expect(decoder.advance(to: end) == expected)
        }
    }

    @Test(
        arguments: [
            ("a b", 26, 2...9, [], .name, "expected 1 to 32 of A–Z, a–z, 0–9, '.', '_', '-', a letter among them"),
            ("26", 26, 2...9, [], .name, "expected 1 to 32 of A–Z, a–z, 0–9, '.', '_', '-', a letter among them"),
            ("Sie36", 26, 2...9, [], .name, "Sie36 is a format that the hub has already; expected another name"),
            ("x", 3, 2...3, [], .length, "expected 4 to 127 bits"),
            ("x", 128, 2...3, [], .length, "expected 4 to 127 bits"),
            ("x", 26, 2...27, [], .number, "bit 27 is outside of the frame; its bits are 1 to 26"),
            ("x", 127, 2...66, [], .number, "it has 65 bits; at most 64"),
            ("x", 26, 2...9, [.parity(.even, bit: 9, over: [2...3])], .check(0), "bit 9 belongs to the number already"),
            ("x", 26, 2...9, [.parity(.even, bit: 1, over: [1...3])], .check(0), "it covers its own bit 1"),
            ("x", 26, 2...9, [.parity(.even, bit: 1, over: [2...4, 4...5])], .check(0), "it covers bit 4 twice"),
            ("x", 26, 2...9, [.parity(.even, bit: 1, over: [])], .check(0), "it covers no bit"),
            (
                "x", 26, 2...9, [.parity(.even, bit: 1, over: [26...27])], .check(0),
                "bit 27 is outside of the frame; its bits are 1 to 26"
            ),
            (
                "x", 26, 2...9, [.parity(.even, bit: 1, over: [2...26]), .parity(.odd, bit: 26, over: [2...9])],
                .check(0),
                "it covers bit 26, which a later check sets; list that first"
            ),
            (
                "x", 26, 2...9, [.parity(.even, bit: 1, over: [2...9]), .parity(.odd, bit: 1, over: [2...9])],
                .check(1),
                "bit 1 belongs to another check already"
            ),
        ] as [(String, Int, ClosedRange<Int>, [WiegandFormat.Check], WiegandFormat.Part, String)])
    func `a description that is not sound is refused, with the part and the reason`(
        name: String, length: Int, number: ClosedRange<Int>, checks: [WiegandFormat.Check], part: WiegandFormat.Part,
        reason: String
    ) {
        do throws(WiegandFormat.Flaw) {
            _ = try WiegandFormat(checking: name, length: length, number: .init(number), checks: checks)
            Issue.record("taken")
        } catch {
            #expect(error.part == part)
            #expect(error.text == reason)
        }
    }
}
