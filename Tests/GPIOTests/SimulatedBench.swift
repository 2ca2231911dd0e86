import HubMessages
import LinuxIO

@testable import GPIO

/// Simulated chips on a clock that only ``pass(_:)`` moves.
final class SimulatedBench: LineBench {
    let prefix = ""
    let chips = ["first", "second"]
    let board: SimulatedBoard
    private var time = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())

    init() {
        let names: [[String?]] = [(0...5).map { "A\($0)" } + ["TWIN", nil], ["B0", "TWIN"]]
        board = SimulatedBoard(chips: zip(chips, names).map { SimulatedChip(label: $0, lineNames: $1) })
        board.advance(to: time)
    }

    var provider: any LineProvider { board }

    func now() -> MonotonicTime { time }

    func pass(_ duration: Duration) {
        time = time + duration
        board.advance(to: time)
    }

    func drive(_ line: Int, _ level: Bool) {
        pass(.microseconds(50))
        board.chips[0].drive(line: line, level: level, at: time)
    }

    func level(_ line: Int) -> Bool { board.chips[0].level(of: line) }

    func unplug() { board.chips[0].unplug() }

    func plug() { board.chips[0].plug() }
}
