/// Reads what gpiomon of libgpiod prints.
///
/// 1.6: `event:  RISING EDGE offset: 17 timestamp: [  1624.123456789]`.
/// 2.x: `1624.123456789	rising	gpiochip0 17 "GPIO17"`; a line asked for by name may stand there with its name alone.
struct GPIOMonReader: Sendable {
    private var cutter = LineCutter()
    private var origin: Int64?
    private(set) var lines: [RecordedLine] = []
    private(set) var time: UInt64 = 0

    /// Whether `line` is one of gpiomon's.
    static func recognizes(_ line: ArraySlice<UInt8>) -> Bool {
        let words = String(decoding: line.prefix(200), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return words.first == "event:" || (words.count >= 3 && (words[1] == "rising" || words[1] == "falling"))
    }

    mutating func read(_ bytes: [UInt8], into transitions: inout [Transition]) throws(RecordingError) {
        var cutter = cutter
        defer { self.cutter = cutter }
        try cutter.cut(bytes) { line, number throws(RecordingError) in
            try event(line, number, &transitions)
        }
    }

    mutating func finish(into transitions: inout [Transition]) throws(RecordingError) {
        var cutter = cutter
        try cutter.finish { line, number throws(RecordingError) in
            try event(line, number, &transitions)
        }
        self.cutter = cutter
    }

    private mutating func event(
        _ line: ArraySlice<UInt8>, _ number: Int, _ transitions: inout [Transition]
    ) throws(RecordingError) {
        guard !line.isEmpty else { return }
        let text = String(decoding: line, as: UTF8.self)
        let words = text.split { $0.isWhitespace || $0 == "[" || $0 == "]" }
        func wrong(_ expected: String) -> RecordingError {
            RecordingError(line: number, fault: .expected(expected, found: excerpt(line)))
        }
        let stamp: Substring
        let level: Bool
        let names: [String]
        if words.first == "event:" {
            guard words.count == 7, words[2] == "EDGE", words[3] == "offset:", words[5] == "timestamp:",
                words[1] == "RISING" || words[1] == "FALLING", UInt32(words[4]) != nil
            else { throw wrong("event: RISING EDGE offset: N timestamp: [seconds]") }
            stamp = words[6]
            level = words[1] == "RISING"
            names = [String(words[4])]
        } else {
            guard words.count >= 3, words[1] == "rising" || words[1] == "falling" else {
                throw wrong("seconds, rising or falling, line")
            }
            stamp = words[0]
            level = words[1] == "rising"
            let quoted = text.split(separator: "\"", omittingEmptySubsequences: false)
            var found: [String] = quoted.count == 3 ? [String(quoted[1])] : []
            let plain = words[2...].filter { !$0.contains("\"") }
            if plain.count >= 2, UInt32(plain[1]) != nil {
                found += ["\(plain[0]):\(plain[1])", String(plain[1])]
            } else if let only = plain.first, found.isEmpty {
                found = [String(only)]
            }
            names = found
        }
        guard let name = names.first else { throw wrong("a line") }
        switch DecimalTime.nanoseconds(stamp.utf8, femtosecondsPerUnit: 15) {
        case nil: throw wrong("a time in seconds")
        case .some(nil): throw RecordingError(line: number, fault: .timeTooLarge(String(stamp)))
        case .some(let now?):
            let start = origin ?? now
            origin = start
            let (distance, overflow) = now.subtractingReportingOverflow(start)
            if overflow { throw RecordingError(line: number, fault: .timeTooLarge(String(stamp))) }
            guard distance >= 0, UInt64(distance) >= time else {
                throw RecordingError(line: number, fault: .timeGoesBack(String(stamp)))
            }
            time = UInt64(distance)
        }
        let signal: Int
        if let known = lines.firstIndex(where: { $0.name == name }) {
            signal = known
        } else {
            guard lines.count < RecordingLimits.lines else {
                throw RecordingError(line: number, fault: .tooManyLines)
            }
            signal = lines.count
            lines.append(RecordedLine(name: name, aliases: Array(names.dropFirst()), signal: signal))
        }
        transitions.append(Transition(signal: signal, level: level, time: time, isEdge: true))
    }
}
