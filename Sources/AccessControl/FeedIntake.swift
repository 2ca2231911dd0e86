public import HubMessages

/// Takes a booking feed part by part, and says what becomes of each.
///
/// A feed may come in several messages (``BookingFeed/part``), in any order, each of them once or more. What was taken
/// of a feed is of no effect before its last part is there; a newer version begins anew. The feed in use is only ever
/// replaced as a whole.
public struct FeedIntake: Equatable, Sendable {
    /// The version of the feed in use; 0 before the first.
    public private(set) var version: UInt64
    /// The feed that is being taken.
    private var draft: Draft?

    private struct Draft: Equatable {
        let version: UInt64
        let parts: Int
        var taken: Set<Int> = []
        var count = 0
    }

    /// An intake while the feed of that version is in use.
    public init(version: UInt64) {
        self.version = version
    }

    /// What is to be done with a part.
    public enum Verdict: Equatable, Sendable {
        /// It is of the feed in use: what the hub has still holds.
        case confirmed
        /// It was taken before.
        case repeated
        /// Store its bookings with those before; where `begins` is set, in place of them. Where `completes` is set, the
        /// feed is whole: it takes the place of the one in use once ``completed(_:)`` was called.
        case store([Booking], begins: Bool, completes: Bool)
    }

    /// Takes a part. `rules.hub` is this hub; credentials are hashed with `hash`.
    public mutating func take(
        _ part: BookingFeed, rules: BookingRules, hash: CredentialHash
    ) throws(BookingRules.Violation) -> Verdict {
        guard part.hub == rules.hub else {
            throw BookingRules.Violation(
                refusal: .otherHub, detail: "the feed is for hub '\(part.hub)', this is '\(rules.hub)'")
        }
        if part.version > 0, part.version == version { return .confirmed }
        let newest = max(version, draft?.version ?? 0)
        guard part.version >= newest, part.version > version else {
            throw BookingRules.Violation(
                refusal: .outdated, detail: "the feed has version \(part.version), the hub has \(newest) already")
        }
        let (number, parts) = (part.part ?? 1, part.parts ?? 1)
        guard (1...BookingFeed.maximumParts).contains(parts), (1...parts).contains(number) else {
            throw BookingRules.Violation(
                refusal: .malformed,
                detail: "part \(number) of \(parts): expected 1 to \(BookingFeed.maximumParts) parts")
        }
        var draft =
            draft.flatMap { $0.version == part.version ? $0 : nil } ?? Draft(version: part.version, parts: parts)
        guard draft.parts == parts else {
            throw BookingRules.Violation(
                refusal: .malformed,
                detail: "version \(part.version) has \(draft.parts) parts in one message and \(parts) in another")
        }
        guard !draft.taken.contains(number) else { return .repeated }
        let bookings = try rules.check(part, room: rules.maximumBookings - draft.count, hash: hash)
        let begins = draft.taken.isEmpty
        draft.taken.insert(number)
        draft.count += bookings.count
        self.draft = draft
        return .store(bookings, begins: begins, completes: draft.taken.count == parts)
    }

    /// The whole feed took the place of the one before.
    public mutating func completed(_ version: UInt64) {
        self.version = version
        draft = nil
    }

    /// What was taken of a feed could not be kept: it is to be sent again.
    public mutating func dropped() {
        draft = nil
    }

    /// The feed in use is damaged: the same version is to be taken once more.
    public mutating func damaged() {
        version = 0
    }
}
