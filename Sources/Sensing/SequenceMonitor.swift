/// Counts the edges that the kernel lost of one line: gaps in the line's sequence numbers (Linux GPIO uAPI v2,
/// `gpio_v2_line_event.line_seqno`: starts at 1, counts every edge, also those that a full buffer dropped).
public struct SequenceMonitor: Hashable, Sendable {
    private var last: UInt32?

    /// Nothing seen yet: the next edge is expected to be the first of the request, or, where it `isResumed`, any one.
    public init(isResumed: Bool = false) {
        last = isResumed ? nil : 0
    }

    /// How many edges are missing before the one with that `sequence` number. The number wraps at 2³².
    public mutating func missing(before sequence: UInt32) -> UInt64 {
        defer { last = sequence }
        return last.map { UInt64(sequence &- $0 &- 1) } ?? 0
    }
}
