internal import Foundation
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import TestSupport
internal import Testing

/// A scripted day of the journal, with the power cut after every single write, truncation, sync, rename and removal.
///
/// The day runs once, in a program of its own, under a library that records every change to the journal's directory.
/// Then the changes are replayed up to each point, with whatever no sync had confirmed kept, dropped, or torn, and the
/// journal is opened on what is left. All of it takes minutes; by default one point in eight is tried, which ones follows
/// from the seed. `REGIOHUB_POWER_CUTS=all` tries every one.
@Suite struct PowerCutTests {
    private static let triesAll = ProcessInfo.processInfo.environment["REGIOHUB_POWER_CUTS"] == "all"

    private func record() throws -> DiskRecord {
        let place = try TemporaryDirectory()
        let recorder = place.file("recorder.so")
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("DiskRecorder/disk-recorder.c").path
        let log = place.file("log")
        let compiler = try ChildProcess(
            "/usr/bin/cc", ["-O2", "-shared", "-fPIC", "-o", recorder, source, "-ldl"], log: log)
        compiler.wait()
        try #require(compiler.exitStatus == 0, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
        let directory = place.file("journal")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let program = URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent()
            .appendingPathComponent("journalday").path
        let day = try ChildProcess(
            program, [directory],
            environment: [
                "LD_PRELOAD": recorder, "DISK_RECORD_DIR": directory, "DISK_RECORD": place.file("record"),
            ], log: log)
        day.wait()
        try #require(day.exitStatus == 0, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
        return try DiskRecord(place.file("record"))
    }

    /// What the journal had confirmed when the power went.
    private struct Confirmed {
        var committed: SequenceNumber = 0
        var acknowledged: SequenceNumber = 0
        var erased: SequenceNumber = 0

        mutating func take(_ note: String) {
            let words = note.split(separator: " ")
            guard words.count == 2, let seq = UInt64(words[1]) else { return }
            switch words[0] {
            case "committed": committed = seq
            case "acknowledged": acknowledged = seq
            case "erased": erased = seq
            case _: break
            }
        }
    }

