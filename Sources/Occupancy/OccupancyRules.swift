internal import HubMessages

/// What a space's count is judged by.
public struct OccupancyRules: Hashable, Sendable {
    /// How long no presence and no passage mean that nobody is there; `nil` where the space has no presence sensor,
    /// because then silence means nothing.
    public var emptyAfter: Duration?
    /// How many people the space is made for. Where nobody knows better, at most so many are reckoned with.
    public var capacity: Int?
    /// Of 100 people, how many the space's counters do not see: 0 to 50.
    public var countError: Int
    /// Whether counters stand in all of the space's ways, so that the count is theirs. Without, cards, exit buttons and
    /// bookings say how many may be there.
    public var isCounted: Bool
    /// For how long after the last movement a presence sensor may still say that somebody is there; presence that lasts
    /// longer than this after somebody went out is somebody else.
    public var presenceHold: Duration

    /// After closing time a silence of this length is enough, where ``emptyAfter`` is longer.
    public static let silenceAfterClosing = Duration.seconds(600)
    /// How long no evidence at all makes the interval grow by one on either side.
    public static let doubtEvery = Duration.seconds(7_200)
    /// Counters that work miss one now and then, not a crowd: where presence contradicts their zero, so many may be there.
    public static let missedAtOnce = 3
    /// How many people one passage is taken to be off by at most. A counter says what cannot be excluded, such as a crowd
    /// behind somebody who stood in the beam for a minute; reckoned with is what happens.
    static func doubt(_ direction: PassageDirection) -> Int {
        switch direction {
        case .turned: 0
        case .entered, .left: 2
        case .ambiguous: SpaceOccupancy.limit
        }
    }

    /// So many people pass unseen in the first minute in which a counter cannot be read, a group; then one a minute.
    public static let unseenAtFirst = 4
    /// After an outage of no more than this the count goes on; a longer one leaves nothing of it but the estimate.
    public static let shortOutage = Duration.seconds(600)
    /// How many may slip in with one card where no booking says how many come.
    public static let usualGroup = 4

    /// All parts.
    public init(
        emptyAfter: Duration? = nil, capacity: Int? = nil, countError: Int = 3, isCounted: Bool = true,
        presenceHold: Duration = .seconds(130)
    ) {
        self.emptyAfter = emptyAfter
        self.capacity = capacity
        self.countError = countError
        self.isCounted = isCounted
        self.presenceHold = presenceHold
    }
}
