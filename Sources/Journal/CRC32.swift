/// CRC-32 (ISO 3309, the polynomial of Ethernet): finds what a failing flash card changes inside a row, which SQLite
/// itself does not look at.
struct CRC32 {
    private var remainder: UInt32 = ~0

    /// The checksum of what was added.
    var value: Int64 { Int64(~remainder) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var remainder = remainder
        Self.table.withUnsafeBufferPointer { table in
            for byte in bytes {
                remainder = table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)] ^ (remainder >> 8)
            }
        }
        self.remainder = remainder
    }

    mutating func add(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { add($0) }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    /// The checksum of numbers, a text and bytes, in this order.
    static func of(_ numbers: Int64..., text: String, bytes: [UInt8]) -> Int64 {
        var checksum = CRC32()
        for number in numbers { checksum.add(number) }
        checksum.add(text)
        bytes.withUnsafeBytes { checksum.add($0) }
        return checksum.value
    }

    private static let table: [UInt32] = (0..<256).map { (byte: UInt32) in
        (0..<8).reduce(byte) { rest, _ in
            rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0xEDB8_8320
        }
    }
}
