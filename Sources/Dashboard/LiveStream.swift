internal import CEvent

/// One browser's stream: what it has seen, and whether its connection takes more.
///
/// A slow one is sent nothing until it has taken what it was sent, and then the newest only.
final class LiveStream {
    /// Server-sent events (HTML Living Standard, section 9.2).
    static let mediaType = "text/event-stream"

    private let request: OpaquePointer
    private unowned let server: DashboardServer
    private var seen: UInt64 = 0
    private var isGreeted = false
    private var isSending = false

    init(request: OpaquePointer, server: DashboardServer) {
        self.request = request
        self.server = server
    }

    /// Sends the head of the answer, and asks to hear of the connection's end.
    func begin() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_connection_set_closecb(evhttp_request_get_connection(request), endStream, context)
        evhttp_send_reply_start(request, 200, nil)
    }

    /// Sends what of `board` the reader has not seen; to a new one all that is true, and how long its browser is to
    /// wait before it asks again.
    func show(_ board: borrowing LiveBoard) {
        guard !isSending, seen < board.lastChange || !isGreeted else { return }
        send((isGreeted ? [] : Array("retry: 2000\n\n".utf8)) + board.messages(after: seen))
        isGreeted = true
        seen = board.lastChange
    }

    /// Says that the stream still runs, where it says nothing else.
    func sign() {
        if !isSending { send(Array(":\n\n".utf8)) }
    }

    /// Ends the stream from this side.
    func end() {
        evhttp_connection_set_closecb(evhttp_request_get_connection(request), nil, nil)
        evhttp_send_reply_end(request)
    }

    private func send(_ bytes: [UInt8]) {
        guard let buffer = evbuffer_new() else { return }
        defer { evbuffer_free(buffer) }
        evbuffer_add(buffer, bytes, bytes.count)
        isSending = true
        evhttp_send_reply_chunk_with_cb(request, buffer, streamTookAll, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func goOn() {
        isSending = false
        server.goOn(self)
    }

    fileprivate func close() {
        // The library has let go of a request that was being answered: it is whoever answers that ends it.
        if evhttp_request_get_connection(request) == nil { evhttp_send_reply_end(request) }
        server.forget(self)
    }
}

// Free functions, so that the C callbacks belong to no actor. The server keeps the stream until its connection is gone.

private func streamTookAll(_ connection: OpaquePointer?, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<LiveStream>.fromOpaque(context).takeUnretainedValue().goOn()
}

private func endStream(_ connection: OpaquePointer?, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<LiveStream>.fromOpaque(context).takeUnretainedValue().close()
}
