import Foundation

/// What the layers of DESIGN.md allow, as a table, and a checker that reads sources against it.
///
/// It reads text, not a build: an import that only one platform or one configuration compiles is seen too.
struct Layers {
    enum Kind { case pure, support, edge, runtime, program, c }

    /// Every target under Sources.
    static let table: [String: Kind] = [
        "HubMessages": .pure, "HubConfiguration": .pure, "Recording": .pure, "Sensing": .pure, "AccessControl": .pure,
        "Occupancy": .pure,
        "Utilization": .pure, "Reports": .pure, "Delivery": .pure, "Hub": .pure, "Simulation": .pure,
        "LinuxIO": .support, "MessageCoding": .support, "CLinux": .c, "CTOML": .c,
        "CEvent": .c, "CGPIOD": .c, "CMosquitto": .c, "CSQLite": .c,
        "ConfigurationFile": .edge, "GPIO": .edge, "Journal": .edge, "KernelSensors": .edge, "Uplink": .edge,
        "ControlSocket": .edge, "Dashboard": .edge, "ServiceManager": .edge, "HubRuntime": .runtime,
        "regiohubd": .program, "hubctl": .program, "hubsim": .program,
    ]

    /// Which one module may import a C library. CLinux is none: it is what Swift's Glibc lacks of the kernel's headers.
    static let owners = [
        "CEvent": "Dashboard", "CGPIOD": "GPIO", "CMosquitto": "Uplink", "CSQLite": "Journal",
        "CTOML": "ConfigurationFile",
    ]

    /// The pure modules that compose others.
    static let composers: Set<String> = ["Hub", "Simulation"]

    /// What else of the pure modules a pure module may import: a configuration names and describes card formats.
    static let pureExceptions = ["HubConfiguration": "Sensing"]

    /// Words that no source may hold, and why.
    static let forbidden: [(word: String, reason: String)] = [
        ("async", "no async in the house: one loop, threads behind queues"), ("await", "no await in the house"),
        ("try!", "an error is handled"), ("fatalError", "a fault is an error or a precondition with a reason"),
        ("DispatchQueue", "threads are LinuxIO's"), ("Task {", "no unstructured task"),
    ]

    /// A source file: the target's name, the path for messages, the text.
    struct Source {
        let target: String
        let path: String
        let text: String
    }

    /// Every Swift file below `directory`, which holds one folder per target.
    static func sources(in directory: URL) throws -> [Source] {
        var found: [Source] = []
        guard let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil) else {
            return []
        }
        for case let file as URL in files where file.pathExtension == "swift" {
            let parts = file.standardizedFileURL.path.dropFirst(directory.standardizedFileURL.path.count + 1)
            guard let target = parts.split(separator: "/").first else { continue }
            found.append(
                Source(target: String(target), path: String(parts), text: try String(contentsOf: file, encoding: .utf8))
            )
        }
        return found.sorted { $0.path < $1.path }
    }

    /// Everything that is wrong, one line each: `path:line: what`.
    static func violations(in sources: [Source]) -> [String] {
        sources.flatMap { source in
            guard let kind = table[source.target] else {
                return ["\(source.path): target '\(source.target)' is in no layer; add it to Layers.table"]
            }
            return lines(of: source.text).flatMap { number, line -> [String] in
                var wrong = forbidden.filter { contains($0.word, in: line) }.map { "'\($0.word)': \($0.reason)" }
                if let module = importedModule(line) {
                    if let reason = refusal(of: module, by: source.target, kind) {
                        wrong.append("\(source.target) imports \(module): \(reason)")
                    }
                }
                return wrong.map { "\(source.path):\(number): \($0)" }
            }
        }
    }

    /// Why `target` may not import `module`, or `nil` where it may.
    private static func refusal(of module: String, by target: String, _ kind: Kind) -> String? {
        if module == "Foundation" { return "use FoundationEssentials, Glibc or LinuxIO" }
        if module == target { return "itself" }
        if let owner = owners[module] {
            return owner == target ? nil : "a C library is imported in one module, this one in \(owner)"
        }
        switch kind {
        case .pure:
            if module == "HubMessages" { return nil }
            if composers.contains(target), table[module] == .pure { return nil }
            if pureExceptions[target] == module { return nil }
            return "a pure module imports HubMessages and nothing else"
        case .support, .edge:
            switch table[module] {
            case .edge?, .runtime?, .program?: return "an edge imports no other edge"
            case .pure?, .support?, .c?, nil: return nil
            }
        case .runtime, .program:
            if table[module] == .program { return "nothing imports a program" }
            return nil
        case .c:
            return nil
        }
    }

    /// The module that a line of source imports.
    private static func importedModule(_ line: String) -> String? {
        var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        let modifiers: Set<String> = [
            "public", "internal", "package", "private", "fileprivate", "@testable", "@preconcurrency",
        ]
        while let first = words.first, modifiers.contains(first) || first.hasPrefix("@_") { words.removeFirst() }
        guard words.first == "import", words.count > 1 else { return nil }
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return name.split(separator: ".").first.map {
            $0.trimmingCharacters(in: ["; ", ";"].reduce(into: CharacterSet()) { $0.insert(charactersIn: $1) })
        }
    }

    /// The lines of a source without comments and strings, numbered from 1.
    private static func lines(of text: String) -> [(number: Int, text: String)] {
        var depth = 0
        var isInText = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            var kept = ""
            var rest = line[...]
            while let first = rest.first {
                if depth > 0 {
                    if rest.hasPrefix("*/") { depth -= 1 } else if rest.hasPrefix("/*") { depth += 1 }
                    rest = rest.dropFirst(rest.hasPrefix("*/") || rest.hasPrefix("/*") ? 2 : 1)
                } else if rest.hasPrefix("\"\"\"") {
                    isInText.toggle()
                    rest = rest.dropFirst(3)
                } else if isInText {
                    rest = rest.dropFirst()
                } else if rest.hasPrefix("//") {
                    break
                } else if rest.hasPrefix("/*") {
                    depth += 1
                    rest = rest.dropFirst(2)
                } else if first == "\"" {
                    rest = rest.dropFirst()
                    while let next = rest.first, next != "\"" { rest = rest.dropFirst(next == "\\" ? 2 : 1) }
                    rest = rest.dropFirst()
                } else {
                    kept.append(first)
                    rest = rest.dropFirst()
                }
            }
            return (index + 1, kept)
        }
    }

    /// Whether `word` stands in `line` by itself, not within a longer name.
    private static func contains(_ word: String, in line: String) -> Bool {
        func isName(_ character: Character?) -> Bool {
            character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        }
        var start = line.startIndex
        while let found = line.range(of: word, range: start..<line.endIndex) {
            let before = found.lowerBound > line.startIndex ? line[line.index(before: found.lowerBound)] : nil
            let after = found.upperBound < line.endIndex ? line[found.upperBound] : nil
            if !isName(before), !(isName(word.last) && isName(after)) { return true }
            start = found.upperBound
        }
        return false
    }
}
