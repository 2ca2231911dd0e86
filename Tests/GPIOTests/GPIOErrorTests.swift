import Glibc
import LinuxIO
import Testing

@testable import GPIO

@Suite struct GPIOErrorTests {
    static let all: [GPIOError] = [
        .chipNotFound("gpiochip7", known: []), .chipNotFound("gpiochip7", known: ["gpiochip0"]),
        .chipAmbiguous("gpiochip7", chips: ["a", "b"]), .lineNotFound("gpiochip7", similar: []),
        .lineNotFound("gpiochip7", similar: ["GPIO17"]),
        .lineOutOfRange(chip: "gpiochip7", line: 9, count: 8),
        .lineAmbiguous("gpiochip7", places: ["a:1", "b:2"]),
        .lineTwice(.name("gpiochip7"), .name("gpiochip7")), .lineTwice(.name("gpiochip7"), .name("B")),
        .severalChips(["gpiochip7", "b"]), .debounceOutOfRange(.name("gpiochip7"), .seconds(-1)),
        .busy(.name("gpiochip7"), consumer: "gpiomon"), .unplugged(chip: "gpiochip7"),
        .permissionDenied(path: "gpiochip7"), .unsupported(chip: "gpiochip7", what: "debounce"),
        .system(SystemError(call: "open", code: EIO), place: "gpiochip7"),
    ]

    @Test(arguments: all) func `an error says where, and what to do`(error: GPIOError) {
        #expect(error.description.contains("gpiochip7"))
        let halves = error.description.split(whereSeparator: { $0 == ";" || $0 == ":" })
        #expect(halves.count >= 2, "\(error)")
    }

    @Test func `a long list is cut`() {
        let error = GPIOError.chipNotFound("x", known: (0..<20).map { "chip\($0)" })
        #expect(error.description.hasSuffix("'chip7' and 12 more"))
    }

    @Test(arguments: [EMFILE, ENFILE]) func `running out of descriptors is a case of its own`(code: CInt) {
        #expect(GPIOError(SystemError(call: "open", code: code), at: "here") == .noDescriptor)
    }

    @Test func `a machine without chips says so`() throws {
        let provider = LibgpiodProvider(directory: "/sys/kernel")
        let address = try #require(LineAddress("gpiochip0:1"))
        let description = LineRequestDescription(
            consumer: "test", lines: [.init(address, .output(OutputSettings()))])
        #expect(
            failure { () throws(GPIOError) in try provider.request(description) }
                == .chipNotFound("gpiochip0", known: []))
        guard
            case .system(let error, "/nonexistent") = failure({ () throws(GPIOError) in
                try LibgpiodProvider(directory: "/nonexistent").request(description)
            })
        else { throw Unexpected() }
        #expect(error.code == ENOENT)
    }
}
