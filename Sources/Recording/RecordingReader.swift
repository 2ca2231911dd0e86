/// Reads a recording of lines, piece by piece: VCD, CSV, or the output of gpiomon. It finds out which by the first
/// line. It holds no more of the file than one word or line.
public struct RecordingReader: Sendable {
    private enum Format {
        case unknown
        case vcd(VCDReader)
        case csv(CSVReader)
        case gpiomon(GPIOMonReader)
    }

    private var format = Format.unknown
    // What came before the format was known.
    private var beginning: [UInt8] = []

    /// A reader before the first byte.
    public init() {}

    /// The lines that are known by now: of a VCD and a CSV all of them once the first transition came; gpiomon's as
    /// they appear.
    public var lines: [RecordedLine] {
        switch format {
        case .unknown: []
        case .vcd(let reader): reader.lines
        case .csv(let reader): reader.lines
        case .gpiomon(let reader): reader.lines
        }
    }

    /// Whether ``lines`` may still grow after the first transition.
    public var discoversLines: Bool {
        if case .gpiomon = format { true } else { false }
    }

    /// The end of the recording in nanoseconds: the last time that the file names.
    public var end: UInt64 {
        switch format {
        case .unknown: 0
        case .vcd(let reader): reader.time
        case .csv(let reader): reader.time
        case .gpiomon(let reader): reader.time
        }
    }

    /// Takes the file's next bytes and appends what they say to `transitions`.
    public mutating func read(_ bytes: [UInt8], into transitions: inout [Transition]) throws(RecordingError) {
        guard case .unknown = format else { return try pass(bytes, &transitions) }
        beginning += bytes
        guard let first = Self.firstLine(beginning) else {
            if beginning.count > RecordingLimits.word { throw RecordingError(line: 1, fault: .tooLong) }
            return
        }
        try decide(first)
        try pass(taken(), &transitions)
    }

    /// The file is at its end.
    public mutating func finish(into transitions: inout [Transition]) throws(RecordingError) {
        if case .unknown = format {
            // A last line without an end, or nothing but blanks.
            let rest = beginning.drop { $0 <= 0x20 }
            if rest.isEmpty { return }
            try decide(rest)
            try pass(taken(), &transitions)
        }
        switch format {
        case .unknown: break
        case .vcd(var reader):
            format = .unknown
            try reader.finish(into: &transitions)
            format = .vcd(reader)
        case .csv(var reader):
            format = .unknown
            try reader.finish(into: &transitions)
            format = .csv(reader)
        case .gpiomon(var reader):
            format = .unknown
            try reader.finish(into: &transitions)
            format = .gpiomon(reader)
        }
    }

    private mutating func taken() -> [UInt8] {
        defer { beginning = [] }
        // A byte order mark is no text.
        return beginning.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(beginning.dropFirst(3)) : beginning
    }

    private mutating func pass(_ bytes: [UInt8], _ transitions: inout [Transition]) throws(RecordingError) {
        // Taken out of the enum and put back, so that nothing is copied.
        switch format {
        case .unknown: break
        case .vcd(var reader):
            format = .unknown
            defer { format = .vcd(reader) }
            try reader.read(bytes, into: &transitions)
        case .csv(var reader):
            format = .unknown
            defer { format = .csv(reader) }
            try reader.read(bytes, into: &transitions)
        case .gpiomon(var reader):
            format = .unknown
            defer { format = .gpiomon(reader) }
            try reader.read(bytes, into: &transitions)
        }
    }

    private mutating func decide(_ line: ArraySlice<UInt8>) throws(RecordingError) {
        var line = line
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        if line.first == UInt8(ascii: "$") {
            format = .vcd(VCDReader())
        } else if GPIOMonReader.recognizes(line) {
            format = .gpiomon(GPIOMonReader())
        } else if line.contains(where: { $0 < 0x20 && $0 != 9 && $0 != 13 && $0 != 10 }) {
            throw RecordingError(
                line: 1, fault: .expected("a recording as text (VCD, CSV or gpiomon)", found: excerpt([])))
        } else {
            format = .csv(CSVReader())
        }
    }

    // The first line that is not blank, if it is complete.
    private static func firstLine(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        let rest = bytes.drop { $0 <= 0x20 && $0 != 0 }
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return rest[..<end]
    }
}

/// Cuts bytes into lines, across pieces.
struct LineCutter: Sendable {
    private var rest: [UInt8] = []
    /// The number of the line that was cut last.
    private(set) var number = 0

    /// The lines that `bytes` complete, without their ends.
    mutating func cut(
        _ bytes: [UInt8], _ body: (ArraySlice<UInt8>, Int) throws(RecordingError) -> Void
    ) throws(RecordingError) {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            number += 1
            if rest.isEmpty {
                try body(Self.trimmed(bytes[start..<end]), number)
            } else {
                rest += bytes[start..<end]
                try body(Self.trimmed(rest[...]), number)
                rest.removeAll(keepingCapacity: true)
            }
            start = end + 1
        }
        rest += bytes[start...]
        if rest.count > RecordingLimits.word { throw RecordingError(line: number + 1, fault: .tooLong) }
    }

    /// The last line, where it has no end.
    mutating func finish(
        _ body: (ArraySlice<UInt8>, Int) throws(RecordingError) -> Void
    ) throws(RecordingError) {
        guard !rest.isEmpty else { return }
        number += 1
        try body(Self.trimmed(rest[...]), number)
        rest = []
    }

    /// `bytes` without blanks at both ends.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop { $0 <= 0x20 }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        return bytes
    }
}
