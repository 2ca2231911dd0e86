internal import Foundation
internal import LinuxIO
internal import TestSupport
internal import Testing
internal import Uplink

/// What stops a test that waits for a notice that does not come.
struct NoNotice: Error, CustomStringConvertible {
    var wanted: String
    var seen: [UplinkNotice]
    var description: String { "waited in vain for \(wanted); seen: \(seen.suffix(20))" }
}

/// An uplink and the loop's side of it.
final class UplinkHarness {
    let uplink: Uplink
    private var unread: [UplinkNotice] = []

    init(_ configuration: UplinkConfiguration) throws {
        uplink = try Uplink(configuration)
    }

    /// Waits for the first notice that `pick` turns into something; those before it are dropped.
    func wait<Found>(for wanted: String, _ pick: (UplinkNotice) -> Found?) throws -> Found {
        var passed: [UplinkNotice] = []
        for _ in 0..<300 {
            while let notice = uplink.nextNotice() {
                passed.append(notice)
                if let found = pick(notice) { return found }
            }
            uplink.noticesArrived.wait(timeout: .milliseconds(100))
        }
        throw NoNotice(wanted: wanted, seen: passed)
    }

    /// Waits for the next notice, whatever it is.
    func next() throws -> UplinkNotice {
        try wait(for: "any notice") { $0 }
    }

    func connect() throws {
        #expect(uplink.connect())
        let notice = try next()
        guard case .connected = notice else { throw NoNotice(wanted: "connected", seen: [notice]) }
    }

    func subscribe(_ topic: String) throws {
        #expect(uplink.subscribe(topic: topic, quality: .atLeastOnce))
        try wait(for: "subscribed to \(topic)") { notice in
            if case .subscribed(topic) = notice { () } else { nil }
        }
    }

    /// Publishes and waits for the acknowledgement.
    func publish(_ message: UplinkMessage) throws {
        #expect(uplink.publish(message))
        try wait(for: "acknowledgement of \(message.token)") { notice in
            if case .acknowledged(message.token) = notice { () } else { nil }
        }
    }

    func message() throws -> UplinkIncoming {
        try wait(for: "a message") { notice in
            if case .message(let message) = notice { message } else { nil }
        }
    }

    func disconnected() throws -> UplinkFailure {
        try wait(for: "disconnected") { notice in
            if case .disconnected(let failure) = notice { failure } else { nil }
        }
    }

    func close() {
        #expect(uplink.close(within: .seconds(30)), "the uplink did not close")
    }
}

func configuration(_ broker: TestBroker, _ clientID: String) -> UplinkConfiguration {
    UplinkConfiguration(host: "127.0.0.1", port: broker.port, clientID: clientID)
}

extension UplinkMessage {
    init(_ topic: String, _ text: String, retain: Bool = false, token: UInt64 = 0) {
        self.init(topic: topic, payload: Array(text.utf8), retain: retain, token: token)
    }
}

extension UplinkIncoming {
    var text: String { String(decoding: payload, as: UTF8.self) }
}
