internal import Foundation
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import TestSupport
internal import Testing

@Suite struct JournalRowTests {
    @Test func `keeps rows in order and gives them back byte for byte`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        #expect(harness.opening.isNew)
        #expect(harness.opening.lastSeq == 0)
        var written = rows(1...500)
        written.append(JournalRow(seq: 501, wall: WallTime(milliseconds: -1), kind: "", payload: []))
        written.append(
            JournalRow(seq: 502, wall: WallTime(milliseconds: .max), kind: "tür\0x", payload: [0, 255, 0]))
        try harness.append(written)
        try harness.waitUntilCommitted(502)
        #expect(try harness.read() == written)
        #expect(try harness.read(after: 499) == Array(written[499...]))
        #expect(try harness.read(after: 502) == [])
        #expect(try harness.read(after: .max) == [])
        #expect(try harness.readLast(3) == Array(written.suffix(3)))
        #expect(try harness.readLast(1_000_000) == written)
        #expect(try harness.readLast(0) == [])
        harness.close()
    }

    @Test func `a read stops at its limits, but never before the first row`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        try harness.append(rows(1...50, bytes: 100))
        try harness.waitUntilCommitted(50)
        #expect(try harness.read(maximumRows: 7).map(\.seq) == Array(1...7))
        #expect(try harness.read(after: 7, maximumBytes: 350).map(\.seq) == [8, 9, 10])
        #expect(try harness.read(after: 7, maximumBytes: 300).map(\.seq) == [8, 9, 10])
        #expect(try harness.read(after: 7, maximumBytes: 1).map(\.seq) == [8])
        #expect(try harness.read(after: 7, maximumRows: 0) == [])
        harness.close()
    }

    @Test func `G2 seq goes on without a gap after reopening, and the journal keeps its name`() throws {
        let directory = try TemporaryDirectory()
        for round in UInt64(0)..<5 {
            let harness = try JournalHarness(directory.path, id: round + 1)
            #expect(harness.opening.isNew == (round == 0))
            #expect(harness.opening.id == JournalID(high: 0, low: 1))
            #expect(harness.opening.lastSeq == round * 100)
            try harness.append(rows(round * 100 + 1...round * 100 + 100))
            harness.close()
        }
        let harness = try JournalHarness(directory.path)
        #expect(try harness.read() == rows(1...500))
        harness.close()
    }

    @Test func `opening what is there and whole writes nothing: a start waits for no disk`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        try first.append(rows(1...300))
        try first.waitUntilCommitted(300)
        first.close()
        let files = ["journal.db", "bookings.db", "journal.db-wal", "bookings.db-wal"]
        let before = files.map { FileManager.default.contents(atPath: directory.file($0)) ?? Data() }
        #expect(before[0].count > 0 && before[1].count > 0)
        let second = try JournalHarness(directory.path)
        let after = files.map { FileManager.default.contents(atPath: directory.file($0)) ?? Data() }
        for (name, (old, new)) in zip(files, zip(before, after)) { #expect(old == new, "\(name) was written") }
        #expect(second.opening.lastSeq == 300)
        second.close()
    }

    @Test func `refuses a row whose seq does not follow, and says so`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        try harness.append([row(1), row(3), row(1), row(2)])
        let refused = try (0..<2).map { _ in
            try harness.wait(for: "out of order") { notice in
                if case .outOfOrder(let expected, let found) = notice { [expected, found] } else { nil }
            }
        }
        #expect(refused == [[2, 3], [2, 1]])
        try harness.waitUntilCommitted(2)
        #expect(try harness.read() == rows(1...2))
        harness.close()
    }

    @Test func `what gathers while a commit runs goes into one`() throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.rowQueueCapacity = 20_000
        let harness = try JournalHarness(configuration)
        try harness.append(rows(1...20_000))
        try harness.waitUntilCommitted(20_000)
        let commits = harness.seen.compactMap { notice -> SequenceNumber? in
            if case .committed(let upTo, _) = notice { upTo } else { nil }
        }
        #expect(commits == commits.sorted())
        #expect(commits.count >= 5, "a transaction holds at most 4,096 rows")
        #expect(commits.count <= 2_000, "\(commits.count) commits for 20,000 rows: they were not gathered")
        harness.close()
    }

    @Test func `G12 a full queue refuses, and what it took is not lost`() throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.rowQueueCapacity = 8
        configuration.noticeQueueCapacity = 2
        configuration.maximumRowsPerCommit = 4
        let harness = try JournalHarness(configuration)
        // Nobody takes notices, so the writer stops, and then the queue fills.
        var next: SequenceNumber = 1
        var refusals = 0
        while refusals < 200 {
            if harness.journal.append(row(next)) {
                next += 1
                refusals = 0
            } else {
                refusals += 1
                usleep(1_000)
            }
            try #require(next < 1_000, "the queue never filled")
        }
        try harness.waitUntilCommitted(next - 1)
        #expect(try harness.read() == rows(1...next - 1))
        harness.close()
    }

    @Test func `closing writes what is queued although nobody takes notices`() throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.noticeQueueCapacity = 1
        configuration.maximumRowsPerCommit = 10
        let harness = try JournalHarness(configuration)
        try harness.append(rows(1...1_000))
        #expect(harness.journal.acknowledge(upTo: 400))
        harness.close()
        let reopened = try JournalHarness(directory.path)
        #expect(reopened.opening.lastSeq == 1_000)
        #expect(reopened.opening.acknowledgedSeq == 400)
        reopened.close()
    }

    @Test(arguments: [0, 1, 10, 300])
    func `G2 a row stays until it is acknowledged, then as many as configured`(
        kept: Int
    ) throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.keepAcknowledged = kept
        let harness = try JournalHarness(configuration)
        try harness.append(rows(1...3_000))
        try harness.waitUntilCommitted(3_000)
        #expect(harness.journal.acknowledge(upTo: 2_000))
        #expect(harness.journal.acknowledge(upTo: 1_500))
        try harness.append([row(3_001)])
        try harness.waitUntilCommitted(3_001)
        #expect(try harness.read(after: 2_000) == rows(2_001...3_001))
        #expect(harness.journal.acknowledge(upTo: 9_999))
        harness.close()

        let reopened = try JournalHarness(configuration)
        #expect(reopened.opening.lastSeq == 3_001, "the last row carries the count and never goes")
        #expect(reopened.opening.acknowledgedSeq == 3_001, "a cursor past the end stops at the end")
        let left = try reopened.read()
        #expect(left.count >= max(kept, 1))
        #expect(left.count < max(kept, 1) + 256)
        #expect(left.last == row(3_001))
        #expect(left.map(\.seq) == Array(3_002 - UInt64(left.count)...3_001))
        try reopened.append([row(3_002)])
        try reopened.waitUntilCommitted(3_002)
        reopened.close()
    }

    @Test func `while a backlog is delivered, delivered rows stay; they go when it has ended or stops`() throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.keepAcknowledged = 1
        let harness = try JournalHarness(configuration)
        try harness.append(rows(1...5_000))
        try harness.waitUntilCommitted(5_000)
        // As a delivery reads: from what is acknowledged on, each time not to the end.
        for start in stride(from: UInt64(0), to: 4_000, by: 500) {
            #expect(try harness.read(after: start, maximumRows: 500).count == 500)
            #expect(harness.journal.acknowledge(upTo: start + 500))
        }
        #expect(try harness.read(maximumRows: 1).first?.seq == 1, "nothing went while it was under way")
        let deadline = ContinuousClock.now + .seconds(20)
        var first: SequenceNumber? = 1
        while ContinuousClock.now < deadline, first == 1 {
            usleep(50_000)
            first = try harness.read(maximumRows: 1).first?.seq
        }
        #expect(first != 1, "a delivery that has stopped holds nothing back")
        #expect(try harness.read(after: 4_000) == rows(4_001...5_000))
        harness.close()
    }

    @Test func `G10 what was deleted is gone from the files`() throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.keepAcknowledged = 1
        let harness = try JournalHarness(configuration)
        var marked = row(1)
        marked.payload = Array("UNMISTAKABLE".utf8)
        try harness.append([marked] + rows(2...600))
        try harness.waitUntilCommitted(600)
        #expect(try directory.contains("UNMISTAKABLE"))
        #expect(harness.journal.acknowledge(upTo: 600))
        harness.close()
        #expect(try !directory.contains("UNMISTAKABLE"))
    }
}

extension TemporaryDirectory {
    func contains(_ text: String) throws -> Bool {
        try names().contains { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: file(name)))
            return data.range(of: Data(text.utf8)) != nil
        }
    }
}
