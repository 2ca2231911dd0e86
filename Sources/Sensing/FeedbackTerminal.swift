public import HubMessages

/// Two to five buttons that ask how the visit was. One press is one answer; children who play piano on it are one
/// answer every ``pause``.
public struct FeedbackTerminal: Hashable, Sendable {
    /// For so long after an answer no other counts.
    public static let pause = Duration.seconds(2)
    /// A button pressed for longer hangs.
    public static let stuckAfter = Duration.seconds(60)

    private var pressed: [LineRole: MonotonicTime] = [:]
    private var nextAnswer = MonotonicTime.zero
    private var isStuck = false

    /// A terminal with no button pressed.
    public init() {}

    /// When a pressed button counts as stuck.
    public var deadline: MonotonicTime? {
        isStuck ? nil : pressed.values.min().map { $0 + Self.stuckAfter }
    }

    /// A button was pressed or let go.
    public mutating func button(_ line: LineRole, isPressed: Bool, at time: MonotonicTime) -> [SensorFinding] {
        guard let place = LineRole.buttons.firstIndex(of: line) else { return [] }
        guard isPressed else {
            pressed[line] = nil
            guard isStuck, pressed.isEmpty else { return [] }
            isStuck = false
            return [.fault(.stuck, isActive: false, detail: nil)]
        }
        guard pressed.updateValue(time, forKey: line) == nil, time >= nextAnswer else { return [] }
        nextAnswer = time + Self.pause
        return [.button(place + 1)]
    }

    /// The levels were read: a button that is down already is no answer.
    public mutating func levels(_ levels: [LineRole: Bool], at time: MonotonicTime) -> [SensorFinding] {
        for (line, isPressed) in levels where isPressed && pressed[line] == nil { pressed[line] = time }
        var findings: [SensorFinding] = []
        for line in pressed.keys.sorted(by: { $0.rawValue < $1.rawValue }) where levels[line] != true {
            findings += button(line, isPressed: false, at: time)
        }
        return findings
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [SensorFinding] {
        guard let deadline, time >= deadline else { return [] }
        isStuck = true
        return [.fault(.stuck, isActive: true, detail: "a button is down for over a minute")]
    }
}
