internal import CMicroHTTPD
internal import Glibc
internal import LinuxIO

/// The dashboard's thread: takes changes in, answers requests, and wakes the streams that wait for a change.
///
/// Unchecked: it is made by one thread and belongs to the one that ``run()`` is called on from then on.
final class DashboardServer: @unchecked Sendable {
    private let inbox: DashboardInbox
    private let hosts: Set<String>
    private let metrics: HubMetrics
    private var server: OpaquePointer?
    private var poller: Poller
    private var board = LiveBoard()
    private var streams: [ObjectIdentifier: LiveStream] = [:]
    private var nextSign: UInt64 = 0

    /// The port that is listened on.
    let port: UInt16

    /// A connection without a request for so long is closed.
    private static let idleSeconds: UInt32 = 30
    private static let connectionMemory = 32 << 10
    // A stream on which nothing happens says so: a reader that is gone without a word shows by that.
    private static let signInterval: UInt64 = 20_000_000_000

    init(port: UInt16, hosts: Set<String>, metrics: HubMetrics, inbox: DashboardInbox) throws(DashboardError) {
        self.inbox = inbox
        self.metrics = metrics
        self.hosts = hosts
        do throws(SystemError) {
            poller = try Poller()
            try poller.watch(inbox.arrived.descriptor)
        } catch {
            throw .system(error)
        }
        let listener: LoopbackListener
        do throws(SystemError) {
            listener = try LoopbackListener(port: port)
        } catch {
            throw .cannotListen(port: port, reason: error.reason)
        }
        self.port = listener.port
        server = server_start(
            listener.descriptor, UInt32(Dashboard.maximumConnections), Self.idleSeconds, Self.connectionMemory,
            answerRequest, Unmanaged.passUnretained(self).toOpaque())
        guard let server else {
            close(listener.descriptor)
            throw .cannotListen(port: port, reason: "the server could not be started")
        }
        do throws(SystemError) {
            try poller.watch(server_descriptor(server))
        } catch {
            MHD_stop_daemon(server)
            throw .system(error)
        }
    }

    /// Serves until the inbox closes.
    func run() {
        while !inbox.isClosing {
            var ready: Set<CInt> = []
            do throws(SystemError) {
                try poller.wait(into: &ready, timeout: waitingTime)
            } catch {
                break
            }
            inbox.arrived.drain()
            while let change = inbox.take() { board.show(change.topic, change.state) }
            wakeStreams()
            MHD_run(server)
        }
        for stream in streams.values { stream.end() }
        MHD_run(server)
        MHD_stop_daemon(server)
        server = nil
    }

    fileprivate func answer(
        _ connection: OpaquePointer, method: String, path: String
    ) -> MHD_Result {
        let host = MHD_lookup_connection_value(connection, .HEADER_KIND, "Host").map { String(cString: $0) }
        switch DashboardRoute(method: method, path: path, host: host, hosts: hosts) {
        case .asset(let asset): return send(connection, 200, asset.mediaType, Array(asset.text.utf8))
        case .state: return send(connection, 200, "application/json", board.document)
        case .metrics:
            return send(connection, 200, "text/plain; version=0.0.4; charset=utf-8", Array(metrics.text.utf8))
        case .refused(let status, let text):
            return send(connection, status, "text/plain; charset=utf-8", Array((text + "\n").utf8))
        case .live: return openStream(connection)
        }
    }

