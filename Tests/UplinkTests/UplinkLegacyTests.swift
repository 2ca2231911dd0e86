internal import Foundation
internal import Glibc
internal import LinuxIO
internal import TestSupport
internal import Testing
internal import Uplink

/// Brokers that know MQTT 3.1.1 only, and live messages beside a backlog.
@Suite struct UplinkLegacyTests {
    @Test func `with a broker that refuses MQTT 5 the same attempt goes on with 3.1.1`() throws {
        let front = try LegacyFront(try TestBroker())
        let harness = try UplinkHarness(
            UplinkConfiguration(host: "127.0.0.1", port: front.port, clientID: "legacy"))
        #expect(harness.uplink.connect())
        let first = try harness.next()
        #expect(first == .speaksLegacy)
        try harness.wait(for: "connected") { if case .connected = $0 { () } else { nil } }
        try harness.subscribe("t")
        var message = UplinkMessage("t", "hello", token: 3)
        message.expiry = .seconds(5)
        message.contentType = "text/plain"
        #expect(harness.uplink.publish(message))
        #expect(try harness.message().text == "hello")
        harness.close()
    }

    @Test func `with a broker that just closes on MQTT 5, an attempt soon after speaks 3.1.1, and those after it, too`()
        throws
    {
        let front = try LegacyFront(try TestBroker(), isSilent: true)
        let harness = try UplinkHarness(
            UplinkConfiguration(host: "127.0.0.1", port: front.port, clientID: "legacy"))
        for _ in 0..<2 {
            #expect(harness.uplink.connect())
            #expect(try harness.disconnected() == .connectionLost)
        }
        for _ in 0..<2 {
            #expect(harness.uplink.connect())
            #expect(try harness.next() == .speaksLegacy)
            try harness.wait(for: "connected") { if case .connected = $0 { () } else { nil } }
            #expect(harness.uplink.disconnect())
            #expect(try harness.disconnected() == .requested)
        }
        harness.close()
    }

    @Test func `3.1.1 alone is spoken where configured, and 5 alone fails with its reason`() throws {
        let front = try LegacyFront(try TestBroker())
        var setup = UplinkConfiguration(host: "127.0.0.1", port: front.port, clientID: "legacy")
        setup.version = .v5
        let strict = try UplinkHarness(setup)
        #expect(strict.uplink.connect())
        switch try strict.disconnected() {
        // libmosquitto 2.0.11 knows what such an answer means, 2.0.21 that it is not MQTT 5.
        case .connectionRejected(reason: MQTTReason(code: 0x84)), .protocolError: break
        case let other: Issue.record("\(other)")
        }
        strict.close()
        setup.version = .v311
        let legacy = try UplinkHarness(setup)
        #expect(legacy.uplink.connect())
        #expect(try legacy.next() == .speaksLegacy)
        legacy.close()
    }

    @Test func `a wrong password over 3.1.1 is told as such`() throws {
        let front = try LegacyFront(try TestBroker(users: ["polch": "right"]))
        var setup = UplinkConfiguration(host: "127.0.0.1", port: front.port, clientID: "legacy")
        setup.username = "polch"
        setup.password = "wrong"
        let harness = try UplinkHarness(setup)
        #expect(harness.uplink.connect())
        guard case .notAuthorized = try harness.disconnected() else {
            Issue.record("a wrong password is not told as one")
            return
        }
        harness.close()
    }

    @Test func `what is live overtakes a backlog`() throws {
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: ["o"])
        var setup = configuration(broker, "live")
        setup.maximumInFlight = 1
        let harness = try UplinkHarness(setup)
        try harness.connect()
        // The broker stops reading: nothing of what follows is on its way when the live message is handed over.
        broker.freeze()
        let big = String(repeating: "x", count: 60_000)
        for token in UInt64(1)...60 { #expect(harness.uplink.publish(UplinkMessage("o", big, token: token))) }
        usleep(200_000)
        #expect(harness.uplink.publishLive(UplinkMessage("o", "now")))
        broker.thaw()
        let all = try recorder.wait(for: "everything", on: "o") { $0.count == 61 ? $0 : nil }
        #expect(try #require(all.firstIndex(of: "now")) < 10)
        harness.close()
    }
}

/// An old broker: refuses MQTT 5 as 3.1.1 prescribes (3.2.2.3, return code 1), or closes without a word, and passes
/// everything else on to a real one.
private final class LegacyFront {
    let port: UInt16
    private let broker: TestBroker
    private let listener: CInt
    private let thread: LinuxIO.Thread

    init(_ broker: TestBroker, isSilent: Bool = false) throws {
        self.broker = broker
        let port = try TestBroker.freePort()
        self.port = port
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.address(port)
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, 8) == 0
            }
        }
        guard isListening else { throw SystemError(call: "bind") }
        thread = LinuxIO.Thread { [target = broker.port] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Self.serve(client, target, isSilent: isSilent)
                close(client)
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        thread.join()
        close(listener)
    }

    private static func serve(_ client: CInt, _ target: UInt16, isSilent: Bool) {
        var packet = [UInt8](repeating: 0, count: 1_024)
        let count = recv(client, &packet, packet.count, 0)
        // CONNECT: type, length, 0 4 M Q T T, level.
        guard count > 9 else { return }
        guard packet[8] == 4 else {
            if isSilent { return }
            let refusal: [UInt8] = [0x20, 0x02, 0x00, 0x01]
            _ = send(client, refusal, refusal.count, CInt(MSG_NOSIGNAL))
            return
        }
        let broker = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(broker) }
        var address = Self.address(target)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(broker, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return }
        _ = send(broker, packet, count, CInt(MSG_NOSIGNAL))
        while true {
            var ends = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: broker, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ends, 2, -1) > 0 else { return }
            for (from, to) in [(0, 1), (1, 0)] where ends[from].revents != 0 {
                let count = recv(ends[from].fd, &packet, packet.count, 0)
                guard count > 0 else { return }
                _ = send(ends[to].fd, packet, count, CInt(MSG_NOSIGNAL))
            }
        }
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
