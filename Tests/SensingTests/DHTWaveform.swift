import HubMessages

@testable import Sensing

/// Builds the waveform of a sensor's answer from the data sheet's numbers, samples it as a logic analyzer does, and
/// decodes it.
struct DHTWaveform {
    /// The levels and how long each lasts, in nanoseconds.
    var pulses: [(level: Bool, length: Int)] = []

    /// An answer with `bytes`, after a wake-up of `wakeUp` nanoseconds; jitter from `random` as far as the AM2302's
    /// table of signal characteristics and the recordings allow.
    init(_ bytes: [UInt8], wakeUp: Int? = 1_000_000, random: inout some RandomNumberGenerator) {
        pulses = [(true, 5_000_000)]
        if let wakeUp { pulses += [(false, wakeUp), (true, .random(in: 20_000...200_000, using: &random))] }
        pulses += [(false, .random(in: 75_000...85_000, using: &random))]
        pulses += [(true, .random(in: 75_000...87_000, using: &random))]
        for byte in bytes {
            for shift in (0..<8).reversed() {
                // The recordings have a longer low before some bytes.
                let low = shift == 7 && Bool.random(using: &random) ? 67_000 : 48_000
                pulses.append((false, .random(in: low...max(low, 55_000), using: &random)))
                let one = byte >> shift & 1 == 1
                pulses.append((true, .random(in: one ? 68_000...75_000 : 22_000...30_000, using: &random)))
            }
        }
        pulses += [(false, .random(in: 45_000...55_000, using: &random)), (true, 5_000_000)]
    }

    /// The edges as a sampler with a sample each `period` nanoseconds and any phase sees them.
    func edges(period: Int, phase: Int) -> [(level: Bool, time: Int)] {
        var time = phase
        return pulses.dropLast().indices.map { index in
            time += pulses[index].length
            return (pulses[index + 1].level, (time + period - 1) / period * period)
        }
    }

    /// `bytes` with their sum.
    static func summed(_ bytes: [UInt8]) -> [UInt8] { bytes + [bytes.reduce(0, &+)] }

    /// What `variant`'s decoder makes of edges.
    static func decode(_ edges: [(level: Bool, time: Int)], _ variant: ClimateVariant) -> [DHTDecoder.Answer] {
        var decoder = DHTDecoder(variant)
        var answers = edges.compactMap { decoder.edge($0.level, at: MonotonicTime(nanoseconds: UInt64($0.time))) }
        if let last = decoder.finish() { answers.append(last) }
        return answers
    }
}

/// The transitions of a recording's text, read with nothing but Swift's own: the reader has its own tests.
func edges(ofRecording text: String, microseconds: Int = 1000) -> [(level: Bool, time: Int)] {
    text.split(separator: "\n").dropFirst(6).compactMap { line in
        let words = line.split(separator: " ")
        guard words.count == 2, let time = Int(words[0].dropFirst()) else { return nil }
        return (words[1].first == "1", time * microseconds)
    }
}
