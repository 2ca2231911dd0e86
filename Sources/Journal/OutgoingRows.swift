public import HubMessages

/// Rows on their way from the journal to the network.
///
/// While the network keeps up, the rows that are sent are the ones that were handed to the journal last. They need not be
/// read back from the disk: the loop that handed them over keeps them until they are on disk and sent. Whatever is older, or more
/// than it keeps, is read.
public struct OutgoingRows: Sendable {
    // The last rows that were handed to the journal, without a gap.
    private var fresh: [JournalRow] = []
    private var freshBytes = 0
    // What is there for each read, until it is sent.
    private var found: [UInt64: [JournalRow]] = [:]

    /// At most so many rows are kept that were not read.
    public static let freshRows = 100
    /// Their payloads have at most so many bytes.
    public static let freshBytes = 65_536

    /// None.
    public init() {}

    /// `row`, which follows the one before, was handed to the journal.
    public mutating func append(_ row: JournalRow) {
        let follows = fresh.last.map { $0.seq + 1 == row.seq } ?? true
        if !follows || fresh.count == Self.freshRows || freshBytes + row.payload.count > Self.freshBytes {
            // The network does not keep up: it needs older ones first.
            forgetFresh()
        }
        guard row.payload.count <= Self.freshBytes else { return }
        fresh.append(row)
        freshBytes += row.payload.count
    }

    /// Finds the rows of a read without the disk: those behind `seq` and up to `committed`, the last one on disk, until one of
    /// the limits is reached. Returns the last of them and the bytes of their payloads; `nil` where they are to be read.
    public mutating func find(
        _ request: UInt64, after seq: SequenceNumber, through committed: SequenceNumber, maximumRows: Int,
        maximumBytes: Int
    ) -> (last: SequenceNumber, bytes: Int)? {
        guard let start = fresh.firstIndex(where: { $0.seq == seq + 1 }) else { return nil }
        var bytes = 0
        var end = start
        while end < fresh.count, fresh[end].seq <= committed, end - start < maximumRows,
            end == start || bytes + fresh[end].payload.count <= maximumBytes
        {
            bytes += fresh[end].payload.count
            end += 1
        }
        guard end > start else { return nil }
        let rows = Array(fresh[start..<end])
        freshBytes -= fresh[..<end].reduce(0) { $0 + $1.payload.count }
        fresh.removeSubrange(..<end)
        found[request] = rows
        return (rows[rows.count - 1].seq, bytes)
    }

    /// The journal found `rows` for a read.
    public mutating func found(_ request: UInt64, _ rows: [JournalRow]) {
        if !rows.isEmpty { found[request] = rows }
    }

    /// Takes the rows of a read out, to be sent; `nil` where there are none.
    public mutating func take(_ request: UInt64) -> [JournalRow]? {
        found.removeValue(forKey: request)
    }

    /// Forgets all of them: they are not sent any more, or are to be read anew.
    public mutating func forget() {
        found = [:]
        forgetFresh()
    }

    /// Forgets what was not asked for yet: its content may be gone from the journal, which is to be asked.
    public mutating func forgetFresh() {
        fresh.removeAll(keepingCapacity: true)
        freshBytes = 0
    }
}
