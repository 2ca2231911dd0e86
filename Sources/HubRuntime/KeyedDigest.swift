internal import Crypto

/// HMAC-SHA-256 (RFC 2104) under a key.
struct KeyedDigest: Sendable {
    private let key: SymmetricKey

    /// `key` has 32 bytes.
    init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    /// The 32 bytes of the code of `bytes`.
    func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        HMAC<SHA256>.authenticationCode(for: bytes, using: key).withUnsafeBytes { Array($0) }
    }

    /// A name of the key, 16 hexadecimal digits: it tells two keys apart and gives neither away, being the code of a fixed
    /// text.
    func keyName(_ text: String) -> String {
        Self.hexadecimal(self(Array(text.utf8)).prefix(8))
    }

    /// Two lower-case digits for each byte.
    static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
