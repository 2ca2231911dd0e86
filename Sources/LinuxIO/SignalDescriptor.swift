internal import CLinux
internal import Glibc

/// Signals as something to read: `signalfd(2)`. They are blocked for the process from now on, so nothing is ever
/// interrupted in the middle; make it before any thread.
public struct SignalDescriptor: ~Copyable {
    private let descriptor: FileDescriptor

    /// The signals a daemon is told with.
    public enum Signal: Hashable, Sendable, CaseIterable {
        /// SIGTERM or SIGINT: stop in order.
        case terminate
        /// SIGHUP: read the configuration again.
        case hangUp
    }

    /// For ``Poller``.
    public var number: CInt { descriptor.number }

    /// Takes over SIGTERM, SIGINT and SIGHUP, and ignores SIGPIPE: a closed connection is an error of its write.
    public init() throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        let number = signalfd(-1, &set, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK))
        guard number >= 0 else { throw SystemError(call: "signalfd") }
        descriptor = FileDescriptor(owning: number)
    }

    /// The next signal that arrived; `nil` where there is none.
    public func next() -> Signal? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor.number, &info, size) == size else { return nil }
        return CInt(info.ssi_signo) == SIGHUP ? .hangUp : .terminate
    }
}
