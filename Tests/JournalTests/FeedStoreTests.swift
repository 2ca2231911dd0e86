internal import Foundation
internal import HubMessages
internal import Journal
internal import TestSupport
internal import Testing

@Suite struct FeedStoreTests {
    private let reaches: [Duration] = [.seconds(1_800), .seconds(7_200), .seconds(86_400)]

    private func booking(
        _ id: String, _ from: Int64, _ to: Int64, uses: Int? = nil, party: Int? = nil, cancelled: Bool = false,
        tokens: [UInt64] = [1]
    ) throws -> Booking {
        Booking(
            id: try #require(BookingID(id)), space: try #require(SpaceID("coworking")),
            from: WallTime(milliseconds: from * 1_000), to: WallTime(milliseconds: to * 1_000),
            credentials: tokens.map { CredentialToken(high: $0, low: ~$0) }, partySize: party, uses: uses,
            cancelled: cancelled, source: .feed)
    }

    private func store(_ directory: TemporaryDirectory, version: UInt64, _ bookings: [Booking]) throws -> FeedStore {
        let store = try FeedStore(directory: directory.path)
        try store.begin()
        try store.add(bookings)
        #expect(try store.complete(version: version) == .done)
        return store
    }

    private func all(_ store: FeedStore) throws -> [Booking] {
        try store.range(around: WallTime(milliseconds: 0), reaches: reaches, limit: .max).bookings
    }

    @Test func `G1 a feed is there again after a restart, with every field`() throws {
        let directory = try TemporaryDirectory()
        let bookings = [
            try booking("a", 0, 3_600, uses: 3, party: 2, cancelled: true, tokens: [1, .max, 0x0102_0304_0506_0708]),
            try booking("b/ü".replacingOccurrences(of: "ü", with: "~"), -5, 5, tokens: []),
        ]
        var first: FeedStore? = try store(directory, version: .max, bookings)
        #expect(try all(#require(first)) == bookings)
        first = nil
        let second = try FeedStore(directory: directory.path)
        #expect(second.version == .max && second.count == 2 && second.setAside == nil)
        #expect(try all(second) == bookings)
    }

    @Test func `G8 until a feed is complete the one before is in use, whatever becomes of the new one`() throws {
        let directory = try TemporaryDirectory()
        let old = [try booking("old", 0, 9)]
        let used = try store(directory, version: 1, old)
        try used.begin()
        try used.add([try booking("new", 0, 9), try booking("new", 1, 9)])
        #expect(try used.complete(version: 2) == .duplicate(#require(BookingID("new"))))
        #expect(try used.version == 1 && all(used) == old)
        // Power goes while the next is written.
        try used.begin()
        try used.add([try booking("new", 0, 9)])
        #expect(FileManager.default.fileExists(atPath: directory.file("feed.new")))
        let copy = try TemporaryDirectory()
        for name in ["feed.db", "feed.new"] {
            try FileManager.default.copyItem(atPath: directory.file(name), toPath: copy.file(name))
        }
        let after = try FeedStore(directory: copy.path)
        #expect(try after.version == 1 && all(after) == old)
        #expect(!FileManager.default.fileExists(atPath: copy.file("feed.new")))
        #expect(try used.complete(version: 3) == .done)
        #expect(try used.version == 3 && all(used).map(\.id.rawValue) == ["new"])
        #expect(!FileManager.default.fileExists(atPath: directory.file("feed.new")))
    }

