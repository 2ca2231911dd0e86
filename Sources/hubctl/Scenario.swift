internal import HubMessages

/// A day in the simulated house, as a text file: one thing that happens on each line. seeds/README.md explains it.
struct Scenario {
    /// What happens, in the order of the file.
    private(set) var steps: [Step] = []

    /// One thing that happens.
    struct Step {
        let line: Int
        let time: WallTime
        let action: Action
    }

    /// What can happen.
    enum Action: Hashable {
        /// Somebody with a card comes in through doors, with company.
        case enter(CredentialDescription, doors: [DoorID], space: SpaceID, people: Int)
        /// People leave a space through doors, pressing the exit buttons.
        case leave(SpaceID, doors: [DoorID], people: Int)
        /// Somebody tries a card and goes away if it does not open.
        case swipe(CredentialDescription, DoorID)
        /// Somebody opens a locked door by force.
        case force(DoorID)
        /// Somebody leaves by a door and it stays open for so long.
        case prop(DoorID, Duration)
        /// The GPIO chip has no contact for so long.
        case unplug(Duration)
    }

    /// What is wrong with a scenario, and on which line.
    struct Mistake: Error {
        let line: Int
        let text: String
    }

    /// Reads a scenario.
    init(_ text: String) throws(Mistake) {
        var midnight: WallTime?
        for (index, content) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = content.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first else { continue }
            var reader = Words(line: index + 1, words: words)
            if first == "date" {
                guard words.count == 2, let time = WallTime(rfc3339: words[1]) else {
                    throw reader.mistake("expected: date 2026-11-23T00:00:00+01:00")
                }
                midnight = time
                continue
            }
            guard let midnight else { throw reader.mistake("the first line must say: date 2026-11-23T00:00:00+01:00") }
            let time = midnight + (try reader.timeOfDay())
            steps.append(Step(line: index + 1, time: time, action: try reader.action()))
        }
    }
}

/// Reads the words of one line.
private struct Words {
    let line: Int
    let words: [String]
    private var position = 0

    init(line: Int, words: [String]) {
        self.line = line
        self.words = words
    }

    func mistake(_ text: String) -> Scenario.Mistake {
        Scenario.Mistake(line: line, text: text)
    }

    mutating func timeOfDay() throws(Scenario.Mistake) -> Duration {
        let text = try next("a time of day such as 08:15")
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(parts.count), let hours = parts[0], let minutes = parts[1],
            (0..<48).contains(hours), (0..<60).contains(minutes),
            let seconds = parts.count == 3 ? parts[2] : 0, (0..<60).contains(seconds)
        else { throw mistake("'\(text)' is no time of day; expected HH:MM or HH:MM:SS") }
        return .seconds((hours * 60 + minutes) * 60 + seconds)
    }

    mutating func action() throws(Scenario.Mistake) -> Scenario.Action {
        let verb = try next("what happens: enter, leave, swipe, force, prop or unplug")
        let action: Scenario.Action
        switch verb {
        case "enter":
            let card = try card()
            try keyword("via")
            let doors = try doors()
            try keyword("to")
            action = .enter(card, doors: doors, space: try identifier("a space"), people: try people())
        case "leave":
            let space: SpaceID = try identifier("a space")
            try keyword("via")
            action = .leave(space, doors: try doors(), people: try people())
        case "swipe":
            let card = try card()
            try keyword("at")
            action = .swipe(card, try identifier("a door"))
        case "force": action = .force(try identifier("a door"))
        case "prop":
            let door: DoorID = try identifier("a door")
            try keyword("for")
            action = .prop(door, try seconds())
        case "unplug":
            try keyword("for")
            action = .unplug(try seconds())
        case _: throw mistake("'\(verb)' is nothing that can happen: enter, leave, swipe, force, prop, unplug")
        }
        guard position == words.count else { throw mistake("'\(words[position])' is one word too many") }
        return action
    }

    private mutating func next(_ expected: String) throws(Scenario.Mistake) -> String {
        guard position < words.count else { throw mistake("the line ends where \(expected) was expected") }
        defer { position += 1 }
        return words[position]
    }

    private mutating func keyword(_ word: String) throws(Scenario.Mistake) {
        let found = try next("'\(word)'")
        guard found == word else { throw mistake("'\(found)' stands where '\(word)' was expected") }
    }

    private mutating func card() throws(Scenario.Mistake) -> CredentialDescription {
        let text = try next("a card such as 12:4711")
        guard let card = CredentialDescription(card: text) else {
            throw mistake("'\(text)' is no card; expected [format:]facility:number, such as 12:4711")
        }
        return card
    }

    private mutating func identifier<Named>(_ what: String) throws(Scenario.Mistake) -> Identifier<Named> {
        let text = try next(what)
        guard let id = Identifier<Named>(text) else { throw mistake("'\(text)' is no id of \(what)") }
        return id
    }

    private mutating func doors() throws(Scenario.Mistake) -> [DoorID] {
        var doors: [DoorID] = []
        for name in try next("doors such as eingang,coworking").split(separator: ",") {
            guard let door = DoorID(String(name)) else { throw mistake("'\(name)' is no id of a door") }
            doors.append(door)
        }
        return doors
    }

    private mutating func people() throws(Scenario.Mistake) -> Int {
        guard position < words.count else { return 1 }
        try keyword("people")
        let text = try next("how many people")
        guard let people = Int(text), (1...50).contains(people) else {
            throw mistake("'\(text)' is no number of people; expected 1 to 50")
        }
        return people
    }

    private mutating func seconds() throws(Scenario.Mistake) -> Duration {
        let text = try next("a duration such as 45s")
        guard text.hasSuffix("s"), let seconds = Int(text.dropLast()), (1...3_600).contains(seconds) else {
            throw mistake("'\(text)' is no duration; expected seconds, 1s to 3600s")
        }
        return .seconds(seconds)
    }
}
