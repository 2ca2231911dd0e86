internal import Crypto
internal import CLinux
internal import HubMessages

/// What ties a row's content to its place, and the rows to one another.
///
/// - The **commitment** of a row is SHA-256 over 0x00, the row's salt (16 random bytes), seq, wall, kind (each 8 bytes,
///   big-endian) and the payload. Without the salt it says nothing about the content, however little there is to guess.
/// - The **check** of a row is the first 4 bytes of its commitment: it finds what a failing flash card changes.
/// - The **chain** is h(n) = SHA-256 over 0x01, h(n-1), commitment(n); h(0) is SHA-256 over 0x02 and the journal's id.
///
/// Erasing a row's salt and content and keeping its commitment keeps the chain as it is.
///
/// Belongs to one thread.
final class RowSealer {
    static let saltSize = 16
    static let checkSize = 4
    /// Salt and check, as a kept row has them.
    static let sealSize = saltSize + checkSize

    // Bytes to hash, contiguous: one call of the hash function a row.
    private let scratch = UnsafeMutableRawPointer.allocate(byteCount: scratchSize, alignment: 16)
    private static let scratchSize = 4_096
    private static let headerSize = 1 + saltSize + 24
    private var salts = [UInt8](repeating: 0, count: 4_096)
    private var nextSalt = 4_096

    deinit {
        scratch.deallocate()
    }

    /// Fills `seal` with a new salt and the check; returns the commitment.
    func seal(
        seq: Int64, wall: Int64, kind: Int64, payload: UnsafeRawBufferPointer, into seal: UnsafeMutableRawBufferPointer
    ) -> ChainHash {
        if nextSalt == salts.count { refill() }
        salts.withUnsafeBytes { salts in
            seal.copyMemory(from: UnsafeRawBufferPointer(rebasing: salts[nextSalt..<nextSalt + Self.saltSize]))
        }
        nextSalt += Self.saltSize
        let commitment = commitment(
            salt: UnsafeRawBufferPointer(rebasing: seal[0..<Self.saltSize]), seq: seq, wall: wall, kind: kind,
            payload: payload)
        seal.storeBytes(of: Self.check(commitment).bigEndian, toByteOffset: Self.saltSize, as: UInt32.self)
        return commitment
    }

    /// The commitment of a row with that salt.
    func commitment(
        salt: UnsafeRawBufferPointer, seq: Int64, wall: Int64, kind: Int64, payload: UnsafeRawBufferPointer
    ) -> ChainHash {
        scratch.storeBytes(of: 0, as: UInt8.self)
        (scratch + 1).copyMemory(from: salt.baseAddress ?? UnsafeRawPointer(scratch), byteCount: Self.saltSize)
        scratch.storeBytes(of: seq.bigEndian, toByteOffset: 17, as: Int64.self)
        scratch.storeBytes(of: wall.bigEndian, toByteOffset: 25, as: Int64.self)
        scratch.storeBytes(of: kind.bigEndian, toByteOffset: 33, as: Int64.self)
        let fitting = min(payload.count, Self.scratchSize - Self.headerSize)
        if let base = payload.baseAddress {
            (scratch + Self.headerSize).copyMemory(from: base, byteCount: fitting)
        }
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(start: scratch, count: Self.headerSize + fitting))
        if fitting < payload.count {
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: payload[fitting...]))
        }
        return Self.value(of: hash)
    }

    /// The chain's next value.
    func link(_ head: ChainHash, _ commitment: ChainHash) -> ChainHash {
        scratch.storeBytes(of: 1, as: UInt8.self)
        store(head, at: 1)
        store(commitment, at: 33)
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(start: scratch, count: 65))
        return Self.value(of: hash)
    }

    /// The chain's value before the first row.
    static func beginning(of id: JournalID) -> ChainHash {
        var hash = SHA256()
        hash.update(data: [2] + Array(id.rawValue.utf8))
        return value(of: hash)
    }

    /// The chain's value behind rows that are gone and whose commitments are, too: it goes on, and shows that it broke.
    static func bridge(_ head: ChainHash, from first: SequenceNumber, through last: SequenceNumber) -> ChainHash {
        var bytes: [UInt8] = [3] + head.bytes
        for number in [first, last] { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        var hash = SHA256()
        hash.update(data: bytes)
        return value(of: hash)
    }

    /// The first four bytes of a hash.
    static func check(_ hash: ChainHash) -> UInt32 {
        UInt32(truncatingIfNeeded: hash.words.0 >> 32)
    }

    /// The check of what takes the place of removed rows: their first and last seq and a hash.
    static func check(first: SequenceNumber, last: SequenceNumber, _ hash: ChainHash) -> UInt32 {
        check(bridge(hash, from: first, through: last))
    }

    private func store(_ value: ChainHash, at offset: Int) {
        scratch.storeBytes(of: value.words.0.bigEndian, toByteOffset: offset, as: UInt64.self)
        scratch.storeBytes(of: value.words.1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
        scratch.storeBytes(of: value.words.2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
        scratch.storeBytes(of: value.words.3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
    }

    private static func value(of hash: SHA256) -> ChainHash {
        hash.finalize().withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 {
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            return ChainHash((word(0), word(1), word(2), word(3)))
        }
    }

    /// One call into the kernel for 256 salts.
    private func refill() {
        salts.withUnsafeMutableBytes { salts in
            var filled = 0
            while filled < salts.count, let base = salts.baseAddress {
                let count = getrandom(base + filled, salts.count - filled, 0)
                if count > 0 { filled += count }
            }
        }
        nextSalt = 0
    }
}
