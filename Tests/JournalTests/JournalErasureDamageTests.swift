internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

/// A person is erased, and retention kept, in a journal that the disk has damaged.
@Suite struct JournalErasureDamageTests {
    private func patch(_ path: String, at offset: UInt64, _ bytes: [UInt8]) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    /// Makes the page that holds a row one that cannot be read.
    private func losePage(of seq: SequenceNumber, _ directory: TemporaryDirectory) throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
        let place = try #require(whole.range(of: Data("{\"seq\":\(seq),".utf8))).lowerBound
        try patch(
            directory.file("journal.db"), at: UInt64(place / 2_048 * 2_048), [UInt8](repeating: 0, count: 2_048))
    }

    @Test func `G10: a person is erased behind a page that is lost, and only that page's rows are damaged`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        var written = rows(1...1_500)
        for seq in [200, 400, 900, 1_200] {
            written[seq - 1].payload = Array("{\"credential\":\"7d9098bc3e99\",\"seq\":\(seq)}".utf8)
        }
        try first.append(written)
        try first.waitUntilCommitted(1_500)
        first.close()
        try losePage(of: 300, directory)
        let harness = try JournalHarness(directory.path)
        try #require(harness.opening.setAside == nil)
        let person = PersonSearch(names: ["7d9098bc3e99"])
        #expect(try harness.find(person).map(\.seq) == [200, 400, 900, 1_200])
        #expect(try harness.erase(person) == 4)
        #expect(try harness.find(person) == [])
        #expect(try !directory.contains("7d9098bc3e99"))
        let found = try harness.verify()
        #expect(!found.isSound && found.erased == 4)
        let damaged = try #require(found.damaged.first)
        #expect(found.damaged.count == 1 && damaged.contains(300) && damaged.count < 30, "\(found.damaged)")
        #expect(found.kept == 1_500 - 4 - UInt64(damaged.count))
        harness.close()
    }

    @Test func `G10: a person is erased behind a row whose number is damaged`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        var written = rows(1...1_500)
        for seq in [200, 400, 900, 1_200] {
            written[seq - 1].payload = Array("{\"credential\":\"7d9098bc3e99\",\"seq\":\(seq)}".utf8)
        }
        try first.append(written)
        try first.waitUntilCommitted(1_500)
        first.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
        let content = try #require(whole.range(of: Data("{\"seq\":300,".utf8))).lowerBound
        // 300 as SQLite writes a row's number (1.6 of the file format), a little before its content; then 16,172.
        let number = try #require(whole[content - 32..<content].range(of: Data([0x82, 0x2C]))).lowerBound
        try patch(directory.file("journal.db"), at: UInt64(number), [0xFE])
        let harness = try JournalHarness(directory.path)
        try #require(harness.opening.setAside == nil)
        let person = PersonSearch(names: ["7d9098bc3e99"])
        #expect(try harness.erase(person) == 4)
        #expect(try harness.find(person) == [])
        #expect(try harness.verify().damaged.contains { $0.contains(300) })
        harness.close()
    }

    @Test func `G10: a damaged row that names a person, or is too old, is emptied, and stays told as damaged`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        var written = rows(1...20)
        written[4].payload = Array("{\"credential\":\"7d9098bc3e99\",\"fill\":\"UNMISTAKABLE\"}".utf8)
        written[9].payload = Array("{\"fill\":\"OLD-AND-DAMAGED\"}".utf8)
        for index in written.indices {
            written[index].wall = WallTime(milliseconds: 1_795_000_000_000 + Int64(index) * 86_400_000)
        }
        written[9].kind = "access"
        try first.append(written)
        try first.waitUntilCommitted(20)
        first.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
        for word in ["UNMISTAKABLE", "OLD-AND-DAMAGED"] {
            let place = try #require(whole.range(of: Data(word.utf8))).lowerBound
            try patch(directory.file("journal.db"), at: UInt64(place), [0x58])
        }
        let harness = try JournalHarness(directory.path)
        #expect(try harness.verify().damaged == [5...5, 10...10])
        #expect(try harness.erase(PersonSearch(names: ["7d9098bc3e99"])) == 1)
        #expect(try !directory.contains("7d9098bc3e99"))
        #expect(try directory.contains("LD-AND-DAMAGED"))
        let now = written[19].wall
        #expect(harness.journal.expire(["access": now - .seconds(5 * 86_400)], now: now))
        let after = try harness.verify()
        #expect(after.damaged == [5...5, 10...10] && after.kept == 18)
        #expect(try !directory.contains("LD-AND-DAMAGED"))
        harness.close()
    }
}
