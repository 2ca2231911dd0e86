internal import HubMessages

/// What stands in the place of rows whose content is gone.
///
/// - An **erased** row keeps seq, wall and kind; its payload is its commitment, its seal the check alone.
/// - A **run** stands for several rows in a row, at the place of the last: kind 0, payload the first seq (8 bytes,
///   big-endian) and the chain's value behind it, its seal the check. The chain cannot be followed through it, only on
///   from it: what a run hides is vouched for by the `loss` that tells of it.
enum RemovedRows {
    static let runSize = 40

    static func run(_ first: SequenceNumber, _ head: ChainHash) -> [UInt8] {
        withUnsafeBytes(of: first.bigEndian) { Array($0) } + head.bytes
    }

    static func seal(first: SequenceNumber, last: SequenceNumber, _ hash: ChainHash) -> [UInt8] {
        withUnsafeBytes(of: RowSealer.check(first: first, last: last, hash).bigEndian) { Array($0) }
    }

    /// The first row that a run stands for.
    static func first(_ payload: some Collection<UInt8>) -> SequenceNumber? {
        guard payload.count >= 8 else { return nil }
        return payload.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// One entry of the table `event`, read and found intact.
enum StoredEntry {
    case kept(JournalRow, commitment: ChainHash)
    case erased(seq: SequenceNumber, wall: WallTime, kind: Int64, commitment: ChainHash)
    case run(first: SequenceNumber, last: SequenceNumber, wall: WallTime, ChainHash)

    var last: SequenceNumber {
        switch self {
        case .kept(let row, _): row.seq
        case .erased(let seq, _, _, _): seq
        case .run(_, let last, _, _): last
        }
    }

    var first: SequenceNumber {
        switch self {
        case .run(let first, _, _, _): first
        case .kept, .erased: last
        }
    }
}
