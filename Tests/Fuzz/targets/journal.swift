// modules: HubMessages CLinux CSQLite LinuxIO Journal
// packages: Crypto
import HubMessages
@testable import Journal
import LinuxIO

/// A sound journal with arbitrary bytes changed, cut or put into its database, its write-ahead log or its mark, or with a
/// mark that is sound in itself and says anything: it opens or is set aside, gives no row that was not written, every row
/// that it does not give it tells of, it goes on behind the last one, and who is erased is in no row any more.
func fuzz(_ input: inout FuzzInput) {
    let directory = FuzzFiles.own()
    var files = Template.files
    for _ in 0..<4 where !input.isEmpty { change(&files, &input) }
    for name in ["journal.db", "journal.db-wal", JournalMark.fileName] {
        FuzzFiles.write(files[name], directory + "/" + name)
    }
    defer { FuzzFiles.empty(directory) }
    do throws(JournalError) {
        var configuration = JournalConfiguration(directory: directory)
        configuration.knownKinds = ["passage", "door.opened"]
        let journal = try Journal.open(configuration, newID: JournalID(high: 9, low: 9))
        look(into: journal)
        _ = journal.close(within: .seconds(9))
    } catch {
        // Refused: a newer schema.
        check(!"\(error)".isEmpty, "a refusal without words")
    }
}

private func look(into journal: Journal) {
    let opening = journal.opening
    check(opening.isNew == (opening.id == JournalID(high: 9, low: 9)), "new, and not named so")
    check(!opening.isNew || opening.setAside != nil, "gone without being set aside")
    let next = opening.lastSeq + 1
    let anna = PersonSearch(names: ["anna"])
    check(journal.append(Template.row(next)), "no room")
    check(journal.read(after: 0, maximumRows: 4_096, maximumBytes: .max, request: 1), "no room")
    check(journal.verify([], request: 2), "no room")
    for _ in 0..<100 {
        journal.noticesArrived.wait(timeout: .milliseconds(100))
        while let notice = journal.nextNotice() {
            switch notice {
            case .committed(let seq, _):
                check(seq == next, "\(seq) committed, \(next) appended")
            case .rows(1, let rows):
                var expected: SequenceNumber?
                for row in rows {
                    if let expected { check((row.removedFrom ?? row.seq) <= expected, "a gap before \(row.seq)") }
                    if row.removedFrom == nil { check(row.payload == Template.row(row.seq).payload, "row \(row.seq)") }
                    expected = row.seq + 1
                }
            case .verified:
                check(journal.erase(anna, through: next, request: 3), "no room")
                check(journal.search(anna, through: next, request: 4), "no room")
            case .found(4, let rows, let isLast):
                // Where pages could not be written to, the erasure says so, and that has ended this before.
                check(rows.isEmpty, "erased, and still there: \(rows.map(\.seq))")
                if isLast { return }
            case .jobFailed, .failing: return
            case _: break
            }
        }
    }
    check(false, "nothing for ten seconds")
}

private func change(_ files: inout [String: [UInt8]], _ input: inout FuzzInput) {
    switch input.choice(5) {
    case 0...3:
        let name = ["journal.db", "journal.db-wal", JournalMark.fileName][input.choice(3)]
        FuzzFiles.damage(&files[name, default: []], &input)
    case _:
        let counter = UInt64(input.number()) << UInt64(input.byte() & 63)
        let seq = UInt64(input.number()) << UInt64(input.byte() & 63)
        guard let hash = ChainHash(bytes: (0..<32).map { _ in input.byte() }) else { return }
        let mark = JournalMark.encode(
            counter: counter, journal: JournalID(high: 0, low: 1), JournalHead(seq: seq, hash: hash))
        files[JournalMark.fileName] = mark + [UInt8](repeating: 0, count: 512 - mark.count) + mark
    }
}

/// A journal with rows in the file and in the log, erased ones, a run, and a ledger entry.
private enum Template {
    static func row(_ seq: SequenceNumber) -> JournalRow {
        JournalRow(
            seq: seq, wall: WallTime(milliseconds: Int64(clamping: seq &* 1_000)),
            kind: seq % 8 == 0 ? "door.opened" : "passage",
            payload: Array("{\"seq\":\(seq),\"who\":\"\(seq % 5 == 0 ? "anna" : "paul")\"}".utf8), isUrgent: true)
    }

    static let files: [String: [UInt8]] = {
        let made = FuzzFiles.directory + "/made"
        do throws(JournalError) {
            var configuration = JournalConfiguration(directory: made)
            configuration.pageSize = 512
            configuration.maximumBytes = 20 << 10
            configuration.ladder = [.remove(["passage"])]
            var journal = try Journal.open(configuration, newID: JournalID(high: 0, low: 1))
            var (isErased, isRemoved) = (false, false)
            // A few at a time: one transaction of all would be larger than the file may be.
            for seq in 1...200 as ClosedRange<UInt64> {
                _ = journal.append(row(seq))
                guard seq % 20 == 0 else { continue }
                wait(journal) { notice in
                    if case .removed = notice { isRemoved = true }
                    if case .committed(seq, _) = notice { return true }
                    return false
                }
            }
            _ = journal.erase(PersonSearch(names: ["anna"]), through: 200, request: 1)
            wait(journal) { notice in
                if case .erased = notice { isErased = true }
                if case .removed = notice { isRemoved = true }
                return isErased && isRemoved
            }
            check(journal.close(within: .seconds(9)), "not closed")
            journal = try Journal.open(configuration, newID: JournalID(high: 0, low: 1))
            for seq in 201...230 { _ = journal.append(row(UInt64(seq))) }
            wait(journal) { if case .committed(let seq, _) = $0 { seq >= 230 } else { false } }
            // As a power cut leaves it: with its log.
            let found = ["journal.db", "journal.db-wal", JournalMark.fileName].map {
                ($0, FuzzFiles.read(made + "/" + $0))
            }
            _ = journal.close(within: .seconds(9))
            return Dictionary(uniqueKeysWithValues: found)
        } catch {
            fatalError("\(error)")
        }
    }()

    private static func wait(_ journal: Journal, for isIt: (JournalNotice) -> Bool) {
        while true {
            journal.noticesArrived.wait(timeout: .seconds(5))
            while let notice = journal.nextNotice() {
                if isIt(notice) { return }
            }
        }
    }
}
