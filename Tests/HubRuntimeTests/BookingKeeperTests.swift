internal import AccessControl
internal import Foundation
internal import Glibc
internal import HubMessages
@testable internal import HubRuntime
internal import Journal
internal import TestSupport
internal import Testing

@Suite struct BookingKeeperTests {
    private func booking(_ id: String, until end: Int64) throws -> Booking {
        Booking(
            id: try #require(BookingID(id)), space: try #require(SpaceID("coworking")),
            from: WallTime(milliseconds: 0), to: WallTime(milliseconds: end), credentials: [], partySize: nil,
            uses: nil,
            cancelled: false, source: .feed)
    }

    private func nextCount(_ keeper: BookingKeeper) throws -> Int {
        for _ in 0..<100 {
            if case .bookings(let window)? = keeper.next() { return window.count }
            var descriptor = pollfd(fd: keeper.arrived, events: Int16(POLLIN), revents: 0)
            _ = poll(&descriptor, 1, 100)
            keeper.drain()
        }
        throw Missing()
    }

    private struct Missing: Error {}

    @Test func `what matters comes before all that has ended is removed, and once more when it is`() throws {
        let directory = try TemporaryDirectory()
        let many = 5 * FeedStore.removedAtOnce
        let store = try FeedStore(directory: directory.path)
        try store.begin()
        try store.add(try (0..<many).map { try booking("ended-\($0)", until: 1_000) })
        try store.add([try booking("still-there", until: 9_000)])
        #expect(try store.complete(version: 1) == .done)
        let keeper = try BookingKeeper(store, hash: CredentialKey(Array(repeating: 1, count: 32)).hash)
        keeper.load(around: WallTime(milliseconds: 5_000), endedBefore: WallTime(milliseconds: 4_000))
        #expect(try nextCount(keeper) == many + 1 - FeedStore.removedAtOnce)
        #expect(try nextCount(keeper) == 1)
        #expect(keeper.close(within: .seconds(5)))
    }

    @Test func `a stop waits for one part of what has ended, and the next start goes on with the rest`() throws {
        let directory = try TemporaryDirectory()
        let many = 100 * FeedStore.removedAtOnce
        let store = try FeedStore(directory: directory.path)
        try store.begin()
        try store.add(try (0..<many).map { try booking("ended-\($0)", until: 1_000) })
        #expect(try store.complete(version: 1) == .done)
        let keeper = try BookingKeeper(store, hash: CredentialKey(Array(repeating: 1, count: 32)).hash)
        keeper.load(around: WallTime(milliseconds: 5_000), endedBefore: WallTime(milliseconds: 4_000))
        _ = try nextCount(keeper)
        #expect(keeper.close(within: .seconds(5)))
        // The first store still holds its lock, so the next start sees a copy.
        let copy = try TemporaryDirectory()
        for name in ["feed.db", "feed.db-journal"] {
            try FileManager.default.copyItem(atPath: directory.file(name), toPath: copy.file(name))
        }
        #expect(FileManager.default.contents(atPath: copy.file("feed.db-journal"))?.isEmpty == true)
        let rest = try FeedStore(directory: copy.path)
        #expect(rest.count > 0 && rest.count % FeedStore.removedAtOnce == 0 && rest.count < many)
        var parts = 1
        while try rest.removeEnded(before: WallTime(milliseconds: 4_000)) { parts += 1 }
        #expect(rest.count == 0 && parts > 1)
    }
}
