public import ControlSocket
public import Journal
public import LinuxIO

/// Why the daemon cannot start. Each says what, where, and what to do.
public enum DaemonError: Error, CustomStringConvertible {
    /// The key for credentials cannot be used.
    case credentialKey(path: String, reason: String)
    /// The key is not the one that stored bookings were hashed with.
    case otherCredentialKey(path: String)
    case journal(JournalError)
    /// The machine has no such time zone.
    case unknownTimeZone(String)
    /// The control socket cannot be opened.
    case control(ControlSocketError)
    /// The simulated house cannot write its record.
    case simulationRecord(path: String, SystemError)
    /// The operating system refused something the loop is made of.
    case system(SystemError)

    public var description: String {
        switch self {
        case .credentialKey(let path, let reason): "access.key_file \(path): \(reason)"
        case .otherCredentialKey(let path):
            "access.key_file \(path): stored bookings were hashed with another key, so no card would match; bring the "
                + "right file back, or remove bookings.db and let the platform send its bookings again"
        case .journal(let error): error.description
        case .unknownTimeZone(let name):
            "hub.time_zone '\(name)' is not known to this machine; name one of /usr/share/zoneinfo, such as "
                + "\"Europe/Berlin\", and install the package tzdata if that folder is missing"
        case .control(let error): error.description
        case .simulationRecord(let path, let error):
            "simulation.record \(path): \(error); name a file the daemon's user may write, or remove the setting"
        case .system(let error): error.description
        }
    }
}
