internal import Glibc
internal import HubMessages
internal import LinuxIO

/// The high-water mark of the journal, kept apart from it in `journal.mark`: which row was the last, and where the hash
/// chain stood there.
///
/// Written after every commit and synced with every checkpoint, so that it is never ahead of the journal, and behind it
/// only after a power cut. Two places take turns, each with a check of its own: one torn write loses nothing. It finds
/// what no structure shows: a card that gives an older page back than was written.
final class JournalMark {
    private let file: FileDescriptor
    private let journal: JournalID
    private var counter: UInt64
    private(set) var head: JournalHead?

    static let fileName = "journal.mark"
    private static let slotSize = 128
    // Two sectors.
    private static let slotDistance: off_t = 512
    private static let magic: UInt64 = 0x5248_4D61_726B_3031

    /// Opens or makes the file. A mark of another journal is none.
    init(directory: String, journal: JournalID) throws(SystemError) {
        let number = open("\(directory)/\(Self.fileName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemError(call: "open") }
        file = FileDescriptor(owning: number)
        self.journal = journal
        counter = 0
        for slot in 0...1 {
            var bytes = [UInt8](repeating: 0, count: Self.slotSize)
            guard pread(number, &bytes, bytes.count, off_t(slot) * Self.slotDistance) == bytes.count,
                let mark = Self.decode(bytes), mark.counter > counter
            else { continue }
            counter = mark.counter
            head = mark.journal == journal ? mark.head : nil
        }
    }

    /// Notes where the journal is. What fails here is no loss: the mark then stays behind.
    func note(_ head: JournalHead) {
        counter &+= 1
        self.head = head
        let bytes = Self.encode(counter: counter, journal: journal, head)
        _ = pwrite(file.number, bytes, bytes.count, off_t(counter & 1) * Self.slotDistance)
    }

    /// Brings what was noted to the disk.
    func sync() {
        _ = fdatasync(file.number)
    }

    static func encode(counter: UInt64, journal: JournalID, _ head: JournalHead) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(slotSize)
        for number in [magic, counter, head.seq] { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        bytes += journal.rawValue.utf8
        bytes += head.hash.bytes
        bytes += [UInt8](repeating: 0, count: slotSize - 8 - bytes.count)
        withUnsafeBytes(of: check(bytes).bigEndian) { bytes += $0 }
        return bytes
    }

    /// The mark in one place of the file; `nil` where none is, or a damaged one.
    static func decode(_ bytes: [UInt8]) -> (counter: UInt64, journal: JournalID, head: JournalHead)? {
        guard bytes.count == slotSize else { return nil }
        func number(_ offset: Int) -> UInt64 { bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        // No journal gets as far as SQLite's numbers do.
        guard number(0) == magic, number(slotSize - 8) == check(Array(bytes.dropLast(8))), number(16) < Int64.max,
            let journal = JournalID(String(decoding: bytes[24..<56], as: UTF8.self)),
            let hash = ChainHash(bytes: bytes[56..<88])
        else { return nil }
        return (number(8), journal, JournalHead(seq: number(16), hash: hash))
    }

    /// FNV-1a (draft-eastlake-fnv): finds a torn or damaged mark; it is no protection against anybody.
    private static func check(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
