internal import AccessControl
internal import ConfigurationFile
internal import Crypto
internal import Glibc
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import Synchronization

/// Decisions over a feed of many bookings, and its replacement while they are made.
enum BookingsBench {
    /// What a year of `count` bookings is like: one after the other, two hours each, around ``now``.
    static func booking(_ number: Int, of count: Int) -> Booking {
        guard let id = BookingID("B-2026-" + String(100_000_000 + number).dropFirst()), let space = SpaceID("saal")
        else {
            exit(1)
        }
        let from = now + .milliseconds(Int64(number - count / 2) * (31_536_000_000 / Int64(count)))
        return Booking(
            id: id, space: space, from: from, to: from + .seconds(7_200), credentials: [token(of: card(number))],
            source: .feed)
    }

    private static let now = WallTime(milliseconds: 1_795_392_000_000)

    static func card(_ number: Int) -> Credential {
        .card(format: "H10304", facility: UInt64(number / 500_000), number: UInt64(number % 500_000))
    }

    /// Writes a feed of `count` bookings. Returns how long that took, without the making of the bookings.
    static func fill(directory: String, count: Int, version: UInt64) throws -> Double {
        let store = try FeedStore(directory: directory)
        return try replace(store, count: count, version: version)
    }

    private static func replace(_ store: FeedStore, count: Int, version: UInt64) throws -> Double {
        var seconds = 0.0
        func timed(_ work: () throws -> Void) rethrows {
            let start = HubBench.now()
            try work()
            seconds += HubBench.now() - start
        }
        try timed { try store.begin() }
        for start in stride(from: 0, to: count, by: 3_000) {
            let part = (start..<min(start + 3_000, count)).map { booking($0, of: count) }
            try timed { try store.add(part) }
        }
        try timed { guard try store.complete(version: version) == .done else { exit(1) } }
        return seconds
    }

    /// The percentiles of decisions, in nanoseconds: calm, and while the feed is replaced; and how long that took.
    static func run(directory: String, count: Int, decisions: Int) throws -> String {
        let store = Handed(try FeedStore(directory: directory))
        let range = try store.feed.range(around: now, reaches: BookingWindow.reaches, limit: BookingWindow.limit)
        let window = BookingWindow(
            version: store.feed.version, count: store.feed.count, from: range.from, to: range.to,
            bookings: BookingSet(range.bookings))
        var hub = try hub(window)
        let shown = window.bookings.count
        let first = count / 2 - min(shown, count) / 2
        func percentiles(_ isGoingOn: () -> Bool) -> [UInt64] {
            var took: [UInt64] = []
            var number = 0
            while isGoingOn() {
                // Three of four are booked about now, one is booked in another month, or not at all.
                let card =
                    number % 4 == 3 ? card(number * 7_919 % (2 * count)) : card(first + number * 31 % max(shown, 1))
                number += 1
                took.append(decide(card, &hub))
            }
            took.sort()
            return [took[took.count / 2], took[took.count * 99 / 100]]
        }
        var left = decisions
        let calm = percentiles {
            left -= 1
            return left >= 0
        }
        let shared = Shared()
        let thread = Thread { [store] in
            do {
                let seconds = try replace(store.feed, count: count, version: store.feed.version + 1)
                shared.microseconds.store(Int(seconds * 1e6), ordering: .relaxed)
            } catch {
                print("\(error)")
                exit(1)
            }
            shared.isDone.store(true, ordering: .releasing)
        }
        let busy = percentiles { !shared.isDone.load(ordering: .acquiring) }
        thread.join()
        let seconds = Double(shared.microseconds.load(ordering: .relaxed)) / 1e6
        return "\(calm[0]) \(calm[1]) \(busy[0]) \(busy[1]) \(seconds)"
    }

    // Unchecked: used by one thread at a time.
    private final class Handed: @unchecked Sendable {
        let feed: FeedStore

        init(_ feed: FeedStore) {
            self.feed = feed
        }
    }

    private final class Shared: Sendable {
        let isDone = Atomic<Bool>(false)
        let microseconds = Atomic<Int>(0)
    }

    /// Nanoseconds from a card to its decision, the hash of the card included.
    private static func decide(_ card: Credential, _ hub: inout Hub) -> UInt64 {
        let start = SystemClock.monotonicNanoseconds()
        guard let door = DoorID("eingang"), let decision = hub.explain(card, door: door, at: nil) else { exit(1) }
        let took = SystemClock.monotonicNanoseconds() - start
        guard decision.feedVersion > 0 else { exit(1) }
        return took
    }

    private static let house = """
        [hub]
        id = "h"
        name = "H"
        district = "d"
        [[door]]
        id = "eingang"
        name = "Eingang"
        lock = { line = "GPIO4" }
        reader = { format = "H10304", data0 = "GPIO22", data1 = "GPIO23" }
        [[space]]
        id = "saal"
        name = "Saal"
        module = "assembly"
        doors = ["eingang"]
        """

    private static func hub(_ window: BookingWindow) throws -> Hub {
        let configuration = try ConfigurationFile.parse(Array(house.utf8), path: "bench.toml")
        var hub = Hub(
            configuration: configuration, version: "bench",
            memory: Hub.Memory(journal: JournalID(high: 0, low: 1), feed: window), hash: hash, seed: 1)
        let moment = Moment(monotonic: MonotonicTime(nanoseconds: 1), wall: now, quality: .synchronized)
        _ = hub.start(HubStarted(version: "bench", simulated: true, newJournal: true), at: moment)
        return hub
    }
}

extension BookingsBench {
    /// The daemon's own hash: HMAC-SHA-256 under a key that everybody knows.
    static let hash = CredentialHash(keyName: "bench") { [key = SymmetricKey(data: [UInt8](repeating: 7, count: 32))] in
        let code = HMAC<SHA256>.authenticationCode(for: $0.canonicalBytes, using: key)
        guard let token = CredentialToken(digest: code) else { exit(1) }
        return token
    }

    static func token(of credential: Credential) -> CredentialToken { hash(credential) }
}
