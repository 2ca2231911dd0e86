internal import HubMessages
internal import LinuxIO
internal import Synchronization

/// A command to the writer, other than to append.
enum JournalCommand: Sendable {
    case acknowledge(upTo: SequenceNumber)
    case read(after: SequenceNumber, maximumRows: Int, maximumBytes: Int, request: UInt64)
    case readLast(count: Int, request: UInt64)
    case replaceFeed(version: UInt64, [StoredBooking], request: UInt64)
    /// Removes where `payload` is `nil`.
    case putLocal(id: String, payload: [UInt8]?, request: UInt64)
    case saveState(key: String, value: [UInt8])
}

/// What lies between the loop and the writer. Rows have a queue of their own, so that reads and acknowledgements,
/// which make room, still come through while a full disk holds the rows up.
final class JournalMailbox: Sendable {
    let rows: HandoffQueue<JournalRow>
    let commands: HandoffQueue<JournalCommand>
    let notices: NoticeQueue<JournalNotice>
    let wake: EventCounter

    private let ended: EventCounter
    private let closing = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)

    init(_ configuration: JournalConfiguration) throws(SystemError) {
        wake = try EventCounter()
        ended = try EventCounter()
        rows = HandoffQueue(capacity: configuration.rowQueueCapacity)
        commands = HandoffQueue(capacity: configuration.commandQueueCapacity)
        notices = NoticeQueue(
            capacity: configuration.noticeQueueCapacity, arrived: try EventCounter(), room: wake)
    }

    func push(_ row: JournalRow) -> Bool {
        guard rows.push(row) else { return false }
        wake.signal()
        return true
    }

    func push(_ command: JournalCommand) -> Bool {
        guard commands.push(command) else { return false }
        wake.signal()
        return true
    }

    var isClosing: Bool { closing.load(ordering: .acquiring) }

    func requestClose() {
        closing.store(true, ordering: .releasing)
        wake.signal()
    }

    func reportEnd() {
        hasEnded.store(true, ordering: .releasing)
        ended.signal()
    }

    func waitForEnd(_ bound: Duration) -> Bool {
        ended.wait(timeout: bound)
        return hasEnded.load(ordering: .acquiring)
    }
}
