internal import Glibc
internal import LinuxIO
internal import Recording

/// Reads a recording piece by piece and feeds a sensor's lines to its decoder.
struct DecodeRun {
    private var decoder: SensorDecoder
    private let wanted: [String]
    private let file: String
    private let show: (DecodedFrame) -> Void
    private var reader = RecordingReader()
    // Which line of the sensor a signal is; grows with the recording's lines.
    private var roles: [Int: [Int]] = [:]
    private var resolved = 0
    private var frames = 0

    /// A run over `file` for the lines `wanted`, or all of the file's.
    init(decoder: SensorDecoder, wanted: [String], file: String, show: @escaping (DecodedFrame) -> Void) {
        self.decoder = decoder
        self.wanted = wanted
        self.file = file
        self.show = show
    }

    /// Reads to the end.
    mutating func decode() throws {
        let source = FileDescriptor(owning: file == "-" ? dup(STDIN_FILENO) : open(file, O_RDONLY | O_CLOEXEC))
        guard source.number >= 0 else { throw Failure.usage("\(file): \(String(cString: strerror(errno)))") }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var transitions: [Transition] = []
        while true {
            let count = read(source.number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure.usage("\(file): \(String(cString: strerror(errno)))") }
            transitions.removeAll(keepingCapacity: true)
            do throws(RecordingError) {
                if count == 0 {
                    try reader.finish(into: &transitions)
                } else {
                    try reader.read(count == buffer.count ? buffer : Array(buffer[..<count]), into: &transitions)
                }
            } catch {
                // What was read before the fault is still worth seeing.
                try feed(transitions)
                throw Failure.usage("\(file):\(error.line): \(error)")
            }
            try feed(transitions)
            if count == 0 { break }
        }
        if !reader.lines.isEmpty { try resolve(isComplete: true) }
        if let frame = decoder.finish(at: reader.end) { tell(frame) }
        if frames == 0 { throw Failure.nothingToDecode(file) }
    }

    private mutating func feed(_ transitions: [Transition]) throws {
        if !transitions.isEmpty, reader.lines.count > resolved { try resolve(isComplete: !reader.discoversLines) }
        for transition in transitions {
            guard let lines = roles[transition.signal] else { continue }
            for line in lines {
                if !transition.isEdge {
                    decoder.begin(line, transition.level)
                } else if let frame = decoder.edge(line, transition.level, at: transition.time) {
                    tell(frame)
                }
            }
        }
    }

    private mutating func tell(_ frame: DecodedFrame) {
        frames += 1
        show(frame)
    }

    // Finds the sensor's lines among the recording's.
    private mutating func resolve(isComplete: Bool) throws {
        resolved = reader.lines.count
        let needed = decoder.sensor.roles
        roles = [:]
        if wanted.isEmpty {
            guard reader.lines.count <= needed.count, !isComplete || reader.lines.count == needed.count else {
                throw Failure.usage(
                    "\(file): \(decoder.sensor.rawValue) has \(needed.count) lines (\(needed.joined(separator: ", "))); "
                        + "say with --line which they are of: \(names)")
            }
            if reader.discoversLines, needed.count > 1 {
                throw Failure.usage("\(file): say with --line which is \(needed.joined(separator: " and which "))")
            }
            for (role, line) in reader.lines.enumerated() { roles[line.signal, default: []].append(role) }
            return
        }
        for (role, name) in wanted.enumerated() {
            let exact = reader.lines.filter { $0.name == name }
            let found = exact.isEmpty ? reader.lines.filter { $0.aliases.contains(name) } : exact
            guard let line = found.first else {
                if !isComplete { continue }
                throw Failure.usage("\(file): there is no line '\(name)'; the file has: \(names)")
            }
            guard Set(found.map(\.signal)).count == 1 else {
                throw Failure.usage(
                    "\(file): '\(name)' is several lines: \(found.map(\.name).joined(separator: ", "))")
            }
            roles[line.signal, default: []].append(role)
        }
    }

    private var names: String { reader.lines.map(\.name).joined(separator: ", ") }
}
