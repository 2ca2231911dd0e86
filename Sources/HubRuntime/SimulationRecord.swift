internal import GPIO
internal import Glibc
internal import HubMessages
internal import LinuxIO

/// What the outputs of the simulated house did, as lines of text: nanoseconds of the house's monotonic clock, the
/// line, its level.
///
/// Each line is one write(2) before the hub goes on, so a killed daemon has recorded everything its relays did. The
/// loop waits for the file system here, which it never does with real lines.
final class SimulationRecord {
    private let file: FileDescriptor

    /// Appends to the file at `path`; makes it where there is none.
    init(_ path: String) throws(SystemError) {
        let number = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemError(call: "open") }
        file = FileDescriptor(owning: number)
    }

    /// Writes one change of the line of that name.
    func append(_ change: SimulatedChip.OutputChange, name: String) {
        let text = Array("\(change.time.nanoseconds) \(name) \(change.level ? 1 : 0)\n".utf8)
        // A file system that is full costs the record its end, not the house its doors.
        _ = write(file.number, text, text.count)
    }
}
