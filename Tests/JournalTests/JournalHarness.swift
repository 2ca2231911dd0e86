internal import Foundation
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import Testing

/// What stops a test that waits for a notice that does not come.
struct NoNotice: Error, CustomStringConvertible {
    var wanted: String
    var seen: [JournalNotice]
    var description: String { "waited in vain for \(wanted); seen: \(seen.suffix(20))" }
}

/// A journal and the loop's side of it.
final class JournalHarness {
    let journal: Journal
    private(set) var seen: [JournalNotice] = []
    private var nextRequest: UInt64 = 1

    init(_ configuration: JournalConfiguration, id: UInt64 = 1) throws {
        journal = try Journal.open(configuration, newID: JournalID(high: 0, low: id))
    }

    convenience init(_ directory: String, id: UInt64 = 1) throws {
        try self.init(JournalConfiguration(directory: directory), id: id)
    }

    var opening: JournalOpening { journal.opening }

    /// Waits for the first notice, among those not yet waited for, that `pick` turns into something.
    func wait<Found>(for wanted: String, _ pick: (JournalNotice) -> Found?) throws -> Found {
        var passed: [JournalNotice] = []
        for _ in 0..<300 {
            while let notice = journal.nextNotice() {
                seen.append(notice)
                passed.append(notice)
                if let found = pick(notice) { return found }
            }
            journal.noticesArrived.wait(timeout: .milliseconds(100))
        }
        throw NoNotice(wanted: wanted, seen: passed)
    }

    func waitUntilCommitted(_ seq: SequenceNumber) throws {
        try wait(for: "committed up to \(seq)") { notice in
            if case .committed(let upTo, _) = notice, upTo >= seq { () } else { nil }
        }
    }

    /// Appends, waiting where the queue is full.
    func append(_ rows: some Sequence<JournalRow>) throws {
        for row in rows {
            var tries = 0
            while !journal.append(row) {
                tries += 1
                guard tries < 3_000 else { throw NoNotice(wanted: "room for row \(row.seq)", seen: seen) }
                while let notice = journal.nextNotice() { seen.append(notice) }
                usleep(10_000)
            }
        }
    }

    func request() -> UInt64 {
        defer { nextRequest += 1 }
        return nextRequest
    }

    func read(after seq: SequenceNumber = 0, maximumRows: Int = .max, maximumBytes: Int = .max) throws
        -> [JournalRow]
    {
        let request = request()
        #expect(
            journal.read(after: seq, maximumRows: maximumRows, maximumBytes: maximumBytes, request: request))
        return try wait(for: "the rows after \(seq)") { notice in
            if case .rows(request, let rows) = notice { rows } else { nil }
        }
    }

    func readLast(_ count: Int) throws -> [JournalRow] {
        let request = request()
        #expect(journal.readLast(count, request: request))
        return try wait(for: "the last \(count) rows") { notice in
            if case .rows(request, let rows) = notice { rows } else { nil }
        }
    }

    func stored(_ change: (UInt64) -> Bool) throws {
        let request = request()
        #expect(change(request))
        try wait(for: "bookings stored, request \(request)") { notice in
            if case .bookingsStored(request) = notice { () } else { nil }
        }
    }

    func verify(_ heads: [JournalHead] = []) throws -> JournalVerification {
        let request = request()
        #expect(journal.verify(heads, request: request))
        return try wait(for: "the verification") { notice in
            if case .verified(request, let found) = notice { found } else { nil }
        }
    }

    func erase(_ person: PersonSearch, through seq: SequenceNumber = 0) throws -> UInt64 {
        let request = request()
        #expect(journal.erase(person, through: seq, request: request))
        return try wait(for: "the erasure") { notice in
            if case .erased(request, let count) = notice { count } else { nil }
        }
    }

    func find(_ person: PersonSearch, through seq: SequenceNumber = 0) throws -> [JournalRow] {
        let request = request()
        #expect(journal.search(person, through: seq, request: request))
        var found: [JournalRow] = []
        try wait(for: "the rows that name somebody") { notice in
            guard case .found(request, let rows, let isLast) = notice else { return Void?.none }
            found += rows
            return isLast ? () : nil
        }
        return found
    }

    /// Reads up to `last` as the daemon does: on from the last row given or reported lost.
    func readThrough(_ last: SequenceNumber) throws -> (given: [JournalRow], lost: [ClosedRange<SequenceNumber>]) {
        var (given, lost): ([JournalRow], [ClosedRange<SequenceNumber>]) = ([], [])
        var position: SequenceNumber = 0
        while position < last {
            let rows = try read(after: position, maximumRows: 100)
            for row in rows {
                #expect((row.removedFrom ?? row.seq) == position + 1, "no gap before \(row.seq)")
                position = row.seq
                given.append(row)
            }
            guard rows.count < 100, position < last else { continue }
            let range = try wait(for: "the report of what is lost after \(position)") { notice in
                if case .unreadable(_, let first, let last) = notice { first...last } else { nil }
            }
            #expect(range.lowerBound == position + 1)
            lost.append(range)
            position = range.upperBound
        }
        return (given, lost)
    }

    func close() {
        #expect(journal.close(within: .seconds(30)), "the journal did not close")
    }
}

/// The row that test `seq` appends: its payload follows from its seq.
func row(_ seq: SequenceNumber, bytes: Int = 100) -> JournalRow {
    var payload = Array("{\"seq\":\(seq),\"fill\":\"".utf8)
    payload += [UInt8](
        repeating: UInt8(ascii: "a") + UInt8(seq % 26), count: max(0, bytes - payload.count - 2))
    payload += Array("\"}".utf8)
    return JournalRow(
        seq: seq, wall: WallTime(milliseconds: 1_700_000_000_000 + Int64(seq)), kind: "test.row",
        payload: payload)
}

func rows(_ range: ClosedRange<SequenceNumber>, bytes: Int = 100) -> [JournalRow] {
    range.map { row($0, bytes: bytes) }
}
