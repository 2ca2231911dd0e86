// modules: HubMessages Sensing
import HubMessages
import Sensing

/// Arbitrary edges on a climate sensor's line: no value that the sensor cannot measure, and no more memory than an
/// answer has pulses.
func fuzz(_ input: inout FuzzInput) {
    let variant: ClimateVariant = input.bool() ? .dht11 : .am2302
    var decoder = DHTDecoder(variant, answerMayBeMissing: input.bool())
    var time = MonotonicTime.zero + .seconds(1)

    func judge(_ answer: DHTDecoder.Answer?) {
        guard let answer, case .success(let reading) = answer.result else { return }
        let range = variant == .dht11 ? -200...600 : -400...800
        check(range.contains(reading.tenthsOfDegree), "\(reading.tenthsOfDegree) tenths of a degree")
        check((0...1_000).contains(reading.tenthsOfPercent), "\(reading.tenthsOfPercent) tenths of a per cent")
        check(answer.time <= time, "an answer from the future")
    }

    while !input.isEmpty {
        let action = input.byte()
        switch action & 7 {
        case 0:
            time = time + input.duration()
            judge(decoder.advance(to: time))
        case 1:
            // A whole byte, as a sensor sends it, with its jitter.
            let byte = input.byte()
            let jitter = Int64(input.byte() & 0x0F)
            for bit in (0..<8).reversed() {
                judge(decoder.edge(false, at: time))
                time = time + .microseconds(48 + jitter)
                judge(decoder.edge(true, at: time))
                time = time + .microseconds((byte >> UInt8(bit) & 1 == 1 ? 68 : 22) + jitter)
            }
        case _:
            judge(decoder.edge(action & 8 == 8, at: time))
            time = time + .microseconds(Int64(input.byte()))
        }
        if let deadline = decoder.deadline { check(deadline <= time + .seconds(1), "an answer waits for ever") }
    }
    time = time + .seconds(1)
    judge(decoder.finish())
}
