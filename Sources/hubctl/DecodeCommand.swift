internal import ArgumentParser
internal import Glibc
internal import HubMessages
internal import MessageCoding
internal import Recording
internal import Sensing

/// `hubctl decode`: what the daemon's decoders make of a recording. Needs no daemon.
struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode", abstract: "Show what a sensor's decoder makes of a recording of its lines.",
        discussion: """
            Reads VCD (logic analyzers, PulseView, sigrok-cli), CSV of time and level, and the output of gpiomon; '-' \
            reads standard input. The decoders are the daemon's own. docs/decode.md has examples.

            Exit status: 0 decoded, also where a frame is bad, 1 nothing to decode, 2 the file or the usage is wrong.
            """)

    @Option(help: "What sends.")
    var sensor: SensorName

    @Option(
        help: """
            A line's name in the recording; once for each of the sensor's lines: DATA0 then DATA1, outer then inner. \
            Default: all lines of the file, if it has as many as the sensor.
            """)
    var line: [String] = []

    @Option(help: "The Wiegand format, such as H10301.")
    var format: String?

    @Option(help: "Decode these bits instead of a file, the bit sent first comes first.")
    var bits: String?

    @Option(help: "What a CO₂ sensor measures at most, in ppm.")
    var range = 2000

    @Option(help: "How long a contact must rest, in ms.")
    var debounce = 20

    @Flag(
        inversion: .prefixedNo, help: "Which level is active; default: the one that the recording does not begin with.")
    var activeLow: Bool?

    @Flag(help: "Print JSON, one object per line.")
    var json = false

    @Argument(help: "The recording; '-' is standard input.")
    var file: String?

    func validate() throws {
        guard (file == nil) != (bits == nil) else {
            throw ValidationError("expected a FILE or --bits, one of the two")
        }
        guard (1...100_000).contains(range) else { throw ValidationError("--range is \(range); expected 1 to 100000") }
        guard (0...10_000).contains(debounce) else {
            throw ValidationError("--debounce is \(debounce); expected 0 to 10000")
        }
        if format != nil, sensor != .wiegand { throw ValidationError("--format is for --sensor wiegand") }
        guard line.isEmpty || line.count == sensor.roles.count else {
            throw ValidationError(
                "\(sensor.rawValue) has \(sensor.roles.count) lines (\(sensor.roles.joined(separator: ", "))); "
                    + "\(line.count) were given with --line")
        }
        if let bits {
            guard sensor.roles.count == 2, sensor != .counter else {
                throw ValidationError("--bits is for --sensor wiegand, keypad4 or keypad8")
            }
            if let wrong = bits.first(where: { $0 != "0" && $0 != "1" }) {
                throw ValidationError("--bits holds '\(wrong)'; expected 0 and 1 only")
            }
        }
    }

    func run() throws {
        var settings = SensorDecoder.Settings()
        settings.range = range
        settings.debounce = .milliseconds(debounce)
        settings.activeLow = activeLow
        if sensor == .wiegand {
            let names = WiegandFormat.all.map(\.name).joined(separator: ", ")
            guard let format else { throw ValidationError("--sensor wiegand needs --format: \(names)") }
            guard let known = WiegandFormat.named(format) else {
                throw ValidationError("there is no format '\(format)'; known are: \(names)")
            }
            settings.format = known
        }
        let decoder = SensorDecoder(sensor, settings)
        if let bits {
            try decode(bits, with: decoder)
        } else {
            var run = DecodeRun(decoder: decoder, wanted: line, file: file ?? "-") { print(text($0)) }
            try run.decode()
        }
    }

    // A reader's usual pace: a bit each 2 ms.
    private func decode(_ bits: String, with decoder: SensorDecoder) throws {
        var decoder = decoder
        var time: UInt64 = 0
        for bit in bits {
            time += 2_000_000
            _ = decoder.pulse(bit == "1", at: time)
        }
        guard var frame = decoder.finish(at: time) else { throw Failure.nothingToDecode("--bits") }
        frame.time = nil
        print(text(frame))
    }

    private func text(_ frame: DecodedFrame) -> String {
        json
            ? String(decoding: MessageCoding().encode(frame), as: UTF8.self) : Language.current.line(frame)
    }
}

extension SensorName: ExpressibleByArgument {
    /// The name, also as it stands on the sensor: `AM2302`.
    init?(argument: String) {
        self.init(rawValue: argument.lowercased())
    }
}