    @Test func `a range is what a plain scan finds, and the longest that fits (seeded)`() throws {
        var random = SeededRandom.announced()
        for round in 0..<12 {
            let directory = try TemporaryDirectory()
            var bookings: [Booking] = []
            for index in 0..<400 {
                let from = Int64.random(in: -400_000...400_000, using: &random)
                // From minutes to years.
                let longest = Int64(1) << Int64.random(in: 1...28, using: &random)
                let length = Int64.random(in: 1...longest, using: &random)
                bookings.append(try booking("b\(index)", from, from + length))
            }
            let store = try store(directory, version: 1, bookings)
            for _ in 0..<20 {
                let limit = Int.random(in: 1...450, using: &random)
                let time = WallTime(milliseconds: .random(in: -500_000_000...500_000_000, using: &random))
                let range = try store.range(around: time, reaches: reaches, limit: limit)
                func scan(_ reach: Duration) -> Set<BookingID> {
                    Set(bookings.filter { $0.from < time + reach && $0.to > time - reach }.map(\.id))
                }
                let found = Set(range.bookings.map(\.id))
                #expect(range.damaged == 0 && found.count == range.bookings.count && found.count <= limit)
                if limit >= bookings.count {
                    #expect(range.from == nil && range.to == nil && found.count == bookings.count)
                    continue
                }
                let fitting = reaches.prefix { scan($0).count <= limit }
                let reach = fitting.last ?? reaches[0]
                #expect(range.from == time - reach && range.to == time + reach, "round \(round)")
                if fitting.isEmpty {
                    #expect(range.omitted > 0 && found.count == limit && found.isSubset(of: scan(reach)))
                } else {
                    #expect(range.omitted == 0 && found == scan(reach))
                }
            }
        }
    }

