internal import CLinux
internal import Glibc

/// A thread of its own for an edge that may wait: the journal writer, the uplink, the log.
///
/// Signals stay with the main thread: a new thread blocks all of them.
public final class Thread: Sendable {
    private let handle: pthread_t

    /// Starts a thread that runs `body` and then ends.
    ///
    /// The closure's box is the only thing that crosses; a thread that cannot be made is a programming error of a
    /// process that has used up its limits at start, so that stops the process with a message.
    public init(_ body: @escaping @Sendable () -> Void) {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var handle = pthread_t()
        let box = Unmanaged.passRetained(Body(run: body))
        let code = pthread_create(&handle, nil, runThread, box.toOpaque())
        guard code == 0 else {
            box.release()
            preconditionFailure("no thread could be started: error \(code)")
        }
        self.handle = handle
    }

    /// Lets the thread end by itself: nobody will ``join()`` it. Call once, or never where it is joined.
    public func detach() {
        pthread_detach(handle)
    }

    /// Waits until the thread has ended. Call once.
    public func join() {
        pthread_join(handle, nil)
    }
}

private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

// A free function, so that the C callback belongs to no actor.
private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
