public import HubMessages

/// A two-beam direction counter: which way people walked, from the order in which two beams are broken and freed.
///
/// The two beams are the two bits of a quadrature code. A walk in breaks the outer beam, then the inner one too, frees
/// the outer, then the inner: four steps forward. A walk out is four steps back. Whoever turns round takes as many
/// back as forward. When both beams are free again, the sum of the steps is the best guess of what happened; how it
/// came about says between which bounds the truth lies. What the bounds reckon with, and take as the limits of people
/// (``BeamGeometry``):
///
/// - People close behind each other keep a beam broken without a gap: the length of what passed, from its speed,
///   bounds how many they were.
/// - Beams that were broken more than once in one visit hide who of two turned round.
/// - Whoever pushes a trolley passes twice: somebody who follows close behind may be the same.
/// - A beam that stays broken while the other one opens and closes hides everybody who passes.
/// - A visit to one beam alone is somebody who turned round; the second in a row may as well be a beam that no longer
///   sees anybody.
public struct BeamCounter: Hashable, Sendable {
    /// A beam that is broken for longer than this is blocked or dark: a fault of the counter.
    public static let blockedAfter = Duration.seconds(60)
    /// A loss of edges hides people of no longer a time than this: the kernel's buffer holds seconds of a flood.
    public static let lossReach = Duration.seconds(5)
    // A plain turn is over by then; what takes longer may be a beam that was dark for a while.
    private static let plainTurn = Duration.seconds(3)

    /// The beams and the way they stand in.
    public var geometry: BeamGeometry
    /// Whether a beam has been broken for longer than ``blockedAfter``.
    public private(set) var isBlocked = false

    private var outer = Beam()
    private var inner = Beam()
    private var visit: Visit?
    private var lastPassage: LastPassage?
    private var lone: Lone?
    private var lastSeen: MonotonicTime?

    private struct LastPassage: Hashable {
        let direction: PassageDirection
        let end: MonotonicTime
    }

    /// The beam that alone was visited, and how often in a row.
    private struct Lone: Hashable {
        let line: LineRole
        let visits: Int
    }

    private struct Beam: Hashable {
        var isBroken = false
        /// Since when it is broken; nothing where it is free.
        var since = MonotonicTime.zero

        init() {}

        init(isBroken: Bool, at time: MonotonicTime) {
            self.isBroken = isBroken
            since = isBroken ? time : .zero
        }
    }

    /// What happens between both beams being free and both being free again.
    private struct Visit: Hashable {
        let began: MonotonicTime
        // Steps; 4 is in, -4 is out.
        var steps = 0
        var furthest = 0
        var nearest = 0
        var outerBreaks = 0
        var innerBreaks = 0
        // How long each beam was broken, for the longest.
        var longest = Duration.zero
        // From one beam's edge to the next one's: how fast somebody walks.
        var firstShift: Duration?
        var lastShift = Duration.zero
        var lastEdge: MonotonicTime
        // An edge is missing, or it began with a beam broken.
        var isVoid = false
        // People who may have passed one beam behind the other's back.
        var behind = 0
    }

    /// A counter with both beams free.
    public init(geometry: BeamGeometry = BeamGeometry()) {
        self.geometry = geometry
    }

    /// When the counter counts as blocked, if nothing changes any more.
    public var deadline: MonotonicTime? {
        isBlocked ? nil : visit.map { $0.began + Self.blockedAfter }
    }

