// modules: HubMessages CLinux CSQLite LinuxIO Journal
// packages: Crypto
import HubMessages
import Journal
import LinuxIO

/// A sound feed, or sound bookings and states, with arbitrary bytes changed, cut or put into the database or its log: it
/// opens, or is set aside or refused in words; no booking and no state comes out that was not written; what has ended and
/// a person are taken out, or the failure is told; and the next feed is taken.
func fuzz(_ input: inout FuzzInput) {
    let directory = FuzzFiles.own()
    defer { FuzzFiles.empty(directory) }
    var files = Template.files
    for _ in 0..<4 where !input.isEmpty {
        let name = Template.names[input.choice(Template.names.count)]
        FuzzFiles.damage(&files[name, default: []], &input)
    }
    for name in Template.names { FuzzFiles.write(files[name], directory + "/" + name) }
    lookIntoFeed(directory)
    lookIntoStates(directory)
}

private func lookIntoFeed(_ directory: String) {
    let written = Set(Template.bookings)
    func look(_ store: FeedStore) throws(JournalFailure) {
        let range = try store.range(around: Template.time, reaches: [.seconds(60), .seconds(3_600)], limit: 20)
        check(range.bookings.allSatisfy(written.contains), "a booking that was not written")
        check(range.damaged >= 0 && range.omitted >= 0, "fewer than none")
    }
    do throws(JournalError) {
        let store = try FeedStore(directory: directory)
        do throws(JournalFailure) {
            try look(store)
            _ = try store.removeEnded(before: Template.time)
            _ = try store.erase(tokens: [Template.token(3)], ids: [])
            let left = try store.range(around: Template.time, reaches: [.seconds(3_600)], limit: .max)
            check(!left.bookings.contains { $0.credentials.contains(Template.token(3)) }, "a person who was erased")
        } catch {
            check(!error.text.isEmpty, "a failure without words")
        }
        do throws(JournalFailure) {
            try store.begin()
            try store.add(Template.bookings)
            check(try store.complete(version: 2) == .done && store.version == 2, "the next feed is not in use")
            check(store.count == Template.bookings.count, "\(store.count) bookings of the next feed")
        } catch {
            check(false, "the next feed is not taken: \(error)")
        }
    } catch {
        check(!"\(error)".isEmpty, "a refusal without words")
    }
}

private func lookIntoStates(_ directory: String) {
    do throws(JournalError) {
        let journal = try Journal.open(JournalConfiguration(directory: directory), newID: JournalID(high: 9, low: 9))
        let opening = journal.opening.bookings
        for booking in opening.bookings {
            check(booking.payload == Template.payload(booking.id), "a booking that was not written: \(booking.id)")
        }
        for (key, value) in opening.state {
            check(value == Template.payload(key), "a state that was not written: \(key)")
        }
        check(journal.close(within: .seconds(9)), "not closed")
    } catch {
        check(!"\(error)".isEmpty, "a refusal without words")
    }
}

/// A feed, and bookings and states some of which are in the log only, as a power cut leaves them.
private enum Template {
    static let names = ["feed.db", "bookings.db", "bookings.db-wal"]
    static let time = WallTime(milliseconds: 50_000_000)

    static func token(_ number: Int) -> CredentialToken {
        CredentialToken(high: UInt64(number), low: 7)
    }

    static func payload(_ name: String) -> [UInt8] {
        Array("what is stored of \(name)".utf8)
    }

    static let bookings: [Booking] = (0..<60).map { number in
        guard let id = BookingID("B-\(number)"), let space = SpaceID("hall") else { fatalError("not an id") }
        let from = WallTime(milliseconds: Int64(number) * 1_800_000)
        return Booking(
            id: id, space: space, from: from, to: from + .seconds(1_800 << (number % 4)),
            credentials: [token(number % 7)],
            partySize: number % 3 == 0 ? nil : number, uses: number % 4 == 0 ? number : nil,
            cancelled: number % 11 == 0,
            source: .feed)
    }

    static let files: [String: [UInt8]] = {
        let made = FuzzFiles.directory + "/bookings-made"
        do {
            let journal = try Journal.open(JournalConfiguration(directory: made), newID: JournalID(high: 0, low: 1))
            let feed = try FeedStore(directory: made)
            try feed.begin()
            try feed.add(bookings)
            check(try feed.complete(version: 1) == .done, "two bookings of one id")
            for number in 0..<20 {
                let id = "local-\(number)"
                check(
                    journal.putLocal(
                        StoredBooking(id: id, source: .local, payload: payload(id)), request: UInt64(number)), "no room"
                )
                check(journal.saveState(key: "key-\(number)", value: payload("key-\(number)")), "no room")
            }
            var stored = 0
            while stored < 20 {
                journal.noticesArrived.wait(timeout: .seconds(5))
                while let notice = journal.nextNotice() { if case .bookingsStored = notice { stored += 1 } }
            }
            let found = names.map { ($0, FuzzFiles.read(made + "/" + $0)) }
            _ = journal.close(within: .seconds(9))
            return Dictionary(uniqueKeysWithValues: found)
        } catch {
            fatalError("\(error)")
        }
    }()
}
