/// The numbers that stand for kinds of rows in `journal.db`.
///
/// A number follows from its name: it is the name's home, or, where others were there first, the next one free. So damage
/// to a name or its number shows, and what the program knows needs no table at all.
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
        let possible = stored.filter { (0...Self.probes).contains($0.code - Self.home(of: $0.name)) }
        // What is away from home must have somebody in front of it all the way there.
        for (code, name) in possible.sorted(by: { $0.code < $1.code })
        where codes[name] == nil && (Self.home(of: name)..<code).allSatisfy({ names[$0] != nil }) {
            codes[name] = code
            names[code] = name
        }
        for name in known { _ = code(of: name) }
        // Who was in front may be what is damaged: rows of that number are read still, and none is written any more.
        for (code, name) in possible where names[code] == nil { names[code] = name }
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
