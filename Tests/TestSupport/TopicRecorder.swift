internal import Foundation
internal import Glibc

/// A subscriber with a persistent session (QoS 1) that writes down what it receives: `mosquitto_sub`, a program that
/// shares no code with the daemon's uplink but libmosquitto.
public final class TopicRecorder {
    /// The subscriber did not get what it was to get.
    public struct Missing: Error {
        /// What.
        public var wanted: String
    }

    private let directory: TemporaryDirectory
    private let process: ChildProcess
    private let broker: TestBroker

    private static let probe = "recorder/probe"

    /// Subscribes to `topics`, and returns once the broker has the subscriptions. Of each message it writes down `what`,
    /// in the format of mosquitto_sub(1): `%p` is the payload.
    public init(_ broker: TestBroker, topics: [String], what: String = "%p") throws {
        directory = try TemporaryDirectory()
        self.broker = broker
        process = try ChildProcess(
            "/usr/bin/mosquitto_sub",
            ["-V", "mqttv5", "-h", "127.0.0.1", "-p", "\(broker.port)", "-i", "recorder", "-c", "-x", "86400"]
                + ["-q", "1", "-F", "%t \(what)"] + (topics + [Self.probe]).flatMap { ["-t", $0] },
            log: directory.file("received"))
        for _ in 0..<1_000 {
            try broker.publish(Self.probe, "?")
            if !messages(Self.probe).isEmpty { return }
            usleep(20_000)
        }
        throw Missing(wanted: "the subscription")
    }

    /// What has arrived on `topic`, in order.
    public func messages(_ topic: String) -> [String] {
        everything.split(separator: "\n").compactMap { line in
            line.hasPrefix(topic + " ") ? String(line.dropFirst(topic.utf8.count + 1)) : nil
        }
    }

    /// Everything that has arrived, topics and all, in order.
    public var everything: String {
        (try? String(contentsOfFile: directory.file("received"), encoding: .utf8)) ?? ""
    }

    /// Waits, a minute at most, until `find` finds something in what arrived on `topic`.
    @discardableResult
    public func wait<Found>(for wanted: String, on topic: String, _ find: ([String]) throws -> Found?) throws -> Found {
        for _ in 0..<1_200 {
            if let found = try find(messages(topic)) { return found }
            usleep(50_000)
        }
        throw Missing(wanted: wanted)
    }
}

extension TestBroker {
    /// Publishes a message with QoS 1, and returns once the broker has it.
    public func publish(_ topic: String, _ payload: String, retain: Bool = false) throws {
        try ChildProcess(
            "/usr/bin/mosquitto_pub",
            ["-V", "mqttv5", "-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", topic, "-m", payload]
                + (retain ? ["-r"] : [])
        ).wait()
    }
}
