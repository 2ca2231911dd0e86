internal import ControlSocket
internal import Glibc
internal import HubMessages
internal import MessageCoding
internal import TestSupport
internal import Testing

/// Server and client in one thread: the kernel's buffers hold what the other has not read yet.
@Suite struct ControlSocketTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("control.sock")
    }

    private func server() throws -> ControlServer {
        try ControlServer(path: path, policy: PeerPolicy(operators: nil, viewers: nil))
    }

    @Test func `a request goes out, its answer comes back`() throws {
        let server = try server()
        defer { server.close() }
        let client = try ControlClient(path: path)
        let connection = try #require(server.accept())
        #expect(server.accept() == nil)
        #expect(connection.peer.role == .operator)

        let door = try #require(DoorID("eingang"))
        try client.send(.order(order: DoorOrder(.unlock, door: door)))
        #expect(try connection.nextRequest()?.get() == .order(order: DoorOrder(.unlock, door: door)))
        #expect(connection.nextRequest() == nil)
        connection.send(.refused(reason: "no"))
        connection.send(.done)
        #expect(try client.next() == .refused(reason: "no"))
        #expect(client.hasMore)
        #expect(try client.next() == .done)
        #expect(!client.hasMore)
    }

    @Test func `requests arrive whole, byte by byte and many at once`() throws {
        let server = try server()
        defer { server.close() }
        let lines = Array("{\"status\":{}}\n{\"journalTail\":{\"count\":5}}\n{\"watch\":{}}\n".utf8)
        let expected: [ControlRequest] = [.status, .journalTail(count: 5), .watch]
        for chunk in [1, 2, 7, lines.count] {
            let socket = try RawClient(path: path)
            let connection = try #require(server.accept())
            var received: [ControlRequest] = []
            for start in stride(from: 0, to: lines.count, by: chunk) {
                socket.send(Array(lines[start..<min(start + chunk, lines.count)]))
                while let request = connection.nextRequest() { received.append(try request.get()) }
            }
            #expect(received == expected, "in pieces of \(chunk)")
        }
    }

    @Test func `what is no request is answered, what is too long ends the connection`() throws {
        let server = try server()
        defer { server.close() }
        let socket = try RawClient(path: path)
        let connection = try #require(server.accept())
        for text in [
            "", "nonsense", "{}", "{\"unlock\":{}}", "{\"unlock\":{\"door\":\"BAD\"}}", "[1]", "{\"status\":{}",
        ] {
            socket.send(Array((text + "\n").utf8))
            let result = try #require(connection.nextRequest(), "\(text)")
            #expect(throws: MessageFault.self) { try result.get() }
            #expect(connection.nextRequest() == nil)
        }
        #expect(!connection.isClosed)
        // The kernel takes a part, the connection reads it, until the line is over the limit.
        var faults: [MessageFault] = []
        for _ in 0..<8 where !connection.isClosed {
            socket.send([UInt8](repeating: UInt8(ascii: "x"), count: 16_384))
            while case .failure(let fault)? = connection.nextRequest() { faults.append(fault) }
        }
        #expect(connection.isClosed)
        #expect(faults.map(\.text) == ["the request is longer than \(ControlRequest.maximumBytes) bytes"])
    }

    @Test func `a client that does not read is closed, and nobody waits for it`() throws {
        let server = try server()
        defer { server.close() }
        let silent = try RawClient(path: path)
        let connection = try #require(server.accept())
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        var sent = 0
        while !connection.isClosed, sent < 200 {
            connection.send(line: line)
            sent += 1
        }
        #expect(connection.isClosed)
        // The limit, and what the kernel's buffer took before.
        #expect(sent >= ControlConnection.maximumUnsent / line.count)
        silent.close()
    }

    @Test func `a socket file that nobody answers on is replaced, one in use is not`() throws {
        let first = try server()
        #expect(throws: ControlSocketError.inUse(path: path)) { try server() }
        // Killed: the file stays, the listener is gone.
        Glibc.close(first.descriptor)
        let second = try server()
        _ = try ControlClient(path: path)
        #expect(second.accept() != nil)
        second.close()
        #expect(access(path, F_OK) != 0)
    }

    @Test func `errors say what to do`() throws {
        #expect(throws: ControlSocketError.noDaemon(path: path)) { try ControlClient(path: path) }
        let long = "/tmp/" + String(repeating: "x", count: 110)
        #expect(throws: ControlSocketError.pathTooLong(long)) { try ControlClient(path: long) }
        let server = try server()
        let client = try ControlClient(path: path)
        let connection = try #require(server.accept())
        connection.send(line: Array("{\"news\":{}}".utf8))
        let error = #expect(throws: ControlSocketError.self) { try client.next() }
        guard case .notUnderstood = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        server.close()
    }

    @Test func `accounts get their role from their groups`() throws {
        // The tests run as somebody; what they can show is that root and oneself may everything, and how groups are read.
        #expect(PeerPolicy(operators: "root", viewers: "no-such-group").missingGroups == ["no-such-group"])
        let server = try server()
        defer { server.close() }
        _ = try ControlClient(path: path)
        let peer = try #require(server.accept()).peer
        #expect(peer.role == .operator)
        #expect(!peer.name.isEmpty)
    }
}

/// A client that sends bytes as they are.
private final class RawClient {
    private var descriptor: CInt

    init(path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(code == 0)
    }

    deinit { close() }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}
