import HubMessages
import TestSupport
import Testing

@testable import Sensing

/// CO₂ by pulse width, S0 meters, keypads, ringing.
@Suite struct PulseDecoderTests {
    private func time(_ microseconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: UInt64(microseconds) * 1000)
    }

    @Test func `every ppm of both ranges comes out of its duty cycle, sampled at 10 µs, with a cycle 5 % off`() {
        for range in [2000, 5000] {
            for whole in [954_000, 1_004_000, 1_054_000] {
                for ppm in stride(from: 0, through: range, by: 13) {
                    let high = 2000 + (whole - 4000) * ppm / range
                    var decoder = PWMDecoder(range: range)
                    #expect(decoder.edge(true, at: time(1_000_000)) == nil)
                    #expect(decoder.edge(false, at: time((1_000_000 + high) / 10 * 10)) == nil)
                    #expect(decoder.edge(true, at: time(1_000_000 + whole)) == nil)
                    let cycle = decoder.finish()
                    #expect(cycle?.time == time(1_000_000))
                    #expect(
                        abs((cycle?.ppm ?? -100) - ppm) <= 1, "\(range) \(whole) \(ppm): \(String(describing: cycle))")
                }
            }
        }
    }

    @Test func `a cycle that is too short or too long has no ppm; ringing is not a cycle`() {
        for (whole, isSound) in [(952_000, false), (954_000, true), (1_054_000, true), (1_057_000, false)] {
            var decoder = PWMDecoder(range: 2000)
            _ = decoder.edge(true, at: time(0))
            _ = decoder.edge(false, at: time(300_000))
            // Ringing within the low.
            _ = decoder.edge(true, at: time(400_000))
            _ = decoder.edge(false, at: time(400_300))
            #expect(decoder.edge(true, at: time(whole)) == nil)
            guard let cycle = decoder.advance(to: time(whole + 500)) else { return #expect(Bool(false), "no cycle") }
            #expect((cycle.ppm != nil) == isSound, "\(whole)")
        }
    }

    @Test func `S0: pulses and pauses of 30 ms count, shorter ones do not, ringing is part of its pulse`() {
        var counter = PulseCounter()
        var pulses: [PulseCounter.Pulse] = []
        var now = 0
        func feed(_ active: Bool, after milliseconds: Int) {
            now += milliseconds * 1000
            if let pulse = counter.output(active, at: time(now)) { pulses.append(pulse) }
        }
        for (pause, length) in [(100, 30), (30, 30), (40, 90), (50, 20), (100, 29), (29, 35), (60, 35)] {
            feed(true, after: pause)
            feed(false, after: length)
        }
        if let last = counter.finish() { pulses.append(last) }
        #expect(pulses.map(\.isCounted) == [true, true, true, false, false, true, true])
        #expect(counter.count == 5)
        var ringing = PulseCounter()
        for (active, at) in [(true, 100_000), (false, 110_000), (true, 110_400), (false, 140_000)] {
            #expect(ringing.output(active, at: time(at)) == nil)
        }
        #expect(ringing.finish()?.isCounted == true)
        #expect(ringing.count == 1)
    }

    @Test func `S0: a pulse right behind another does not count`() {
        var counter = PulseCounter()
        for (active, at) in [(true, 100_000), (false, 140_000), (true, 150_000), (false, 190_000)] {
            _ = counter.output(active, at: time(at))
        }
        #expect(counter.finish()?.isCounted == false)
        #expect(counter.count == 1)
    }

    private func key(_ bits: Int, count: Int, complemented: Bool, gap: Int = 2000) -> KeypadDecoder.Frame? {
        var decoder = KeypadDecoder(complemented: complemented)
        for index in 0..<count {
            #expect(decoder.pulse(bits >> (count - 1 - index) & 1 == 1, at: time(index * gap)) == nil)
        }
        return decoder.deadline.flatMap { decoder.advance(to: $0) }
    }

    @Test func `keypads: all frames of 4 and 8 bits, and every other length`() {
        let keys = Array("0123456789*#")
        for bits in 0..<16 {
            let expected = bits < 12 ? KeypadDecoder.Frame.key(keys[bits]) : .rejected(.parity, bits: 4)
            #expect(key(bits, count: 4, complemented: false) == expected)
        }
        var sound = 0
        for bits in 0..<256 {
            let low = bits & 15
            let isSound = bits >> 4 == 15 - low && low < 12
            if isSound { sound += 1 }
            #expect(
                key(bits, count: 8, complemented: true) == (isSound ? .key(keys[low]) : .rejected(.parity, bits: 8)))
        }
        #expect(sound == 12)
        for count in 1...40 {
            for complemented in [false, true] where count != (complemented ? 8 : 4) {
                let fault: FrameFault = count < (complemented ? 8 : 4) ? .tooShort : .tooLong
                #expect(key(0xE1, count: count, complemented: complemented) == .rejected(fault, bits: count))
            }
        }
        #expect(key(5, count: 4, complemented: false, gap: 30_000) == .rejected(.timing, bits: 4))
        #expect(key(5, count: 4, complemented: false, gap: 50) == .rejected(.timing, bits: 4))
    }

    @Test func `the filter passes each edge that lasts, at its own time`() {
        var filter = EdgeFilter(shortest: .milliseconds(20))
        #expect(filter.edge(true, at: time(1000)) == nil)
        for bounce in 0..<10 {
            #expect(filter.edge(bounce % 2 == 1, at: time(2000 + bounce * 500)) == nil)
        }
        #expect(filter.deadline == time(26_500))
        #expect(filter.advance(to: time(26_499)) == nil)
        #expect(filter.advance(to: time(26_500)) == EdgeFilter.Edge(level: true, time: time(6500)))
        #expect(filter.flush() == nil)
        #expect(filter.edge(true, at: time(50_000)) == nil)
        #expect(filter.missed == 1)
    }
}
