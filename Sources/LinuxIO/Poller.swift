internal import CLinux
internal import Glibc

/// Waits for many descriptors at once: `epoll(7)`, level-triggered.
public struct Poller: ~Copyable {
    private let descriptor: FileDescriptor
    private var events: [epoll_event]

    /// A poller that waits for nothing yet. Throws where the process has no descriptor left.
    public init() throws(SystemError) {
        let number = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard number >= 0 else { throw SystemError(call: "epoll_create1") }
        descriptor = FileDescriptor(owning: number)
        events = Array(repeating: epoll_event(), count: 1_024)
    }

    /// Waits for `descriptor` to be readable, and if `writes` is set also writable, from now on. Called again for the
    /// same descriptor, it changes what is waited for. An error and a hang-up are always waited for.
    public func watch(_ descriptor: CInt, reads: Bool = true, writes: Bool = false) throws(SystemError) {
        var event = epoll_event()
        event.events = (reads ? EPOLLIN.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0)
        event.data.fd = descriptor
        if epoll_ctl(self.descriptor.number, EPOLL_CTL_ADD, descriptor, &event) == 0 { return }
        guard errno == EEXIST, epoll_ctl(self.descriptor.number, EPOLL_CTL_MOD, descriptor, &event) == 0 else {
            throw SystemError(call: "epoll_ctl")
        }
    }

    /// Waits for `descriptor` no longer. Call before closing it.
    public func forget(_ descriptor: CInt) {
        var event = epoll_event()
        _ = epoll_ctl(self.descriptor.number, EPOLL_CTL_DEL, descriptor, &event)
    }

    /// Waits until something is ready and appends the descriptors to `ready`. A signal handler's interruption counts
    /// as nothing ready.
    public mutating func wait(into ready: inout Set<CInt>) throws(SystemError) {
        try wait(milliseconds: -1, into: &ready)
    }

    /// As ``wait(into:)``, at most for `timeout`, rounded up to milliseconds; `nil` waits for ever.
    public mutating func wait(into ready: inout Set<CInt>, timeout: Duration?) throws(SystemError) {
        try wait(milliseconds: pollTimeout(timeout), into: &ready)
    }

    /// As ``wait(into:)``, without waiting.
    public mutating func look(into ready: inout Set<CInt>) throws(SystemError) {
        try wait(milliseconds: 0, into: &ready)
    }

    private mutating func wait(milliseconds: CInt, into ready: inout Set<CInt>) throws(SystemError) {
        let count = events.withUnsafeMutableBufferPointer { buffer in
            // Newer C libraries say that there must be an array; an empty one has none.
            buffer.baseAddress.map { epoll_wait(descriptor.number, $0, CInt(buffer.count), milliseconds) } ?? 0
        }
        guard count >= 0 else {
            if errno == EINTR { return }
            throw SystemError(call: "epoll_wait")
        }
        for event in events[..<Int(count)] { ready.insert(event.data.fd) }
    }
}
