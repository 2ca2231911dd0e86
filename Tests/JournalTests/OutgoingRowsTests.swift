import HubMessages
import Journal
import Testing

/// What need not be read back from the disk, and when it must be.
@Suite struct OutgoingRowsTests {
    private func row(_ seq: SequenceNumber, bytes: Int = 10) -> JournalRow {
        JournalRow(
            seq: seq, wall: WallTime(milliseconds: 0), kind: "door.opened",
            payload: Array(repeating: UInt8(truncatingIfNeeded: seq), count: bytes))
    }

    private func rows(_ sequence: ClosedRange<SequenceNumber>, bytes: Int = 10) -> OutgoingRows {
        var rows = OutgoingRows()
        for seq in sequence { rows.append(row(seq, bytes: bytes)) }
        return rows
    }

    private func found(
        _ rows: inout OutgoingRows, after seq: SequenceNumber, through committed: SequenceNumber,
        maximumRows: Int = 100,
        maximumBytes: Int = 65_536
    ) -> [SequenceNumber]? {
        let found = rows.find(
            1, after: seq, through: committed, maximumRows: maximumRows, maximumBytes: maximumBytes)
        guard let found else { return nil }
        let taken = rows.take(1) ?? []
        #expect(taken.last?.seq == found.last && taken.reduce(0) { $0 + $1.payload.count } == found.bytes)
        #expect(taken.allSatisfy { $0.payload.allSatisfy { [seq = $0.seq] in $0 == UInt8(truncatingIfNeeded: seq) } })
        return taken.map(\.seq)
    }

    @Test func `only what is on disk is found, in order, each row once`() {
        var rows = rows(5...9)
        #expect(found(&rows, after: 4, through: 4) == nil)
        #expect(found(&rows, after: 4, through: 6) == [5, 6])
        #expect(found(&rows, after: 4, through: 6) == nil)
        #expect(found(&rows, after: 6, through: 20) == [7, 8, 9])
        #expect(rows.take(1) == nil)
    }

    @Test func `what is older than the first is read from the disk`() {
        var rows = rows(5...9)
        #expect(found(&rows, after: 3, through: 9) == nil)
        // What lies before the row that is asked for was sent another way, and is not kept.
        #expect(found(&rows, after: 6, through: 9) == [7, 8, 9])
        #expect(found(&rows, after: 4, through: 9) == nil)
    }

    @Test func `the limits of a read hold, but one row comes in any case`() {
        var rows = rows(1...9)
        #expect(found(&rows, after: 0, through: 9, maximumRows: 2) == [1, 2])
        #expect(found(&rows, after: 2, through: 9, maximumBytes: 35) == [3, 4, 5])
        #expect(found(&rows, after: 5, through: 9, maximumBytes: 1) == [6])
    }

    @Test func `of a network that does not keep up nothing is kept but the last rows`() {
        var many = rows(1...SequenceNumber(OutgoingRows.freshRows) + 3)
        #expect(found(&many, after: 0, through: 200) == nil)
        #expect(found(&many, after: 100, through: 200) == [101, 102, 103])
        var large = rows(1...3, bytes: OutgoingRows.freshBytes / 2 - 1)
        #expect(found(&large, after: 0, through: 3) == nil)
        #expect(found(&large, after: 2, through: 3) == [3])
        // One alone that is over the limit is not kept at all, nor what is before it.
        var huge = rows(1...1)
        huge.append(row(2, bytes: OutgoingRows.freshBytes + 1))
        huge.append(row(3))
        #expect(found(&huge, after: 0, through: 3) == nil && found(&huge, after: 1, through: 3) == nil)
        #expect(found(&huge, after: 2, through: 3) == [3])
    }

    @Test func `after a gap the rows before it are not kept`() {
        var rows = rows(1...2)
        rows.append(row(4))
        #expect(found(&rows, after: 0, through: 4) == nil)
        #expect(found(&rows, after: 3, through: 4) == [4])
    }

    @Test func `nothing is left of what is to be forgotten`() {
        var rows = rows(1...3)
        rows.found(7, [row(9)])
        #expect(rows.find(8, after: 0, through: 2, maximumRows: 2, maximumBytes: 100)?.last == 2)
        rows.forgetFresh()
        #expect(found(&rows, after: 2, through: 3) == nil)
        rows.append(row(3))
        rows.forget()
        #expect(rows.take(7) == nil && rows.take(8) == nil)
        #expect(found(&rows, after: 2, through: 3) == nil)
    }
}
