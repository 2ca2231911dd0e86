import HubMessages
import Sensing
import TestSupport
import Testing

/// A pulse of a reader: the bit and when it began, in microseconds.
private struct Pulse: Hashable {
    var bit: Bool
    var time: Int64
}

private func at(_ microseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64(microseconds) * 1_000)
}

/// A frame's pulses, 1 ms apart.
private func pulses(_ bits: [Bool], from start: Int64 = 1_000_000, gap: Int64 = 1_000) -> [Pulse] {
    bits.enumerated().map { Pulse(bit: $1, time: start + Int64($0) * gap) }
}

/// What the decoder makes of pulses that are all read before any time passes: late, many frames at once.
private func decode(_ pulses: [Pulse]) -> [WiegandDecoder.Frame] {
    var decoder = WiegandDecoder()
    var frames: [WiegandDecoder.Frame] = []
    for pulse in pulses {
        if let frame = decoder.pulse(pulse.bit, at: at(pulse.time)) { frames.append(frame) }
    }
    if let frame = decoder.advance(to: MonotonicTime(nanoseconds: .max)) { frames.append(frame) }
    #expect(decoder == WiegandDecoder())
    return frames
}

/// The same with the time looked at before and after every pulse: read at once.
private func decodePromptly(_ pulses: [Pulse]) -> [WiegandDecoder.Frame] {
    var decoder = WiegandDecoder()
    var frames: [WiegandDecoder.Frame] = []
    for pulse in pulses {
        for frame in [
            decoder.advance(to: at(pulse.time) - .nanoseconds(1)), decoder.pulse(pulse.bit, at: at(pulse.time)),
            decoder.advance(to: at(pulse.time)),
        ] {
            if let frame { frames.append(frame) }
        }
    }
    if let end = decoder.deadline {
        #expect(decoder.advance(to: end - .nanoseconds(1)) == nil)
        if let frame = decoder.advance(to: end) { frames.append(frame) }
    }
    return frames
}

private let cards: [Credential] = [
    .card(facility: 0, number: 0), .card(facility: 255, number: 65_535), .card(facility: 1, number: 1),
    .card(facility: 12, number: 4_711), .card(facility: 0xAA, number: 0x5555), .card(facility: 0x80, number: 0x8001),
]

@Suite struct WiegandDecoderTests {
    @Test(arguments: [
        ("00000000000000000000000001", Credential.card(facility: 0, number: 0)),
        ("01111111111111111111111111", Credential.card(facility: 255, number: 65_535)),
        ("10000000100000000000000010", Credential.card(facility: 1, number: 1)),
        ("10000110000010010011001111", Credential.card(facility: 12, number: 4_711)),
    ])
    func `literal frames of the format H10301`(bits: String, card: Credential) {
        let frame = bits.map { $0 == "1" }
        #expect(decode(pulses(frame)) == [.card(card)])
        #expect(WiegandDecoder.bits(of: card) == frame)
    }

    @Test func `bits(of:) is what the decoder reads back, for every facility and a spread of numbers`() {
        for facility in UInt8.min...UInt8.max {
            for number in stride(from: 0, through: 65_535, by: 257) {
                let card = Credential.card(facility: facility, number: UInt16(number))
                guard decode(pulses(WiegandDecoder.bits(of: card))) == [.card(card)] else {
                    Issue.record("\(card)")
                    return
                }
            }
        }
    }

    @Test(arguments: cards)
    func `G5: a frame with any one pulse lost is too short`(card: Credential) {
        let whole = pulses(WiegandDecoder.bits(of: card))
        for lost in whole.indices {
            var rest = whole
            rest.remove(at: lost)
            #expect(decode(rest) == [.rejected(.tooShort, bits: 25)])
            #expect(decodePromptly(rest) == [.rejected(.tooShort, bits: 25)])
        }
    }

    @Test(arguments: cards)
    func `G5: a frame with any two, three or four pulses lost is nothing`(card: Credential) {
        let whole = pulses(WiegandDecoder.bits(of: card))
        for count in 2...4 {
            for start in 0...(26 - count) {
                var rest = whole
                rest.removeSubrange(start..<start + count)
                #expect(decode(rest) == [.rejected(.tooShort, bits: 26 - count)])
            }
        }
    }

    @Test(arguments: cards)
    func `G5: a frame with any one bit flipped fails its parity`(card: Credential) {
        let whole = WiegandDecoder.bits(of: card)
        for flipped in whole.indices {
            var bits = whole
            bits[flipped].toggle()
            #expect(decode(pulses(bits)) == [.rejected(.parity, bits: 26)])
        }
    }

    @Test(arguments: cards)
    func `G5: a frame with any one pulse doubled is too long`(card: Credential) {
        let whole = WiegandDecoder.bits(of: card)
        for doubled in whole.indices {
            var bits = whole
            bits.insert(bits[doubled], at: doubled)
            #expect(decode(pulses(bits)) == [.rejected(.tooLong, bits: 27)])
        }
    }

    /// Two unlike neighbours swapped within one half keep its parity; the code cannot see it, the kernel's order must.
    @Test(arguments: cards)
    func `G5: neighbours swapped across the halves fail their parity, with times kept in order`(card: Credential) {
        let whole = WiegandDecoder.bits(of: card)
        guard whole[12] != whole[13] else { return }
        var bits = whole
        bits.swapAt(12, 13)
        #expect(decode(pulses(bits)) == [.rejected(.parity, bits: 26)])
    }

