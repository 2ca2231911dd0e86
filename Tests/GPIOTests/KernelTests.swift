import Foundation
import Glibc
import HubMessages
import Testing

@testable import GPIO

/// What only a real kernel can show. Runs in the guest of Tests/Rig, in a process of its own: it changes its own
/// limits and rights.
@Suite(.serialized, .enabled(if: Backend.available.contains(.gpioSim)))
struct KernelTests {
    @Test func `a process without rights is told which device it may not open`() throws {
        let bench = try Backend.gpioSim.bench()
        #expect(seteuid(65534) == 0)
        defer { seteuid(0) }
        let refusal = failure { () throws(GPIOError) in try bench.input(0, InputSettings()) }
        guard case .permissionDenied(let path) = refusal else { throw Unexpected() }
        #expect(path.hasPrefix("/dev/gpiochip"))
    }

    @Test func `refusals and released requests leave no descriptor behind`() throws {
        let bench = try Backend.gpioSim.bench()
        let holder = try bench.output(1, OutputSettings())
        func use(_ rounds: Int) throws {
            for _ in 0..<rounds {
                let lines = [0, 1].map { (bench.line($0), LineSettings.input(InputSettings(edges: .both))) }
                guard case .busy = failure({ () throws(GPIOError) in try bench.request(lines) }),
                    case .lineNotFound = failure({ () throws(GPIOError) in
                        try bench.request([(.name("none"), .input(InputSettings()))])
                    })
                else { throw Unexpected() }
                _ = try bench.input(0, InputSettings(edges: .both))
            }
        }
        try use(1)
        let descriptors = try openDescriptors()
        try use(50)
        #expect(try openDescriptors() == descriptors)
        holder.release()
        #expect(try openDescriptors() == descriptors - 1)
    }

    @Test func `a process without descriptors is told so`() throws {
        let bench = try Backend.gpioSim.bench()
        var old = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old)
        defer { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old) }
        // They run out at each step in turn: the directory, the first chip, the request itself.
        var refusals = 0
        for limit in 3...old.rlim_cur {
            var low = rlimit(rlim_cur: limit, rlim_max: old.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &low)
            guard let refusal = failure({ () throws(GPIOError) in try bench.input(0, InputSettings()) })
            else { break }
            #expect(refusal == .noDescriptor)
            refusals += 1
        }
        #expect(refusals >= 2)
    }

    @Test func `more different settings than one request can carry are refused`() throws {
        let bench = try Backend.gpioSim.bench()
        let lines = (0..<8).map { number -> (LineAddress, LineSettings) in
            let settings = InputSettings(
                isActiveLow: number & 1 == 1, edges: number & 2 == 2 ? .both : .rising,
                debounce: .milliseconds(number + 1))
            return (.offset(chip: bench.chips[0], line: UInt32(number)), .input(settings))
        }
        guard case .unsupported = failure({ () throws(GPIOError) in try bench.request(lines) }) else {
            throw Unexpected()
        }
        _ = try bench.request(Array(lines.prefix(4)))
    }

    @Test func `G5: the pulses of a card reader arrive whole and in order`() throws {
        let guest = try #require(ProcessInfo.processInfo.environment["RIG_GUEST"])
        let bench = try Backend.gpioSim.bench()
        let pulses = LineSettings.input(InputSettings(edges: .falling))
        try bench.drive(0, true)
        try bench.drive(1, true)
        let request = try bench.request([(bench.line(0), pulses), (bench.line(1), pulses)], buffer: 128)
        let bits = "10110011100011110000101010"
        let reader = Process()
        reader.executableURL = URL(filePath: "/bin/bash")
        reader.arguments = ["-c", ". '\(guest)/lib.sh'; gpio_wiegand '\(bench.chips[0])' 0 1 \(bits)"]
        try reader.run()
        reader.waitUntilExit()
        #expect(reader.terminationStatus == 0)
        let edges = try received(bits.count, from: request)
        #expect(edges.map { $0.line == 0 ? "0" : "1" }.joined() == bits)
        #expect(edges.map(\.requestSequence) == Array(1...UInt32(bits.count)))
    }

    private func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}
