internal import Crypto
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
        let key = SymmetricKey(data: bytes)
        let name = HMAC<SHA256>.authenticationCode(for: Array("RegioHub pseudonym key name".utf8), using: key)
        hash = PseudonymHash(period: period, keyName: Self.text(name.prefix(8))) { token in
            // HMAC-SHA-256 (RFC 2104) of the token's text, cut to 6 bytes.
            Self.text(HMAC<SHA256>.authenticationCode(for: Array(token.rawValue.utf8), using: key).prefix(6))
        }
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
