public import HubMessages

/// A two-beam direction counter: which way somebody walked, from the order in which two beams are broken and freed.
///
/// The two beams are the two bits of a quadrature code. A walk in breaks the outer beam, then the inner one too, frees
/// the outer, then the inner: four steps forward. A walk out is four steps back. Whoever turns round takes as many
/// back as forward. When both beams are free again, the sum of the steps says what happened. A change of both beams at
/// once, or a sum that no walk has, is ambiguous and said so.
public struct BeamCounter: Hashable, Sendable {
    private var outerBroken = false
    private var innerBroken = false
    // Steps of the walk in progress; 4 is in, -4 is out.
    private var steps = 0
    private var uncertain = false
    private var busySince: MonotonicTime?

    /// A beam that is broken for longer than this is blocked or dark: a fault of the counter.
    public static let blockedAfter = Duration.seconds(60)

    /// A counter with both beams free.
    public init() {}

    /// Whether a beam has been broken for longer than ``blockedAfter``.
    public private(set) var isBlocked = false

    /// When the counter counts as blocked, if nothing changes any more.
    public var deadline: MonotonicTime? {
        isBlocked ? nil : busySince.map { $0 + Self.blockedAfter }
    }

    /// A beam was broken or freed. Returns what walked through, where that completed a passage.
    public mutating func beam(_ line: LineRole, broken: Bool, at time: MonotonicTime) -> PassageDirection? {
        let before = phase
        switch line {
        case .outer: outerBroken = broken
        case .inner: innerBroken = broken
        case .only, .second, .data0, .data1: return nil
        }
        return moved(from: before, at: time)
    }

    /// The levels were read anew, after edges were lost or the lines were requested: what is known of the walk in
    /// progress is void. Returns `.ambiguous` where one was in progress or may have been missed.
    public mutating func resynchronize(
        outerBroken: Bool, innerBroken: Bool, edgesLost: Bool, at time: MonotonicTime
    ) -> PassageDirection? {
        let wasBusy = busySince != nil
        self = BeamCounter()
        self.outerBroken = outerBroken
        self.innerBroken = innerBroken
        if phase != 0 {
            busySince = time
            uncertain = true
        }
        return edgesLost || wasBusy ? .ambiguous : nil
    }

    /// Time has passed: a beam that stays broken turns into a fault.
    public mutating func advance(to time: MonotonicTime) {
        if let deadline, time >= deadline {
            isBlocked = true
            uncertain = true
        }
    }

    // The Gray code of a walk in: free, outer, both, inner, free.
    private var phase: Int {
        switch (outerBroken, innerBroken) {
        case (false, false): 0
        case (true, false): 1
        case (true, true): 2
        case (false, true): 3
        }
    }

    private mutating func moved(from before: Int, at time: MonotonicTime) -> PassageDirection? {
        switch (phase - before + 4) % 4 {
        case 0: return nil
        case 1: steps += 1
        case 3: steps -= 1
        case _: uncertain = true
        }
        if busySince == nil {
            busySince = time
        }
        guard phase == 0 else { return nil }
        defer {
            steps = 0
            uncertain = false
            busySince = nil
            isBlocked = false
        }
        if uncertain { return .ambiguous }
        switch steps {
        case 4: return .entered
        case -4: return .left
        case 0: return .turned
        case _: return .ambiguous
        }
    }
}
