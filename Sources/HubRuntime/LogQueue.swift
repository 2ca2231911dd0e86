internal import Glibc
internal import LinuxIO
public import Logging
internal import Synchronization

/// Takes log lines from the loop to standard error on a thread of its own: a terminal or a journald that does not read
/// must not hold up a door.
///
/// Lines are for the loop's thread. When the queue is full, lines are dropped, and the next one that fits says how
/// many. Under systemd each line begins with its priority (`sd-daemon(3)`).
public final class LogQueue: Sendable {
    private let lines = HandoffQueue<String>(capacity: 1_024)
    private let lifeline: Lifeline
    private let dropped = Atomic<Int>(0)
    private let usesPriorities = getenv("JOURNAL_STREAM") != nil

    /// A queue whose thread runs.
    public static func start() throws(DaemonError) -> LogQueue {
        do throws(SystemError) {
            return try LogQueue()
        } catch {
            throw .system(error)
        }
    }

    private init() throws(SystemError) {
        lifeline = try Lifeline()
        Thread { [self] in
            drain()
            lifeline.reportEnd()
        }.detach()
    }

    /// Writes what waits and ends the thread, within half a second: a pipe that nobody reads must not keep the daemon
    /// from stopping. Call once, last.
    public func close() {
        lifeline.requestClose()
        _ = lifeline.waitForEnd(.milliseconds(500))
    }

    /// A handler for swift-log that writes here.
    public func handler(level: Logger.Level) -> any LogHandler {
        QueueLogHandler(queue: self, logLevel: level)
    }

    fileprivate func write(_ level: Logger.Level, _ text: String) {
        var line = usesPriorities ? "<\(Self.priority(level))>" : "\(level): "
        let lost = dropped.exchange(0, ordering: .relaxed)
        if lost > 0 { line += "(\(lost) lines before this were dropped) " }
        if lines.push(line + text + "\n") {
            lifeline.signal()
        } else {
            dropped.add(lost + 1, ordering: .relaxed)
        }
    }

    private func drain() {
        while true {
            // Asked first, so that what was written before the close is written.
            let isClosing = lifeline.isClosing
            while let line = lines.pop() {
                var bytes = Array(line.utf8)[...]
                while !bytes.isEmpty {
                    let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    bytes = bytes.dropFirst(count)
                }
            }
            if isClosing { return }
            lifeline.wake.wait()
        }
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

private struct QueueLogHandler: LogHandler {
    let queue: LogQueue
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var text = event.message.description
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(Self.quoted("\(value)"))" }
        queue.write(event.level, text)
    }

    private static func quoted(_ value: String) -> String {
        let plain = value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
        if plain, !value.isEmpty { return value }
        return "\"" + value.map { $0 == "\"" ? "'" : $0.isNewline ? " " : String($0) }.joined() + "\""
    }
}
