internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

/// Every single bit of what leads to the rows, flipped: no damage makes a number be used twice.
@Suite struct JournalFlipTests {
    private static let count: SequenceNumber = 1_000
    private static let pageSize = 2_048

    /// The bytes whose bits are flipped: of page 1 the header and the b-tree's, of every other page the header, and of
    /// those with few rows the pointers to its cells, too.
    private func places(_ file: Data) -> [Int] {
        var places = Array(0..<108)
        for page in 1..<file.count / Self.pageSize {
            let start = page * Self.pageSize
            let type = file[start]
            places += (start..<start + 12)
            // The map of pages' parents, and the pages that lead to others.
            if type == 5 || page == 1 { places += (start + 12..<start + 60) }
        }
        // The last leaf, whole head.
        if let last = (1..<file.count / Self.pageSize).last(where: { file[$0 * Self.pageSize] == 13 }) {
            places += (last * Self.pageSize + 12..<last * Self.pageSize + 100)
        }
        return places
    }

    private func file() throws -> Data {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        try harness.append(rows(1...Self.count))
        try harness.waitUntilCommitted(Self.count)
        harness.close()
        return try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
    }

    // Without the mark, which would tell too: the structure alone must show it.
    @Test func `G2 no single flipped bit of any page's header makes a number be used twice`() throws {
        let whole = try file()
        let places = places(whole)
        var (aside, sound) = (0, 0)
        let copy = try TemporaryDirectory(inMemory: true)
        for place in places {
            for bit in 0..<8 {
                var damaged = whole
                damaged[place] ^= 1 << UInt8(bit)
                for name in try copy.names() { try FileManager.default.removeItem(atPath: copy.file(name)) }
                try damaged.write(to: URL(fileURLWithPath: copy.file("journal.db")))
                let harness: JournalHarness
                do {
                    harness = try JournalHarness(copy.path, id: 2)
                } catch JournalError.newerSchema {
                    // A flipped version: refused, nothing touched.
                    continue
                }
                defer { harness.close() }
                if harness.opening.setAside != nil {
                    aside += 1
                } else {
                    sound += 1
                    #expect(harness.opening.lastSeq == Self.count, "byte \(place), bit \(bit)")
                }
            }
        }
        print("\(places.count * 8) flips: \(aside) set aside, \(sound) opened with all rows")
        #expect(aside > 0 && sound > 0)
    }

    @Test func `G2 a card that gives an older state back costs its newest rows, told, and no number is used twice`()
        throws
    {
        let directory = try TemporaryDirectory()
        var harness = try JournalHarness(directory.path)
        try harness.append(rows(1...500))
        try harness.waitUntilCommitted(500)
        harness.close()
        let old = try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
        harness = try JournalHarness(directory.path)
        try harness.append(rows(501...600))
        #expect(harness.journal.acknowledge(upTo: 550))
        harness.close()
        let head = try JournalHarness(directory.path)
        let last = head.opening.head
        head.close()
        try old.write(to: URL(fileURLWithPath: directory.file("journal.db")))

        harness = try JournalHarness(directory.path, id: 2)
        #expect(harness.opening.setAside == nil)
        #expect(harness.opening.id == JournalID(high: 0, low: 1))
        #expect(harness.opening.lastSeq == 600)
        #expect(harness.opening.head == last, "the chain goes on where it was")
        let loss = LedgerEntry(cause: .missing, kind: "", first: 501, last: 600, count: 100)
        #expect(harness.opening.untold == [loss])
        var teller = row(601)
        teller.settles = loss
        try harness.append([teller])
        try harness.waitUntilCommitted(601)
        let read = try harness.read(after: 499)
        #expect(read.map(\.seq) == [500, 600, 601])
        #expect(read.map(\.removedFrom) == [nil, 501, nil])
        #expect(try harness.read(after: 520).map(\.removedFrom) == [521, nil])
        harness.close()
        // Told once.
        let reopened = try JournalHarness(directory.path)
        #expect(reopened.opening.untold == [])
        #expect(try reopened.verify().isSound)
        reopened.close()
    }
}
