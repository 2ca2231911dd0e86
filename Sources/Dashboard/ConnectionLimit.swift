internal import CEvent
internal import Glibc

/// So many connections and no more: whoever comes later waits in the listening socket's queue.
///
/// The library has no such limit and tells of no connection's end. It lets the server make every connection's
/// `bufferevent`, though, and takes the callbacks away from it when it is done with it: whoever holds a reference sees
/// that.
final class ConnectionLimit {
    private let base: OpaquePointer
    private let listener: OpaquePointer
    private let maximum: Int
    private var open: [OpaquePointer] = []
    private var retry: OpaquePointer?

    /// How long it takes at most until somebody who waits is let in.
    private static let retrySeconds = 1

    init(base: OpaquePointer, listener: OpaquePointer, maximum: Int) {
        self.base = base
        self.listener = listener
        self.maximum = maximum
    }

    /// Every connection of `server` counts from now on.
    func apply(to server: OpaquePointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        retry = event_new(base, -1, Int16(EV_PERSIST), retryListening, context)
        evhttp_set_bevcb(server, admitConnection, context)
    }

    /// After the server was freed.
    func close() {
        if let retry { event_free(retry) }
        for connection in open { bufferevent_decref(connection) }
    }

    fileprivate func admit() -> OpaquePointer? {
        // Before the new one is known to the library: its descriptor may be one that was just closed.
        sweep()
        guard let connection = bufferevent_socket_new(base, -1, 0) else { return nil }
        bufferevent_incref(connection)
        open.append(connection)
        if open.count >= maximum {
            evconnlistener_disable(listener)
            var interval = timeval(tv_sec: Self.retrySeconds, tv_usec: 0)
            event_add(retry, &interval)
        }
        return connection
    }

    fileprivate func tryAgain() {
        sweep()
        guard open.count < maximum else { return }
        event_del(retry)
        evconnlistener_enable(listener)
    }

    private func sweep() {
        open.removeAll { connection in
            // The one that hears of the connection's end is set as long as the connection is anybody's.
            var callback: bufferevent_event_cb?
            bufferevent_getcb(connection, nil, nil, &callback, nil)
            if callback == nil { bufferevent_decref(connection) }
            return callback == nil
        }
    }
}

private func admitConnection(_ base: OpaquePointer?, _ context: UnsafeMutableRawPointer?) -> OpaquePointer? {
    context.flatMap { Unmanaged<ConnectionLimit>.fromOpaque($0).takeUnretainedValue().admit() }
}

private func retryListening(_ descriptor: CInt, _ what: Int16, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<ConnectionLimit>.fromOpaque(context).takeUnretainedValue().tryAgain()
}
