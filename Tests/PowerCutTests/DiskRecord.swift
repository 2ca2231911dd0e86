internal import Foundation

/// What a program did to the files of a directory, in order, as `Tests/DiskRecorder` wrote it down.
struct DiskRecord {
    enum Change {
        case write(file: String, offset: Int, bytes: Data)
        case truncate(file: String, size: Int)
        case sync(file: String)
        case unlink(file: String)
        case rename(from: String, to: String)
        /// What the program had been told by then.
        case note(String)
    }

    let changes: [Change]

    init(_ path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        var changes: [Change] = []
        var position = 0
        func number() -> Int {
            defer { position += 8 }
            return (0..<8).reduce(0) { $0 | Int(data[position + $1]) << (8 * $1) }
        }
        while position < data.count {
            let kind = data[position]
            position += 1
            let (length, a, b) = (number(), number(), number())
            let name = String(decoding: data[position..<position + length], as: UTF8.self)
            position += length
            switch kind {
            case UInt8(ascii: "W"):
                changes.append(.write(file: name, offset: a, bytes: data.subdata(in: position..<position + b)))
                position += b
            case UInt8(ascii: "T"): changes.append(.truncate(file: name, size: a))
            case UInt8(ascii: "S"): changes.append(.sync(file: name))
            case UInt8(ascii: "U"): changes.append(.unlink(file: name))
            case UInt8(ascii: "R"):
                let names = name.split(separator: "\n").map(String.init)
                changes.append(.rename(from: names[0], to: names[1]))
            case _: changes.append(.note(name))
            }
        }
        self.changes = changes
    }
}

/// A disk to which recorded changes are applied: what is on it for certain, and what is only on its way.
struct CrashedDisk {
    /// What became of the changes that no sync had confirmed when the power went.
    enum Fate: CaseIterable {
        /// All of them had reached the disk.
        case kept
        /// None of them had.
        case dropped
        /// Each had or had not, and one was cut in the middle of a sector's run.
        case torn
    }

    private var durable: [String: Data] = [:]
    private var pending: [(file: String, change: DiskRecord.Change)] = []

    mutating func apply(_ change: DiskRecord.Change) {
        switch change {
        case .write(let file, _, _), .truncate(let file, _): pending.append((file, change))
        case .sync(let file):
            for entry in pending where entry.file == file { Self.perform(entry.change, &durable, whole: true) }
            pending.removeAll { $0.file == file }
        case .unlink(let file):
            // Names change at once: the file system's own journal orders them (ext4, data=ordered).
            durable[file] = nil
            pending.removeAll { $0.file == file }
        case .rename(let from, let to):
            for entry in pending where entry.file == from { Self.perform(entry.change, &durable, whole: true) }
            pending.removeAll { $0.file == from }
            durable[to] = durable.removeValue(forKey: from)
        case .note: break
        }
    }

    /// The files as the next start finds them.
    func files(_ fate: Fate, random: inout some RandomNumberGenerator) -> [String: Data] {
        var files = durable
        switch fate {
        case .dropped: break
        case .kept: for entry in pending { Self.perform(entry.change, &files, whole: true) }
        case .torn:
            for (index, entry) in pending.enumerated() where Bool.random(using: &random) || index == pending.count - 1 {
                Self.perform(entry.change, &files, whole: index < pending.count - 1, random: &random)
            }
        }
        return files
    }

    private static func perform(_ change: DiskRecord.Change, _ files: inout [String: Data], whole: Bool) {
        var none = SystemRandomNumberGenerator()
        perform(change, &files, whole: whole, random: &none)
    }

    private static func perform(
        _ change: DiskRecord.Change, _ files: inout [String: Data], whole: Bool,
        random: inout some RandomNumberGenerator
    ) {
        switch change {
        case .write(let file, let offset, let bytes):
            var content = files[file] ?? Data()
            let count =
                whole ? bytes.count : min(bytes.count, Int.random(in: 0...bytes.count / 512, using: &random) * 512)
            if content.count < offset + count { content.append(Data(count: offset + count - content.count)) }
            content.replaceSubrange(offset..<offset + count, with: bytes.prefix(count))
            files[file] = content
        case .truncate(let file, let size):
            var content = files[file] ?? Data()
            if content.count > size {
                content.removeLast(content.count - size)
            } else {
                content.append(Data(count: size - content.count))
            }
            files[file] = content
        case .sync, .unlink, .rename, .note: break
        }
    }
}
