import Glibc

/// Files that a target damages: made once, and written anew for each input. Compiled into every target.
enum FuzzFiles {
    /// Where; `Tests/Fuzz/run` makes it in memory, and removes it.
    static let directory = getenv("FUZZ_DIRECTORY").map { String(cString: $0) } ?? "/tmp"

    /// A directory of this process, for the files of one input.
    static func own() -> String {
        let path = directory + "/\(getpid())"
        mkdir(path, 0o700)
        return path
    }

    static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return bytes
    }

    static func write(_ bytes: [UInt8]?, _ path: String) {
        guard let bytes, let file = fopen(path, "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    static func empty(_ directory: String) {
        guard let entries = opendir(directory) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            unlink(directory + "/" + name)
        }
        closedir(entries)
    }

    /// Changes bits or bytes of a file, cuts it, or puts bytes behind it.
    static func damage(_ file: inout [UInt8], _ input: inout FuzzInput) {
        let place = Int(input.number() % UInt32(max(file.count, 1)))
        switch input.choice(4) {
        case 0: if place < file.count { file[place] ^= 1 << (input.byte() & 7) }
        case 1:
            for offset in 0..<Int(input.byte() & 15) where place + offset < file.count {
                file[place + offset] = input.byte()
            }
        case 2: file.removeLast(file.count - place)
        case _: file.append(contentsOf: (0..<16).map { _ in input.byte() })
        }
    }
}
