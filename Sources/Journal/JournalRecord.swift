internal import Crypto
internal import HubMessages

/// The one row of the table `journal`: what a damaged bit must not change unseen, because a name that is not its own or a
/// cursor that is too far would lose events without a word.
///
/// Its column `head` holds the chain's value at `base` and behind it a check of the whole row: the first 4 bytes of SHA-256
/// over 0x04, the id's 32 digits, acknowledged, base (8 bytes each, big-endian) and the chain's value.
struct JournalRecord {
    var id: JournalID
    /// Everything up to here is acknowledged.
    var acknowledged: Int64
    /// Everything up to here is deleted.
    var base: Int64
    /// The chain's value there.
    var head: ChainHash

    init(id: JournalID, acknowledged: Int64, base: Int64, head: ChainHash) {
        self.id = id
        self.acknowledged = acknowledged
        self.base = base
        self.head = head
    }

    /// The row that these columns hold; `nil` where the check says otherwise.
    init?(id: JournalID, acknowledged: Int64, base: Int64, sealedHead: [UInt8]) {
        guard let head = ChainHash(bytes: sealedHead.prefix(32)) else { return nil }
        self.init(id: id, acknowledged: acknowledged, base: base, head: head)
        guard sealedHead == self.sealedHead else { return nil }
    }

    /// What the column `head` holds.
    var sealedHead: [UInt8] {
        var bytes: [UInt8] = [4] + Array(id.rawValue.utf8)
        for number in [acknowledged, base] { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        return head.bytes + SHA256.hash(data: bytes + head.bytes).prefix(4)
    }

    /// The statement that begins a journal with this row.
    var insertion: String {
        let hex = sealedHead.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
        return "INSERT INTO journal VALUES (1, '\(id.rawValue)', \(acknowledged), \(base), x'\(hex)');"
    }
}