    @Test func `G10 what has ended, and a person, leave the file and not only the table`() throws {
        let directory = try TemporaryDirectory()
        let store = try store(
            directory, version: 1,
            [
                try booking("ENDED-LONG-AGO", 0, 10), try booking("ALICES-OWN", 50, 90, tokens: [7]),
                try booking("shared", 50, 90, tokens: [7, 8]), try booking("bobs", 50, 90, tokens: [8]),
                try booking("NAMED-BY-ID", 50, 90, tokens: [9]),
            ])
        #expect(try !store.removeEnded(before: WallTime(milliseconds: 20_000)))
        let changed = try store.erase(
            tokens: [CredentialToken(high: 7, low: ~7)], ids: [try #require(BookingID("NAMED-BY-ID"))])
        #expect(changed == 3 && store.count == 2)
        #expect(try Set(all(store).map(\.id.rawValue)) == ["shared", "bobs"])
        #expect(try all(store).allSatisfy { $0.credentials == [CredentialToken(high: 8, low: ~8)] })
        for name in ["feed.db", "feed.db-journal", "feed.db-wal"] {
            guard let bytes = FileManager.default.contents(atPath: directory.file(name)) else { continue }
            for text in ["ENDED-LONG-AGO", "ALICES-OWN", "NAMED-BY-ID"] {
                #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text) is still in \(name)")
            }
            #expect(bytes.range(of: withUnsafeBytes(of: UInt64(7).bigEndian) { Data($0) } + Data([255])) == nil)
        }
    }

    @Test func `G10 a person is erased from a damaged booking, too`() throws {
        let directory = try TemporaryDirectory()
        do {
            _ = try store(
                directory, version: 1,
                [
                    try booking("by-id-DAMAGED", 0, 9, tokens: [3]),
                    try booking("by-card-DAMAGED", 0, 9, tokens: [7, 8]),
                    try booking("other-DAMAGED", 0, 9, tokens: [8]), try booking("whole", 0, 9, tokens: [8]),
                ])
        }
        let file = URL(fileURLWithPath: directory.file("feed.db"))
        var bytes = try Data(contentsOf: file)
        // The number of people behind the space's name is part of what is checked.
        var place = bytes.startIndex
        while let next = bytes[place...].range(of: Data("DAMAGEDcoworking".utf8)) {
            bytes[next.upperBound - 1] ^= 1
            place = next.upperBound
        }
        try bytes.write(to: file)
        let damaged = try FeedStore(directory: directory.path)
        let range = try damaged.range(around: WallTime(milliseconds: 0), reaches: reaches, limit: .max)
        try #require(range.damaged == 3)
        let erased = try damaged.erase(
            tokens: [CredentialToken(high: 7, low: ~7)], ids: [try #require(BookingID("by-id-DAMAGED"))])
        #expect(erased == 2 && damaged.count == 2)
        let left = try Data(contentsOf: file)
        for word in ["by-id-DAMAGED", "by-card-DAMAGED"] { #expect(left.range(of: Data(word.utf8)) == nil, "\(word)") }
        #expect(left.range(of: Data("other-DAMAGED".utf8)) != nil)
    }

    @Test func `what has ended goes in parts, so that a stop in the middle leaves little to take back`() throws {
        let directory = try TemporaryDirectory()
        let many = 2 * FeedStore.removedAtOnce + 7
        // Of all lengths, so that a part ends in the middle of a class.
        let ended = try (0..<many).map { try booking("ended-\($0)", 0, 1_800 << Int64($0 % 5)) }
        let store = try store(directory, version: 1, ended + [try booking("still-there", 0, 90_000)])
        let over = WallTime(milliseconds: 80_000_000)
        #expect(try store.removeEnded(before: over))
        #expect(store.count == many + 1 - FeedStore.removedAtOnce)
        #expect(try all(store).count == store.count)
        #expect(try store.removeEnded(before: over))
        #expect(try !store.removeEnded(before: over))
        #expect(try all(store).map(\.id.rawValue) == ["still-there"] && store.count == 1)
        #expect(try !store.removeEnded(before: over))
    }

    @Test func `a damaged booking is left out and counted, a damaged file is set aside`() throws {
        let directory = try TemporaryDirectory()
        do {
            _ = try store(directory, version: 4, [try booking("UNMISTAKABLE", 0, 9), try booking("b", 0, 9)])
        }
        let file = URL(fileURLWithPath: directory.file("feed.db"))
        var bytes = try Data(contentsOf: file)
        let place = try #require(bytes.range(of: Data("UNMISTAKABLE".utf8)))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: file)
        let flipped = try FeedStore(directory: directory.path)
        let range = try flipped.range(around: WallTime(milliseconds: 0), reaches: reaches, limit: .max)
        #expect(range.damaged == 1 && range.bookings.map(\.id.rawValue) == ["b"])
        try Data(repeating: 1, count: 5_000).write(to: file)
        let rubbish = try FeedStore(directory: directory.path)
        #expect(rubbish.version == 0 && rubbish.setAside?.path == directory.file("feed.db.damaged-1"))
        #expect(try all(rubbish) == [])
    }

    @Test func `a feed of schema 1 goes on, and what ends leaves it`() throws {
        let directory = try TemporaryDirectory()
        do {
            _ = try store(directory, version: 7, [try booking("ended", 0, 9), try booking("b", 0, 90)])
        }
        // What schema 2 added is the checksum of version and count.
        let shell = try ChildProcess(
            "/usr/bin/sqlite3",
            [directory.file("feed.db"), "ALTER TABLE feed DROP COLUMN checksum; PRAGMA user_version = 1;"])
        shell.wait()
        try #require(shell.exitStatus == 0)
        let first = try FeedStore(directory: directory.path)
        #expect(first.setAside == nil && first.version == 7 && first.count == 2)
        #expect(try !first.removeEnded(before: WallTime(milliseconds: 10_000)))
        #expect(try first.count == 1 && all(first).map(\.id.rawValue) == ["b"])
    }

    @Test func `a disk that takes nothing is told, and the feed in use stays`() throws {
        let directory = try TemporaryDirectory()
        let old = [try booking("old", 0, 9)]
        let store = try store(directory, version: 1, old)
        // A folder where the draft should be: what the next feed cannot be written over.
        try FileManager.default.createDirectory(atPath: directory.file("feed.new"), withIntermediateDirectories: false)
        #expect(throws: JournalFailure.self) { try store.begin() }
        #expect(try store.version == 1 && all(store) == old)
    }
}
