import HubMessages

/// What people do on one day, planned in advance: who walks where when, and every level that changes by that.
struct LivedDay {
    private(set) var actions: [(time: Duration, action: LivedBuilding.Action)] = []
    /// Who is in which space from when to when: motion sensors see them.
    private var stays: [(space: SpaceID, from: Duration, to: Duration)] = []
    private(set) var happened: [String: Int] = [:]
    private var free: [SpaceID: Duration] = [:]

    private enum Way { case upright, child, abreast, lingering }

    /// A walk through a space's counter.
    private struct Walk {
        let time: Duration
        let space: SpaceID
        let isIn: Bool
        let people: Int
        let way: Way
        let isClose: Bool
    }

    /// A day of the building's spaces: `outer`, and `inner` that lies in it.
    init(outer: SpaceID, inner: SpaceID, isQuiet: Bool, random: inout SplitMix64) {
        var walks: [Walk] = []
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        func visit(from: Int, to: Int, people: Int, isClose: Bool) {
            let way: Way =
                switch number(0...99) {
                case 0..<3: .child
                case 3..<5: people == 1 ? .upright : .abreast
                case 5..<6: .lingering
                case _: .upright
                }
            happened["\(way)", default: 0] += 1
            var time = Duration.seconds(from)
            let end = Duration.seconds(to)
            walks.append(Walk(time: time, space: outer, isIn: true, people: people, way: way, isClose: isClose))
            stays.append((outer, time, end))
            // Some go into the meeting room and come back.
            if number(0...2) == 0, to - from > 3_600 {
                time += .seconds(number(300...1_200))
                let back = min(time + .seconds(number(900...5_400)), end - .seconds(300))
                walks.append(Walk(time: time, space: inner, isIn: true, people: people, way: way, isClose: false))
                walks.append(Walk(time: back, space: inner, isIn: false, people: people, way: way, isClose: false))
                stays.append((inner, time, back))
            }
            walks.append(Walk(time: end, space: outer, isIn: false, people: people, way: way, isClose: isClose))
        }
        if !isQuiet {
            for _ in 0..<number(12...30) {
                let from = number(8 * 3_600...18 * 3_600)
                let to = min(from + number(1_200...6 * 3_600), 20 * 3_600)
                visit(from: from, to: max(to, from + 600), people: 1, isClose: false)
            }
            for _ in 0..<number(0...3) {
                let from = number(9 * 3_600...16 * 3_600)
                let isClose = number(0...1) == 0
                happened["group", default: 0] += 1
                for member in 0..<number(2...5) {
                    visit(
                        from: from + member * (isClose ? 1 : 4), to: from + 5_400 + member * 5,
                        people: number(0...9) == 0 ? 2 : 1, isClose: isClose)
                }
            }
        }
        // The cleaner, in and out with a bucket.
        var time = 21 * 3_600 + number(0...900)
        for _ in 0..<number(2...5) {
            let stay = number(180...900)
            walks.append(
                Walk(time: .seconds(time), space: outer, isIn: true, people: 1, way: .upright, isClose: false))
            walks.append(
                Walk(time: .seconds(time + stay), space: outer, isIn: false, people: 1, way: .upright, isClose: false))
            stays.append((outer, .seconds(time), .seconds(time + stay)))
            time += stay + number(30...120)
        }
        for walk in walks.sorted(by: { $0.time < $1.time }) { add(walk, &random) }
        move(&random)
        turnRound(in: [outer, inner], &random)
        actions.sort { $0.time < $1.time }
    }

    mutating func add(_ action: LivedBuilding.Action, at time: Duration) {
        actions.append((time, action))
        actions.sort { $0.time < $1.time }
    }

    private mutating func add(_ walk: Walk, _ random: inout SplitMix64) {
        let sensor = DeviceID.sensor(Self.counter(of: walk.space))
        var start = max(walk.time, free[walk.space] ?? .zero)
        // Through a door that stands open people pass close behind each other.
        if walk.isClose, let last = free[walk.space], last > walk.time {
            start = max(walk.time, last - .milliseconds(250))
        }
        let shift = Duration.milliseconds(Int.random(in: 60...220, using: &random))
        let width = Duration.milliseconds(Int.random(in: 250...500, using: &random))
        let (first, second): (LineRole, LineRole) = walk.isIn ? (.outer, .inner) : (.inner, .outer)
        var end = start + shift + width
        switch walk.way {
        case .child: break
        case .upright, .abreast, .lingering:
            var standing = Duration.zero
            if walk.way == .lingering { standing = .seconds(Int.random(in: 3...40, using: &random)) }
            actions.append((start, .line(sensor, first, true)))
            actions.append((start + standing + shift, .line(sensor, second, true)))
            actions.append((start + standing + width, .line(sensor, first, false)))
            actions.append((start + standing + width + shift, .line(sensor, second, false)))
            end += standing
        }
        actions.append((end, .person(walk.space, walk.isIn ? walk.people : -walk.people)))
        free[walk.space] = end + .milliseconds(walk.isClose ? 0 : 600)
    }

    /// Whoever is there moves now and then.
    private mutating func move(_ random: inout SplitMix64) {
        for stay in stays {
            let sensor = DeviceID.sensor(Self.motion(in: stay.space))
            var time = stay.from + .seconds(2)
            while time < stay.to - .seconds(10) {
                actions.append((time, .line(sensor, .only, true)))
                actions.append((time + .seconds(Int.random(in: 1...8, using: &random)), .line(sensor, .only, false)))
                time += .seconds(Int.random(in: 30...600, using: &random))
            }
        }
    }

    /// People who turn round in the door.
    private mutating func turnRound(in spaces: [SpaceID], _ random: inout SplitMix64) {
        for space in spaces {
            for _ in 0..<3 {
                let time = Duration.seconds(Int.random(in: 8 * 3_600...20 * 3_600, using: &random))
                let isTaken = actions.contains { entry in
                    guard case .line(let device, _, _) = entry.action, device == .sensor(Self.counter(of: space))
                    else { return false }
                    return entry.time > time - .seconds(20) && entry.time < time + .seconds(20)
                }
                guard !isTaken else { continue }
                let sensor = DeviceID.sensor(Self.counter(of: space))
                for (offset, line, isOn) in [
                    (0, LineRole.outer, true), (150, .inner, true), (900, .inner, false), (1_050, .outer, false),
                ] { actions.append((time + .milliseconds(offset), .line(sensor, line, isOn))) }
                happened["turned", default: 0] += 1
            }
        }
    }

    static func counter(of space: SpaceID) -> SensorID { name("\(space)-beam") }
    static func motion(in space: SpaceID) -> SensorID { name("\(space)-pir") }
}
