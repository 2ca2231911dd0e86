import HubMessages
import Testing

@testable import GPIO

/// The value behind the simulated chip, against models that are simpler than it.
@Suite struct SimulatedLinesTests {
    private func at(_ nanoseconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    private func description(_ lines: [InputSettings], buffer: Int = 1024) -> LineRequestDescription {
        LineRequestDescription(
            consumer: "test",
            lines: lines.enumerated().map { .init(.offset(chip: "sim", line: UInt32($0)), .input($1)) },
            eventBufferSize: buffer)
    }

    @Test func `G6: debounce reports exactly the levels that lasted, and the last one always`() {
        let period: UInt64 = 1_000
        let gaps: [UInt64] = [1, period - 1, period, period + 1]
        for script in 0..<(4 * 4 * 4 * 4 * 4 * 4) {
            var lines = SimulatedLines(count: 1)
            let settings = InputSettings(edges: .both, debounce: .nanoseconds(Int64(period)))
            let request = lines.take([0], for: description([settings]))
            var changes: [UInt64] = [10]
            for place in 0..<6 { changes.append((changes.last ?? 0) + gaps[script >> (2 * place) & 3]) }

            var expected: [LineEdge] = []
            for (index, change) in changes.enumerated() {
                let lasts = index + 1 == changes.count || changes[index + 1] - change >= period
                let level = index % 2 == 0
                guard lasts, level != expected.last?.isActive ?? false else { continue }
                let number = UInt32(expected.count) + 1
                expected.append(
                    LineEdge(
                        line: 0, isActive: level, time: at(change + period), requestSequence: number,
                        lineSequence: number))
            }

            for (index, change) in changes.enumerated() {
                while lines.step(to: at(change)) {}
                lines.set(0, driven: index % 2 == 0)
            }
            while lines.step(to: at(1_000_000)) {}
            var edges: [LineEdge] = []
            lines.readEdges(request, into: &edges)
            #expect(edges == expected, "script \(script)")
            #expect(lines.levels(request) == [true], "seven changes end high")
        }
    }

    @Test func `one large step of time does what many small ones do`() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        for round in 0..<200 {
            var random = SplitMix(state: seed &+ UInt64(round))
            var coarse = SimulatedLines(count: 3)
            let settings = (0..<3).map { _ in
                InputSettings(
                    isActiveLow: .random(using: &random), edges: .both,
                    debounce: .microseconds(Int64.random(in: 0...5, using: &random)))
            }
            let request = coarse.take([2, 0, 1], for: description(settings, buffer: 16))
            for _ in 0..<60 {
                let time = at(UInt64.random(in: 0...60_000, using: &random))
                let level = [nil, true, false].randomElement(using: &random) ?? nil
                let isPlanned = coarse.plan(Int.random(in: 0..<3, using: &random), level: level, at: time)
                #expect(isPlanned)
            }
            var fine = coarse
            var time: UInt64 = 0
            while time < 100_000 {
                time += UInt64.random(in: 0...3_000, using: &random)
                while fine.step(to: at(min(time, 100_000))) {}
            }
            while coarse.step(to: at(100_000)) {}
            #expect(coarse == fine, "round \(round) of seed \(seed)")

            var edges: [LineEdge] = []
            coarse.readEdges(request, into: &edges)
            #expect(edges.map(\.time) == edges.map(\.time).sorted())
            for (before, after) in zip(edges, edges.dropFirst()) {
                #expect(after.requestSequence == before.requestSequence + 1)
            }
            // Quiet now: every line shows what is on its wire.
            let wires = [2, 0, 1].enumerated().map { coarse.level($1) != settings[$0].isActiveLow }
            #expect(coarse.levels(request) == wires)
        }
    }
}

/// A small generator that replays from its seed (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
