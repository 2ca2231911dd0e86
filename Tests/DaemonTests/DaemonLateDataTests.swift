internal import Foundation
internal import HubMessages
internal import TestSupport
internal import Testing

/// Bookings that become known after their time and after a restart.
@Suite struct DaemonLateDataTests {
    private func record(_ event: JournalEvent, _ start: WallTime, revision: Int) -> UtilizationRecord? {
        guard case .utilization(let record) = event, record.space.rawValue == "coworking", record.start == start,
            record.revision == revision
        else { return nil }
        return record
    }

    @Test func `a quarter-hour from before a restart is given out anew, and an erased booking leaves the file`() throws
    {
        let daemon = try TestDaemon(port: nil)
        daemon.configuration.set("simulation", "speed", "200")
        daemon.configuration.set("simulation", "start", "\"2026-11-23T08:10:00+01:00\"")
        let since = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        daemon.configuration.set("simulation", "since", "\"\(since.rfc3339)\"")
        try daemon.start()
        let start = try #require(WallTime(rfc3339: "2026-11-23T07:15:00Z"))
        let first = try daemon.waitForEvent("the first record") { record($0, start, revision: 0) }
        #expect(first.use.booked == 0)
        #expect(daemon.stop() == 0)

        try daemon.start()
        let entry = BookingFeed.Entry(
            id: try #require(BookingID("LATE-4711-CANARY")), space: first.space, from: start + .seconds(300),
            to: start + .seconds(6 * 3_600), credentials: [CredentialDescription(facility: 12, number: 1)])
        #expect(try daemon.ask(.addBooking(booking: entry)) == .done)
        let second = try daemon.waitForEvent("the second record") { record($0, start, revision: 1) }
        #expect(second.use.booked == 600 && second.use.bookings == 1)
        var rest = second.use
        (rest.booked, rest.bookings, rest.usedBooked) = (0, 0, 0)
        #expect(rest == first.use)

        #expect(daemon.stop() == 0)
        #expect(try names(daemon) > 0)
        try daemon.start()
        let person = PersonDescription(bookings: [entry.id])
        guard case .erased = try daemon.ask(.privacyErase(person: person)) else {
            Issue.record("not erased")
            return
        }
        try daemon.wait(for: "the booking to be gone") { try names(daemon) == 0 ? () : nil }
        #expect(daemon.stop() == 0)
        #expect(try names(daemon) == 0)
    }

    /// In how many of the databases' files the booking is named.
    private func names(_ daemon: TestDaemon) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: daemon.state).count { name in
            try Data(contentsOf: URL(fileURLWithPath: "\(daemon.state)/\(name)"))
                .range(of: Data("LATE-4711-CANARY".utf8)) != nil
        }
    }
}
