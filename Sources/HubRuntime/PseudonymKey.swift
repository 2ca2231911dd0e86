internal import HubMessages

/// The key that operators' pseudonyms are made with: random, kept for one period in `bookings.db`, whose pages are
/// overwritten when the next one takes its place.
struct PseudonymKey {
    /// What is kept: the period, 8 bytes little-endian, all ones where it is not known; then the key.
    let stored: [UInt8]
    /// The function.
    let hash: PseudonymHash

    private static let size = 32

    /// A new key for a period.
    init(period: Int64?) {
        var generator = SystemRandomNumberGenerator()
        let key = (0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        self.init(key: key, period: period)
    }

    /// The key that was kept; `nil` where that is none.
    init?(stored bytes: [UInt8]) {
        guard bytes.count == 8 + Self.size else { return nil }
        let number = bytes.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        self.init(key: Array(bytes.dropFirst(8)), period: number == .max ? nil : Int64(bitPattern: number))
    }

    private init(key bytes: [UInt8], period: Int64?) {
        let number = period.map { UInt64(bitPattern: $0) } ?? .max
        stored = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } + bytes
        let digest = KeyedDigest(key: bytes)
        hash = PseudonymHash(period: period, keyName: digest.keyName("RegioHub pseudonym key name")) { token in
            // The code of the token's text, cut to 6 bytes.
            KeyedDigest.hexadecimal(digest(Array(token.rawValue.utf8)).prefix(6))
        }
    }
}
