public import LinuxIO

/// Why the control socket cannot be used.
public enum ControlSocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path is longer than a Unix socket's may be (107 bytes).
    case pathTooLong(String)
    /// Another daemon answers on the path.
    case inUse(path: String)
    /// Nobody answers on the path.
    case noDaemon(path: String)
    /// The path may not be used by this account.
    case notPermitted(path: String)
    /// The daemon closed the connection, or the connection broke.
    case closed
    /// The daemon has not answered for ``ControlClient/patience``.
    case silent
    /// What the daemon sent is no answer: it may be of another version.
    case notUnderstood(String)
    /// The operating system refused something else.
    case system(SystemError, path: String)

    public var description: String {
        switch self {
        case .pathTooLong(let path): "\(path): a socket's path has at most 107 bytes; choose a shorter one"
        case .inUse(let path): "\(path): another regiohubd answers there; stop it, or set another control.socket"
        case .noDaemon(let path):
            "no regiohubd answers at \(path); start it, or name its socket with --socket or REGIOHUB_SOCKET"
        case .notPermitted(let path):
            "\(path): this account may not use it; see control.socket in the configuration, or use sudo"
        case .closed: "the daemon closed the connection"
        case .silent:
            "the daemon has not answered for \(ControlClient.patience.components.seconds) seconds; it may hang: see its log"
        case .notUnderstood(let why): "the daemon's answer was not understood (\(why)); is it of the same version?"
        case .system(let error, let path): "\(path): \(error)"
        }
    }
}
