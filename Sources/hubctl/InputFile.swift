internal import Glibc
internal import LinuxIO

/// A file that a command is given, or standard input.
enum InputFile {
    /// All of it; `-` is standard input.
    static func read(_ path: String) throws -> [UInt8] {
        let number = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw Failure.refused("\(path): \(SystemError(call: "open").reason)") }
        let file = FileDescriptor(owning: number)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file.number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure.refused("\(path): \(SystemError(call: "read").reason)") }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
