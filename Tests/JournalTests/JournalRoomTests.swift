internal import Foundation
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import TestSupport
internal import Testing

/// What goes when room is short, and in which order.
@Suite struct JournalRoomTests {
    private static let start: Int64 = 1_795_000_500_000

    private func configuration(_ directory: TemporaryDirectory, _ bytes: Int) -> JournalConfiguration {
        var configuration = JournalConfiguration(directory: directory.path)
        configuration.maximumBytes = bytes
        configuration.keepAcknowledged = 100_000
        configuration.firstRetry = .milliseconds(5)
        configuration.longestRetry = .milliseconds(20)
        configuration.ladder = [
            .thin(["climate"]), .fold(["passage"]), .acknowledged, .remove(["passage", "climate"]),
            .remove(["access"]), .remove(["alarm"]),
        ]
        configuration.subject = { "\($0.kind) \($0.payload.first ?? 0)" }
        return configuration
    }

    /// A row of its kind, one a second.
    private func row(_ seq: SequenceNumber, _ kind: String) -> JournalRow {
        let letter = Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(seq % 2)))
        let payload = Array("\(letter) \(kind) \(seq) \(String(repeating: "x", count: 200))".utf8)
        return JournalRow(
            seq: seq, wall: WallTime(milliseconds: Self.start + Int64(seq) * 1_000), kind: kind, payload: payload)
    }

    private func kinds(_ seq: SequenceNumber) -> String {
        switch seq % 10 {
        case 0: "access"
        case 5: "alarm"
        case 1...4: "climate"
        case _: "passage"
        }
    }

    private func losses(_ harness: JournalHarness) -> [LedgerEntry] {
        harness.seen.flatMap { notice -> [LedgerEntry] in if case .removed(let entries) = notice { entries } else { [] }
        }
    }

    @Test func `G2: near the limit climate is thinned, then counts are folded, then delivered rows go, alarms last`()
        throws
    {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(configuration(directory, 1 << 20))
        var seq: SequenceNumber = 0
        for _ in 0..<60 {
            let batch = (seq + 1...seq + 250).map { row($0, kinds($0)) }
            seq += 250
            try harness.append(batch)
            try harness.waitUntilCommitted(seq)
            // An orderly moment: whatever makes room has done so.
            _ = try harness.readLast(1)
        }
        // In the order in which a kind first lost a row.
        let order = losses(harness).map(\.kind).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        #expect(order.starts(with: ["climate", "passage"]), "\(order)")
        #expect(["climate", "passage", "access", "alarm"].starts(with: order), "\(order)")
        let failures = harness.seen.filter { if case .failing = $0 { true } else { false } }
        #expect(failures.isEmpty, "the ladder keeps the file below its limit")

        harness.close()

        // Every row is there, or stands for rows that the ledger tells of.
        let reopened = try JournalHarness(JournalConfiguration(directory: directory.path))
        #expect(reopened.opening.lastSeq == seq)
        var missing: UInt64 = 0
        var position: SequenceNumber = 0
        var alarms = 0
        while position < seq {
            let read = try reopened.read(after: position, maximumRows: 500)
            #expect(!read.isEmpty)
            for row in read {
                let first = row.removedFrom ?? row.seq
                #expect(first == position + 1)
                if row.removedFrom != nil { missing += row.seq - first + 1 }
                if row.kind == "alarm", row.removedFrom == nil { alarms += 1 }
                position = row.seq
            }
        }
        #expect(reopened.opening.untold.reduce(0) { $0 + $1.count } == missing)
        #expect(alarms > 0 && missing > 0)
        #expect(try reopened.verify().isSound)
        reopened.close()
        let size = try FileManager.default.attributesOfItem(atPath: directory.file("journal.db"))[.size] as? Int
        #expect(try #require(size) <= 1 << 20)
    }

    @Test
    func
        `G2: of climate one reading of each sensor and quarter-hour stays before any count goes, then finished counts`()
        throws
    {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(configuration(directory, 1 << 20))
        var seq: SequenceNumber = 0
        func kept(_ kind: String) throws -> [Int64: [Character: Int]] {
            var found: [Int64: [Character: Int]] = [:]
            for row in try harness.read() where row.kind == kind && row.removedFrom == nil {
                let letter = Character(UnicodeScalar(row.payload.first ?? 0))
                found[row.wall.milliseconds / 900_000, default: [:]][letter, default: 0] += 1
            }
            return found
        }
        func fill(until kind: String) throws {
            while !losses(harness).contains(where: { $0.kind == kind }), seq < 15_000 {
                try harness.append((seq + 1...seq + 50).map { row($0, kinds($0)) })
                seq += 50
                try harness.waitUntilCommitted(seq)
                _ = try harness.readLast(1)
            }
        }
        try fill(until: "climate")
        #expect(losses(harness).allSatisfy { $0.kind == "climate" && $0.cause == .limit })
        #expect(try kept("climate").count == Int(seq) / 900 + 1, "of each quarter-hour something stays")
        try fill(until: "passage")
        #expect(losses(harness).allSatisfy { ["climate", "passage"].contains($0.kind) })
        // Whatever quarter-hour was over long before has one reading of each sensor, and no more.
        let now = (Self.start + Int64(seq) * 1_000) / 900_000
        let climate = try kept("climate").filter { $0.key < now - 1 }
        #expect(climate.count > 1 && climate.values.allSatisfy { $0 == ["a": 1, "b": 1] }, "\(climate)")
        // Of the running quarter-hour no count has gone.
        let passages = try kept("passage")[now]?.values.reduce(0, +) ?? 0
        let counted = (1...seq).count {
            kinds($0) == "passage" && (Self.start + Int64($0) * 1_000) / 900_000 == now
        }
        #expect(passages == counted)
        harness.close()
    }

    @Test func `G2: a lost page in the middle keeps no room from being made, nor events from the disk`() throws {
        let directory = try TemporaryDirectory()
        var seq: SequenceNumber = 0
        func append(_ batches: Int, to harness: JournalHarness) throws {
            for _ in 0..<batches {
                try harness.append((seq + 1...seq + 250).map { row($0, kinds($0)) })
                seq += 250
                try harness.waitUntilCommitted(seq)
                _ = try harness.readLast(1)
            }
        }
        let first = try JournalHarness(configuration(directory, 1 << 20))
        try append(8, to: first)
        first.close()
        let file = URL(fileURLWithPath: directory.file("journal.db"))
        var bytes = try Data(contentsOf: file)
        let place = try #require(bytes.range(of: Data("a climate 302 ".utf8))).lowerBound / 2_048 * 2_048
        bytes.replaceSubrange(place..<place + 2_048, with: Data(count: 2_048))
        try bytes.write(to: file)
        let harness = try JournalHarness(configuration(directory, 1 << 20))
        try #require(harness.opening.setAside == nil && harness.opening.lastSeq == seq)
        // The rows beside the lost page may stay, up to 1,024 of them; all others take their turn.
        try append(40, to: harness)
        let failures = harness.seen.filter { if case .failing = $0 { true } else { false } }
        #expect(failures.isEmpty, "\(failures)")
        let lost = Set(losses(harness).map(\.kind))
        #expect(lost.isSuperset(of: ["climate", "passage"]), "\(lost)")
        harness.close()
    }

    @Test func `what the network has goes before access events do, and is no loss`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(configuration(directory, 1 << 20))
        var seq: SequenceNumber = 0
        for _ in 0..<60 {
            try harness.append((seq + 1...seq + 250).map { row($0, $0 % 2 == 0 ? "access" : "alarm") })
            seq += 250
            try harness.waitUntilCommitted(seq)
            #expect(harness.journal.acknowledge(upTo: seq))
            _ = try harness.readLast(1)
        }
        #expect(losses(harness).isEmpty)
        #expect(try harness.readLast(1).first?.seq == seq)
        #expect(try harness.verify().isSound)
        harness.close()
    }

    @Test func `a row that tells of a loss takes it out of the ledger with its own commit`() throws {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(configuration(directory, 1 << 20))
        var seq: SequenceNumber = 0
        while losses(first).isEmpty {
            try first.append((seq + 1...seq + 250).map { row($0, kinds($0)) })
            seq += 250
            try first.waitUntilCommitted(seq)
            _ = try first.readLast(1)
        }
        first.close()
        var harness = try JournalHarness(configuration(directory, 1 << 20))
        let untold = harness.opening.untold
        #expect(!untold.isEmpty)
        var telling = untold.enumerated().map { row(seq + UInt64($0.offset) + 1, "loss") }
        for index in telling.indices { telling[index].settles = untold[index] }
        try harness.append(telling)
        try harness.waitUntilCommitted(seq + UInt64(untold.count))
        harness.close()
        harness = try JournalHarness(configuration(directory, 1 << 20))
        #expect(Set(harness.opening.untold).isDisjoint(with: untold), "told once; what went since is new")
        harness.close()
    }
}
