import Foundation
import HubMessages
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

    func input(_ number: Int, _ settings: InputSettings, buffer: Int = 0) throws(GPIOError) -> any LineRequest {
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
