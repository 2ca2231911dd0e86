/// The numbers that stand for kinds of rows in `journal.db`.
///
/// A number follows from its name, so a damaged name shows, and what the program knows needs no table at all.
struct KindCodes {
    private var codes: [String: Int64] = [:]
    private var names: [Int64: String] = [:]
    /// Names that were given a number and are not in the file yet.
    private(set) var unsaved: [(code: Int64, name: String)] = []

    /// The number of what takes the place of rows that are gone.
    static let removed: Int64 = 0

    private static let numbers: UInt32 = 32_000
    // How far a number may be from where its name puts it: as many names may fall together.
    private static let probes: Int64 = 32

    /// The names in the file, those that are right, and those the program knows.
    init(stored: [(code: Int64, name: String)], known: [String]) {
        for (code, name) in stored
        where (Self.home(of: name)...Self.home(of: name) + Self.probes).contains(code) && codes[name] == nil {
            codes[name] = code
            names[code] = name
        }
        for name in known { _ = code(of: name) }
    }

    /// The number of a name; a new one where it has none.
    mutating func code(of name: String) -> Int64 {
        if let code = codes[name] { return code }
        var code = Self.home(of: name)
        while names[code] != nil { code += 1 }
        codes[name] = code
        names[code] = name
        unsaved.append((code, name))
        return code
    }

    /// The name of a number; empty for one that nobody knows.
    func name(of code: Int64) -> String { names[code] ?? "" }

    /// The names are in the file.
    mutating func saved() {
        unsaved.removeAll(keepingCapacity: true)
    }

    private static func home(of name: String) -> Int64 {
        // FNV-1a, 32 bits.
        let hash = name.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return 1 + Int64(hash % numbers)
    }
}
