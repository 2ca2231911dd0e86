// modules: HubMessages CLinux CSQLite LinuxIO Journal
// packages: Crypto
import Glibc
import HubMessages
@testable import Journal
import LinuxIO

/// Sound files of bookings with arbitrary bytes changed, cut or put into one of them: each opens or is set aside, gives no
/// booking and no state that was not written, and takes the next one.
func fuzz(_ input: inout FuzzInput) {
    let directory = Template.directory + "/\(getpid())-bookings"
    mkdir(directory, 0o700)
    var files = Template.files
    for _ in 0..<4 where !input.isEmpty { change(&files, &input) }
    for (name, bytes) in files { write(bytes, directory + "/" + name) }
    defer { empty(directory) }
    do throws(JournalError) {
        let store = try FeedStore(directory: directory)
        look(into: store)
    } catch {
        // Refused: a newer schema.
        check(!"\(error)".isEmpty, "a refusal without words")
    }
    do throws(JournalError) {
        let (store, opening) = try BookingStore.open(JournalConfiguration(directory: directory))
        look(into: store, opening)
    } catch {
        check(!"\(error)".isEmpty, "a refusal without words")
    }
}

private func look(into store: FeedStore) {
    check(store.setAside == nil || store.count == 0, "set aside, and there are \(store.count)")
    let written = Set(Template.feed)
    let reach = Duration.seconds(3_600)
    do throws(JournalFailure) {
        // All of it, and a part, as of a feed that is too large for memory.
        for limit in [1_000, 20] {
            let range = try store.range(around: WallTime(milliseconds: 0), reaches: [reach], limit: limit)
            check(written.isSuperset(of: range.bookings), "a booking is another")
        }
        _ = try store.removeEnded(before: WallTime(milliseconds: 3_000_000))
    } catch {
        check(!"\(error)".isEmpty, "a failure without words")
    }
    do throws(JournalFailure) {
        try store.begin()
        try store.add(Template.feed)
        check(try store.complete(version: 8) == .done && store.version == 8, "the next feed is not taken")
        check(store.count == Template.feed.count, "\(store.count) of the next feed")
    } catch {
        check(false, "the next feed is not taken: \(error)")
    }
}

private func look(into store: BookingStore, _ opening: BookingsOpening) {
    check(opening.setAside == nil || opening.bookings.isEmpty, "set aside, and there are bookings")
    check(Set(Template.local).isSuperset(of: opening.bookings), "a booking is another")
    for (key, value) in opening.state { check(Template.states[key] == value, "the state \(key) is another") }
    var changes = BookingStore.Changes()
    changes.local["B-1"] = BookingStore.LocalChange(payload: [1], request: 1)
    do throws(SQLiteError) {
        try store.store(changes)
    } catch {
        check(!error.text.isEmpty, "a failure without words")
    }
}

private func change(_ files: inout [String: [UInt8]], _ input: inout FuzzInput) {
    let name = Template.names[input.choice(Template.names.count)]
    let place = Int(input.number() % UInt32(max(files[name]?.count ?? 1, 1)))
    switch input.choice(4) {
    case 0: if place < files[name]?.count ?? 0 { files[name]?[place] ^= 1 << (input.byte() & 7) }
    case 1:
        for offset in 0..<Int(input.byte() & 15) where place + offset < files[name]?.count ?? 0 {
            files[name]?[place + offset] = input.byte()
        }
    case 2: files[name] = Array(files[name]?.prefix(place) ?? [])
    case _: files[name]?.append(contentsOf: (0..<16).map { _ in input.byte() })
    }
}

private enum Template {
    // Tests/Fuzz/run makes one in memory, and removes it.
    static let directory = getenv("FUZZ_DIRECTORY").map { String(cString: $0) } ?? "/tmp"
    static let names = ["feed.db", "bookings.db", "bookings.db-wal"]

    static let feed: [Booking] = (1...60).compactMap { number in
        guard let id = BookingID("B-\(number)"), let space = SpaceID("coworking") else { return nil }
        let from = Int64(number) * 100_000
        return Booking(
            id: id, space: space, from: WallTime(milliseconds: from),
            to: WallTime(milliseconds: from + Int64(number) * 900_000),
            credentials: [CredentialToken(high: UInt64(number), low: 7)], partySize: 2, uses: nil, cancelled: false,
            source: .feed)
    }

    static let local: [StoredBooking] = (1...60).map { number in
        StoredBooking(id: "B-\(number)", source: .local, payload: Array("{\"id\":\"B-\(number)\"}".utf8))
    }

    static let states: [String: [UInt8]] = Dictionary(
        uniqueKeysWithValues: (1...9).map { ("state-\($0)", [UInt8](repeating: UInt8($0), count: 300)) })

    static let files: [String: [UInt8]] = {
        let made = directory + "/made-bookings"
        mkdir(made, 0o700)
        do {
            let feedStore = try FeedStore(directory: made)
            try feedStore.begin()
            try feedStore.add(feed)
            _ = try feedStore.complete(version: 7)
            let (store, _) = try BookingStore.open(JournalConfiguration(directory: made))
            for part in [local.prefix(40), local.dropFirst(40)] {
                var changes = BookingStore.Changes()
                for booking in part {
                    changes.local[booking.id] = BookingStore.LocalChange(payload: booking.payload, request: 1)
                }
                changes.state = states
                try store.store(changes)
                // The second part stays in the log, as a power cut leaves it.
                if part.startIndex == 0 { try store.checkpoint() }
            }
            return Dictionary(uniqueKeysWithValues: names.map { ($0, read(made + "/" + $0)) })
        } catch {
            fatalError("\(error)")
        }
    }()
}

private func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return bytes
}

private func write(_ bytes: [UInt8], _ path: String) {
    guard let file = fopen(path, "w") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
}

private func empty(_ directory: String) {
    guard let entries = opendir(directory) else { return }
    while let entry = readdir(entries) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        unlink(directory + "/" + name)
    }
    closedir(entries)
}