    private func send(
        _ connection: OpaquePointer, _ status: UInt32, _ mediaType: String, _ body: [UInt8]
    ) -> MHD_Result {
        let response = body.withUnsafeBytes { bytes in
            // Copied by the library, which does not write to it.
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        return queue(connection, status, mediaType, response)
    }

    private func openStream(_ connection: OpaquePointer) -> MHD_Result {
        let stream = LiveStream(connection: connection, server: self)
        let context = Unmanaged.passRetained(stream).toOpaque()
        guard
            // MHD_SIZE_UNKNOWN, a macro with a cast.
            let response = MHD_create_response_from_callback(UInt64.max, 4_096, readStream, context, freeStream)
        else {
            Unmanaged<LiveStream>.fromOpaque(context).release()
            return .NO
        }
        streams[ObjectIdentifier(stream)] = stream
        return queue(connection, 200, "text/event-stream", response)
    }

    private func queue(
        _ connection: OpaquePointer, _ status: UInt32, _ mediaType: String, _ response: OpaquePointer?
    ) -> MHD_Result {
        guard let response else { return .NO }
        defer { MHD_destroy_response(response) }
        let fields = [
            ("Content-Type", mediaType), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            (
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
        ]
        for (name, value) in fields { _ = MHD_add_response_header(response, name, value) }
        return MHD_queue_response(connection, status, response)
    }

    // MARK: Streams

    /// Writes into `buffer` what `stream` has not seen; 0 puts the stream to sleep until there is something.
    fileprivate func read(_ stream: LiveStream, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if stream.pending.isEmpty, stream.seen < board.lastChange || !stream.isGreeted {
            // How long a browser waits before it asks again, and all that is true now; from then on what changes.
            stream.pending =
                (stream.isGreeted ? [] : Array("retry: 2000\n\n".utf8)) + board.messages(after: stream.seen)
            stream.isGreeted = true
            stream.seen = board.lastChange
        } else if stream.pending.isEmpty, stream.mustSign {
            stream.pending = Array(":\n\n".utf8)
        }
        stream.mustSign = false
        let count = min(stream.pending.count, buffer.count)
        buffer.copyBytes(from: stream.pending.prefix(count))
        stream.pending.removeFirst(count)
        if count == 0 { stream.sleep() }
        return count
    }

    fileprivate func forget(_ stream: LiveStream) {
        streams[ObjectIdentifier(stream)] = nil
    }

    private func wakeStreams() {
        guard !streams.isEmpty else { return }
        let now = SystemClock.monotonicNanoseconds()
        let isSignDue = now >= nextSign
        if isSignDue { nextSign = now + Self.signInterval }
        for stream in streams.values {
            if isSignDue { stream.mustSign = true }
            if stream.seen < board.lastChange || isSignDue { stream.wake() }
        }
    }

    /// Until the library's next time-out or the next sign of life; without anybody who looks, for ever.
    private var waitingTime: Duration? {
        var milliseconds: UInt64 = 0
        var times: [Duration] = []
        if MHD_get_timeout(server, &milliseconds) == .YES { times.append(.milliseconds(Int64(clamping: milliseconds))) }
        if !streams.isEmpty {
            let now = SystemClock.monotonicNanoseconds()
            times.append(.nanoseconds(Int64(clamping: nextSign > now ? nextSign - now : 0)))
        }
        return times.min()
    }
}

/// One browser's stream.
private final class LiveStream {
    let connection: OpaquePointer
    unowned let server: DashboardServer
    var pending: [UInt8] = []
    var seen: UInt64 = 0
    var isGreeted = false
    var mustSign = false
    private(set) var isEnding = false
    private var isAsleep = false

    init(connection: OpaquePointer, server: DashboardServer) {
        self.connection = connection
        self.server = server
    }

    func sleep() {
        isAsleep = true
        MHD_suspend_connection(connection)
    }

    func wake() {
        guard isAsleep else { return }
        isAsleep = false
        MHD_resume_connection(connection)
    }

    func end() {
        isEnding = true
        wake()
    }
}

// Free functions, so that the C callbacks belong to no actor. All run on the dashboard's thread, inside MHD_run.

private func answerRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    // Answered with the header; who sends a body besides is cut off after the answer.
    guard let context, let connection, let path, let method else { return .NO }
    return Unmanaged<DashboardServer>.fromOpaque(context).takeUnretainedValue()
        .answer(connection, method: String(cString: method), path: String(cString: path))
}

private func readStream(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
    // MHD_CONTENT_READER_END_OF_STREAM, a macro with a cast.
    guard let context, let buffer else { return -1 }
    let stream = Unmanaged<LiveStream>.fromOpaque(context).takeUnretainedValue()
    guard !stream.isEnding else { return -1 }
    return stream.server.read(stream, into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

private func freeStream(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let stream = Unmanaged<LiveStream>.fromOpaque(context).takeRetainedValue()
    stream.server.forget(stream)
}
