import HubMessages
import Testing

@testable import GPIO

@Suite struct SimulatedBoardTests {
    let soc = SimulatedChip(label: "gpiochip0", lineNames: ["GPIO17", "GPIO18"])
    let expander = SimulatedChip(label: "expander", lineNames: ["IN0", "OUT0"])

    private func at(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

    @Test func `a line is found by name and number, also while its chip is away`() throws {
        let board = SimulatedBoard(chips: [soc, expander])
        expander.unplug()
        for text in ["OUT0", "expander:1"] {
            let found = try board.find(try #require(LineAddress(text)))
            #expect(found.chip === expander)
            #expect(found.line == 1)
        }
        let description = LineRequestDescription(
            consumer: "test", lines: [.init(.name("OUT0"), .output(OutputSettings()))])
        #expect(
            failure { () throws(GPIOError) in try board.request(description) }
                == .lineNotFound("OUT0", similar: []))
    }

    @Test func `what is due on several chips happens in the order of time`() throws {
        let board = SimulatedBoard(chips: [soc, expander])
        var diary: [SimulatedChip.OutputChange] = []
        var held: [any LineRequest] = []
        for chip in board.chips {
            let output = try board.request(
                LineRequestDescription(
                    consumer: "test",
                    lines: [
                        .init(.offset(chip: chip.label, line: 1), .output(OutputSettings(drive: .openSource)))
                    ]))
            chip.onOutputChange = { diary.append($0) }
            held.append(output)
        }
        #expect(soc.schedule(line: 1, level: true, at: at(30)))
        #expect(expander.schedule(line: 1, level: true, at: at(20)))
        #expect(soc.schedule(line: 1, level: false, at: at(40)))
        #expect(expander.schedule(line: 1, level: false, at: at(50)))
        #expect(board.deadline == at(20))
        board.advance(to: at(45))
        #expect(diary.map(\.time) == [at(20), at(30), at(40)])
        #expect(board.deadline == at(50))
        withExtendedLifetime(held) {}
        #expect(soc.now == at(45) && expander.now == at(45))
    }
}
