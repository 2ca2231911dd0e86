internal import LinuxIO
internal import Synchronization

/// The live page for a browser on this machine: libmicrohttpd on a thread of its own.
///
/// It shows what the retained topics show, the same bytes, and takes no orders. It listens on 127.0.0.1 only; a reverse
/// proxy gives it TLS and a login.
///
/// All methods are for the loop's thread only and none waits, but ``close()``, which waits for the thread to see that
/// it is to end.
public final class Dashboard {
    /// The port that is listened on.
    public let port: UInt16

    private let inbox: DashboardInbox
    private let thread: Thread
    // What the queue did not take; the latest of each topic is handed over later, so it is as small as the house.
    private var missed: [String: [UInt8]?] = [:]

    /// So many people can look at once.
    public static let maximumConnections = 32

    /// Listens on `port` of 127.0.0.1; 0 chooses a free one. `hosts` are the further names that it answers to;
    /// `metrics` is what `/metrics` tells.
    public init(port: UInt16, hosts: Set<String>, metrics: HubMetrics) throws(DashboardError) {
        do throws(SystemError) {
            inbox = try DashboardInbox()
        } catch {
            throw .system(error)
        }
        let server = try DashboardServer(port: port, hosts: hosts, metrics: metrics, inbox: inbox)
        self.port = server.port
        thread = Thread { server.run() }
    }

    /// `state`, one JSON value, holds for `topic` (a topic below the root, such as `state/door/eingang`) from now on.
    public func show(_ topic: String, _ state: [UInt8]) {
        hand(topic, state)
    }

    /// The subject of `topic` is gone.
    public func clear(_ topic: String) {
        hand(topic, nil)
    }

    /// Ends the thread; whoever looks is cut off.
    public func close() {
        inbox.close()
        thread.join()
    }

    private func hand(_ topic: String, _ state: [UInt8]?) {
        missed[topic] = .some(state)
        for (topic, state) in missed {
            guard inbox.put(DashboardInbox.Change(topic: topic, state: state)) else { return }
            missed[topic] = nil
        }
    }
}

/// What the loop has for the dashboard's thread.
final class DashboardInbox: Sendable {
    struct Change: Sendable {
        var topic: String
        var state: [UInt8]?
    }

    /// Signalled when there is something to take, and when the thread is to end.
    let arrived: EventCounter

    private let changes = HandoffQueue<Change>(capacity: 1_024)
    private let closing = Atomic<Bool>(false)

    init() throws(SystemError) {
        arrived = try EventCounter()
    }

    var isClosing: Bool { closing.load(ordering: .acquiring) }

    /// Loop only. `false` where the queue is full.
    func put(_ change: Change) -> Bool {
        guard changes.push(change) else { return false }
        arrived.signal()
        return true
    }

    /// The dashboard's thread only.
    func take() -> Change? { changes.pop() }

    func close() {
        closing.store(true, ordering: .releasing)
        arrived.signal()
    }
}
