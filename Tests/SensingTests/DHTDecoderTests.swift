import Foundation
import HubMessages
import TestSupport
import Testing

@testable import Sensing

@Suite struct DHTDecoderTests {
    private static let periods = [40, 42, 100, 125, 250, 500, 1000, 2000, 4000, 5000, 10_000]

    private func recording(_ name: String) throws -> [(level: Bool, time: Int)] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Captures/\(name).vcd")
        return edges(ofRecording: try String(contentsOf: file, encoding: .utf8))
    }

    private func values(_ answers: [DHTDecoder.Answer]) -> [Result<ClimateReading, ClimateFault>] {
        answers.map(\.result)
    }

    private func success(_ degrees: Int, _ percent: Int) -> Result<ClimateReading, ClimateFault> {
        .success(ClimateReading(tenthsOfDegree: degrees, tenthsOfPercent: percent))
    }

    @Test func `recordings of real sensors give what the sensors said, and silence after a wake-up is nothing`() throws
    {
        let am2302 = DHTWaveform.decode(try recording("am2302_1mhz"), .am2302)
        #expect(values(am2302) == [success(238, 721)])
        #expect(am2302.first?.time.nanoseconds == 24_370_000)
        #expect(
            values(DHTWaveform.decode(try recording("dht11_1mhz"), .dht11)) == [success(270, 360), success(270, 360)])
        #expect(
            values(DHTWaveform.decode(try recording("t_am2302_1mhz_delay2000us_200us_low"), .am2302))
                == [success(253, 443), success(253, 442)])
    }

    @Test func `recordings sampled more coarsely give the same`() throws {
        for (name, variant) in [("am2302_1mhz", ClimateVariant.am2302), ("dht11_1mhz", .dht11)] {
            let fine = try recording(name)
            let expected = values(DHTWaveform.decode(fine, variant))
            for period in [2000, 4000, 5000, 10_000] {
                for phase in stride(from: 0, to: period, by: 1000) {
                    let coarse = fine.map { ($0.level, ($0.time + phase) / period * period) }
                    #expect(values(DHTWaveform.decode(coarse, variant)) == expected, "\(name) \(period) \(phase)")
                }
            }
        }
    }

    @Test func `every value survives data sheet jitter at sample periods from 40 ns to 10 µs`() {
        var random = SeededRandom.announced()
        for period in Self.periods {
            for _ in 0..<150 {
                let humidity = Int.random(in: 0...1000, using: &random)
                let degrees = Int.random(in: -400...800, using: &random)
                let raw =
                    degrees >= 0
                    ? UInt16(degrees)
                    : Bool.random(using: &random) ? 0x8000 | UInt16(-degrees) : UInt16(bitPattern: Int16(degrees))
                let bytes = DHTWaveform.summed([
                    UInt8(humidity >> 8), UInt8(humidity & 255), UInt8(raw >> 8), UInt8(raw & 255),
                ])
                let wakeUp = [nil, 10_000, 205_000, 1_000_000, 20_000_000].randomElement(using: &random) ?? nil
                let wave = DHTWaveform(bytes, wakeUp: wakeUp, random: &random)
                let phase = Int.random(in: 0..<period, using: &random)
                let answers = DHTWaveform.decode(wave.edges(period: period, phase: phase), .am2302)
                #expect(values(answers) == [success(degrees, humidity)], "period \(period), \(bytes)")
            }
            for _ in 0..<50 {
                let humidity = UInt8.random(in: 0...99, using: &random)
                let tenths = UInt8.random(in: 0...9, using: &random)
                let degrees = UInt8.random(in: 0...19, using: &random)
                let isNegative = Bool.random(using: &random)
                let bytes = DHTWaveform.summed([humidity, tenths, degrees, tenths | (isNegative ? 0x80 : 0)])
                let wave = DHTWaveform(bytes, wakeUp: 18_000_000, random: &random)
                let answers = DHTWaveform.decode(wave.edges(period: period, phase: 0), .dht11)
                let size = Int(degrees) * 10 + Int(tenths)
                #expect(
                    values(answers) == [success(isNegative ? -size : size, Int(humidity) * 10 + Int(tenths))],
                    "period \(period), \(bytes)")
            }
        }
    }

    @Test(
        arguments: [
            ([0x02, 0x92, 0x01, 0x0D], 269, 658), ([0x02, 0x92, 0x80, 0x65], -101, 658),
            ([0x02, 0x92, 0xFF, 0x9B], -101, 658), ([0x02, 0x92, 0xFF, 0xFF], -1, 658),
            ([0x00, 0x00, 0x80, 0x00], 0, 0),
            ([0x03, 0xE8, 0x81, 0x90], -400, 1000), ([0x03, 0xE8, 0xFE, 0x70], -400, 1000),
            ([0x00, 0x00, 0x03, 0x20], 800, 0),
        ] as [([UInt8], Int, Int)])
    func `sixteen bits of tenths, with a sign or as two's complement`(bytes: [UInt8], degrees: Int, percent: Int) {
        #expect(ClimateVariant.am2302.reading(of: DHTWaveform.summed(bytes)) == success(degrees, percent))
    }

    @Test func `a value that the sensor cannot measure is none`() {
        for bytes in [[3, 0xE9, 0, 0], [0, 0, 3, 0x21], [0, 0, 0x81, 0x91], [0, 0, 0xFE, 0x6F]] as [[UInt8]] {
            #expect(ClimateVariant.am2302.reading(of: DHTWaveform.summed(bytes)) == .failure(.outOfRange), "\(bytes)")
        }
        for bytes in [[101, 0, 0, 0], [40, 10, 0, 0], [40, 0, 61, 0], [40, 0, 21, 0x80], [40, 0, 20, 10]] as [[UInt8]] {
            #expect(ClimateVariant.dht11.reading(of: DHTWaveform.summed(bytes)) == .failure(.outOfRange), "\(bytes)")
        }
    }

    @Test func `the sum catches every single flipped bit of every value`() {
        for humidity in stride(from: 0, through: 1000, by: 7) {
            for degrees in stride(from: 0, through: 800, by: 7) {
                let sound = DHTWaveform.summed([
                    UInt8(humidity >> 8), UInt8(humidity & 255), UInt8(degrees >> 8), UInt8(degrees & 255),
                ])
                for bit in 0..<40 {
                    var bytes = sound
                    bytes[bit / 8] ^= 0x80 >> (bit % 8)
                    #expect(ClimateVariant.am2302.reading(of: bytes) == .failure(.checksum))
                }
            }
        }
    }

    @Test func `an answer without any one or two neighbouring edges is never a wrong value`() {
        var random = SeededRandom.announced()
        var faults = 0
        for bytes in [[2, 0x92, 1, 0x0D], [0, 0, 0, 0], [3, 0xE7, 0, 0xFF], [1, 0xFF, 0x80, 0x65]] as [[UInt8]] {
            for period in [40, 1000, 10_000] {
                for wakeUp in [nil, 60_000, 80_000, 1_000_000] {
                    let all = DHTWaveform(DHTWaveform.summed(bytes), wakeUp: wakeUp, random: &random)
                        .edges(period: period, phase: 0)
                    let right = DHTWaveform.decode(all, .am2302).map(\.result)
                    #expect(right.count == 1)
                    for lost in all.indices {
                        for pair in [1, 2] where lost + pair <= all.count {
                            var edges = all
                            edges.removeSubrange(lost..<lost + pair)
                            for answer in DHTWaveform.decode(edges, .am2302) {
                                if case .success = answer.result {
                                    #expect([answer.result] == right, "edge \(lost), \(pair), \(bytes)")
                                } else {
                                    faults += 1
                                }
                            }
                        }
                    }
                }
            }
        }
        #expect(faults > 6000)
    }

    @Test func `a recording that begins or ends within an answer has no wrong value`() {
        var random = SeededRandom.announced()
        let all = DHTWaveform(DHTWaveform.summed([2, 0x92, 1, 0x0D]), random: &random).edges(period: 1000, phase: 0)
        for start in all.indices {
            let answers = values(DHTWaveform.decode(Array(all[start...]), .am2302))
            // The wake-up, the release and the answer's low may be missing.
            if start <= 3 {
                #expect(answers == [success(269, 658)], "from edge \(start)")
            } else {
                #expect(answers.allSatisfy { $0 == .failure(.tooFewBits) }, "from edge \(start): \(answers)")
            }
        }
        for end in all.indices {
            let answers = values(DHTWaveform.decode(Array(all[...end]), .am2302))
            if end >= all.count - 2 {
                #expect(answers == [success(269, 658)])
            } else {
                #expect(answers.allSatisfy { $0 == .failure(.tooFewBits) }, "to edge \(end): \(answers)")
                #expect(!answers.isEmpty || end < 10)
            }
        }
    }

    @Test func `ringing on any edge or within any pulse changes nothing`() {
        var random = SeededRandom.announced()
        let all = DHTWaveform(DHTWaveform.summed([2, 0x92, 1, 0x0D]), random: &random).edges(period: 40, phase: 0)
        for index in all.indices {
            for (after, length) in [(80, 80), (200, 2000), (9000, 1000)] {
                var edges = all
                let edge = all[index]
                edges.insert((!edge.level, edge.time + after), at: index + 1)
                edges.insert((edge.level, edge.time + after + length), at: index + 2)
                #expect(values(DHTWaveform.decode(edges, .am2302)) == [success(269, 658)], "edge \(index), \(after)")
            }
        }
    }

    @Test func `a host that wakes the sensor again at once, or briefly, hides no answer`() {
        var random = SeededRandom.announced()
        for (rest, wakeUp) in [(150_000, 1_000_000), (150_000, 60_000), (300_000, 90_000), (2_000_000, 8_000)] {
            var first = DHTWaveform(DHTWaveform.summed([2, 0x92, 1, 0x0D]), wakeUp: wakeUp, random: &random)
            first.pulses[first.pulses.count - 1].length = rest
            let second = DHTWaveform(DHTWaveform.summed([2, 0x93, 1, 0x0E]), wakeUp: wakeUp, random: &random)
            first.pulses += second.pulses.dropFirst()
            let answers = DHTWaveform.decode(first.edges(period: 1000, phase: 0), .am2302)
            #expect(values(answers) == [success(269, 658), success(270, 659)], "\(rest), \(wakeUp)")
        }
    }

    @Test func `a bit too many, a high between 0 and 1, a doubled edge: each says so`() {
        var random = SeededRandom.announced()
        let sound = DHTWaveform(DHTWaveform.summed([2, 0x92, 1, 0x0D]), random: &random)
        var long = sound
        long.pulses.insert(contentsOf: [(level: false, length: 50_000), (level: true, length: 26_000)], at: 5)
        #expect(values(DHTWaveform.decode(long.edges(period: 40, phase: 0), .am2302)) == [.failure(.tooManyBits)])
        var between = sound
        between.pulses[8].length = 47_500
        #expect(values(DHTWaveform.decode(between.edges(period: 40, phase: 0), .am2302)) == [.failure(.timing)])
        var doubled = sound.edges(period: 40, phase: 0)
        doubled.insert((doubled[20].level, doubled[20].time + 10_000), at: 21)
        #expect(values(DHTWaveform.decode(doubled, .am2302)) == [.failure(.edgesLost)])
    }

    @Test func `random edges give no value, and the decoder holds no more for them`() {
        var random = SeededRandom.announced()
        var decoder = DHTDecoder(.am2302)
        var time: UInt64 = 0
        var level = false
        var answers = 0
        for _ in 0..<400_000 {
            time += [UInt64(1_000), 26_000, 50_000, 70_000, 80_000, 300_000].randomElement(using: &random) ?? 0
            time += UInt64.random(in: 0...4000, using: &random)
            level = Int.random(in: 0..<50, using: &random) == 0 ? level : !level
            if let answer = decoder.edge(level, at: MonotonicTime(nanoseconds: time)) {
                answers += 1
                if case .success(let reading) = answer.result { Issue.record("\(reading) at \(time)") }
            }
        }
        #expect(answers > 100)
        // Pulses without end are counted no further. They begin a run of their own.
        _ = decoder.finish()
        time += 1_000_000
        for _ in 0..<10_000 {
            time += 50_000
            level.toggle()
            _ = decoder.edge(level, at: MonotonicTime(nanoseconds: time))
        }
        #expect(decoder.finish()?.result == .failure(.tooManyBits))
    }

    @Test func `an answer ends with its deadline, as in the daemon`() {
        var random = SeededRandom.announced()
        var decoder = DHTDecoder(.am2302)
        let edges = DHTWaveform(DHTWaveform.summed([2, 0x92, 1, 0x0D]), random: &random).edges(period: 40, phase: 0)
        for edge in edges {
            #expect(decoder.edge(edge.level, at: MonotonicTime(nanoseconds: UInt64(edge.time))) == nil)
        }
        guard let deadline = decoder.deadline else { return #expect(Bool(false), "no deadline") }
        #expect(decoder.advance(to: deadline - .nanoseconds(1)) == nil)
        #expect(decoder.advance(to: deadline)?.result == success(269, 658))
        #expect(decoder.deadline == nil)
    }
}
