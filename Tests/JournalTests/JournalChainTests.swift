internal import Crypto
internal import Foundation
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import TestSupport
internal import Testing

/// What the hash chain shows and what it does not mind.
@Suite struct JournalChainTests {
    private func filled(_ directory: String, _ count: SequenceNumber) throws {
        let harness = try JournalHarness(directory)
        try harness.append(rows(1...count))
        try harness.waitUntilCommitted(count)
        harness.close()
    }

    /// Lets the sqlite3 shell change a closed journal, as somebody at the hub might.
    private func tamper(_ directory: TemporaryDirectory, _ sql: String) throws {
        let log = directory.file("log")
        let shell = try ChildProcess("/usr/bin/sqlite3", [directory.file("journal.db"), sql], log: log)
        shell.wait()
        #expect(shell.exitStatus == 0, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }

    @Test func `the chain is what the documentation says, worked out apart from the code`() throws {
        let directory = try TemporaryDirectory()
        try filled(directory.path, 3)
        let log = directory.file("rows")
        let shell = try ChildProcess(
            "/usr/bin/sqlite3",
            [directory.file("journal.db"), "SELECT seq, wall, kind, hex(payload), hex(seal) FROM event ORDER BY seq"],
            log: log)
        shell.wait()
        func bytes(_ hex: Substring) -> [UInt8] {
            stride(from: 0, to: hex.count, by: 2).compactMap { offset in
                let start = hex.index(hex.startIndex, offsetBy: offset)
                return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
            }
        }
        var chain = Array(SHA256.hash(data: [2] + Array(JournalID(high: 0, low: 1).rawValue.utf8)))
        for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            let seal = bytes(fields[4])
            #expect(seal.count == 20)
            var content: [UInt8] = [0] + seal.prefix(16)
            for field in fields[0...2] {
                withUnsafeBytes(of: try #require(Int64(field)).bigEndian) { content += $0 }
            }
            let commitment = Array(SHA256.hash(data: content + bytes(fields[3])))
            #expect(Array(commitment.prefix(4)) == Array(seal.suffix(4)))
            chain = Array(SHA256.hash(data: [1] + chain + commitment))
        }
        let harness = try JournalHarness(directory.path)
        #expect(harness.opening.head == JournalHead(seq: 3, hash: try #require(ChainHash(bytes: chain))))
        harness.close()
    }

    @Test func `a sound journal verifies, and heads that were noted earlier agree`() throws {
        let directory = try TemporaryDirectory()
        var heads: [JournalHead] = []
        for round in UInt64(0)..<4 {
            let harness = try JournalHarness(directory.path)
            try harness.append(rows(round * 700 + 1...round * 700 + 700))
            try harness.waitUntilCommitted(round * 700 + 700)
            harness.close()
            let reopened = try JournalHarness(directory.path)
            heads.append(reopened.opening.head)
            reopened.close()
        }
        let harness = try JournalHarness(directory.path)
        let found = try harness.verify(heads)
        #expect(found.isSound && found.kept == 2_800 && found.agreeing == 4 && found.head == heads.last)
        let other = JournalHead(seq: 700, hash: heads[1].hash)
        let contradicted = try harness.verify([other])
        #expect(!contradicted.isSound && contradicted.contradicted == [other])
        harness.close()
    }

    @Test func `a head from behind the last row shows that rows were cut off; one of deleted rows is only unknown`()
        throws
    {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.keepAcknowledged = 1
        let harness = try JournalHarness(configuration)
        try harness.append(rows(1...300))
        try harness.waitUntilCommitted(300)
        let old = try harness.verify().head
        try harness.append(rows(301...3_000))
        try harness.waitUntilCommitted(3_000)
        #expect(harness.journal.acknowledge(upTo: 2_000))
        try harness.append(rows(3_001...3_500))
        try harness.waitUntilCommitted(3_500)
        let noted = try harness.verify([old])
        #expect(noted.isSound && noted.unknown == [old] && noted.head.seq == 3_500)
        harness.close()
        // Somebody takes the newest rows away, and what knows of them, and leaves a chain that is whole.
        try tamper(directory, "DELETE FROM event WHERE seq > 3400; DELETE FROM anchor WHERE seq > 3400")
        try FileManager.default.removeItem(atPath: directory.file("journal.mark"))
        let cut = try JournalHarness(configuration)
        try #require(cut.opening.setAside == nil && cut.opening.lastSeq == 3_400)
        #expect(try cut.verify().isSound, "the file alone cannot show it")
        let found = try cut.verify([old, noted.head])
        #expect(!found.isSound && found.contradicted == [noted.head] && found.unknown == [old])
        cut.close()
    }

    @Test(arguments: [
        "UPDATE event SET payload = CAST('forged' AS BLOB) WHERE seq = 500",
        "UPDATE event SET wall = wall + 60000 WHERE seq = 500",
        "DELETE FROM event WHERE seq = 500",
        "DELETE FROM event WHERE seq BETWEEN 400 AND 600",
        // A whole row copied over another, seal and all.
        "UPDATE event SET payload = (SELECT payload FROM event WHERE seq = 499), "
            + "seal = (SELECT seal FROM event WHERE seq = 499) WHERE seq = 500",
    ])
    func `a changed or removed row shows`(sql: String) throws {
        let directory = try TemporaryDirectory()
        try filled(directory.path, 1_500)
        try tamper(directory, sql)
        let harness = try JournalHarness(directory.path, id: 2)
        try #require(harness.opening.setAside == nil)
        let found = try harness.verify()
        #expect(!found.isSound)
        #expect(found.damaged.contains { $0.contains(500) })
        harness.close()
    }

    @Test func `a journal made anew from the forged rows contradicts the heads that others have`() throws {
        let directory = try TemporaryDirectory()
        try filled(directory.path, 1_200)
        let harness = try JournalHarness(directory.path)
        let noted = harness.opening.head
        harness.close()
        // The same id, other rows, everything recomputed.
        let forged = try TemporaryDirectory()
        let other = try JournalHarness(forged.path)
        try other.append(rows(1...1_200, bytes: 90))
        try other.waitUntilCommitted(1_200)
        let found = try other.verify([noted])
        #expect(!found.isSound && found.contradicted == [noted])
        other.close()
    }

    @Test func `G10 what names a person is erased from file and WAL, and the chain stays valid`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        var written = rows(1...3_000)
        for seq in [5, 1_024, 1_025, 2_999] {
            written[seq - 1].payload = Array(
                "{\"credential\":\"7d9098bc3e99\",\"seq\":\(seq),\"type\":\"access.decided\"}".utf8)
        }
        // Not the same name, and not erased.
        written[99].payload = Array("{\"credential\":\"7d9098bc3e99a\"}".utf8)
        try harness.append(written)
        try harness.waitUntilCommitted(3_000)
        let before = try harness.verify()
        let person = PersonSearch(names: ["7d9098bc3e99"])
        #expect(try harness.find(person).map(\.seq) == [5, 1_024, 1_025, 2_999])
        #expect(try harness.erase(person) == 4)
        #expect(try harness.find(person) == [])
        #expect(try harness.erase(person) == 0)
        #expect(try !directory.contains("\"7d9098bc3e99\""), "gone from the disk while the daemon runs")
        #expect(try directory.contains("7d9098bc3e99a"))
        let after = try harness.verify([before.head])
        #expect(after.isSound && after.erased == 4 && after.kept == 2_996 && after.agreeing == 1)
        let read = try harness.read()
        #expect(read.map(\.seq) == Array(1...3_000))
        #expect(read.filter { $0.removedFrom != nil }.map(\.seq) == [5, 1_024, 1_025, 2_999])
        #expect(read[4].payload.isEmpty && read[4].kind == "test.row" && read[4].removedFrom == 5)
        harness.close()
        let reopened = try JournalHarness(directory.path)
        #expect(reopened.opening.head == after.head)
        reopened.close()
    }