    @Test(arguments: cards)
    func `G5: pulses handed over in the wrong order are a fault of timing`(card: Credential) {
        let whole = pulses(WiegandDecoder.bits(of: card))
        for index in whole.indices.dropLast() {
            var swapped = whole
            swapped.swapAt(index, index + 1)
            #expect(decode(swapped) == [.rejected(.timing, bits: 26)], "at \(index)")
        }
    }

    @Test func `G5: of all frames of up to 12 bits none is a card`() {
        for length in 1...12 {
            for value in 0..<(1 << length) {
                let bits = (0..<length).map { value >> $0 & 1 == 1 }
                guard decode(pulses(bits)) == [.rejected(.tooShort, bits: length)] else {
                    Issue.record("\(bits)")
                    return
                }
            }
        }
    }

    @Test func `G5: of all 4096 fillings of a frame's ends a quarter has both parities, and only those are cards`() {
        var accepted = 0
        for value in 0..<4_096 {
            let ends = (0..<12).map { value >> $0 & 1 == 1 }
            let bits = ends[..<6] + [Bool](repeating: false, count: 14) + ends[6...]
            let frames = decode(pulses(Array(bits)))
            if case .card(let card)? = frames.first, frames.count == 1 {
                accepted += 1
                #expect(WiegandDecoder.bits(of: card) == Array(bits))
            } else {
                #expect(frames == [.rejected(.parity, bits: 26)])
            }
        }
        #expect(accepted == 1_024)
    }

    @Test(arguments: [100, 101, 1_000, 19_999, 20_000] as [Int64])
    func `gaps within the limits make a card`(gap: Int64) {
        for card in cards {
            #expect(decode(pulses(WiegandDecoder.bits(of: card), gap: gap)) == [.card(card)])
        }
    }

    @Test(arguments: [0, 1, 19, 20, 99, 20_001, 39_999] as [Int64])
    func `G5: a gap outside the limits, anywhere, makes nothing`(gap: Int64) {
        let bits = WiegandDecoder.bits(of: cards[3])
        for index in 1..<26 {
            var late = pulses(bits)
            for rest in index..<26 { late[rest].time += gap - 1_000 }
            // Two lines within the width of a pulse had theirs at once; one line cannot.
            let fault: FrameFault = gap < 20 && bits[index] != bits[index - 1] ? .simultaneous : .timing
            #expect(decode(late) == [.rejected(fault, bits: 26)], "before bit \(index)")
            #expect(decodePromptly(late) == [.rejected(fault, bits: 26)], "before bit \(index)")
        }
    }

    @Test func `a silence of 40 ms ends a frame, and two halves are two faults`() {
        let bits = WiegandDecoder.bits(of: cards[3])
        for index in 1..<26 {
            var late = pulses(bits)
            for rest in index..<26 { late[rest].time += 39_000 }
            #expect(decode(late) == [.rejected(.tooShort, bits: index), .rejected(.tooShort, bits: 26 - index)])
        }
    }

    @Test func `frames back to back, read late, are told apart by their own times`() {
        var random = SeededRandom.announced()
        for _ in 0..<200 {
            var time: Int64 = 1_000_000
            var sent: [Pulse] = []
            var expected: [WiegandDecoder.Frame] = []
            for _ in 0..<8 {
                let card = Credential.card(
                    facility: .random(in: 0...255, using: &random), number: .random(in: 0...65_535, using: &random))
                let gap = Int64.random(in: 200...2_000, using: &random)
                sent += pulses(WiegandDecoder.bits(of: card), from: time, gap: gap)
                time += 25 * gap + Int64.random(in: 40_000...400_000, using: &random)
                expected.append(.card(card))
            }
            #expect(decode(sent) == expected)
            #expect(decodePromptly(sent) == expected)
        }
    }

    @Test func `G5: a frame within which edges were lost is nothing, and the next is a card again`() {
        let card = cards[3]
        let whole = pulses(WiegandDecoder.bits(of: card))
        let next = pulses(WiegandDecoder.bits(of: card), from: 2_000_000)
        for lossBefore in whole.indices {
            var decoder = WiegandDecoder()
            var frames: [WiegandDecoder.Frame] = []
            for (index, pulse) in (whole + next).enumerated() {
                if index == lossBefore, let frame = decoder.edgesLost(at: at(pulse.time)) { frames.append(frame) }
                if let frame = decoder.pulse(pulse.bit, at: at(pulse.time)) { frames.append(frame) }
            }
            if let frame = decoder.advance(to: at(3_000_000)) { frames.append(frame) }
            #expect(frames == [.rejected(.edgesLost, bits: 26), .card(card)])
        }
    }

    @Test func `G5: a frame that nobody has judged yet when a loss after it shows is nothing: the loss may be its own`()
    {
        let whole = pulses(WiegandDecoder.bits(of: cards[3]))
        var decoder = WiegandDecoder()
        for pulse in whole { #expect(decoder.pulse(pulse.bit, at: at(pulse.time)) == nil) }
        #expect(decoder.edgesLost(at: at(2_000_000)) == .rejected(.edgesLost, bits: 26))
    }

    @Test func `noise without end is one frame that is too long`() {
        let noise = (0..<10_000).map { Pulse(bit: $0 % 3 == 0, time: 1_000_000 + Int64($0) * 500) }
        #expect(decode(noise) == [.rejected(.tooLong, bits: WiegandDecoder.countedBits)])
    }
}
