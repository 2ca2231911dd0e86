internal import Glibc
public import LinuxIO

/// Why lines could not be had or used. The description says what, where, and what to do.
public enum GPIOError: Error, Hashable, Sendable {
    /// There is no chip of this name, path or label; `known` are those there are.
    case chipNotFound(String, known: [String])
    /// Several chips have this label.
    case chipAmbiguous(String, chips: [String])
    /// No chip has a line of this name; `similar` are names that differ by a slip.
    case lineNotFound(String, similar: [String])
    /// The chip has only `count` lines.
    case lineOutOfRange(chip: String, line: UInt32, count: Int)
    /// Lines of this name are at several `places` (as `chip:offset`).
    case lineAmbiguous(String, places: [String])
    /// Two addresses of one request are the same line.
    case lineTwice(LineAddress, LineAddress)
    /// The lines of one request are on several chips.
    case severalChips([String])
    /// A request of no line or of more than 64.
    case lineCount(Int)
    /// A debounce period that is negative or longer than the kernel can count.
    case debounceOutOfRange(LineAddress, Duration)
    /// `consumer` holds the line.
    case busy(LineAddress, consumer: String)
    /// The chip was removed (or its driver) while the lines were held.
    case unplugged(chip: String)
    /// The process may not open the chip.
    case permissionDenied(path: String)
    /// The chip cannot do what the settings ask.
    case unsupported(chip: String, what: String)
    /// The process has no file descriptor left.
    case noDescriptor
    /// The index is not that of an output of this request.
    case notAnOutput(line: Int)
    /// The request was released before.
    case released
    /// Any other failure, at `place`.
    case system(SystemError, place: String)
}

extension GPIOError: CustomStringConvertible {
    /// The error for a person: what, where, and what to do.
    public var description: String {
        switch self {
        case .chipNotFound(let chip, let known):
            known.isEmpty
                ? "no GPIO chip '\(chip)': this machine shows none at all; check that the board's GPIO driver is loaded"
                : "no GPIO chip '\(chip)'; there are: \(list(known))"
        case .chipAmbiguous(let label, let chips):
            "the label '\(label)' belongs to several GPIO chips (\(list(chips))); write the chip's name instead"
        case .lineNotFound(let name, let similar):
            "no GPIO line is named '\(name)'"
                + (similar.isEmpty
                    ? "; 'gpioinfo' lists the names, and chip:offset works without a name"
                    : "; did you mean \(list(similar))?")
        case .lineOutOfRange(let chip, let line, let count):
            "GPIO chip '\(chip)' has no line \(line): its \(count) lines are numbered from 0"
        case .lineAmbiguous(let name, let places):
            "several GPIO lines are named '\(name)'; write one of \(list(places)) instead"
        case .lineTwice(let first, let second):
            first == second
                ? "GPIO line '\(first)' is requested twice; use every line for one thing"
                : "GPIO lines '\(first)' and '\(second)' are the same line; use every line for one thing"
        case .severalChips(let chips):
            "lines that belong together must be on one GPIO chip, these are on \(list(chips)); wire them to one"
        case .lineCount(let count):
            "one request holds 1 to \(LineRequestDescription.maximumLines) GPIO lines, not \(count); split it"
        case .debounceOutOfRange(let line, let duration):
            "GPIO line '\(line)': a debounce period of \(duration) is out of range; write 0 to 4294 seconds"
        case .busy(let line, let consumer):
            "GPIO line '\(line)' is held by '\(consumer)'; stop that program or use another line"
        case .unplugged(let chip):
            "GPIO chip '\(chip)' is gone; check its cable, power and driver"
        case .permissionDenied(let path):
            "no permission to use \(path); run as a member of the group 'gpio', or fix the udev rule of the device"
        case .unsupported(let chip, let what):
            "GPIO chip '\(chip)' cannot do \(what); change the setting or use a line of another chip"
        case .noDescriptor:
            "no file descriptor left for a GPIO line; raise the limit (LimitNOFILE= of the service)"
        case .notAnOutput(let line):
            "line \(line) of the GPIO request is no output; only outputs can be set"
        case .released:
            "the GPIO lines were given back before; request them again"
        case .system(let error, let place):
            "GPIO \(place): \(error); see the kernel log ('dmesg') for the cause"
        }
    }

    private func list(_ texts: [String]) -> String {
        let shown = texts.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return texts.count > 8 ? "\(shown) and \(texts.count - 8) more" : shown
    }
}

extension GPIOError {
    /// A failed system call that means nothing particular to GPIO.
    init(_ error: SystemError, at place: String) {
        self = error.code == EMFILE || error.code == ENFILE ? .noDescriptor : .system(error, place: place)
    }
}
