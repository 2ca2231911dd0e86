import HubMessages
import TestSupport
import Testing
import Utilization

/// Whoever has all messages about a house with rooms in it, in which people also stay overnight, and tries to tell of some time
/// whether one was there or two.
///
/// **The world.** A house, open round the clock, with two rooms inside it, for 2,000 days. Groups come for up to three
/// hours; half of them go into one of the rooms together for a while, else each member goes alone in one case of four. Guests stay
/// for up to two and a half days, so that runs are cut; in a second world, of 8,000 days, there are more of them, and few others.
/// Days are quiet, usual or busy, for weeks.
///
/// **The attacker** learns and guesses as in DifferencingTests. It knows without any number when somebody was in the house and in
/// each of the rooms: in use and not are different by intention. That is its prior, alone and with the season. Clues are
/// numbers, and that they are left out: of the house around the time, before and after it, of the other part of a run that was
/// cut, of the day.
///
/// It is asked of those who are in the house but in none of the rooms, of a room, and of a part of a run that was cut, each when
/// the numbers are left out.
@Suite struct HouseDifferencingTests {
    private static let start: Int64 = 1_795_392_000
    private static let threshold = 3

    /// Who is asked about.
    private enum Target: String {
        case house = "in none of the rooms"
        case room = "in a room"
        case part = "in a part of a run that was cut"
    }

