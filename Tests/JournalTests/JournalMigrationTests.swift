internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

/// `Fixtures/journal-v1.db` was written by a daemon of version 0.1.0 with schema 1: 136 events of the simulated house.
@Suite struct JournalMigrationTests {
    private func fixture() throws -> Data {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/journal-v1.db")
        return try Data(contentsOf: file)
    }

    @Test func `a journal of schema 1 goes on with its rows, its name and its cursor`() throws {
        let directory = try TemporaryDirectory()
        try fixture().write(to: URL(fileURLWithPath: directory.file("journal.db")))
        let harness = try JournalHarness(directory.path, id: 2)
        #expect(harness.opening.setAside == nil)
        #expect(!harness.opening.isNew)
        #expect(harness.opening.id == JournalID("3d4b4d811d33a1cef64fc522bcfa6128"))
        #expect(harness.opening.lastSeq == 136)
        #expect(harness.opening.acknowledgedSeq == 40)
        let read = try harness.read()
        #expect(read.map(\.seq) == Array(1...136))
        for row in read {
            let text = String(decoding: row.payload, as: UTF8.self)
            #expect(text.contains("\"seq\":\(row.seq),") && text.contains("\"type\":\"\(row.kind)\""))
        }
        #expect(read.first?.kind == "hub.started" && read.last?.kind == "hub.stopped")
        try harness.append([row(137)])
        try harness.waitUntilCommitted(137)
        let verification = try harness.verify()
        #expect(verification.isSound && verification.kept == 137)
        harness.close()
        let again = try JournalHarness(directory.path, id: 3)
        #expect(again.opening.lastSeq == 137)
        #expect(try again.read().count == 137)
        again.close()
    }

    @Test func `a journal of schema 2 goes on with its chain, its name and its cursor`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path, id: 7)
        try first.append(rows(1...2_000))
        try first.waitUntilCommitted(2_000)
        #expect(first.journal.acknowledge(upTo: 1_500))
        let id = first.opening.id
        let before = try first.verify()
        first.close()
        // What schema 3 added is the check behind the chain's value in the journal's own row.
        try ChildProcess(
            "/usr/bin/sqlite3",
            [
                directory.file("journal.db"),
                "UPDATE journal SET head = substr(head, 1, 32); PRAGMA user_version = 2;",
            ]
        ).wait()
        let second = try JournalHarness(directory.path, id: 8)
        #expect(second.opening.setAside == nil && second.opening.id == id && second.opening.lastSeq == 2_000)
        #expect(second.opening.acknowledgedSeq == 1_500 && second.opening.head == before.head)
        #expect(try second.verify().isSound)
        second.close()
        let third = try JournalHarness(directory.path, id: 9)
        #expect(third.opening.setAside == nil && third.opening.id == id)
        third.close()
    }

    @Test func `a row that was damaged under schema 1 stays one that cannot be read`() throws {
        let directory = try TemporaryDirectory()
        var file = try fixture()
        let place = try #require(file.range(of: Data("\"seq\":70,".utf8)))
        file[place.lowerBound] ^= 1
        try file.write(to: URL(fileURLWithPath: directory.file("journal.db")))
        let harness = try JournalHarness(directory.path, id: 2)
        #expect(try harness.read().map(\.seq) == Array(1...69))
        let lost = try harness.wait(for: "the loss") { notice in
            if case .unreadable(_, let first, let last) = notice { first...last } else { nil }
        }
        #expect(lost == 70...70)
        #expect(try harness.read(after: 70).map(\.seq) == Array(71...136))
        harness.close()
    }

    @Test func `a power cut during the migration leaves schema 1 as it was`() throws {
        let directory = try TemporaryDirectory()
        // Without room the migration fails as a whole.
        try fixture().write(to: URL(fileURLWithPath: directory.file("journal.db")))
        let before = try fixture()
        try FileManager.default.createDirectory(
            atPath: directory.file("journal.db-wal"), withIntermediateDirectories: false)
        #expect(throws: JournalError.self) { try JournalHarness(directory.path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db"))).count == before.count)
        try FileManager.default.removeItem(atPath: directory.file("journal.db-wal"))
        let harness = try JournalHarness(directory.path)
        #expect(harness.opening.lastSeq == 136)
        harness.close()
    }
}
