internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

@Suite struct BookingStoreTests {
    private func booking(_ id: String, _ source: StoredBooking.Source, _ text: String = "") -> StoredBooking {
        StoredBooking(id: id, source: source, payload: Array("\(id) \(text)".utf8))
    }

    @Test func `G1 local bookings and states are there again after a restart`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        #expect(harness.opening.bookings.feedVersion == 0)
        let journal = harness.journal
        try harness.stored { journal.putLocal(booking("a", .local, "first"), request: $0) }
        try harness.stored { journal.putLocal(booking("a", .local, "second"), request: $0) }
        try harness.stored { journal.putLocal(booking("c", .local), request: $0) }
        try harness.stored { journal.removeLocal(id: "c", request: $0) }
        try harness.stored { journal.removeLocal(id: "never there", request: $0) }
        #expect(journal.saveState(key: "occupancy", value: [1]))
        #expect(journal.saveState(key: "occupancy", value: [2, 0]))
        #expect(journal.saveState(key: "empty", value: []))
        harness.close()

        let reopened = try JournalHarness(directory.path)
        let opening = reopened.opening.bookings
        #expect(opening.feedVersion == 0)
        #expect(opening.bookings == [booking("a", .local, "second")])
        #expect(opening.state == ["occupancy": [2, 0], "empty": []])
        #expect(opening.damagedFeedRows == 0 && opening.damagedLocalRows == 0 && opening.damagedStates == 0)
        reopened.close()
    }

    @Test
    func `a damaged bookings file is set aside and the journal is not touched, nor the other way round`()
        throws
    {
        let directory = try TemporaryDirectory()
        let first = try JournalHarness(directory.path)
        try first.append(rows(1...5))
        let journal = first.journal
        try first.stored { journal.putLocal(booking("a", .local), request: $0) }
        first.close()

        let rubbish = Data(repeating: 1, count: 5_000)
        try rubbish.write(to: URL(fileURLWithPath: directory.file("bookings.db")))
        let second = try JournalHarness(directory.path, id: 2)
        #expect(second.opening.setAside == nil)
        #expect(second.opening.lastSeq == 5)
        #expect(second.opening.bookings.bookings == [])
        #expect(second.opening.bookings.setAside?.path == directory.file("bookings.db.damaged-1"))
        let again = second.journal
        try second.stored { again.putLocal(booking("b", .local), request: $0) }
        second.close()

        try rubbish.write(to: URL(fileURLWithPath: directory.file("journal.db")))
        let third = try JournalHarness(directory.path, id: 3)
        #expect(third.opening.isNew)
        #expect(third.opening.bookings.bookings == [booking("b", .local)])
        third.close()
    }

    @Test func `a booking whose bytes changed on the disk is left out and counted`() throws {
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        let journal = harness.journal
        try harness.stored { journal.putLocal(booking("a", .local, "UNMISTAKABLE"), request: $0) }
        try harness.stored { journal.putLocal(booking("b", .local), request: $0) }
        harness.close()
        let file = URL(fileURLWithPath: directory.file("bookings.db"))
        var bytes = try Data(contentsOf: file)
        let place = try #require(bytes.range(of: Data("UNMISTAKABLE".utf8)))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: file)
        let reopened = try JournalHarness(directory.path)
        #expect(reopened.opening.bookings.bookings == [booking("b", .local)])
        #expect(reopened.opening.bookings.damagedLocalRows == 1)
        reopened.close()
    }
}
