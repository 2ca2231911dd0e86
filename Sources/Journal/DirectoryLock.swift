internal import Glibc
internal import LinuxIO

/// Keeps a second daemon out of the journal's directory as long as it lives; the kernel lets go when the process dies.
final class DirectoryLock {
    private let descriptor: FileDescriptor

    /// Makes the directory where it is missing, and locks it.
    init(_ directory: String) throws(JournalError) {
        // Readable for nobody else: bookings are in it.
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw .directory(path: directory, SystemError(call: "mkdir"))
        }
        let path = directory + "/lock"
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .directory(path: directory, SystemError(call: "open")) }
        descriptor = FileDescriptor(owning: number)
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { throw .locked(path: directory) }
            throw .directory(path: directory, SystemError(call: "flock"))
        }
    }
}