    /// A beam was broken or freed. Returns what walked through, where that completed a passage.
    public mutating func beam(_ line: LineRole, broken: Bool, at time: MonotonicTime) -> Passage? {
        guard line == .outer || line == .inner else { return nil }
        let own = line == .outer ? outer : inner
        let other = line == .outer ? inner : outer
        lastSeen = time
        guard own.isBroken != broken else {
            // The edge between is missing.
            visit?.isVoid = true
            return nil
        }
        let before = phase
        if line == .outer {
            outer = Beam(isBroken: broken, at: time)
        } else {
            inner = Beam(isBroken: broken, at: time)
        }
        var visit = self.visit ?? Visit(began: time, lastEdge: time)
        visit.steps += (phase - before + 4) % 4 == 1 ? 1 : -1
        visit.furthest = max(visit.furthest, visit.steps)
        visit.nearest = min(visit.nearest, visit.steps)
        visit.lastShift = time - visit.lastEdge
        if visit.firstShift == nil, phase == 2 { visit.firstShift = visit.lastShift }
        visit.lastEdge = time
        var passed: Passage?
        if broken {
            if line == .outer { visit.outerBreaks += 1 } else { visit.innerBreaks += 1 }
        } else {
            visit.longest = max(visit.longest, time - own.since)
            // Broken and freed while the other one was broken all along.
            if other.isBroken, other.since < own.since {
                let people = geometry.people(within: time - own.since)
                if isBlocked { passed = Self.unclear(people) } else { visit.behind += people }
            }
        }
        self.visit = visit
        return phase == 0 ? end(visit, at: time) : passed
    }

    /// The levels were read anew, after edges were lost or the lines were requested: what is known of the walk in
    /// progress is void. Returns what may have been missed of it, or of walks of which every edge was lost: as many
    /// people as can pass one behind the other since the beams were last seen, within ``lossReach``.
    public mutating func resynchronize(
        outerBroken: Bool, innerBroken: Bool, edgesLost: Bool, at time: MonotonicTime
    ) -> Passage? {
        let wasBusy = visit != nil
        let unseen = time - (visit?.began ?? lastSeen ?? time)
        self = BeamCounter(geometry: geometry)
        outer = Beam(isBroken: outerBroken, at: time)
        inner = Beam(isBroken: innerBroken, at: time)
        if phase != 0 {
            var visit = Visit(began: time, lastEdge: time)
            visit.isVoid = true
            self.visit = visit
        }
        guard edgesLost || wasBusy else { return nil }
        lastSeen = time
        return Self.unclear(geometry.people(within: wasBusy ? unseen : min(unseen, Self.lossReach)))
    }

    /// Time has passed: a beam that stays broken turns into a fault. Returns who may have passed it by then.
    public mutating func advance(to time: MonotonicTime) -> Passage? {
        guard let deadline, time >= deadline, var visit else { return nil }
        isBlocked = true
        visit.isVoid = true
        defer { self.visit = visit }
        guard visit.behind > 0 else { return nil }
        defer { visit.behind = 0 }
        return Self.unclear(visit.behind)
    }

    // The Gray code of a walk in: free, outer, both, inner, free.
    private var phase: Int {
        switch (outer.isBroken, inner.isBroken) {
        case (false, false): 0
        case (true, false): 1
        case (true, true): 2
        case (false, true): 3
        }
    }

    private static func unclear(_ people: Int) -> Passage {
        Passage(.ambiguous, estimate: 0, minimum: -people, maximum: people)
    }

    private mutating func end(_ visit: Visit, at time: MonotonicTime) -> Passage {
        let wasBlocked = isBlocked
        self.visit = nil
        isBlocked = false
        if visit.isVoid {
            lone = nil
            lastPassage = nil
            // Whatever was emitted while it was blocked is not counted again.
            return Self.unclear(max(wasBlocked ? 1 : geometry.people(within: time - visit.began), visit.behind))
        }
        let isPlainTurn = visit.furthest < 3 && visit.nearest > -3
        let isMonotone = visit.furthest - visit.nearest == 4 && visit.outerBreaks == 1 && visit.innerBreaks == 1
        // Of two people in one visit, one may have turned: each further break may hide one.
        let hidden = max(visit.outerBreaks, visit.innerBreaks) - 1
        let followers = followers(of: visit, isMonotone: isMonotone, at: time)
        switch visit.steps {
        case 0:
            let moved = loneVisits(visit)
            if moved > 1 { return Passage(.turned, estimate: 0, minimum: -moved, maximum: moved) }
            if moved == 1 { return .turned }
            let isShort = isPlainTurn && hidden == 0 && time - visit.began <= Self.plainTurn
            let doubt = isShort ? followers : max(1, hidden + followers, visit.behind)
            return Passage(.turned, estimate: 0, minimum: -doubt, maximum: doubt)
        case let steps:
            lone = nil
            let direction: PassageDirection = steps > 0 ? .entered : .left
            let doubt = hidden + (isMonotone ? 0 : visit.behind)
            var least = 1 - doubt
            let most = geometry.abreast * (1 + followers) + doubt
            if let lastPassage, lastPassage.direction == direction,
                visit.began - lastPassage.end < BeamGeometry.trolleyGap
            {
                least = min(least, 0)
            }
            lastPassage = LastPassage(direction: direction, end: time)
            return direction == .entered
                ? Passage(.entered, estimate: 1, minimum: least, maximum: most)
                : Passage(.left, estimate: -1, minimum: -most, maximum: -least)
        }
    }

