internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

/// One damaged byte anywhere in the files of bookings, on every page of them.
///
/// By default one byte in 48 takes its turn, on every page, which ones follows from the seed. `REGIOHUB_BYTES=all` tries
/// every one with every one of its bits.
@Suite struct BookingByteTests {
    private static let triesAll = ProcessInfo.processInfo.environment["REGIOHUB_BYTES"] == "all"

    private enum Outcome: Hashable { case refused, aside, told, harmless }

    /// Damages `whole` and looks what `look` makes of each.
    private func damage(_ whole: Data, _ look: (Data, String) throws -> Outcome) throws {
        var random = SeededRandom.announced()
        var outcomes: [Outcome: Int] = [:]
        var pages: Set<Int> = []
        for place in whole.indices where Self.triesAll || Int.random(in: 0..<48, using: &random) == 0 {
            for bit in Self.triesAll ? Array(0..<8) : [Int.random(in: 0..<8, using: &random)] {
                var damaged = whole
                damaged[place] ^= 1 << UInt8(bit)
                outcomes[try look(damaged, "byte \(place), bit \(bit)"), default: 0] += 1
                pages.insert(place / 4_096)
            }
        }
        #expect(pages.count == whole.count / 4_096, "every page")
        print(
            "\(outcomes.values.reduce(0, +)) flips on \(pages.count) pages: "
                + "\(outcomes[.aside] ?? 0) set aside, \(outcomes[.told] ?? 0) told of, "
                + "\(outcomes[.harmless] ?? 0) without any effect, \(outcomes[.refused] ?? 0) refused as newer")
        #expect(outcomes[.aside] ?? 0 > 0 && outcomes[.told] ?? 0 > 0 && outcomes[.harmless] ?? 0 > 0)
    }

    private func put(_ damaged: Data, as name: String, in copy: TemporaryDirectory) throws {
        for name in try copy.names() { try FileManager.default.removeItem(atPath: copy.file(name)) }
        try damaged.write(to: URL(fileURLWithPath: copy.file(name)))
    }

    // MARK: feed.db

    private static func booking(_ number: UInt64) throws -> Booking {
        Booking(
            id: try #require(BookingID("B-2026-\(number)")), space: try #require(SpaceID("coworking")),
            from: WallTime(milliseconds: Int64(number) * 900_000),
            to: WallTime(milliseconds: Int64(number) * 1_800_000 + 900_000),
            credentials: [CredentialToken(high: number, low: ~number)], partySize: 2, uses: nil, cancelled: false,
            source: .feed)
    }

    @Test func `G1 one damaged byte anywhere in the feed's file is told of or harmless, and no booking is another`()
        throws
    {
        let bookings = try (1...120).map(Self.booking)
        let written = Set(bookings)
        let directory = try TemporaryDirectory()
        do {
            let store = try FeedStore(directory: directory.path)
            try store.begin()
            try store.add(bookings)
            #expect(try store.complete(version: 42) == .done)
        }
        let copy = try TemporaryDirectory(inMemory: true)
        try damage(Data(contentsOf: URL(fileURLWithPath: directory.file("feed.db")))) { damaged, what in
            try put(damaged, as: "feed.db", in: copy)
            let store: FeedStore
            do {
                store = try FeedStore(directory: copy.path)
            } catch JournalError.newerSchema {
                return .refused
            }
            if let aside = store.setAside {
                #expect(store.version == 0 && store.count == 0, "\(what)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: aside.path)) == damaged, "\(what)")
                return .aside
            }
            #expect(store.version == 42, "\(what): version \(store.version)")
            do {
                let range = try store.range(around: WallTime(milliseconds: 0), reaches: [.seconds(1)], limit: .max)
                #expect(written.isSuperset(of: range.bookings), "\(what): a booking is another")
                #expect(Set(range.bookings).count == range.bookings.count, "\(what): a booking is there twice")
                if range.damaged > 0 { return .told }
                #expect(range.bookings.count == written.count, "\(what): \(range.bookings.count) bookings")
                return .harmless
            } catch {
                return .told
            }
        }
    }

    // MARK: bookings.db

    private static func local(_ number: Int) -> StoredBooking {
        StoredBooking(
            id: "B-\(number)", source: .local, payload: Array("{\"id\":\"B-\(number)\",\"space\":\"coworking\"}".utf8))
    }

    @Test func `G1 one damaged byte anywhere in bookings.db is told of or harmless, and nothing in it is another`()
        throws
    {
        let bookings = (1...90).map(Self.local)
        let states = (1...12).map { ("state-\($0)", Array(String(repeating: "\($0),", count: 100).utf8)) }
        let directory = try TemporaryDirectory()
        let harness = try JournalHarness(directory.path)
        for booking in bookings { try harness.stored { harness.journal.putLocal(booking, request: $0) } }
        for (key, value) in states { #expect(harness.journal.saveState(key: key, value: value)) }
        harness.close()
        let copy = try TemporaryDirectory(inMemory: true)
        try damage(Data(contentsOf: URL(fileURLWithPath: directory.file("bookings.db")))) { damaged, what in
            try put(damaged, as: "bookings.db", in: copy)
            let harness: JournalHarness
            do {
                harness = try JournalHarness(copy.path, id: 2)
            } catch JournalError.newerSchema {
                return .refused
            }
            defer { harness.close() }
            let opening = harness.opening.bookings
            if let aside = opening.setAside {
                #expect(opening.bookings.isEmpty && opening.state.isEmpty, "\(what)")
                #expect(FileManager.default.fileExists(atPath: aside.path), "\(what)")
                return .aside
            }
            #expect(opening.feedVersion == 0, "\(what): version \(opening.feedVersion)")
            #expect(Set(bookings).isSuperset(of: opening.bookings), "\(what): a booking is another")
            for (key, value) in opening.state {
                #expect(states.contains { $0.0 == key && $0.1 == value }, "\(what): a state is another")
            }
            if opening.damagedFeedRows + opening.damagedLocalRows + opening.damagedStates > 0 { return .told }
            #expect(opening.bookings.count == bookings.count, "\(what): \(opening.bookings.count) bookings")
            #expect(opening.state.count == states.count, "\(what): \(opening.state.count) states")
            return .harmless
        }
    }
}
