internal import CEvent
internal import Glibc
internal import LinuxIO

/// The dashboard's thread: takes changes in, answers requests, and sends the streams what changed.
///
/// Unchecked: it is made by one thread and belongs to the one that ``run()`` is called on from then on.
final class DashboardServer: @unchecked Sendable {
    private let inbox: DashboardInbox
    private let hosts: Set<String>
    private let metrics: HubMetrics
    private let base: OpaquePointer
    private let server: OpaquePointer
    private let connections: ConnectionLimit
    private var board = LiveBoard()
    private var streams: [ObjectIdentifier: LiveStream] = [:]
    private var inboxEvent: OpaquePointer?
    private var signEvent: OpaquePointer?

    /// The port that is listened on.
    let port: UInt16

    /// A connection on which nothing moves for so long is closed.
    private static let idleSeconds: CInt = 30
    private static let maximumHead = 16 << 10
    private static let maximumBody = 4 << 10
    /// A stream on which nothing happens says so: a reader that is gone without a word shows by that.
    private static let signSeconds = 20

    init(port: UInt16, hosts: Set<String>, metrics: HubMetrics, inbox: DashboardInbox) throws(DashboardError) {
        self.inbox = inbox
        self.metrics = metrics
        self.hosts = hosts
        let listening: LoopbackListener
        do throws(SystemError) {
            listening = try LoopbackListener(port: port)
        } catch {
            throw .cannotListen(port: port, reason: error.reason)
        }
        self.port = listening.port
        guard let base = Self.makeBase() else {
            close(listening.descriptor)
            throw .system(SystemError(call: "event_base_new"))
        }
        guard let server = evhttp_new(base),
            let socket = evhttp_accept_socket_with_handle(server, listening.descriptor),
            let listener = evhttp_bound_socket_get_listener(socket)
        else {
            close(listening.descriptor)
            event_base_free(base)
            throw .cannotListen(port: port, reason: "the server could not be started")
        }
        self.base = base
        self.server = server
        connections = ConnectionLimit(base: base, listener: listener, maximum: Dashboard.maximumConnections)
        connections.apply(to: server)
        evhttp_set_max_headers_size(server, Self.maximumHead)
        evhttp_set_max_body_size(server, Self.maximumBody)
        evhttp_set_timeout(server, Self.idleSeconds)
        // What is not looked at is refused with a sentence, not by the library.
        let known = [
            EVHTTP_REQ_GET, EVHTTP_REQ_HEAD, EVHTTP_REQ_POST, EVHTTP_REQ_PUT, EVHTTP_REQ_DELETE, EVHTTP_REQ_OPTIONS,
            EVHTTP_REQ_PATCH,
        ]
        evhttp_set_allowed_methods(server, known.reduce(0) { $0 | UInt16($1.rawValue) })
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_set_gencb(server, answerRequest, context)
        inboxEvent = event_new(base, inbox.arrived.descriptor, Int16(EV_READ | EV_PERSIST), takeChanges, context)
        signEvent = event_new(base, -1, Int16(EV_PERSIST), signStreams, context)
        event_add(inboxEvent, nil)
    }

    deinit {
        for event in [inboxEvent, signEvent].compactMap({ $0 }) { event_free(event) }
        evhttp_free(server)
        connections.close()
        event_base_free(base)
    }

    /// One thread uses it, and no environment variable changes it.
    private static func makeBase() -> OpaquePointer? {
        guard let settings = event_config_new() else { return nil }
        defer { event_config_free(settings) }
        let flags = EVENT_BASE_FLAG_NOLOCK.rawValue | EVENT_BASE_FLAG_IGNORE_ENV.rawValue
        event_config_set_flag(settings, CInt(flags))
        return event_base_new_with_config(settings)
    }

    /// Serves until the inbox closes.
    func run() {
        while !inbox.isClosing, event_base_loop(base, EVLOOP_ONCE) == 0 {}
        for stream in streams.values { stream.end() }
        streams = [:]
        // What was said last goes out as far as the sockets take it.
        event_base_loop(base, EVLOOP_NONBLOCK)
    }

