internal import HubMessages
internal import LinuxIO
internal import Synchronization

/// A command to the writer, other than to append.
enum JournalCommand: Sendable {
    case acknowledge(upTo: SequenceNumber)
    case read(after: SequenceNumber, maximumRows: Int, maximumBytes: Int, request: UInt64)
    case readLast(count: Int, request: UInt64)
    case forgetFeed
    /// Removes where `payload` is `nil`.
    case putLocal(id: String, payload: [UInt8]?, request: UInt64)
    case saveState(key: String, value: [UInt8])
    /// Takes the content of rows of a kind from before a moment.
    case expire([String: WallTime], now: WallTime)
    case erase(PersonSearch, through: SequenceNumber, request: UInt64)
    case search(PersonSearch, through: SequenceNumber, request: UInt64)
    case verify([JournalHead], request: UInt64)
    case compact(request: UInt64)
}

/// What lies between the loop and the writer. Rows have a queue of their own, so that reads and acknowledgements,
/// which make room, still come through while a full disk holds the rows up.
final class JournalMailbox: Sendable {
    let rows: HandoffQueue<JournalRow>
    let commands: HandoffQueue<JournalCommand>
    let notices: NoticeQueue<JournalNotice>
    let lifeline: Lifeline

    // Whether the writer waits, or is about to: only then a signal is worth its call into the kernel.
    private let isWaiting = Atomic<Bool>(false)

    init(_ configuration: JournalConfiguration) throws(SystemError) {
        lifeline = try Lifeline()
        rows = HandoffQueue(capacity: configuration.rowQueueCapacity)
        commands = HandoffQueue(capacity: configuration.commandQueueCapacity)
        notices = NoticeQueue(
            capacity: configuration.noticeQueueCapacity, arrived: try EventCounter(), room: lifeline.wake)
    }

    func push(_ row: JournalRow) -> Bool {
        guard rows.push(row) else { return false }
        wakeWriter()
        return true
    }

    func push(_ command: JournalCommand) -> Bool {
        guard commands.push(command) else { return false }
        wakeWriter()
        return true
    }

    /// Waits until something is pushed. Writer only; `hasWork` looks once more after the wait was announced.
    func wait(timeout: Duration?, unless hasWork: () -> Bool) {
        isWaiting.store(true, ordering: .relaxed)
        // Pairs with the fence in wakeWriter: either the loop sees that we wait, or we see what it pushed.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if !hasWork() { lifeline.wake.wait(timeout: timeout) }
        isWaiting.store(false, ordering: .relaxed)
    }

    private func wakeWriter() {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if isWaiting.load(ordering: .relaxed), isWaiting.exchange(false, ordering: .relaxed) { lifeline.signal() }
    }
}
