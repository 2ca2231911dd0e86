/// What a reader tells whoever stands in front of it.
public enum FeedbackSignal: String, Hashable, Sendable, CaseIterable {
    /// Come in.
    case granted
    /// No.
    case denied
    /// Too many wrong attempts; wait.
    case lockedOut = "locked-out"
    /// The card is known; type its PIN.
    case keepTrying = "keep-trying"
    /// The door stands open too long; repeated until it is closed.
    case heldOpen = "held-open"
}

/// One step of a pattern: what is on, and for how long.
public struct FeedbackStep: Hashable, Sendable {
    /// Whether the light is on.
    public var led: Bool
    /// Whether the buzzer sounds.
    public var buzzer: Bool
    /// For how long; 10 ms to 10 s.
    public var duration: Duration

    /// All fields.
    public init(led: Bool = false, buzzer: Bool = false, _ duration: Duration) {
        self.led = led
        self.buzzer = buzzer
        self.duration = duration
    }
}
