import Foundation
import Glibc
import HubMessages
import LinuxIO
import Testing

@testable import GPIO

/// A chip on the bench: its lines through the provider under test, and the other ends of their wires.
///
/// There are two chips. The first has the lines A0 to A5, then one named TWIN, then one without a name; the second
/// B0 and one more TWIN.
protocol LineBench: AnyObject {
    var provider: any LineProvider { get }
    /// The labels of the two chips.
    var chips: [String] { get }
    /// What line names begin with here, so that benches of several tests can stand side by side.
    var prefix: String { get }
    /// The time of the chips' clock.
    func now() -> MonotonicTime
    /// Lets time pass.
    func pass(_ duration: Duration) throws
    /// Puts a physical level on the wire of a line of the first chip, and lets its edge arrive.
    func drive(_ line: Int, _ level: Bool) throws
    /// The physical level of a line of the first chip.
    func level(_ line: Int) throws -> Bool
    /// Takes the first chip away.
    func unplug() throws
    /// Brings it back.
    func plug() throws
}

extension LineBench {
    var lineNames: [[String?]] {
        [
            (0...5).map { "\(prefix)A\($0)" } + ["\(prefix)TWIN", nil],
            ["\(prefix)B0", "\(prefix)TWIN"],
        ]
    }

    func line(_ number: Int) -> LineAddress { .name("\(prefix)A\(number)") }

    func request(
        _ lines: [(LineAddress, LineSettings)], buffer: Int = 0, consumer: String = "suite"
    ) throws(GPIOError) -> any LineRequest {
        try provider.request(
            LineRequestDescription(
                consumer: consumer, lines: lines.map { .init($0.0, $0.1) }, eventBufferSize: buffer))
    }

    func input(_ number: Int, _ settings: InputSettings, buffer: Int = 0) throws(GPIOError) -> any LineRequest
    {
        try request([(line(number), .input(settings))], buffer: buffer)
    }

    func output(_ number: Int, _ settings: OutputSettings) throws(GPIOError) -> any LineRequest {
        try request([(line(number), .output(settings))])
    }

    /// Changes the level to and fro, once for each of `levels`.
    func drive(_ line: Int, _ levels: [Bool]) throws {
        for level in levels { try drive(line, level) }
    }
}

/// The backends that this machine has.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case simulated
    case gpioSim

    var testDescription: String { rawValue }

    /// gpio-sim needs a kernel with it and root: the guest of Tests/Rig says so.
    static var available: [Backend] {
        ProcessInfo.processInfo.environment["REGIOHUB_GPIO_SIM"] == "1"
            ? [.gpioSim] : [.simulated]
    }

    func bench() throws -> any LineBench {
        switch self {
        case .simulated: SimulatedBench()
        case .gpioSim: try GPIOSimBench()
        }
    }
}

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

/// Chips of the kernel's gpio-sim, made in configfs and driven through sysfs. Needs root.
final class GPIOSimBench: LineBench {
    struct Failure: Error {
        var message: String
    }

    let provider: any LineProvider = LibgpiodProvider()
    let prefix: String
    let chips: [String]

    private static let root = "/sys/kernel/config/gpio-sim"
    // Tests of one process follow one another, those of several have different numbers.
    private let id = "t\(getpid())-\(SystemClock.monotonicNanoseconds() % 1_000_000_000)"

    init() throws {
        prefix = "\(id)-"
        chips = ["\(id)-1", "\(id)-2"]
        for (chip, names) in zip(chips, lineNames) { try make(chip, names) }
        for chip in chips { try write("1", to: "\(Self.root)/\(chip)/live") }
    }

    deinit {
        for chip in chips {
            try? write("0", to: "\(Self.root)/\(chip)/live")
            for line in 0..<8 { rmdir("\(Self.root)/\(chip)/bank0/line\(line)") }
            rmdir("\(Self.root)/\(chip)/bank0")
            rmdir("\(Self.root)/\(chip)")
        }
    }

    func now() -> MonotonicTime { MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()) }

    func pass(_ duration: Duration) { usleep(UInt32(clamping: duration.nanoseconds / 1_000)) }

    func drive(_ line: Int, _ level: Bool) throws {
        try write(level ? "pull-up" : "pull-down", to: "\(wire(line))/pull")
        // The level of an edge is read by a thread of the kernel that comes after the interrupt.
        pass(.milliseconds(2))
    }

    func level(_ line: Int) throws -> Bool { try read("\(wire(line))/value") == "1" }

    func unplug() throws { try write("0", to: "\(Self.root)/\(chips[0])/live") }

    func plug() throws { try write("1", to: "\(Self.root)/\(chips[0])/live") }

    private func make(_ chip: String, _ names: [String?]) throws {
        let bank = "\(Self.root)/\(chip)/bank0"
        mkdir("\(Self.root)/\(chip)", 0o755)
        mkdir(bank, 0o755)
        try write(chip, to: "\(bank)/label")
        try write("\(names.count)", to: "\(bank)/num_lines")
        for case (let line, let name?) in names.enumerated() {
            mkdir("\(bank)/line\(line)", 0o755)
            try write(name, to: "\(bank)/line\(line)/name")
        }
    }

    private func wire(_ line: Int) throws -> String {
        let device = try read("\(Self.root)/\(chips[0])/dev_name")
        let chip = try read("\(Self.root)/\(chips[0])/bank0/chip_name")
        return "/sys/devices/platform/\(device)/\(chip)/sim_gpio\(line)"
    }

    private func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY)
        defer { close(file) }
        guard file >= 0, Glibc.write(file, text, text.utf8.count) == text.utf8.count else {
            throw Failure(message: "\(path): \(String(cString: strerror(errno)))")
        }
    }

    private func read(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
    }
}
