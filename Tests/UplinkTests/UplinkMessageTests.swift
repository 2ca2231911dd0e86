internal import Foundation
internal import LinuxIO
internal import TestSupport
internal import Testing
internal import Uplink

@Suite struct UplinkMessageTests {
    @Test
    func `ten thousand messages arrive once, in order, and each is acknowledged, never more than the window`()
        throws
    {
        let broker = try TestBroker()
        let receiver = try UplinkHarness(configuration(broker, "receiver"))
        try receiver.connect()
        try receiver.subscribe("t/#")
        let sender = try UplinkHarness(configuration(broker, "sender"))
        try sender.connect()
        let total: UInt64 = 10_000
        var next: UInt64 = 0
        var acknowledged: [UInt64] = []
        var received: [String] = []
        var idle = 0
        while acknowledged.count < total || received.count < total, idle < 3_000 {
            var didSomething = false
            while next < total, sender.uplink.publish(UplinkMessage("t/\(next % 7)", "\(next)", token: next)) {
                next += 1
                didSomething = true
            }
            while let notice = sender.uplink.nextNotice() {
                guard case .acknowledged(let token) = notice else {
                    throw NoNotice(wanted: "PUBACK", seen: [notice])
                }
                acknowledged.append(token)
                didSomething = true
            }
            while let notice = receiver.uplink.nextNotice() {
                guard case .message(let message) = notice else {
                    throw NoNotice(wanted: "message", seen: [notice])
                }
                received.append(message.text)
                didSomething = true
            }
            idle = didSomething ? 0 : idle + 1
            if !didSomething { usleep(10_000) }
        }
        #expect(acknowledged == Array(0..<total))
        #expect(received == (0..<total).map(String.init))
        sender.close()
        receiver.close()
    }

    @Test func `rows go out as one JSON array, byte for byte`() throws {
        let broker = try TestBroker()
        let harness = try UplinkHarness(configuration(broker, "hub"))
        try harness.connect()
        try harness.subscribe("event")
        let rows = [#"{"a":1}"#, #"{"b":"ü"}"#, "3"].map { Array($0.utf8) }
        for (token, count) in [0, 1, 3].enumerated() {
            #expect(
                harness.uplink.publishRows(
                    topic: "event", rows: Array(rows.prefix(count)), token: UInt64(token)))
        }
        let texts = try (0..<3).map { _ in try harness.message().text }
        #expect(texts == ["[]", #"[{"a":1}]"#, #"[{"a":1},{"b":"ü"},3]"#])
        harness.close()
    }

    @Test func `response topic, correlation and retained flag come through`() throws {
        let broker = try TestBroker()
        let harness = try UplinkHarness(configuration(broker, "hub"))
        try harness.connect()
        var kept = UplinkMessage("kept", "old", retain: true, token: 1)
        kept.expiry = .milliseconds(60_500)
        try harness.publish(kept)
        try harness.subscribe("#")
        let retained = try harness.message()
        #expect(retained.text == "old")
        #expect(retained.isRetained)
        #expect(retained.responseTopic == nil && retained.correlation == nil)

        var request = UplinkMessage("request", "open", token: 2)
        request.responseTopic = "answer/here"
        request.correlation = [0, 1, 255]
        #expect(harness.uplink.publish(request))
        let live = try harness.message()
        #expect(live.topic == "request")
        #expect(!live.isRetained)
        #expect(live.responseTopic == "answer/here")
        #expect(live.correlation == [0, 1, 255])
        harness.close()
    }

    @Test func `G12 a payload over the limit is dropped and reported, one at the limit is not`() throws {
        let broker = try TestBroker()
        var small = configuration(broker, "hub")
        small.maximumMessageBytes = 1_000
        let hub = try UplinkHarness(small)
        try hub.connect()
        try hub.subscribe("in")
        let sender = try UplinkHarness(configuration(broker, "sender"))
        try sender.connect()
        for (token, size) in [1_000, 1_001, 5].enumerated() {
            try sender.publish(
                UplinkMessage(
                    topic: "in", payload: [UInt8](repeating: 120, count: size), token: UInt64(token)))
        }
        #expect(try hub.message().payload.count == 1_000)
        #expect(try hub.next() == .oversized(topic: "in", bytes: 1_001))
        #expect(try hub.message().payload.count == 5)
        // Far over the limit the broker does not even send it, and the connection stays.
        try sender.publish(
            UplinkMessage(topic: "in", payload: [UInt8](repeating: 120, count: 4 << 20), token: 9))
        try sender.publish(UplinkMessage("in", "after", token: 10))
        #expect(try hub.message().text == "after")
        sender.close()
        hub.close()
    }

    @Test func `what breaks MQTT's rules is rejected alone, and the connection stays`() throws {
        let broker = try TestBroker()
        let harness = try UplinkHarness(configuration(broker, "hub"))
        try harness.connect()
        #expect(harness.uplink.publish(UplinkMessage("a/#", "wildcard", token: 1)))
        guard case .rejected(1, .invalid) = try harness.next() else {
            Issue.record("a topic with a wildcard was not rejected")
            return
        }
        #expect(harness.uplink.subscribe(topic: "a/#/b", quality: .atLeastOnce))
        guard case .subscriptionRefused("a/#/b", .invalid) = try harness.next() else {
            Issue.record("a malformed filter was not refused")
            return
        }
        try harness.publish(UplinkMessage("a", "fine", token: 2))
        harness.close()
    }

    @Test func `G12 a loop that takes no notices slows the broker down and loses none`() throws {
        let broker = try TestBroker()
        var narrow = configuration(broker, "hub")
        narrow.noticeQueueCapacity = 2
        let hub = try UplinkHarness(narrow)
        try hub.connect()
        try hub.subscribe("in")
        let sender = try UplinkHarness(configuration(broker, "sender"))
        try sender.connect()
        for number in UInt64(0)..<500 {
            try sender.publish(UplinkMessage("in", "\(number)", token: number))
        }
        let texts = try (0..<500).map { _ in try hub.message().text }
        #expect(texts == (0..<500).map(String.init))
        sender.close()
        hub.close()
    }

    @Test func `G12 the publish queue refuses when full, and a disconnect still comes through`() throws {
        let broker = try TestBroker()
        var narrow = configuration(broker, "hub")
        narrow.commandQueueCapacity = 8
        narrow.maximumInFlight = 2
        let hub = try UplinkHarness(narrow)
        try hub.connect()
        broker.freeze()
        var taken: UInt64 = 0
        var refusals = 0
        while refusals < 100 {
            if hub.uplink.publish(UplinkMessage("t", "\(taken)", token: taken)) {
                taken += 1
                refusals = 0
            } else {
                refusals += 1
                usleep(1_000)
            }
            try #require(taken < 100, "the queue never filled")
        }
        #expect(hub.uplink.disconnect())
        #expect(try hub.disconnected() == .requested)
        broker.thaw()
        // What was queued before is void: nothing of it comes after the next connect.
        try hub.connect()
        #expect(hub.uplink.publish(UplinkMessage("t", "new", token: 1_000)))
        #expect(try hub.next() == .acknowledged(token: 1_000))
        hub.close()
    }
}
