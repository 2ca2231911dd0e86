import Foundation
import Glibc
import HubMessages
import LinuxIO

@testable import GPIO

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
