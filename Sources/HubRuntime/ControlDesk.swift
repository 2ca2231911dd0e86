internal import ControlSocket
internal import HubMessages
internal import MessageCoding

/// The clients of the control socket, and which of them waits for what.
final class ControlDesk {
    private let server: ControlServer
    private var connections: [CInt: ControlConnection] = [:]
    private var waiting: [UInt64: CInt] = [:]
    private var nextRequest: UInt64 = 1
    /// Behind which event each read begins that is under way.
    var reads: [UInt64: SequenceNumber] = [:]

    /// At most so many clients at once.
    static let maximumConnections = 32

    init(path: String, policy: PeerPolicy) throws(ControlSocketError) {
        server = try ControlServer(path: path, policy: policy)
    }

    var descriptor: CInt { server.descriptor }
    /// The clients that watch.
    var watchers: [ControlConnection] { connections.values.filter(\.isWatching) }

    /// Who may do what; holds for clients that connect from now on.
    func setPolicy(_ policy: PeerPolicy) {
        server.policy = policy
    }

    /// All descriptors that the loop waits for.
    var descriptors: [CInt] { [server.descriptor] + connections.keys }

    /// Takes everybody who waits to be let in. Returns their descriptors.
    func accept() -> [CInt] {
        var accepted: [CInt] = []
        while let connection = server.accept() {
            guard connections.count < Self.maximumConnections else {
                connection.send(
                    .refused(reason: "\(Self.maximumConnections) clients are connected already; close one"))
                continue
            }
            connections[connection.descriptor] = connection
            accepted.append(connection.descriptor)
        }
        return accepted
    }

    func connection(_ descriptor: CInt) -> ControlConnection? {
        connections[descriptor]
    }

    /// Names a request whose answer comes later.
    func number(_ connection: ControlConnection) -> UInt64 {
        let request = nextRequest
        nextRequest += 1
        waiting[request] = connection.descriptor
        connection.awaitedAnswers += 1
        return request
    }

    /// Who waits for the answer to that request, if they still do.
    func claim(_ request: UInt64) -> ControlConnection? {
        let connection = waiting.removeValue(forKey: request).flatMap { connections[$0] }
        connection?.awaitedAnswers -= 1
        return connection
    }

    /// Who waits for the answer to that request, of which only a part is there.
    func waiter(_ request: UInt64) -> ControlConnection? {
        waiting[request].flatMap { connections[$0] }
    }

    /// Shows every watcher one line; only operators, where it is an event.
    func show(_ line: [UInt8], isEvent: Bool) {
        for connection in watchers where !isEvent || connection.peer.role == .operator { connection.send(line: line) }
    }

    /// Takes out the clients that are done with. Returns them: their descriptors close when they are let go of.
    func sweep() -> [ControlConnection] {
        let gone = connections.values.filter(\.isClosed)
        for connection in gone {
            connections[connection.descriptor] = nil
            waiting = waiting.filter { $0.value != connection.descriptor }
        }
        return gone
    }

    /// The clients whose next request is there already, so that no descriptor announces it.
    var busy: [CInt] { connections.values.filter(\.hasRequest).map(\.descriptor) }

    /// What the poller is to wait for.
    var wishes: [(descriptor: CInt, reads: Bool, writes: Bool)] {
        connections.values.map { ($0.descriptor, $0.wantsToRead, $0.wantsToWrite) }
    }

    func close() {
        connections = [:]
        server.close()
    }
}
