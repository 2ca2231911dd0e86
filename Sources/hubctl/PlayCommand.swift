internal import ArgumentParser
internal import ControlSocket
internal import Glibc
internal import HubMessages

/// `hubctl sim play`: people live a day in the simulated house.
struct PlayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Play a scenario: people come, try their cards, walk in, leave.",
        discussion: """
            The scenario's times are on the house's own clock, which runs at the speed that the daemon is configured \
            with; what is over already is left out. When the daemon is stopped or killed in the middle, the play goes on \
            as soon as it answers again.
            """)
    @OptionGroup var options: SessionOptions
    @Argument(help: "The scenario's file; seeds/README.md explains its form.")
    var file: String

    func run() throws {
        let scenario = try load()
        var player = Player(options: options)
        try player.connect()
        for step in scenario.steps { try player.play(step) }
    }

    private func load() throws -> Scenario {
        guard let stream = fopen(file, "re") else {
            throw ValidationError("\(file): \(String(cString: strerror(errno)))")
        }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, stream)
        do throws(Scenario.Mistake) {
            return try Scenario(String(decoding: bytes[..<count], as: UTF8.self))
        } catch {
            throw ValidationError("\(file):\(error.line): \(error.text)")
        }
    }
}

/// Plays the steps against a daemon that may go away and come back.
private struct Player {
    let options: SessionOptions
    private var session: Session?
    private var speed = 1.0
    private var people: [SpaceID: Int] = [:]

    /// How long the daemon may be away.
    private static let patience = 60

    init(options: SessionOptions) {
        self.options = options
    }

    mutating func connect() throws {
        let session = try options.connect()
        guard case .status(let report) = try session.ask(.status) else { return }
        guard let speed = report.simulationSpeed else {
            throw Failure.refused("this hub has real doors; a scenario needs backend = \"simulated\" in [gpio]")
        }
        self.speed = speed
        self.session = session
    }

    mutating func play(_ step: Scenario.Step) throws {
        let late = try wait(until: step.time)
        guard late < .seconds(120) else { return }
        let language = Language.current
        let told = try perform(step.action)
        printLine(
            options.json
                ? session?.text(["time": step.time.rfc3339, "text": told]) ?? ""
                : "\(language.time(step.time))  \(told)")
    }

    private mutating func perform(_ action: Scenario.Action) throws -> String {
        switch action {
        case .enter(let card, let doors, let space, let count):
            for door in doors {
                guard try pass(card, door, then: door == doors.last ? (space, count) : nil) else {
                    return "\(card.text) stays outside at \(door)"
                }
            }
            people[space, default: 0] += count
            try simulate(.motion(space: space, moving: true))
            return "\(card.text) came into \(space)" + (count > 1 ? " with \(count - 1) more" : "")
        case .leave(let space, let doors, let count):
            let remaining = max(0, people[space, default: 0] - count)
            people[space] = remaining
            for door in doors { try leave(door, from: door == doors.first ? (space, count) : nil) }
            if remaining == 0 { try simulate(.motion(space: space, moving: false)) }
            return "\(count) left \(space)"
        case .swipe(let card, let door):
            try simulate(.swipe(door: door, card: card))
            return "\(card.text) is tried at \(door)"
        case .force(let door):
            try simulate(.open(door: door))
            sleep(.seconds(5))
            try simulate(.close(door: door))
            return "\(door) is forced"
        case .prop(let door, let duration):
            try simulate(.press(door: door))
            sleep(.seconds(1))
            try simulate(.open(door: door))
            sleep(duration)
            try simulate(.close(door: door))
            return "\(door) stood open for \(duration.components.seconds) s"
        case .unplug(let duration):
            try simulate(.unplug)
            sleep(duration)
            try simulate(.plug)
            return "the GPIO chip had no contact for \(duration.components.seconds) s"
        }
    }

    /// A card at a door: whoever it is released for opens it, goes through, and lets it fall shut.
    private mutating func pass(
        _ card: CredentialDescription, _ door: DoorID, then arrival: (space: SpaceID, people: Int)?
    ) throws -> Bool {
        guard try isReleased(door, by: .swipe(door: door, card: card)) else { return false }
        try simulate(.open(door: door))
        if let arrival { for _ in 0..<arrival.people { try simulate(.walkIn(space: arrival.space)) } }
        sleep(.seconds(2 + (arrival?.people ?? 0)))
        try simulate(.close(door: door))
        return true
    }

    private mutating func leave(_ door: DoorID, from departure: (space: SpaceID, people: Int)?) throws {
        if let departure { for _ in 0..<departure.people { try simulate(.walkOut(space: departure.space)) } }
        _ = try isReleased(door, by: .press(door: door))
        try simulate(.open(door: door))
        sleep(.seconds(3))
        try simulate(.close(door: door))
    }

    /// Does something at a door and waits, as long as a person would, until the lock gives way.
    ///
    /// Every change is watched from before on: on the house's fast clock a release may be over before anybody asks.
    private mutating func isReleased(_ door: DoorID, by action: SimulatedAction) throws -> Bool {
        let watcher = try? options.connect()
        try? watcher?.send(.watch)
        // The first answer says that the watch has begun.
        _ = watcher?.next(within: 1)
        try simulate(action)
        let end = SystemTime.now() + max(3 / speed, 0.3)
        while let watcher, SystemTime.now() < end {
            guard let response = watcher.next(within: end - SystemTime.now()) else { return false }
            if case .door(let state) = response, state.door == door, state.released == true { return true }
        }
        return false
    }

    private mutating func simulate(_ action: SimulatedAction) throws {
        _ = try ask(.simulate(action: action))
    }

    /// Asks the daemon; waits for it to come back where it is away.
    private mutating func ask(_ request: ControlRequest) throws -> ControlResponse? {
        for attempt in 0..<Self.patience * 10 {
            do {
                if session == nil { try connect() }
                return try session?.ask(request)
            } catch let failure as Failure {
                guard failure.status == 3 else { throw failure }
                if session != nil || attempt == 0 { printLine("the daemon is away; waiting for it") }
                session = nil
                SystemTime.sleep(0.1)
            }
        }
        throw Failure.refused("the daemon did not come back within \(Self.patience) seconds")
    }

    /// Waits until the house's clock shows `time`. Returns how late it is already.
    private mutating func wait(until time: WallTime) throws -> Duration {
        while true {
            guard case .status(let report)? = try ask(.status) else { return .zero }
            let left = time - report.time
            guard left > .zero else { return .zero - left }
            // In pieces, so that a daemon that was restarted in between is noticed.
            SystemTime.sleep(min(Double(left.milliseconds) / 1_000 / speed, 1))
        }
    }

    /// Waits on the house's clock.
    private func sleep(_ duration: Duration) {
        SystemTime.sleep(Double(duration.milliseconds) / 1_000 / speed)
    }
}
