public import HubMessages

/// The output of a finished people counter: a pulse per person.
public struct PeopleCounter: Hashable, Sendable {
    /// What a pulse of the counter means.
    public enum Meaning: String, Hashable, Sendable, CaseIterable {
        /// Somebody came in.
        case entered = "in"
        /// Somebody went out.
        case left = "out"
        /// Somebody passed; the counter does not say where to.
        case either
    }

    /// What a pulse means.
    public var meaning: Meaning
    private var isActive: Bool?

    /// A counter before its first edge.
    public init(_ meaning: Meaning) {
        self.meaning = meaning
    }

    /// The output became active (a pulse) or inactive.
    public mutating func output(_ active: Bool) -> Passage? {
        defer { isActive = active }
        return active && isActive != true ? passage : nil
    }

    /// The level was read anew; of pulses that were lost, half of the `edges` lost began one.
    public mutating func resynchronize(_ active: Bool) {
        isActive = active
    }

    /// What the loss of `edges` hides: a pulse has two.
    public func lost(edges: UInt64) -> Passage {
        let people = Int(clamping: min(edges / 2 + 1, 10_000))
        switch meaning {
        case .entered: return Passage(.ambiguous, estimate: 0, minimum: 0, maximum: people)
        case .left: return Passage(.ambiguous, estimate: 0, minimum: -people, maximum: 0)
        case .either: return Passage(.ambiguous, estimate: 0, minimum: -people, maximum: people)
        }
    }

    private var passage: Passage {
        switch meaning {
        case .entered: .entered
        case .left: .left
        case .either: .ambiguous
        }
    }
}
