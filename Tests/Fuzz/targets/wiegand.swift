// modules: HubMessages Sensing
import HubMessages
import Sensing

/// Arbitrary pulses at a reader of any format: a card comes only of exactly its bits, at a reader's pace.
func fuzz(_ input: inout FuzzInput) {
    let format = WiegandFormat.all[input.choice(WiegandFormat.all.count)]
    let limits = WiegandLimits(pulse: input.bool() ? WiegandLimits.standardPulse : nil)
    var decoder = WiegandDecoder(format: format, limits: limits)
    var time = MonotonicTime.zero + .seconds(1)
    // The pulses since the last silence, and whether anything else happened among them.
    var pulses: [(bit: Bool, time: MonotonicTime)] = []
    var isLost = false

    func judge(_ frame: WiegandDecoder.Frame?) {
        guard let frame else { return }
        defer {
            pulses = []
            isLost = false
        }
        switch frame {
        case .rejected: break
        case .key, .code: check(false, "a reader without keypad has no keys")
        case .card(.pin), .card(.cardAndPIN): check(false, "a card is no PIN")
        case .card(.card(let name, let facility, let number)):
            check(!isLost, "a card out of a loss")
            check(name == format.name, "a card of another format")
            let bits = format.bits(of: WiegandCard(facility: facility, number: number))
            check(pulses.count == format.length, "\(pulses.count) pulses made a card of \(format.length) bits")
            if format.checks.isEmpty { check(bits == pulses.map(\.bit), "another card than was sent") }
            for (before, after) in zip(pulses, pulses.dropFirst()) {
                let gap = after.time - before.time
                check(gap >= limits.shortestGap && gap <= limits.longestGap, "a card with a gap of \(gap)")
            }
        }
    }

    while !input.isEmpty {
        switch input.choice(8) {
        case 0: judge(decoder.edgesLost(at: time)); isLost = true
        case 1:
            time = time + .milliseconds(60)
            judge(decoder.advance(to: time))
        case 2: decoder.pulseEnded(input.bool(), at: time)
        case 3: time = time + input.duration()
        case _:
            let bit = input.bool()
            time = time + .microseconds(Int64(input.byte()) * 8)
            let frame = decoder.pulse(bit, at: time)
            judge(frame)
            pulses.append((bit, time))
        }
        check(decoder.bitsSeen.utf8.count <= 128, "the decoder holds more than a frame")
    }
    judge(decoder.advance(to: time + .seconds(1)))
}
