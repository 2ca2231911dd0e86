internal import Glibc
internal import LinuxIO

/// A file that does nothing but occupy room, so that room can be made when the disk is full: the last events before
/// somebody helps are the ones that tell what happened.
struct DiskReserve {
    private let path: String
    private let directory: String
    private let bytes: Int
    private(set) var isThere: Bool

    init(directory: String, bytes: Int) {
        self.directory = directory
        self.bytes = bytes
        path = "\(directory)/reserve"
        isThere = access(path, F_OK) == 0
        if bytes == 0 {
            unlink(path)
            isThere = false
        }
    }

    /// Gives the room away. Returns whether there was any.
    mutating func giveUp() -> Bool {
        guard isThere, unlink(path) == 0 else { return false }
        isThere = false
        return true
    }

    /// Takes the room again, or for the first time, where the disk has three times as much. Returns whether it has it now.
    mutating func restore() -> Bool {
        guard bytes > 0, !isThere else { return isThere }
        var disk = statvfs()
        guard statvfs(directory, &disk) == 0, disk.f_bavail * disk.f_frsize > UInt(bytes) * 3 else { return false }
        let number = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { return false }
        let file = FileDescriptor(owning: number)
        guard posix_fallocate(file.number, 0, off_t(bytes)) == 0 else {
            unlink(path)
            return false
        }
        isThere = true
        return true
    }
}
