import AccessControl
import HubMessages
import TestSupport
import Testing

func token(_ number: UInt8) -> CredentialToken {
    guard let token = CredentialToken(digest: [UInt8](repeating: number, count: 16)) else {
        preconditionFailure("16 bytes make a token")
    }
    return token
}

func bookingID(_ text: String) -> BookingID {
    guard let id = BookingID(text) else { preconditionFailure("'\(text)' is illegal") }
    return id
}

func wall(_ seconds: Int64) -> WallTime { WallTime(milliseconds: seconds * 1_000) }

func booking(
    _ id: String, _ from: Int64, _ to: Int64, _ tokens: [UInt8] = [1], of space: String = "coworking",
    cancelled: Bool = false, source: BookingSource = .feed
) -> Booking {
    Booking(
        id: bookingID(id), space: name(space), from: wall(from), to: wall(to), credentials: tokens.map(token),
        cancelled: cancelled, source: source)
}

private func window(_ version: UInt64, _ bookings: [Booking]) -> BookingWindow {
    BookingWindow(version: version, bookings: BookingSet(bookings))
}

@Suite struct BookingBookTests {
    @Test func `a feed replaces the feed before it and leaves local bookings alone`() {
        var book = BookingBook(window: window(3, [booking("a", 0, 9)]), local: [booking("l", 1, 9, source: .local)])
        book.replaceFeed(window(4, [booking("b", 2, 9, [2])]))
        #expect(book.feedVersion == 4)
        #expect(book.all.map(\.id) == [bookingID("l"), bookingID("b")])
        #expect(book.bookings(of: token(1)).map(\.id) == [bookingID("l")])
        #expect(book.bookings(of: token(2)).map(\.id) == [bookingID("b")])
        #expect(book.count == 2)
    }

    @Test func `a local booking is replaced and removed by its name; one of the feed is not`() {
        let feed = window(1, [booking("a", 0, 9)])
        var book = BookingBook(window: feed)
        book.addLocal(booking("l", 0, 9, source: .local))
        book.addLocal(booking("l", 0, 9, [7], source: .local))
        #expect(book.bookings(of: token(1)).map(\.id) == [bookingID("a")])
        #expect(book.bookings(of: token(7)).map(\.id) == [bookingID("l")])
        let ofFeed = book.removeLocal(bookingID("a"))
        let first = book.removeLocal(bookingID("l"))
        let second = book.removeLocal(bookingID("l"))
        #expect(!ofFeed && first && !second)
        #expect(book == BookingBook(window: feed))
    }

    @Test func `a cancelled booking books no space, and is still found by its credential`() {
        let book = BookingBook(window: window(1, [booking("a", 0, 9, cancelled: true), booking("b", 0, 9, [1, 1])]))
        #expect(book.bookings(of: name("coworking") as SpaceID).map(\.id) == [bookingID("b")])
        #expect(book.bookings(of: token(1)).map(\.id) == [bookingID("a"), bookingID("b")])
    }

    @Test func `uses are counted by name, and forgotten when the booking is gone, unless most of the feed is on disk`()
    {
        var several = booking("a", 0, 9)
        several.uses = 2
        var book = BookingBook(window: window(1, [several]))
        #expect(book.usesLeft(of: several) == 2 && book.usesLeft(of: booking("b", 0, 9)) == nil)
        for left in [1, 0, 0] {
            book.use(several.id)
            #expect(book.usesLeft(of: several) == left)
        }
        book.forgetUses()
        #expect(book.usesLeft(of: several) == 0)
        book.replaceFeed(BookingWindow(version: 1, count: 100_000, from: wall(50), to: wall(90)))
        book.forgetUses()
        #expect(book.usesLeft(of: several) == 0)
        book.replaceFeed(window(2, [booking("b", 0, 9)]))
        book.forgetUses()
        #expect(book.usesLeft(of: several) == 2)
    }

    @Test func `a set in any order of changes is the set of what is left (seeded)`() {
        var random = SeededRandom.announced()
        for _ in 0..<200 {
            var set = BookingSet()
            var left: [BookingID: Booking] = [:]
            for _ in 0..<60 {
                let id = "b\(Int.random(in: 0..<12, using: &random))"
                if Int.random(in: 0..<3, using: &random) == 0 {
                    #expect(set.remove(bookingID(id)) == (left.removeValue(forKey: bookingID(id)) != nil))
                } else {
                    let new = booking(
                        id, .random(in: 0..<20, using: &random), 50,
                        (0..<Int.random(in: 0...3, using: &random)).map { _ in .random(in: 1...3, using: &random) },
                        of: Bool.random(using: &random) ? "coworking" : "workshop",
                        cancelled: Int.random(in: 0..<4, using: &random) == 0)
                    set.put(new)
                    left[new.id] = new
                }
            }
            let all = left.values.sorted(by: BookingSet.isBefore)
            #expect(set.all == all && set.count == all.count && set == BookingSet(all.shuffled(using: &random)))
            for number in 1...3 as ClosedRange<UInt8> {
                #expect(set.bookings(of: token(number)) == all.filter { $0.credentials.contains(token(number)) })
            }
            for space in ["coworking", "workshop"] {
                #expect(
                    set.bookings(of: name(space) as SpaceID)
                        == all.filter { $0.space.rawValue == space && !$0.cancelled })
            }
        }
    }

    @Test func `a range in memory is outrun a quarter before its end, on either side`() {
        let window = BookingWindow(version: 1, count: 9_999, from: wall(0), to: wall(400))
        #expect([99, 100, 299, 300].map { window.isOutrun(at: wall($0)) } == [true, false, false, true])
        #expect(window.outrun(after: wall(150)) == wall(300) && window.outrun(after: wall(350)) == wall(350))
        let whole = BookingWindow(version: 1)
        #expect(!whole.isOutrun(at: wall(1 << 40)) && whole.outrun(after: wall(0)) == nil)
    }
}