    @Test func `G10: where numbers are left out, all numbers of people are the same message`() {
        // Two hours with so many in none of the rooms and in each of the two. A room in use is seen.
        func told(outside: Int, _ rooms: [Int], everybody: Bool = false) -> [DistrictUtilization] {
            let people = [outside + rooms.reduce(0, +)] + rooms
            return people.indices.flatMap { index in
                var space = Space(quarters: 10)
                space.add(people[index], 1..<9)
                let own = index == 0 && !everybody ? Array(repeating: outside, count: 10) : space.people
                // The order in which they come, and so how many are outside for a moment, is not looked at.
                return measured(space, name("raum-\(index)"), own: own)
            }
        }
        let least = told(outside: 0, [1, 1])
        #expect(least.count(where: \.suppressed) == 3 * 8)
        for outside in 0...2 {
            for (first, second) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
                #expect(told(outside: outside, [first, second]) == least, "\(outside), \(first), \(second)")
            }
        }
        #expect(told(outside: 3, [1, 1]) != least && told(outside: 0, [3, 1]) != least)
        // Where everybody is counted in the house, rooms in use and numbers left out say that there is one in each.
        #expect(told(outside: 0, [1, 2], everybody: true) != told(outside: 0, [1, 1], everybody: true))
    }

    @Test func `G10: neither rooms in a house nor runs that are cut tell whether somebody was alone`() {
        var random = SeededRandom.announced()
        let (seen, fresh) = (View(isForNights: false, &random), View(isForNights: false, &random))
        check(.house, seen.ofHouse(onlyCut: false), fresh.ofHouse(onlyCut: false))
        check(.room, seen.ofRooms(), fresh.ofRooms())
        let nights = View(isForNights: true, days: 8_000, &random)
        let others = View(isForNights: true, days: 8_000, &random)
        check(.part, nights.ofHouse(onlyCut: true), others.ofHouse(onlyCut: true))
    }

    @Test func `the house publishes what a hub would`() {
        var random = SeededRandom.announced()
        for isForNights in [false, true] {
            let view = View(isForNights: isForNights, days: 60, &random)
            let cells = measured(view.house, name("haus"), own: view.own)
            for (cell, told) in zip(cells, view.house.cells) {
                #expect(cell.inUse == told.inUse && cell.people == told.people && cell.visits == told.visits)
            }
            #expect(cells.count >= view.house.cells.count && cells.contains { $0.run != nil })
        }
    }

    private func check(_ target: Target, _ seen: [GuessCase], _ fresh: [GuessCase]) {
        let share = Double(fresh.count(where: \.isSo)) / Double(fresh.count)
        // How often the best is right who knows no number: the times alone, which rooms are in use besides, the season, too.
        let prior =
            [
                share, 1 - share, Guesser(seen.map(withoutRooms)).success(fresh.map(withoutRooms)),
                Guesser(seen).success(fresh), Guesser(seen, knowsSeason: true).success(fresh),
            ].max() ?? 1
        // Three standard deviations of the difference of two shares of that many cases.
        let noise = 3 * (2 * prior * (1 - prior) / Double(fresh.count)).squareRoot()
        print("\(target.rawValue), \(fresh.count) times, alone in \(percent(share)): prior \(percent(prior))")
        #expect(fresh.count > 500, "\(target)")
        for knowsSeason in [false, true] {
            let known = knowsSeason ? ", knowing the season" : ""
            for clue in seen.first?.clues.keys.sorted() ?? [] {
                let right = Guesser(seen, knowsSeason: knowsSeason, clue: clue).success(fresh)
                print("  with '\(clue)'\(known): \(percent(right))")
                #expect(right <= prior + noise, "\(target): \(clue)")
            }
            let all = Guesser.success(fresh, byAllCluesOf: seen, knowsSeason: knowsSeason)
            print("  with all of them\(known): \(percent(all))")
            #expect(all <= prior + noise, "\(target): all clues")
        }
    }

    /// The case as seen by who is told of the one space alone: the last kinds of what is known.
    private func withoutRooms(_ item: GuessCase) -> GuessCase {
        GuessCase(isSo: item.isSo, known: item.known.suffix(4), season: item.season)
    }

    /// What a hub publishes of a space.
    private func measured(_ space: Space, _ id: SpaceID, own: [Int]) -> [DistrictUtilization] {
        var use = SpaceUse(
            space: id, module: .coworking, rules: BookingUse.Rules(isBookable: false),
            district: SpaceUse.District(hub: name("polch"), threshold: Self.threshold))
        var total: UInt64 = 0
        var cells: [DistrictUtilization] = []
        for quarter in 0...(space.people.count + 1) {
            let isTime = quarter < space.people.count
            if isTime { total += UInt64(space.entered[quarter]) }
            let events = use.observe(
                UtilizationMeter.Reading(
                    estimate: isTime ? space.people[quarter] : 0, own: isTime ? own[quarter] : 0, isPresent: false,
                    isHealthy: true, entries: total),
                at: Moment(
                    monotonic: .zero + .seconds(Int64(quarter) * 900),
                    wall: WallTime(milliseconds: (Self.start + Int64(quarter) * 900) * 1_000),
                    quality: .synchronized), bookings: [], days: [])
            for case .districtQuarter(let cell) in events { cells.append(cell) }
        }
        return cells
    }

    // MARK: The world

    /// What the messages about a quarter-hour say.
    private struct Cell {
        var inUse = false
        var people: Int? = 0
        var visits: Int? = 0

        var isTold: Bool { inUse && people != nil }
    }

    /// One space: how many were there in each quarter-hour, how many came, and what is published.
    private struct Space {
        var people: [Int]
        var entered: [Int]
        var cells: [Cell] = []
        var runs: [Range<Int>] = []

        init(quarters: Int) {
            people = Array(repeating: 0, count: quarters)
            entered = people
        }

        mutating func add(_ count: Int, _ stay: Range<Int>) {
            for quarter in stay.clamped(to: people.indices) { people[quarter] += count }
            if people.indices.contains(stay.lowerBound) { entered[stay.lowerBound] += count }
        }

        /// Publishes runs as a hub does; `own` are those who count here.
        mutating func publish(own: [Int]) {
            cells = Array(repeating: Cell(), count: people.count)
            var quarter = 0
            while quarter < people.count {
                guard people[quarter] > 0 else {
                    quarter += 1
                    continue
                }
                var run = quarter..<quarter
                while run.upperBound < people.count, people[run.upperBound] > 0, run.count < 96 {
                    run = run.lowerBound..<(run.upperBound + 1)
                }
                let numbers = DistrictNumbers(
                    peak: own[run].max() ?? 0, entries: entered[run].reduce(0, +),
                    threshold: HouseDifferencingTests.threshold)
                for quarter in run {
                    cells[quarter] = Cell(inUse: true, people: numbers?.people, visits: numbers?.visits)
                }
                runs.append(run)
                quarter = run.upperBound
            }
        }
    }

    /// The house over the days, and what the attacker sees of it.
    private struct View {
        private(set) var house: Space
        private(set) var rooms: [Space]
        private var seasons: [Int] = []
        // For each quarter-hour: the people of the last run before it, and of the first after it, that has a number.
        private var numberBefore: [Int] = []
        private var numberAfter: [Int] = []

        /// How many are in the house but in none of the rooms.
        private(set) var own: [Int] = []

        init(isForNights: Bool, days: Int = 2_000, _ random: inout SeededRandom) {
            house = Space(quarters: days * 96)
            rooms = [Space(quarters: days * 96), Space(quarters: days * 96)]
            while seasons.count < days {
                let season = Int.random(in: 0...2, using: &random)
                let length = min(Int.random(in: 14...40, using: &random), days - seasons.count)
                for day in seasons.count..<(seasons.count + length) { live(day, season, isForNights, &random) }
                seasons += Array(repeating: season, count: length)
            }
            own = house.people.indices.map { quarter in
                rooms.reduce(house.people[quarter]) { $0 - $1.people[quarter] }
            }
            house.publish(own: own)
            for room in rooms.indices { rooms[room].publish(own: rooms[room].people) }
            var last = 0
            numberBefore = house.cells.map { cell in
                defer { if cell.isTold { last = cell.people ?? 0 } }
                return last
            }
            var next = 0
            numberAfter = house.cells.reversed().map { cell in
                defer { if cell.isTold { next = cell.people ?? 0 } }
                return next
            }.reversed()
        }

        /// One day's people.
        private mutating func live(_ day: Int, _ season: Int, _ isForNights: Bool, _ random: inout SeededRandom) {
            let groups = [[1, 1, 1, 2, 2, 3], [1, 1, 1, 2, 2, 3, 4], [1, 1, 2, 2, 2, 3, 4, 5]][season]
            let range = isForNights ? 0...1 : [0...3, 0...5, 2...7][season]
            for _ in 0..<Int.random(in: range, using: &random) {
                let from = day * 96 + Int.random(in: 32..<76, using: &random)
                let stay = from..<(from + Int.random(in: 1...12, using: &random))
                let people = groups.randomElement(using: &random) ?? 1
                house.add(people, stay)
                if Bool.random(using: &random) {
                    use(room: people, stay, &random)
                } else {
                    for _ in 0..<people where Int.random(in: 0..<4, using: &random) == 0 { use(room: 1, stay, &random) }
                }
            }
            guard Int.random(in: 0..<(isForNights ? 2 : 8), using: &random) == 0 else { return }
            let from = day * 96 + Int.random(in: 48..<90, using: &random)
            for _ in 0..<([1, 1, 2, 2, 3, 4].randomElement(using: &random) ?? 1) {
                // They come together, and leave when they like.
                let stay = from..<(from + Int.random(in: 40...240, using: &random))
                house.add(1, stay)
                for _ in 0..<Int.random(in: 0...2, using: &random) { use(room: 1, stay, &random) }
            }
        }

        /// Somebody is in a room for a part of the stay, who is in none then: nobody is in two at once.
        private mutating func use(room people: Int, _ stay: Range<Int>, _ random: inout SeededRandom) {
            let from = Int.random(in: stay, using: &random)
            let time = from..<min(Int.random(in: (from + 1)...stay.upperBound, using: &random), from + 8)
            let isFree = time.clamped(to: house.people.indices).allSatisfy { quarter in
                rooms.reduce(people) { $0 + $1.people[quarter] } <= house.people[quarter]
            }
            if isFree { rooms[Int.random(in: rooms.indices, using: &random)].add(people, time) }
        }

        // MARK: What the attacker sees

        func ofHouse(onlyCut: Bool) -> [GuessCase] {
            let runs = house.runs
            return runs.indices.compactMap { index in
                let run = runs[index]
                let before = index > 0 && runs[index - 1].upperBound == run.lowerBound ? runs[index - 1] : nil
                let after =
                    index + 1 < runs.count && runs[index + 1].lowerBound == run.upperBound ? runs[index + 1] : nil
                let people = own[run].max() ?? 0
                guard !house.cells[run.lowerBound].isTold, (1...2).contains(people),
                    !onlyCut || before != nil || after != nil
                else {
                    return nil
                }
                let used = rooms.map { room in run.count { room.cells[$0].inUse } }
                let together = run.count { quarter in rooms.allSatisfy { $0.cells[quarter].inUse } }
                let inRooms = rooms.map { room in run.compactMap { room.cells[$0].people }.max() ?? 0 }
                return item(
                    people == 1, run,
                    place: [before.map { 1 + $0.count / 48 } ?? 0, after.map { 1 + $0.count / 32 } ?? 0],
                    seen: used.map { $0 == 0 ? 0 : $0 * 2 < run.count ? 1 : 2 } + [min(together, 2)],
                    [
                        "the part before": before.map(numbers) ?? -2, "the part after": after.map(numbers) ?? -2,
                        "people in the rooms": inRooms[0] * 100 + inRooms[1],
                    ])
            }
        }

        func ofRooms() -> [GuessCase] {
            rooms.indices.flatMap { room in
                rooms[room].runs.compactMap { run in
                    let people = rooms[room].people[run].max() ?? 0
                    guard !rooms[room].cells[run.lowerBound].isTold, (1...2).contains(people) else { return nil }
                    let other = rooms[1 - room]
                    let used = run.count { other.cells[$0].inUse }
                    let around = houseRun(at: run.lowerBound)
                    let known = house.cells[run.lowerBound]
                    return item(
                        people == 1, run, place: [room],
                        seen: [
                            used == 0 ? 0 : used < run.count ? 1 : 2, min(run.lowerBound - around.lowerBound, 2),
                            min(around.upperBound - run.upperBound, 2),
                        ],
                        [
                            "people in the house": known.people ?? -1, "visits in the house": known.visits ?? -1,
                            "people and visits in the house": (known.people ?? -1) * 100 + (known.visits ?? -1),
                            "how long the house is in use": min(around.count / 4, 24),
                            "people in the other room": run.map { other.cells[$0].people ?? -1 }.max() ?? 0,
                            "visits in the other room": run.map { other.cells[$0].visits ?? -1 }.max() ?? 0,
                        ])
                }
            }
        }

        private func houseRun(at quarter: Int) -> Range<Int> {
            var run = quarter..<(quarter + 1)
            while run.lowerBound > 0, house.cells[run.lowerBound - 1].inUse {
                run = (run.lowerBound - 1)..<run.upperBound
            }
            while run.upperBound < house.cells.count, house.cells[run.upperBound].inUse {
                run = run.lowerBound..<(run.upperBound + 1)
            }
            return run
        }

        private func numbers(_ run: Range<Int>) -> Int {
            let cell = house.cells[run.lowerBound]
            return (cell.people ?? -1) * 100 + (cell.visits ?? -1)
        }

        private func item(
            _ isSo: Bool, _ run: Range<Int>, place: [Int], seen: [Int], _ clues: [String: Int]
        ) -> GuessCase {
            let day = run.lowerBound / 96
            let length = min(run.count, 9) + (run.count > 24 ? 1 : 0) + (run.count > 48 ? 1 : 0)
            let hour = run.lowerBound % 96 / 16
            var item = GuessCase(
                isSo: isSo,
                known: [
                    [length, hour] + place + seen, [length] + place + seen, [length, hour] + place, [length] + place,
                    place, [],
                ],
                season: seasons[day], clues: clues)
            let today = (day * 96)..<(day * 96 + 96)
            let told = today.filter {
                house.cells[$0].isTold && ($0 == today.lowerBound || !house.cells[$0 - 1].isTold)
            }
            item.clues["published runs of the day"] = told.count
            item.clues["visits of the day"] = told.reduce(0) { $0 + (house.cells[$1].visits ?? 0) }
            item.clues["runs before and after"] = numberBefore[run.lowerBound] * 100 + numberAfter[run.upperBound - 1]
            let week = (max(day - 3, 0) * 96)..<min((day + 4) * 96, house.cells.count)
            item.clues["numbers in the week"] = week.count { house.cells[$0].isTold } / 24
            return item
        }
    }
}
