internal import Foundation
internal import HubMessages
@testable internal import Journal
internal import LinuxIO
internal import TestSupport
internal import Testing

@Suite struct JournalDamageTests {
    /// A closed journal of `count` rows; its files may then be damaged.
    private func journal(_ directory: String, _ count: SequenceNumber, acknowledged: SequenceNumber = 0)
        throws
    {
        let harness = try JournalHarness(directory)
        try harness.append(rows(1...count))
        #expect(harness.journal.acknowledge(upTo: acknowledged))
        harness.close()
    }

    private func patch(_ path: String, at offset: UInt64, _ bytes: [UInt8]) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    @Test func `a second journal in the same directory is refused while the first is open`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        #expect(throws: JournalError.locked(path: directory.path)) { try JournalHarness(directory.path) }
        first.close()
        try JournalHarness(directory.path).close()
    }

    @Test(arguments: ["journal.db", "bookings.db"]) func `a newer schema is refused and left alone`(
        name: String
    ) throws {
        let directory = try TemporaryDirectory()
        try journal(directory.path, 10)
        // The header keeps user_version at offset 60 (sqlite.org/fileformat2.html).
        try patch(directory.file(name), at: 60, [0, 0, 0, 9])
        let supported: UInt8 = name == "journal.db" ? 3 : 1
        #expect(throws: JournalError.newerSchema(path: directory.file(name), found: 9, supported: Int(supported))) {
            try JournalHarness(directory.path)
        }
        try patch(directory.file(name), at: 60, [0, 0, 0, supported])
        let harness = try JournalHarness(directory.path)
        #expect(harness.opening.lastSeq == 10)
        harness.close()
    }

    @Test(arguments: ["code = code + 4", "code = code - 4", "code = code + 100", "name = 'test.rot'"])
    func `G2 a damaged number or name of a kind is not believed where the program knows the kind`(damage: String) throws
    {
        let directory = try TemporaryDirectory()
        try journal(directory.path, 10)
        let shell = try ChildProcess(
            "/usr/bin/sqlite3", [directory.file("journal.db"), "UPDATE kind SET \(damage)"], log: directory.file("log"))
        shell.wait()
        try #require(shell.exitStatus == 0)
        // The second start finds what the first has put right.
        for last in [10, 11] as [SequenceNumber] {
            var configuration = JournalConfiguration(directory: directory.path)
            configuration.knownKinds = [row(1).kind]
            let harness = try JournalHarness(configuration)
            #expect(try harness.read(after: 0).map(\.kind) == Array(repeating: "test.row", count: Int(last)))
            try harness.append([row(last + 1)])
            try harness.waitUntilCommitted(last + 1)
            harness.close()
        }
    }

    @Test func `kinds whose numbers fall together keep theirs, and one that lost its neighbour is still read`() throws {
        let directory = try TemporaryDirectory()
        let kinds = ["k59", "k842", "k59", "k842"]
        func rows(_ first: SequenceNumber) -> [JournalRow] {
            kinds.enumerated().map { index, kind in
                var row = row(first + SequenceNumber(index))
                row.kind = kind
                return row
            }
        }
        for round in 0..<3 as Range<SequenceNumber> {
            let harness = try JournalHarness(directory.path)
            try harness.append(rows(4 * round + 1))
            try harness.waitUntilCommitted(4 * round + 4)
            let all = Array(repeating: kinds, count: Int(round) + 1).flatMap { $0 }
            #expect(try harness.read(after: 0).map(\.kind) == all)
            harness.close()
        }
        let shell = try ChildProcess(
            "/usr/bin/sqlite3", [directory.file("journal.db"), "DELETE FROM kind WHERE name = 'k59'"],
            log: directory.file("log"))
        shell.wait()
        let harness = try JournalHarness(directory.path)
        let read = try harness.read(after: 0).map(\.kind)
        #expect(read == Array(repeating: ["", "k842", "", "k842"], count: 3).flatMap { $0 })
        harness.close()
    }

    @Test func `a missing directory whose parent is missing too is an error with its path`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("a/b")
        #expect(throws: JournalError.directory(path: path, SystemError(call: "mkdir", code: ENOENT))) {
            try JournalHarness(path)
        }
    }

    @Test func `G2 what is no journal is set aside whole, twice under two names, and a new one begins`()
        throws
    {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.db")
        let rubbish = Data(repeating: 0x5A, count: 10_000)
        for round in UInt64(1)...2 {
            try rubbish.write(to: URL(fileURLWithPath: path))
            let harness = try JournalHarness(directory.path, id: round)
            #expect(harness.opening.isNew)
            #expect(harness.opening.id == JournalID(high: 0, low: round))
            let aside = try #require(harness.opening.setAside)
            #expect(aside.path == "\(path).damaged-\(round)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: aside.path)) == rubbish)
            #expect(harness.opening.bookings.setAside == nil)
            try harness.append(rows(1...10))
            harness.close()
        }
    }

    @Test(arguments: [true, false])
    func `G2 a journal whose file is empty or gone is set aside with what is left of it`(isGone: Bool) throws {
        let directory = try TemporaryDirectory()
        try journal(directory.path, 50)
        if isGone {
            try FileManager.default.removeItem(atPath: directory.file("journal.db"))
        } else {
            try Data().write(to: URL(fileURLWithPath: directory.file("journal.db")))
        }
        let harness = try JournalHarness(directory.path, id: 2)
        #expect(harness.opening.isNew)
        let aside = try #require(harness.opening.setAside)
        #expect(aside.reason.contains("empty or gone"))
        #expect(FileManager.default.fileExists(atPath: aside.path + "-journal.mark"))
        try harness.append([row(1)])
        try harness.waitUntilCommitted(1)
        harness.close()
    }

    @Test func `G2 what was set aside is never written over, also where the file itself was gone`() throws {
        let origin = try TemporaryDirectory()
        let running = try JournalHarness(origin.path)
        try running.append(rows(1...50))
        try running.waitUntilCommitted(50)
        // As a kill leaves it, and then somebody takes the file away: its rows are in the log alone.
        let directory = try TemporaryDirectory()
        for name in ["journal.db-wal", "journal.mark"] {
            try FileManager.default.copyItem(atPath: origin.file(name), toPath: directory.file(name))
        }
        running.close()
        let second = try JournalHarness(directory.path, id: 2)
        #expect(second.opening.setAside?.path == directory.file("journal.db.damaged-1"))
        let names = ["journal.db.damaged-1-wal", "journal.db.damaged-1-journal.mark"]
        let kept = try names.map { try Data(contentsOf: URL(fileURLWithPath: directory.file($0))) }
        #expect(kept.allSatisfy { !$0.isEmpty })
        try second.append([row(1)])
        second.close()
        try Data(repeating: 0x5A, count: 10_000).write(to: URL(fileURLWithPath: directory.file("journal.db")))
        let third = try JournalHarness(directory.path, id: 3)
        #expect(third.opening.setAside?.path == directory.file("journal.db.damaged-2"))
        #expect(try names.map { try Data(contentsOf: URL(fileURLWithPath: directory.file($0))) } == kept)
        third.close()
    }

    @Test func `G2 a journal cut anywhere opens as it was, or is set aside under a new name`() throws {
        var random = SeededRandom.announced()
        let directory = try TemporaryDirectory()
        try journal(directory.path, 400, acknowledged: 100)
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
        for _ in 0..<40 {
            let copy = try TemporaryDirectory(inMemory: true)
            let size = Int.random(in: 0..<whole.count, using: &random)
            try whole.prefix(size).write(to: URL(fileURLWithPath: copy.file("journal.db")))
            let harness = try JournalHarness(copy.path, id: 2)
            if harness.opening.id == JournalID(high: 0, low: 1) {
                #expect(harness.opening.lastSeq == 400, "cut to \(size) of \(whole.count) bytes")
            } else {
                #expect(harness.opening.isNew)
                #expect(size == 0 || harness.opening.setAside != nil, "cut to \(size) bytes")
            }
            harness.close()
        }
    }

    @Test(arguments: ["journal.db", "bookings.db"])
    func `G2 a schema with any one letter damaged keeps nobody from starting`(name: String) throws {
        let directory = try TemporaryDirectory()
        try journal(directory.path, 3)
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.file(name)))
        // The first page holds the schema as text, after its header of 100 bytes.
        let letters = (100..<(name == "journal.db" ? 2_048 : 4_096)).filter { whole[$0] >= 0x20 && whole[$0] < 0x7F }
        #expect(letters.count > 100)
        var asides = 0
        for place in letters {
            let copy = try TemporaryDirectory(inMemory: true)
            var damaged = whole
            damaged[place] ^= 1
            try damaged.write(to: URL(fileURLWithPath: copy.file(name)))
            let harness = try JournalHarness(copy.path, id: 2)
            if harness.opening.setAside != nil || harness.opening.bookings.setAside != nil { asides += 1 }
            harness.close()
        }
        #expect(asides > 0)
    }

    @Test func `G2 no page that shows no content makes a number be used twice`() throws {
        let directory = try TemporaryDirectory()
        try journal(directory.path, 1_000)
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
        var asides = 0
        for page in 1..<whole.count / 2_048 {
            let copy = try TemporaryDirectory(inMemory: true)
            var damaged = whole
            // A b-tree page counts its cells at offset 3 (sqlite.org/fileformat2.html, 1.6).
            damaged[page * 2_048 + 3] = 0
            damaged[page * 2_048 + 4] = 0
            try damaged.write(to: URL(fileURLWithPath: copy.file("journal.db")))
            let harness = try JournalHarness(copy.path, id: 2)
            if harness.opening.setAside != nil {
                asides += 1
            } else {
                #expect(harness.opening.lastSeq == 1_000, "page \(page + 1)")
            }
            harness.close()
        }
        #expect(asides > 0)
    }

    @Test
    func `G2 random damage never gives a wrong row, and every row is given, reported lost, or set aside`()
        throws
    {
        var random = SeededRandom.announced()
        let directory = try TemporaryDirectory()
        try journal(directory.path, 1_000)
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.file("journal.db")))
        var outcomes = (given: 0, lost: 0, aside: 0)
        for _ in 0..<60 {
            let copy = try TemporaryDirectory(inMemory: true)
            var damaged = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 100..<whole.count, using: &random)
                damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            }
            // Now and then a whole page goes, as a worn flash card does it.
            if Int.random(in: 0..<4, using: &random) == 0 {
                let page = Int.random(in: 1..<whole.count / 2_048, using: &random) * 2_048
                damaged.replaceSubrange(page..<page + 2_048, with: Data(count: 2_048))
            }
            try damaged.write(to: URL(fileURLWithPath: copy.file("journal.db")))
            let harness = try JournalHarness(copy.path, id: 2)
            defer { harness.close() }
            guard harness.opening.setAside == nil else {
                outcomes.aside += 1
                continue
            }
            #expect(harness.opening.lastSeq == 1_000)
            let (given, lost) = try harness.readThrough(1_000)
            for row in given { try #require(row == JournalTests.row(row.seq)) }
            outcomes.given += given.count
            outcomes.lost += lost.reduce(0) { $0 + $1.count }
        }
        print(
            "rows given \(outcomes.given), reported lost \(outcomes.lost), journals set aside \(outcomes.aside)"
        )
        #expect(outcomes.given > 0 && outcomes.lost > 0)
    }

    @Test(arguments: [UInt64(Int64.max), 1 << 63, .max])
    func `a mark that no journal can have reached is not believed`(seq: SequenceNumber) throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        try first.append(rows(1...5))
        try first.waitUntilCommitted(5)
        let head = try first.verify().head
        first.close()
        let mark = JournalMark.encode(
            counter: 1 << 40, journal: first.opening.id, JournalHead(seq: seq, hash: head.hash))
        try Data(mark).write(to: URL(fileURLWithPath: directory.file(JournalMark.fileName)))
        let second = try JournalHarness(directory.path, id: 2)
        #expect(second.opening.lastSeq == 5 && second.opening.untold.isEmpty && second.opening.head == head)
        second.close()
    }

    @Test func `a mark from far ahead is gone on behind, and nothing goes over what it stands for row by row`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        try first.append(rows(1...5))
        try first.waitUntilCommitted(5)
        let head = try first.verify().head
        first.close()
        let far: SequenceNumber = 1 << 60
        let mark = JournalMark.encode(
            counter: 1 << 40, journal: first.opening.id, JournalHead(seq: far, hash: head.hash))
        try Data(mark).write(to: URL(fileURLWithPath: directory.file(JournalMark.fileName)))
        let second = try JournalHarness(directory.path, id: 2)
        try #require(second.opening.lastSeq == far)
        var named = row(far + 1)
        named.payload = Array("{\"credential\":\"7d9098bc3e99\"}".utf8)
        try second.append([named])
        try second.waitUntilCommitted(far + 1)
        #expect(try second.erase(PersonSearch(names: ["7d9098bc3e99"])) == 1)
        #expect(try second.verify().erased == 1)
        second.close()
    }

    @Test func `G2 the files as a power cut leaves them open as a prefix without a gap`() throws {
        var random = SeededRandom.announced()
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        var next: SequenceNumber = 1
        for _ in 0..<15 {
            let end = next + UInt64.random(in: 1...200, using: &random)
            try harness.append(rows(next...end))
            try harness.waitUntilCommitted(end)
            next = end + 1
            let copy = try TemporaryDirectory(inMemory: true)
            for name in try directory.names() where name.hasPrefix("journal") {
                try FileManager.default.copyItem(atPath: directory.file(name), toPath: copy.file(name))
            }
            // What the last commits wrote is partly missing: the WAL ends anywhere.
            let wal = copy.file("journal.db-wal")
            let isCut = Bool.random(using: &random)
            if isCut, let whole = try? Data(contentsOf: URL(fileURLWithPath: wal)) {
                let size = Int.random(in: whole.count / 2...whole.count, using: &random)
                try whole.prefix(size).write(to: URL(fileURLWithPath: wal))
            }
            let reopened = try JournalHarness(copy.path, id: 2)
            let last = reopened.opening.lastSeq
            // What the mark knows is told as lost and never numbered again.
            #expect(last == end)
            var read = try reopened.read()
            if let lost = read.last?.removedFrom {
                #expect(isCut)
                #expect(
                    reopened.opening.untold
                        == [LedgerEntry(cause: .missing, kind: "", first: lost, last: end, count: end - lost + 1)])
                read.removeLast()
            }
            #expect(read == rows(1...UInt64(max(read.count, 1))).prefix(read.count).map { $0 })
            #expect(isCut || read.count == Int(end))
            reopened.close()
        }
        harness.close()
    }

    @Test func `G2 a full journal keeps rows in order, says so once, and goes on when room is made`() throws {
        let directory = try TemporaryDirectory()
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.maximumBytes = 256 << 10
        configuration.keepAcknowledged = 10
        configuration.rowQueueCapacity = 64
        configuration.maximumRowsPerCommit = 64
        configuration.firstRetry = .milliseconds(5)
        configuration.longestRetry = .milliseconds(20)
        let harness = try JournalHarness(configuration)
        var next: SequenceNumber = 1
        var refusals = 0
        while refusals < 300 {
            if harness.journal.append(row(next, bytes: 400)) {
                next += 1
                refusals = 0
            } else {
                refusals += 1
                usleep(1_000)
            }
            try #require(next < 5_000, "the journal never filled")
        }
        let failure = try harness.wait(for: "failing") { notice in
            if case .failing(let failure) = notice { failure } else { nil }
        }
        #expect(failure.cause == .full)
        // Reads go on, or nothing could be delivered and no room ever made.
        let kept = try harness.readLast(1)
        #expect(harness.journal.acknowledge(upTo: try #require(kept.last).seq))
        try harness.wait(for: "recovered") { if case .recovered = $0 { () } else { nil } }
        try harness.waitUntilCommitted(next - 1)
        let failures = harness.seen.filter { if case .failing = $0 { true } else { false } }
        #expect(failures.count == 1)
        let left = try harness.read()
        #expect(left.map(\.seq) == Array(next - UInt64(left.count)..<next))
        #expect(left.allSatisfy { $0 == row($0.seq, bytes: 400) })
        harness.close()
    }
}
