internal import AccessControl
internal import Hub
internal import HubMessages

/// The file of the feed in use, and what lies in it.
///
/// Fault model. It is written as a whole or not at all and does not get lost; a power cut forgets the parts of a feed that
/// was not whole yet. What is held in memory of it is found by looking at every booking, with a limit so low that a house
/// of a simulation meets it.
struct SimulatedFeed {
    private var intake = FeedIntake(version: 0)
    private var draft: [Booking] = []
    /// The feed in use, all of it.
    private(set) var bookings: [Booking] = []
    /// The version of the feed in use.
    var version: UInt64 { intake.version }

    private static let limit = 24

    /// Takes a feed or a part of it; `nil` where there is nothing to tell yet.
    mutating func take(
        _ part: BookingFeed, rules: BookingRules, hash: CredentialHash, around time: WallTime
    ) -> Hub.FeedOutcome? {
        do throws(BookingRules.Violation) {
            switch try intake.take(part, rules: rules, hash: hash) {
            case .confirmed: return .confirmed
            case .repeated: return nil
            case .store(let taken, let begins, let completes):
                draft = (begins ? [] : draft) + taken
                guard completes else { return nil }
                bookings = draft
                intake.completed(part.version)
                return .replaced(window(around: time))
            }
        } catch {
            return .refused(Hub.FeedFault(refusal: error.refusal, detail: error.detail, version: part.version))
        }
    }

    /// The bookings around `time`: those of the longest reach that holds no more than the limit.
    func window(around time: WallTime) -> BookingWindow {
        if bookings.count <= Self.limit { return BookingWindow(version: version, bookings: BookingSet(bookings)) }
        var chosen = within(BookingWindow.reaches[0], of: time)
        var reach = BookingWindow.reaches[0]
        for longer in BookingWindow.reaches.dropFirst() {
            let found = within(longer, of: time)
            guard found.count <= Self.limit else { break }
            (chosen, reach) = (found, longer)
        }
        return BookingWindow(
            version: version, count: bookings.count, from: time - reach, to: time + reach,
            bookings: BookingSet(chosen))
    }

    mutating func removeEnded(before time: WallTime) {
        bookings.removeAll { $0.to <= time }
    }

    mutating func cutPower() {
        intake.dropped()
    }

    private func within(_ reach: Duration, of time: WallTime) -> [Booking] {
        bookings.filter { $0.from < time + reach && $0.to > time - reach }
    }
}
