internal import HubMessages

/// When a failed write is tried again.
struct Retry {
    private let first: Duration
    private let longest: Duration
    private var delay: Duration?
    private var due: UInt64 = 0

    init(_ configuration: JournalConfiguration) {
        first = max(configuration.firstRetry, .milliseconds(1))
        longest = max(configuration.longestRetry, first)
    }

    var isFailing: Bool { delay != nil }

    func isDue(_ now: UInt64) -> Bool { delay == nil || now >= due }

    func wait(_ now: UInt64) -> Duration? {
        delay == nil ? nil : .nanoseconds(Int64(clamping: due > now ? due - now : 0))
    }

    /// Notes a failure; returns whether it is the first in a row.
    mutating func fail(_ now: UInt64) -> Bool {
        let isFirst = delay == nil
        let next = delay.map { min($0 * 2, longest) } ?? first
        delay = next
        due = now + UInt64(clamping: next.nanoseconds)
        return isFirst
    }

    /// Notes a success; returns whether it ends a failure.
    mutating func succeed() -> Bool {
        defer { delay = nil }
        return delay != nil
    }
}
