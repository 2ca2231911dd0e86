internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

/// One damaged byte anywhere in the file, on every page of it.
///
/// Each byte of a small journal takes its turn; by default one in 48, on every page, which ones follows from the
/// seed. `REGIOHUB_BYTES=all` tries every one with every one of its bits.
@Suite struct JournalByteTests {
    private static let triesAll = ProcessInfo.processInfo.environment["REGIOHUB_BYTES"] == "all"
    private static let last: SequenceNumber = 120
    private static let pageSize = 512
    private static let id = JournalID(high: 0, low: 1)

    private static func named(_ seq: SequenceNumber) -> JournalRow {
        var row = row(seq, bytes: 60)
        if seq % 40 == 0 { row.payload = Array("{\"who\":\"anna\",\"seq\":\(seq)}".utf8) }
        return row
    }

    /// A journal with rows, erased rows, anchors, names of kinds, and the map of pages.
    private func file() throws -> Data {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(Self.configuration(directory))
        try harness.append((1...Self.last).map(Self.named))
        try harness.waitUntilCommitted(Self.last)
        #expect(harness.journal.acknowledge(upTo: 50))
        #expect(try harness.erase(PersonSearch(names: ["anna"])) == Self.last / 40)
        harness.close()
        return try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
    }

    private static func configuration(_ directory: TemporaryDirectory) -> JournalConfiguration {
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.pageSize = pageSize
        // As the daemon's: a damaged name of a kind that the program knows does no harm.
        configuration.knownKinds = [row(1).kind]
        return configuration
    }

    private enum Outcome: Hashable { case refused, aside, told, harmless }

    @Test func `G2 one damaged byte anywhere in the file is told of or harmless, and the journal goes on`() throws {
        var random = SeededRandom.announced()
        let whole = try file()
        let copy = try TemporaryDirectory(inMemory: true)
        var outcomes: [Outcome: Int] = [:]
        var pages: Set<Int> = []
        for place in whole.indices where Self.triesAll || Int.random(in: 0..<48, using: &random) == 0 {
            for bit in Self.triesAll ? Array(0..<8) : [Int.random(in: 0..<8, using: &random)] {
                var damaged = whole
                damaged[place] ^= 1 << UInt8(bit)
                outcomes[try look(at: damaged, in: copy, "byte \(place), bit \(bit)"), default: 0] += 1
                pages.insert(place / Self.pageSize)
            }
        }
        #expect(pages.count == whole.count / Self.pageSize, "every page")
        print(
            "\(outcomes.values.reduce(0, +)) flips on \(pages.count) pages: "
                + "\(outcomes[.aside] ?? 0) set aside, \(outcomes[.told] ?? 0) told of when read or verified, "
                + "\(outcomes[.harmless] ?? 0) without any effect, \(outcomes[.refused] ?? 0) refused as newer")
        #expect(outcomes[.aside] ?? 0 > 0 && outcomes[.told] ?? 0 > 0 && outcomes[.harmless] ?? 0 > 0)
    }

    private func look(at damaged: Data, in copy: TemporaryDirectory, _ what: String) throws -> Outcome {
        for name in try copy.names() { try FileManager.default.removeItem(atPath: copy.file(name)) }
        try damaged.write(to: URL(fileURLWithPath: copy.file("journal.db")))
        let harness: JournalHarness
        do {
            harness = try JournalHarness(Self.configuration(copy), id: 2)
        } catch JournalError.newerSchema {
            return .refused
        }
        defer { harness.close() }
        let opening = harness.opening
        var outcome = Outcome.harmless
        if let aside = opening.setAside {
            #expect(opening.isNew && opening.lastSeq == 0, "\(what)")
            let kept = try Data(contentsOf: URL(fileURLWithPath: aside.path))
            #expect(kept.count == damaged.count && !aside.reason.isEmpty, "\(what)")
            outcome = .aside
        } else {
            #expect(opening.id == Self.id && opening.lastSeq == Self.last, "\(what)")
            #expect(opening.acknowledgedSeq == 50, "\(what)")
            let (given, lost) = try harness.readThrough(Self.last)
            for row in given where row.removedFrom == nil { #expect(row == Self.named(row.seq), "\(what)") }
            for row in given where row.removedFrom != nil { #expect(row.seq % 40 == 0, "\(what)") }
            if !lost.isEmpty {
                outcome = .told
            } else if try !harness.verify().isSound {
                outcome = .told
            }
        }
        // It goes on behind the last one.
        try harness.append([row(opening.lastSeq + 1)])
        try harness.waitUntilCommitted(opening.lastSeq + 1)
        return outcome
    }
}