    @Test func `G2 the power cut after any write leaves a prefix that opens, verifies, and goes on without reuse`()
        throws
    {
        var random = SeededRandom.announced()
        let record = try record()
        var disk = CrashedDisk()
        var confirmed = Confirmed()
        var cuts = 0
        var kinds: [String: Int] = [:]
        let place = try TemporaryDirectory(inMemory: true)
        for change in record.changes {
            disk.apply(change)
            switch change {
            case .note(let text):
                confirmed.take(text)
                continue
            case .write: kinds["writes", default: 0] += 1
            case .truncate: kinds["truncations", default: 0] += 1
            case .sync: kinds["syncs", default: 0] += 1
            case .unlink, .rename: kinds["removals and renames", default: 0] += 1
            }
            guard Self.triesAll || Int.random(in: 0..<8, using: &random) == 0 else { continue }
            for fate in CrashedDisk.Fate.allCases {
                cuts += 1
                try check(disk.files(fate, random: &random), confirmed, place, "cut \(cuts), \(fate)")
            }
        }
        print(
            "\(cuts) power cuts, of: \(kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")), three fates each; \(confirmed.committed) rows in the day"
        )
        #expect(cuts > 500)
    }

    /// What the test above would see if the journal did not wait for the disk: as with `PRAGMA synchronous = OFF`, or
    /// where only the log is not synced.
    @Test(arguments: ["", "journal.db-wal"])
    func `a journal that did not sync would be caught`(unsynced: String) throws {
        var random = SeededRandom.announced()
        let record = try record()
        var disk = CrashedDisk()
        var confirmed = Confirmed()
        let place = try TemporaryDirectory(inMemory: true)
        withKnownIssue {
            var cuts = 0
            for change in record.changes {
                if case .sync(let file) = change, unsynced.isEmpty || file == unsynced { continue }
                disk.apply(change)
                guard case .note(let text) = change else { continue }
                confirmed.take(text)
                cuts += 1
                if cuts % 16 == 0 {
                    try check(disk.files(.dropped, random: &random), confirmed, place, "cut \(cuts)")
                }
            }
        }
    }

    private func check(
        _ files: [String: Data], _ confirmed: Confirmed, _ place: TemporaryDirectory, _ what: String
    ) throws {
        for name in try place.names() { try FileManager.default.removeItem(atPath: place.file(name)) }
        for (name, content) in files where name != "lock" && name != "notes" {
            try content.write(to: URL(fileURLWithPath: place.file(name)))
        }
        var configuration = JournalConfiguration(directory: place.path)
        configuration.keepAcknowledged = 100_000
        let journal = try Journal.open(configuration, newID: JournalID(high: 8, low: 8))
        defer { #expect(journal.close(within: .seconds(30))) }
        let opening = journal.opening
        #expect(opening.setAside == nil, "\(what): \(String(describing: opening.setAside))")
        if confirmed.committed > 0 { #expect(opening.id == JournalID(high: 7, low: 7), "\(what)") }
        #expect(opening.lastSeq >= confirmed.committed, "\(what): \(confirmed.committed) were confirmed")
        #expect(opening.acknowledgedSeq >= min(confirmed.acknowledged, opening.lastSeq), "\(what)")
        #expect(!opening.untold.contains { $0.cause == .missing }, "\(what): the mark was ahead of the journal")
        // It goes on: the next number, and no other.
        #expect(journal.append(JournalDayRows.row(opening.lastSeq + 1)), "\(what)")
        let read = try rows(journal, upTo: opening.lastSeq + 1)
        var expected = read.first.map { $0.removedFrom ?? $0.seq } ?? 1
        for row in read {
            #expect((row.removedFrom ?? row.seq) == expected, "\(what): a gap before \(row.seq)")
            expected = row.seq + 1
            guard row.removedFrom == nil else { continue }
            var written = JournalDayRows.row(row.seq)
            written.isUrgent = false
            #expect(row == written, "\(what): row \(row.seq) is not what was written")
            if row.seq <= confirmed.erased { #expect(row.seq % 30 != 0, "\(what): row \(row.seq) had been erased") }
        }
        #expect(expected == opening.lastSeq + 2, "\(what)")
    }

    private func rows(_ journal: Journal, upTo last: SequenceNumber) throws -> [JournalRow] {
        var rows: [JournalRow] = []
        var hasCommitted = false
        var isVerified = false
        for _ in 0..<600 {
            while let notice = journal.nextNotice() {
                if case .committed(let seq, _) = notice, seq >= last {
                    hasCommitted = true
                    #expect(journal.read(after: 0, maximumRows: .max, maximumBytes: .max, request: 1))
                    #expect(journal.verify([], request: 2))
                }
                if case .rows(1, let found) = notice { rows = found }
                if case .verified(2, let found) = notice {
                    #expect(found.isSound, "\(found)")
                    isVerified = true
                }
            }
            if hasCommitted, isVerified { return rows }
            journal.noticesArrived.wait(timeout: .milliseconds(50))
        }
        Issue.record("the journal did not answer")
        return rows
    }
}

/// The rows of `Tests/JournalDay`, worked out once more: a program cannot be imported.
enum JournalDayRows {
    static func row(_ seq: SequenceNumber) -> JournalRow {
        let kind = seq % 3 == 0 ? "access" : "passage"
        let name = seq % 30 == 0 ? "7d9098bc3e99" : "nobody"
        let text =
            "{\"credential\":\"\(name)\",\"fill\":\"\(String(repeating: "x", count: 200 + Int(seq % 50)))\",\"seq\":\(seq)}"
        return JournalRow(
            seq: seq, wall: WallTime(milliseconds: 1_795_000_000_000 + Int64(seq) * 60_000), kind: kind,
            payload: Array(text.utf8))
    }
}
