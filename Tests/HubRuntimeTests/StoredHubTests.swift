internal import Foundation
internal import HubMessages
@testable internal import HubRuntime
internal import Journal
internal import MessageCoding
internal import TestSupport
internal import Testing

@Suite struct StoredHubTests {
    @Test func `G2 a saved state that is damaged on the disk is told as a loss`() throws {
        let directory = try TemporaryDirectory()
        let settings = JournalConfiguration(directory: directory.path)
        let value = Array(#"{"fire":"UNMISTAKABLE"}"#.utf8)
        let first = try Journal.open(settings, newID: JournalID(high: 1, low: 1))
        #expect(first.saveState(key: "doors", value: value))
        #expect(first.close(within: .seconds(10)))
        let file = URL(fileURLWithPath: directory.file("bookings.db"))
        var bytes = try Data(contentsOf: file)
        bytes[try #require(bytes.range(of: Data("UNMISTAKABLE".utf8))).lowerBound] ^= 1
        try bytes.write(to: file)
        let second = try Journal.open(settings, newID: JournalID(high: 2, low: 2))
        defer { _ = second.close(within: .seconds(10)) }
        #expect(second.opening.bookings.state["doors"] == nil)
        #expect(
            StoredHub(second.opening, coding: MessageCoding()).losses == [
                Loss(cause: .bookingsDamaged, source: "bookings.db", count: 1)
            ])
    }

    @Test func `G2 what a card has lost of the journal is told as a loss with its numbers`() throws {
        let directory = try TemporaryDirectory()
        let settings = JournalConfiguration(directory: directory.path)
        func live(_ rows: ClosedRange<SequenceNumber>) throws {
            let journal = try Journal.open(settings, newID: JournalID(high: 1, low: 1))
            for seq in rows {
                #expect(
                    journal.append(
                        JournalRow(seq: seq, wall: WallTime(milliseconds: 0), kind: "passage", payload: [1])))
            }
            #expect(journal.close(within: .seconds(10)))
        }
        try live(1...5)
        let file = URL(fileURLWithPath: directory.file("journal.db"))
        let older = try Data(contentsOf: file)
        try live(6...9)
        try older.write(to: file)
        let journal = try Journal.open(settings, newID: JournalID(high: 2, low: 2))
        defer { _ = journal.close(within: .seconds(10)) }
        #expect(
            StoredHub(journal.opening, coding: MessageCoding()).losses == [
                Loss(cause: .diskLostEvents, source: "journal.db", count: 4, first: 6, last: 9)
            ])
    }
}
