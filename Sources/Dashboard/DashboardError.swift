public import LinuxIO

/// Why the dashboard is not served.
public enum DashboardError: Error, Hashable, CustomStringConvertible {
    /// The process has no descriptor left.
    case system(SystemError)
    /// The port cannot be listened on.
    case cannotListen(port: UInt16, reason: String)

    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .cannotListen(let port, let reason):
            "port \(port) cannot be listened on: \(reason); choose another 'port' in [dashboard]"
        }
    }
}