    /// How many people may have passed right behind the first one.
    private func followers(of visit: Visit, isMonotone: Bool, at time: MonotonicTime) -> Int {
        guard isMonotone, let first = visit.firstShift else {
            return max(visit.outerBreaks, visit.innerBreaks) <= 1 && visit.longest < BeamGeometry.oneBody
                ? 0 : geometry.people(within: visit.longest) - 1
        }
        return geometry.people(within: visit.longest, shift: min(first, visit.lastShift)) - 1
    }

    /// How many visits in a row, with this one, moved the same beam alone; 0 where this one moved both.
    private mutating func loneVisits(_ visit: Visit) -> Int {
        guard visit.outerBreaks == 0 || visit.innerBreaks == 0 else {
            lone = nil
            return 0
        }
        let line = visit.innerBreaks == 0 ? LineRole.outer : .inner
        let visits = lone?.line == line ? (lone?.visits ?? 0) + 1 : 1
        lone = Lone(line: line, visits: visits)
        return visits
    }

    /// Whether three visits in a row have moved one beam alone: the other one sees nobody any more.
    public var seesOneBeamOnly: Bool { lone.map { $0.visits >= 3 } ?? false }
}

/// The beams, the way they stand in, and the limits that people keep in it.
///
/// Walking speeds and distances: U. Weidmann, "Transporttechnik der Fussgänger", IVT-Schriftenreihe 90, ETH Zürich
/// 1993: 1.34 m/s on average with a deviation of 0.26 m/s, a body 0.24 m deep on average. Those below leave more room.
public struct BeamGeometry: Hashable, Sendable {
    /// From one beam to the other, in metres.
    public var spacing: Double
    /// How many people fit side by side.
    public var abreast: Int

    /// Nobody hurries through a door faster, in metres per second.
    public static let fastest = 3.0
    /// Somebody whose speed cannot be measured walks no faster on average than this, in metres per second.
    public static let hurried = 1.6
    /// From the front of one person to the front of the next behind, at least, in metres.
    public static let following = 0.45
    /// No body is thinner, seen from the side, in metres.
    public static let thinnest = 0.15
    /// Whoever follows a passage more closely may be pushing what passed.
    public static let trolleyGap = Duration.milliseconds(700)
    /// A beam broken for a shorter time is broken by one body.
    static let oneBody = Duration.milliseconds(300)
    // A shift between beams is known to two ticks of the kernel's debounce.
    private static let tick = 0.005
    // Slower than this somebody has paused, and the speed is not known.
    private static let slowest = 0.25

    /// Beams `spacing` metres apart in a way for `abreast` people.
    public init(spacing: Double = 0.1, abreast: Int = 1) {
        self.spacing = spacing
        self.abreast = abreast
    }

    /// How many people one behind the other may break a beam for so long; `shift` is how long they take from one
    /// beam to the other, where that can be told.
    func people(within duration: Duration, shift: Duration? = nil) -> Int {
        let seconds = Double(max(duration.nanoseconds, 0)) / 1e9
        var speed = Self.hurried
        if let shift {
            let taken = Double(max(shift.nanoseconds, 0)) / 1e9 - Self.tick
            let measured = taken > 0 ? spacing / taken : Self.fastest
            if measured >= Self.slowest { speed = min(measured, Self.fastest) }
        }
        let followers = ((speed * seconds - Self.thinnest) / Self.following).rounded(.down)
        return 1 + Int(min(max(followers, 0), 1_000))
    }
}
