internal import Foundation

/// As much of a 64-bit little-endian ELF file (System V gABI 4.1, chapters 4 and 5) as says which libraries it needs.
struct ELFFile {
    /// What is no such file.
    struct Malformed: Error {}

    private let bytes: Data

    init(path: String) throws {
        bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { throw Malformed() }
    }

    /// The names in the dynamic section's `DT_NEEDED` entries.
    var neededLibraries: [String] {
        get throws {
            let segments = try Int(number(0x20, as: UInt64.self))
            let size = try Int(number(0x36, as: UInt16.self))
            let count = try Int(number(0x38, as: UInt16.self))
            let headers = (0..<count).map { segments + $0 * size }
            guard let dynamic = try headers.first(where: { try number($0, as: UInt32.self) == 2 }) else { return [] }
            let start = try Int(number(dynamic + 8, as: UInt64.self))
            let length = try Int(number(dynamic + 32, as: UInt64.self))
            let entries = try stride(from: start, to: start + length, by: 16).map {
                (tag: try number($0, as: UInt64.self), value: try number($0 + 8, as: UInt64.self))
            }
            guard let address = entries.first(where: { $0.tag == 5 })?.value else { throw Malformed() }
            // The string table is named by its address in memory; a loadable segment says where that is in the file.
            for header in headers where try number(header, as: UInt32.self) == 1 {
                let memory = try number(header + 16, as: UInt64.self)
                guard memory <= address, try address < memory + number(header + 32, as: UInt64.self) else { continue }
                let strings = try Int(number(header + 8, as: UInt64.self) + address - memory)
                return entries.filter { $0.tag == 1 }.map { text(strings + Int($0.value)) }
            }
            throw Malformed()
        }
    }

    private func number<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type) throws -> Number {
        guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else { throw Malformed() }
        return bytes[offset..<offset + MemoryLayout<Number>.size].reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    private func text(_ offset: Int) -> String {
        String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
    }
}
