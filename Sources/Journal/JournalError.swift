public import LinuxIO

/// Why a journal could not be opened.
public enum JournalError: Error, Hashable, CustomStringConvertible {
    /// The directory cannot be made or opened.
    case directory(path: String, SystemError)
    /// Another process, most likely another daemon, has the journal open.
    case locked(path: String)
    /// The file was written by a later version of this software.
    case newerSchema(path: String, found: Int, supported: Int)
    /// The file is unusable and could not be set aside either.
    case notSetAside(path: String, reason: String, SystemError)
    /// SQLite cannot work with the file although it is not damaged (no space, no permission, read-only).
    case unusable(path: String, JournalFailure)
    /// The process has no descriptor left.
    case system(SystemError)

    /// What happened and what to do, for a person.
    public var description: String {
        switch self {
        case .directory(let path, let error):
            "journal directory '\(path)': \(error); create it and let the daemon's user write to it"
        case .locked(let path):
            "'\(path)' is in use by another process; stop the other daemon, or give this one a directory of its own"
        case .newerSchema(let path, let found, let supported):
            "'\(path)' has schema version \(found), this version of regiohubd knows \(supported); "
                + "install the newer regiohubd again, or move the file away"
        case .notSetAside(let path, let reason, let error):
            "'\(path)' is unusable (\(reason)) and could not be renamed: \(error); move it away by hand"
        case .unusable(let path, let failure):
            "'\(path)' cannot be used: \(failure.text); check free space, owner and mount options of its file system"
        case .system(let error):
            "the journal's thread cannot be set up: \(error); raise the process's limits"
        }
    }
}
