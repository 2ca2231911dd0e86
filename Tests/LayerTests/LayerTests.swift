import Foundation
import Testing

@Suite struct LayerTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `imports point down, every C library has one owner, and no source holds a forbidden word`() throws {
        let sources = try Layers.sources(in: Self.root.appending(path: "Sources"))
        #expect(sources.count > 80)
        #expect(Layers.violations(in: sources) == [])
    }

    @Test func `every target of the manifest under Sources is in the table, as what the manifest calls it`() throws {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let called: [(String, Set<String>)] = [
            ("pure", Layers.names(of: .pure)), ("edge", Layers.names(of: .edge).union(Layers.names(of: .runtime))),
            ("support", Layers.names(of: .support)), ("program", Layers.names(of: .program)),
            ("system", Layers.names(of: .c)),
        ]
        var found = 0
        for (helper, allowed) in called {
            // `pure("Name"` or, when formatted over lines, `pure(` and the name on the next.
            for match in manifest.matches(
                of: try Regex("\\b\(helper)\\(\\s*\"([A-Za-z]+)\"", as: (Substring, Substring).self))
            {
                found += 1
                #expect(allowed.contains(String(match.1)), "\(helper)(\"\(match.1)\")")
            }
        }
        #expect(found >= 15)
    }

    @Test(arguments: [
        ("Sensing", "internal import Delivery", "Sensing imports Delivery: a pure module"),
        ("Sensing", "import Glibc", "Sensing imports Glibc: a pure module"),
        ("Hub", "internal import FoundationEssentials", "Hub imports FoundationEssentials: a pure module"),
        ("Hub", "internal import Logging", "Hub imports Logging: a pure module"),
        ("HubMessages", "internal import Synchronization", "HubMessages imports Synchronization"),
        ("HubMessages", "internal import Dispatch", "HubMessages imports Dispatch"),
        ("Journal", "public import Uplink", "Journal imports Uplink: an edge imports no other edge"),
        ("LinuxIO", "internal import GPIO", "LinuxIO imports GPIO: an edge imports no other edge"),
        ("Uplink", "internal import CSQLite", "Uplink imports CSQLite: a C library"),
        ("regiohubd", "internal import CGPIOD", "regiohubd imports CGPIOD: a C library"),
        ("Journal", "internal import Foundation", "Journal imports Foundation"),
        ("Journal", "import struct Foundation.Data", "Journal imports Foundation"),
        ("Journal", "@preconcurrency import Foundation", "Journal imports Foundation"),
        ("hubctl", "internal import regiohubd", "nothing imports a program"),
        ("Uplink", "func wait() async {", "'async'"),
        ("Uplink", "let x = try! f()", "'try!'"),
        ("Uplink", "Task { work() }", "'Task {'"),
        ("Uplink", "default: fatalError()", "'fatalError'"),
        ("Newcomer", "let x = 1", "target 'Newcomer' is in no layer"),
    ])
    func `a planted violation is found`(target: String, line: String, violation: String) {
        let source = Layers.Source(target: target, path: "\(target)/Planted.swift", text: "// A file.\n\(line)\n")
        let found = Layers.violations(in: [source])
        #expect(found.count == 1 && found.first?.contains(violation) == true, "\(found)")
    }

    @Test(arguments: [
        ("Hub", "internal import Sensing"), ("HubRuntime", "internal import Uplink"),
        ("GPIO", "internal import CGPIOD"),
        ("Journal", "// async, await, try!, fatalError"), ("Journal", "let text = \"Task { await }\""),
        ("Journal", "let asynchronous = MyTask {}"), ("MessageCoding", "internal import FoundationEssentials"),
        ("Journal", "/* import Foundation */"), ("Journal", "\"\"\"\nimport Foundation\n\"\"\""),
    ])
    func `what is allowed is not found`(target: String, line: String) {
        #expect(Layers.violations(in: [Layers.Source(target: target, path: "Fine.swift", text: line)]) == [])
    }
}

extension Layers {
    static func names(of kind: Kind) -> Set<String> {
        Set(table.filter { $0.value == kind }.keys)
    }
}
