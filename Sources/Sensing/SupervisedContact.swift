public import HubMessages

/// A door contact of two lines that show the opposite of each other, as a change-over contact does: a cut or bridged wire
/// makes both alike, and shows.
///
///     open line    ____/~~~~~~~~~~\______      active while open
///     closed line  ~~\______________/~~~~      active while closed
///     shown        closed | open    | closed   alike for a moment while the tongue travels: nothing
public struct SupervisedContact: Hashable, Sendable {
    /// Both lines may be alike for so long while the contact changes over.
    public static let settlingTime = Duration.milliseconds(500)

    /// What the two lines show together.
    public enum Reading: Hashable, Sendable {
        /// The door is open.
        case open
        /// The door is closed.
        case closed
        /// The lines contradict each other: a wire is cut or bridged.
        case contradiction
    }

    /// What is shown; `nil` before both lines were read.
    public private(set) var reading: Reading?
    private var isOpenActive: Bool?
    private var isClosedActive: Bool?
    private var settled: MonotonicTime?

    /// A contact of which nothing has been read.
    public init() {}

    /// The next moment at which ``advance(to:)`` has something to do.
    public var deadline: MonotonicTime? { settled }

    /// The lines were read, or one of them changed; `nil` for one that did not. Returns the reading where it is new.
    public mutating func lines(open: Bool?, closed: Bool?, at time: MonotonicTime) -> Reading? {
        let late = advance(to: time)
        isOpenActive = open ?? isOpenActive
        isClosedActive = closed ?? isClosedActive
        guard let isOpenActive, let isClosedActive else { return late }
        guard isOpenActive != isClosedActive else {
            if reading != .contradiction, settled == nil { settled = time + Self.settlingTime }
            return late
        }
        settled = nil
        return show(isOpenActive ? .open : .closed) ?? late
    }

    /// Time has passed. Returns the reading where it is new.
    public mutating func advance(to time: MonotonicTime) -> Reading? {
        guard let settled, time >= settled else { return nil }
        self.settled = nil
        return show(.contradiction)
    }

    private mutating func show(_ new: Reading) -> Reading? {
        guard new != reading else { return nil }
        reading = new
        return new
    }
}
