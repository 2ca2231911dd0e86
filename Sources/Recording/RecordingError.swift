/// A recording that cannot be read, and where.
public struct RecordingError: Error, Hashable, Sendable {
    /// The line of the file, from 1.
    public let line: Int
    /// What is wrong with it.
    public let fault: Fault

    /// A fault of a line.
    public init(line: Int, fault: Fault) {
        self.line = line
        self.fault = fault
    }

    /// What is wrong with a line.
    public enum Fault: Hashable, Sendable {
        /// Something else was expected here.
        case expected(String, found: String)
        /// A time, or a time in nanoseconds, does not fit 64 bits.
        case timeTooLarge(String)
        /// Time goes back.
        case timeGoesBack(String)
        /// A value change of an identifier code that no `$var` declares.
        case unknownCode(String)
        /// A word or line is longer than a recording's can be.
        case tooLong
        /// There are more lines than a recording has.
        case tooManyLines
        /// The file ends too early.
        case endsEarly(missing: String)
    }
}

extension RecordingError: CustomStringConvertible {
    /// What is wrong, in English; without the line's number.
    public var description: String {
        switch fault {
        case .expected(let what, let found): "expected \(what), found '\(found)'"
        case .timeTooLarge(let text): "the time \(text) is too large"
        case .timeGoesBack(let text): "the time \(text) is before the one above it"
        case .unknownCode(let code): "no $var declares '\(code)'"
        case .tooLong: "this is longer than a line of a recording can be"
        case .tooManyLines: "more than \(RecordingLimits.lines) lines"
        case .endsEarly(let missing): "the file ends here without \(missing)"
        }
    }
}

/// What a recording may have at most, so that a broken file cannot take all memory.
public enum RecordingLimits {
    /// The lines (channels, wires) of a file.
    public static let lines = 4096
    /// The bytes of a text line or a VCD word.
    public static let word = 65_536
}

/// Bytes as text for a message, cut to what a person reads.
func excerpt(_ bytes: some Collection<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
    return bytes.count > 40 ? text + "…" : text
}
