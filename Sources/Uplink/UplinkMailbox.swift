internal import LinuxIO
internal import Synchronization

/// A command to the uplink's thread, other than to publish.
enum UplinkCommand: Sendable {
    case connect(epoch: UInt64)
    case disconnect
    case subscribe(topic: String, quality: DeliveryQuality)
}

/// What is to be published.
enum UplinkPublication: Sendable {
    case one(UplinkMessage)
    case rows(topic: String, rows: [[UInt8]], token: UInt64)
}

/// What lies between the loop and the uplink's thread.
///
/// Publications have a queue of their own, in which they wait for the window, so that a disconnect is not stuck behind
/// them. Each carries the number of the connect before it (the epoch), so none crosses into a later connection.
final class UplinkMailbox: Sendable {
    let commands: HandoffQueue<UplinkCommand>
    let publications: HandoffQueue<(epoch: UInt64, UplinkPublication)>
    /// What is true now, which does not wait behind what is old.
    let live: HandoffQueue<(epoch: UInt64, UplinkMessage)>
    let notices: NoticeQueue<UplinkNotice>
    let lifeline: Lifeline
    /// The number of the last ``Uplink/connect()``. The loop's thread alone uses it.
    let epoch = Atomic<UInt64>(0)

    private static let controlCapacity = 256

    init(_ configuration: UplinkConfiguration) throws(SystemError) {
        lifeline = try Lifeline()
        commands = HandoffQueue(capacity: Self.controlCapacity)
        publications = HandoffQueue(capacity: configuration.commandQueueCapacity)
        live = HandoffQueue(capacity: configuration.commandQueueCapacity)
        notices = NoticeQueue(
            capacity: configuration.noticeQueueCapacity, arrived: try EventCounter(), room: lifeline.wake)
    }

    func push(_ command: UplinkCommand) -> Bool {
        guard commands.push(command) else { return false }
        lifeline.signal()
        return true
    }

    func pushLive(_ message: UplinkMessage) -> Bool {
        guard live.push((epoch.load(ordering: .relaxed), message)) else { return false }
        lifeline.signal()
        return true
    }

    func push(_ publication: UplinkPublication) -> Bool {
        guard publications.push((epoch.load(ordering: .relaxed), publication)) else { return false }
        lifeline.signal()
        return true
    }
}