    fileprivate func answer(_ request: OpaquePointer) {
        let command = evhttp_request_get_command(request)
        let method = command == EVHTTP_REQ_GET ? "GET" : command == EVHTTP_REQ_HEAD ? "HEAD" : "other"
        let path = evhttp_request_get_evhttp_uri(request).flatMap { evhttp_uri_get_path($0) }
        let host = evhttp_find_header(evhttp_request_get_input_headers(request), "Host")
        let route = DashboardRoute(
            method: method, path: path.map { String(cString: $0) } ?? "", host: host.map { String(cString: $0) },
            hosts: hosts)
        switch route {
        case .asset(let asset): send(request, 200, asset.mediaType, Array(asset.text.utf8))
        case .state: send(request, 200, "application/json", board.document)
        case .metrics: send(request, 200, "text/plain; version=0.0.4; charset=utf-8", Array(metrics.text.utf8))
        case .refused(let status, let text):
            send(request, CInt(status), "text/plain; charset=utf-8", Array((text + "\n").utf8))
        case .live:
            if command == EVHTTP_REQ_HEAD {
                send(request, 200, LiveStream.mediaType, [])
            } else {
                openStream(request)
            }
        }
    }

    private func send(_ request: OpaquePointer, _ status: CInt, _ mediaType: String, _ body: [UInt8]) {
        guard let buffer = evbuffer_new() else {
            // Without a text, which would need memory too.
            return evhttp_send_reply(request, 503, nil, nil)
        }
        defer { evbuffer_free(buffer) }
        // The library would send it with the answer to HEAD, too.
        if evhttp_request_get_command(request) != EVHTTP_REQ_HEAD { evbuffer_add(buffer, body, body.count) }
        addFields(to: request, mediaType)
        evhttp_send_reply(request, status, nil, buffer)
    }

    private func openStream(_ request: OpaquePointer) {
        addFields(to: request, LiveStream.mediaType)
        let stream = LiveStream(request: request, server: self)
        if streams.isEmpty {
            var interval = timeval(tv_sec: Self.signSeconds, tv_usec: 0)
            event_add(signEvent, &interval)
        }
        streams[ObjectIdentifier(stream)] = stream
        stream.begin()
        stream.show(board)
    }

    private func addFields(to request: OpaquePointer, _ mediaType: String) {
        let fields = [
            ("Content-Type", mediaType), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            (
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
        ]
        for (name, value) in fields { evhttp_add_header(evhttp_request_get_output_headers(request), name, value) }
    }

    // MARK: Streams

    fileprivate func takeIn() {
        inbox.arrived.drain()
        while let change = inbox.take() { board.show(change.topic, change.state) }
        for stream in streams.values { stream.show(board) }
    }

    fileprivate func sign() {
        for stream in streams.values { stream.sign() }
    }

    /// The connection took what `stream` sent last: there may be more by now.
    func goOn(_ stream: LiveStream) {
        stream.show(board)
    }

    /// The connection of `stream` is gone.
    func forget(_ stream: LiveStream) {
        streams[ObjectIdentifier(stream)] = nil
        if streams.isEmpty { event_del(signEvent) }
    }
}

// Free functions, so that the C callbacks belong to no actor. All run on the dashboard's thread, inside event_base_loop.

private func server(_ context: UnsafeMutableRawPointer) -> DashboardServer {
    Unmanaged<DashboardServer>.fromOpaque(context).takeUnretainedValue()
}

private func answerRequest(_ request: OpaquePointer?, _ context: UnsafeMutableRawPointer?) {
    guard let request, let context else { return }
    server(context).answer(request)
}

private func takeChanges(_ descriptor: CInt, _ what: Int16, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    server(context).takeIn()
}

private func signStreams(_ descriptor: CInt, _ what: Int16, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    server(context).sign()
}