    @Test func `G10 a person is found and erased in the rows, too, that were on their way when that was asked for`()
        throws
    {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.maximumRowsPerCommit = 4
        let harness = try JournalHarness(configuration)
        let person = PersonSearch(names: ["7d9098bc3e99"])
        var named = rows(1...800)
        for index in named.indices { named[index].payload = Array("{\"credential\":\"7d9098bc3e99\"}".utf8) }
        try harness.append(named[..<400])
        #expect(try harness.find(person, through: 400).count == 400)
        try harness.append(named[400...])
        #expect(try harness.erase(person, through: 800) == 800)
        #expect(try harness.find(person, through: 800) == [])
        #expect(try !directory.contains("7d9098bc3e99"))
        harness.close()
    }

    @Test func `retention takes rows by age and kind, never by a clock that did not know the time`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        let day: Int64 = 86_400_000
        let now: Int64 = 1_795_000_000_000
        func row(_ seq: SequenceNumber, _ wall: Int64, _ kind: String) -> JournalRow {
            JournalRow(seq: seq, wall: WallTime(milliseconds: wall), kind: kind, payload: Array("\(kind) \(seq)".utf8))
        }
        try harness.append([
            row(1, 0, "access"), row(2, now - 40 * day, "access"), row(3, now - 40 * day, "alarm"),
            // A clock that jumped far ahead and came back.
            row(4, now + 4_000 * day, "access"), row(5, now - 39 * day, "access"),
            row(6, now - 10 * day, "access"),
            // Booted without a clock: after row 6, whatever it says.
            row(7, 1_000, "access"), row(8, now - 9 * day, "alarm"), row(9, now, "access"),
        ])
        try harness.waitUntilCommitted(9)
        #expect(harness.journal.acknowledge(upTo: 3))
        #expect(
            harness.journal.expire(
                ["access": WallTime(milliseconds: now - 30 * day), "alarm": WallTime(milliseconds: now - 90 * day)],
                now: WallTime(milliseconds: now)))
        let lost = try harness.wait(for: "the losses") { notice in
            if case .removed(let entries) = notice { entries } else { nil }
        }
        // Of what was acknowledged nothing is lost.
        #expect(lost == [LedgerEntry(cause: .age, kind: "access", first: 4, last: 5, count: 2)])
        let read = try harness.read()
        #expect(read.map(\.removedFrom) == [1, 2, nil, 4, 5, nil, nil, nil, nil])
        _ = try harness.verify()
        #expect(try !directory.contains("access 5"), "gone from the disk while the daemon runs")
        harness.close()
        #expect(try !directory.contains("access 5"))
        let reopened = try JournalHarness(directory.path)
        #expect(reopened.opening.untold == lost, "what no row tells of yet is told after a restart")
        reopened.close()
    }

    @Test func `compacting gives the room of deleted rows back`() throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.keepAcknowledged = 1
        let harness = try JournalHarness(configuration)
        try harness.append(rows(1...4_000, bytes: 500))
        try harness.waitUntilCommitted(4_000)
        #expect(harness.journal.acknowledge(upTo: 4_000))
        let request = harness.request()
        try harness.append([row(4_001)])
        try harness.waitUntilCommitted(4_001)
        #expect(harness.journal.compact(request: request))
        let (before, after) = try harness.wait(for: "compacted") { notice in
            if case .compacted(request, let before, let after) = notice { (before, after) } else { nil }
        }
        #expect(after < before / 4)
        let size = try FileManager.default.attributesOfItem(atPath: directory.file("journal.db"))[.size] as? Int
        #expect(size == after)
        harness.close()
    }
}