@Suite struct BookingRulesTests {
    private let rules = BookingRules(
        hub: name("hub-1"), spaces: [name("coworking")], maximumBookings: 3,
        formats: [
            "H10301": CardLimits(format: "H10301", facility: 255, number: 65_535),
            "H10302": CardLimits(format: "H10302", facility: nil, number: 1 << 35 - 1),
        ])
    private let hash = CredentialHash(keyName: "test") { credential in
        switch credential {
        case .card(format: _, let facility, number: _): token(UInt8(truncatingIfNeeded: facility ?? 99))
        case .pin, .cardAndPIN: token(98)
        }
    }

    private func entry(_ id: String, _ space: String = "coworking", from: Int64 = 0, to: Int64 = 9, cards: Int = 1)
        -> BookingFeed.Entry
    {
        BookingFeed.Entry(
            id: bookingID(id), space: name(space), from: wall(from), to: wall(to),
            credentials: (0..<cards).map { CredentialDescription(facility: 5, number: UInt16($0)) })
    }

    private func refusal(_ change: (inout BookingFeed) -> Void) -> BookingRefusal? {
        var feed = BookingFeed(hub: name("hub-1"), version: 8, bookings: [entry("a"), entry("b")])
        change(&feed)
        do throws(BookingRules.Violation) {
            var intake = FeedIntake(version: 7)
            _ = try intake.take(feed, rules: rules, hash: hash)
            return nil
        } catch {
            return error.refusal
        }
    }

    @Test func `G8: a feed that breaks a rule is refused for that rule`() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.hub = name("hub-2") } == .otherHub)
        #expect(refusal { $0.version = 6 } == .outdated)
        #expect(refusal { $0.version = 7 } == nil, "the feed in use, sent once more")
        #expect(refusal { $0.version = 0 } == .outdated)
        #expect(refusal { $0.count = 3 } == .truncated)
        #expect(refusal { $0.bookings.removeLast() } == .truncated)
        #expect(refusal { $0 = BookingFeed(hub: name("hub-1"), version: 8, bookings: []) } == .empty)
        #expect(
            refusal { feed in
                feed = BookingFeed(hub: name("hub-1"), version: 8, bookings: (0..<4).map { entry("b\($0)") })
            } == .tooMany)
        #expect(refusal { $0.bookings[1] = entry("a") } == .duplicate)
        #expect(refusal { $0.bookings[1] = entry("b", "cellar") } == .unknownSpace)
        #expect(refusal { $0.bookings[1] = entry("b", from: 9, to: 9) } == .emptyWindow)
        #expect(refusal { $0.bookings[1] = entry("b", cards: 65) } == .tooMany)
        #expect(refusal { $0.bookings[1] = entry("b", cards: 64) } == nil)
        #expect(refusal { $0.bookings[1].partySize = 0 } == .malformed)
        #expect(refusal { $0.bookings[1].uses = 0 } == .malformed)
        #expect(refusal { ($0.part, $0.parts) = (3, 2) } == .malformed)
        #expect(refusal { ($0.part, $0.parts) = (1, 20_000) } == .malformed)
    }

    @Test(
        arguments: [
            (nil, 255, 65_535, nil), ("H10301", 0, 0, nil), ("H10302", nil, 1 << 35 - 1, nil),
            (nil, 256, 0, "a card of format H10301 has a 'facility' that does not fit; expected 0 to 255"),
            (nil, 0, 65_536, "a card of format H10301 has a 'number' that does not fit; expected 0 to 65535"),
            (nil, nil, 1, "a card of format H10301 has no 'facility'; expected a whole number from 0 to 255"),
            ("H10302", 1, 1, "a card of format H10302 has a 'facility'; the format has none, leave it out"),
            (
                "H10302", nil, 1 << 35,
                "a card of format H10302 has a 'number' that does not fit; expected 0 to 34359738367"
            ),
            ("h10302", nil, 1, "this hub does not know a card format 'h10302'; it knows H10301, H10302"),
            ("12 4711", nil, 1, "this hub does not know a card format whose name is none; it knows H10301, H10302"),
        ] as [(String?, UInt64?, UInt64, String?)])
    func `a card that its format cannot hold refuses the feed, in words without its number`(
        format: String?, facility: UInt64?, number: UInt64, fault: String?
    ) {
        var bad = entry("a")
        bad.credentials.append(CredentialDescription(format: format, facility: facility, number: number))
        do throws(BookingRules.Violation) {
            let feed = BookingFeed(hub: name("hub-1"), version: 8, bookings: [bad])
            #expect(try rules.check(feed, room: 3, hash: hash).first?.credentials.count == 2)
            #expect(fault == nil)
        } catch {
            #expect(error.refusal == .malformed)
            #expect(fault.map { "booking 'a': " + $0 } == error.detail)
        }
    }

    @Test func `G10: what is taken holds tokens, never card numbers`() throws {
        let feed = BookingFeed(hub: name("hub-1"), version: 1, bookings: [entry("a")])
        let taken = try rules.check(feed, room: 3, hash: hash)
        #expect(taken == [booking("a", 0, 9, [5])])
    }
}
