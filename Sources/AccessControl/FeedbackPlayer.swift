public import HubMessages

/// Plays patterns at one reader's light and buzzer.
///
///     granted    led ~~~~~~~~~~____        a new pattern ends the one before;
///                buz ~~____________        when it is over, both are off
public struct FeedbackPlayer: Equatable, Sendable {
    /// What is on now.
    public private(set) var led = false
    /// What sounds now.
    public private(set) var buzzer = false
    /// When the running step ends; `nil` in silence.
    public private(set) var deadline: MonotonicTime?

    private var steps: [FeedbackStep] = []
    private var next = 0
    private var repeats = false

    /// Silence.
    public init() {}

    /// Whether a pattern that repeats is playing.
    public var isRepeating: Bool { repeats && deadline != nil }

    /// Begins a pattern. Returns whether light or buzzer changed.
    public mutating func play(_ steps: [FeedbackStep], repeats: Bool = false, at time: MonotonicTime) -> Bool {
        self.steps = steps
        self.repeats = repeats
        next = 0
        return step(at: time)
    }

    /// Ends what is playing. Returns whether light or buzzer changed.
    public mutating func stop() -> Bool {
        steps = []
        next = 0
        return step(at: .zero)
    }

    /// Time has passed. Returns whether light or buzzer changed.
    public mutating func advance(to time: MonotonicTime) -> Bool {
        let before = (led, buzzer)
        while let deadline, time >= deadline { _ = step(at: deadline) }
        return before != (led, buzzer)
    }

    private mutating func step(at time: MonotonicTime) -> Bool {
        let before = (led, buzzer)
        if next >= steps.count, repeats, !steps.isEmpty { next = 0 }
        guard next < steps.count else {
            (led, buzzer, deadline) = (false, false, nil)
            return before != (led, buzzer)
        }
        let step = steps[next]
        next += 1
        // A step without a length would never let a repeated pattern come to an end of its turn.
        (led, buzzer, deadline) = (step.led, step.buzzer, time + max(step.duration, .milliseconds(1)))
        return before != (led, buzzer)
    }
}
