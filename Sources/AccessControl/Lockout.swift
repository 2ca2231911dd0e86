public import HubMessages

/// Makes whoever tries codes wait: after three wrong ones in a row, longer with each further one, up to a bound.
///
/// One stands at each keypad, for codes typed without a card, with a bound of a minute: an attacker who types all night
/// delays the next visitor by a minute at most and locks nobody out. One stands at each card that needs its PIN, with a
/// bound of a quarter of an hour: whoever tries PINs must have the card, so only its owner waits. Cards by themselves, the
/// exit button and other readers never wait.
public struct Lockout: Hashable, Sendable {
    /// So many wrong attempts in a row are free.
    public static let freeAttempts = 3
    /// The first wait; each further wrong attempt doubles it.
    public static let firstWait = Duration.seconds(5)
    /// After so long without a wrong attempt everything is forgotten.
    public static let memory = Duration.seconds(15 * 60)

    /// The longest wait.
    public let longestWait: Duration
    /// Whether a right attempt makes up for the wrong ones before it. At a card it does: its owner is the one who typed
    /// them. At a keypad it does not: an attacker with a code of their own would type it after every other guess.
    public let forgives: Bool
    private var wrong = 0
    private var until: MonotonicTime?
    private var last: MonotonicTime?

    /// Nobody has tried anything yet.
    public init(longestWait: Duration, forgives: Bool) {
        self.longestWait = longestWait
        self.forgives = forgives
    }

    /// At a keypad, for codes without a card.
    public static let keypad = Lockout(longestWait: .seconds(60), forgives: false)
    /// At a card that needs its PIN.
    public static let card = Lockout(longestWait: .seconds(15 * 60), forgives: true)

    /// Whether an attempt now is not looked at.
    public func isLocked(at time: MonotonicTime) -> Bool {
        until.map { time < $0 } ?? false
    }

    /// Whether nothing is remembered any more.
    public func isForgotten(at time: MonotonicTime) -> Bool {
        last.map { time >= $0 + Self.memory } ?? true
    }

    /// An attempt was looked at and was right or wrong. One during a wait is not looked at and changes nothing, so that
    /// trying on does not lengthen the wait for whoever comes next.
    public mutating func attempt(isRight: Bool, at time: MonotonicTime) {
        if isRight && forgives || isForgotten(at: time) {
            wrong = 0
            until = nil
            last = nil
        }
        guard !isRight else { return }
        wrong += 1
        last = time
        guard wrong >= Self.freeAttempts else { return }
        var wait = Self.firstWait
        for _ in Self.freeAttempts..<wrong where wait < longestWait { wait = wait * 2 }
        until = time + min(wait, longestWait)
    }
}
