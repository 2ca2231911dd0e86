import AccessControl
import HubMessages
import TestSupport
import Testing

/// Scripts of parts and what becomes of each.
@Suite struct FeedIntakeTests {
    private let rules = BookingRules(
        hub: name("hub-1"), spaces: [name("coworking")], maximumBookings: 4,
        formats: ["H10301": CardLimits(format: "H10301", facility: 255, number: 65_535)])
    private let hash = CredentialHash(keyName: "test") { _ in token(1) }

    private func part(_ version: UInt64, _ part: Int?, of parts: Int?, _ ids: [String]) -> BookingFeed {
        BookingFeed(
            hub: name("hub-1"), version: version, part: part, parts: parts,
            bookings: ids.map {
                BookingFeed.Entry(
                    id: bookingID($0), space: name("coworking"), from: wall(0), to: wall(9), credentials: [])
            })
    }

    private enum Outcome: Equatable {
        case confirmed, repeated
        case stored(begins: Bool, completes: Bool)
        case refused(BookingRefusal)
    }

    private func take(_ part: BookingFeed, _ intake: inout FeedIntake) -> Outcome {
        do throws(BookingRules.Violation) {
            switch try intake.take(part, rules: rules, hash: hash) {
            case .confirmed: return .confirmed
            case .repeated: return .repeated
            case .store(_, let begins, let completes): return .stored(begins: begins, completes: completes)
            }
        } catch {
            return .refused(error.refusal)
        }
    }

    @Test func `parts come in any order and more than once; the last one completes`() {
        var intake = FeedIntake(version: 7)
        #expect(take(part(8, 3, of: 3, ["c"]), &intake) == .stored(begins: true, completes: false))
        #expect(take(part(8, 3, of: 3, ["c"]), &intake) == .repeated)
        #expect(take(part(7, nil, of: nil, ["x"]), &intake) == .confirmed)
        #expect(take(part(8, 1, of: 3, ["a"]), &intake) == .stored(begins: false, completes: false))
        #expect(intake.version == 7)
        #expect(take(part(8, 2, of: 3, ["b"]), &intake) == .stored(begins: false, completes: true))
        intake.completed(8)
        #expect(intake == FeedIntake(version: 8))
        #expect(take(part(8, 2, of: 3, ["b"]), &intake) == .confirmed)
    }

    @Test func `a newer feed begins anew, an older one is refused, also against one that is not whole`() {
        var intake = FeedIntake(version: 7)
        #expect(take(part(9, 1, of: 2, ["a"]), &intake) == .stored(begins: true, completes: false))
        #expect(take(part(8, nil, of: nil, ["b"]), &intake) == .refused(.outdated))
        #expect(take(part(10, 2, of: 2, ["a"]), &intake) == .stored(begins: true, completes: false))
        #expect(take(part(9, 2, of: 2, ["b"]), &intake) == .refused(.outdated))
        #expect(take(part(10, 1, of: 2, ["b"]), &intake) == .stored(begins: false, completes: true))
    }

    @Test func `the limit is of all parts together, and a refused part may come again in order`() {
        var intake = FeedIntake(version: 0)
        #expect(take(part(1, 1, of: 2, ["a", "b", "c"]), &intake) == .stored(begins: true, completes: false))
        #expect(take(part(1, 2, of: 2, ["d", "e"]), &intake) == .refused(.tooMany))
        #expect(take(part(1, 2, of: 3, ["d"]), &intake) == .refused(.malformed))
        #expect(take(part(1, 2, of: 2, ["d"]), &intake) == .stored(begins: false, completes: true))
    }

    @Test func `what could not be kept is taken once more from the beginning; a damaged feed, too`() {
        var intake = FeedIntake(version: 1)
        #expect(take(part(2, 1, of: 2, ["a"]), &intake) == .stored(begins: true, completes: false))
        intake.dropped()
        #expect(take(part(2, 1, of: 2, ["a"]), &intake) == .stored(begins: true, completes: false))
        intake.completed(2)
        intake.damaged()
        #expect(take(part(2, nil, of: nil, ["a"]), &intake) == .stored(begins: true, completes: true))
    }

    @Test func `G8: until a feed is whole the version does not move, in whatever order parts come (seeded)`() {
        var random = SeededRandom.announced()
        for _ in 0..<300 {
            var intake = FeedIntake(version: 0)
            var taken: [UInt64: Set<Int>] = [:]
            var highest: UInt64 = 0
            for _ in 0..<60 {
                let version = UInt64.random(in: 1...5, using: &random)
                let number = Int.random(in: 1...3, using: &random)
                let before = intake.version
                guard
                    case .stored(let begins, let completes) = take(
                        part(version, number, of: 3, ["x\(number)"]), &intake)
                else {
                    #expect(intake.version == before)
                    continue
                }
                #expect(version > before && version >= highest)
                if begins { taken[version] = [] }
                highest = version
                #expect(taken[version, default: []].insert(number).inserted)
                #expect(completes == (taken[version]?.count == 3))
                #expect(intake.version == before)
                if completes { intake.completed(version) }
            }
        }
    }
}
