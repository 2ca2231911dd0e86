internal import ArgumentParser
internal import HubMessages

// Orders to doors. Each is journaled with the account that gave it, the reason it gave, and what could be seen after it.

struct OrderOptions: ParsableArguments {
    @OptionGroup var session: SessionOptions
    @Option(help: "Why; journaled, so name nobody. At most \(DoorOrder.maximumWhy) bytes.")
    var why: String?

    func validate() throws {
        if let why, why.utf8.count > DoorOrder.maximumWhy {
            throw ValidationError("--why has \(why.utf8.count) bytes; expected at most \(DoorOrder.maximumWhy)")
        }
    }

    func give(
        _ command: OperatorCommand, _ door: DoorID?, until: WallTime? = nil, duration: Int64? = nil
    ) throws {
        try session.connect().order(
            .order(order: DoorOrder(command, door: door, until: until, duration: duration, why: why)))
    }
}

struct UnlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Release a door for one passage, or until a moment.",
        discussion: """
            Examples: hubctl unlock eingang --why "delivery"
                      hubctl unlock eingang --for 2h
                      hubctl unlock eingang --until 2026-11-23T18:00:00+01:00
                      hubctl unlock eingang --until-locked
            """)
    @OptionGroup var options: OrderOptions
    @Argument(help: "The door's id; see 'hubctl doors'.", transform: parseIdentifier)
    var door: DoorID
    @Option(help: "Until that moment, RFC 3339 with offset.", transform: parseTime)
    var until: WallTime?
    @Option(name: .customLong("for"), help: "For so long: a whole number with s, min, h or d.", transform: parseSpan)
    var span: Int64?
    @Flag(help: "Until somebody locks it.")
    var untilLocked = false

    func validate() throws {
        guard [until != nil, span != nil, untilLocked].filter({ $0 }).count <= 1 else {
            throw ValidationError("--until, --for and --until-locked exclude each other")
        }
    }

    func run() throws {
        let isStanding = until != nil || span != nil || untilLocked
        try options.give(isStanding ? .unlockUntil : .unlock, door, until: until, duration: span)
    }
}

struct LockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Lock a door, or end a block.",
        discussion: "Opening hours unlock it again when they next begin.")
    @OptionGroup var options: OrderOptions
    @Argument(help: "The door's id.", transform: parseIdentifier)
    var door: DoorID

    func run() throws { try options.give(.lock, door) }
}

struct BlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Lock a door for guests and members; staff still gets in.",
        discussion: "'hubctl lock' ends it.")
    @OptionGroup var options: OrderOptions
    @Argument(help: "The door's id.", transform: parseIdentifier)
    var door: DoorID

    func run() throws { try options.give(.block, door) }
}

/// A command that begins or ends something at one door or at all of them.
struct LockdownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockdown", abstract: "Lock a door or all doors against everybody but emergency grants.",
        discussion: "The way out, by the exit button and by the fire alarm, stays open. It outlasts a restart.")
    @OptionGroup var options: OrderOptions
    @Argument(help: "The door's id; all doors without.", transform: parseIdentifier)
    var door: DoorID?
    @Flag(help: "End the lockdown.")
    var end = false

    func run() throws { try options.give(end ? .endLockDown : .lockDown, door) }
}

struct LockOpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock-open", abstract: "Release a door or all doors and keep them so.",
        discussion: "Only its own end ends it. It outlasts a restart.")
    @OptionGroup var options: OrderOptions
    @Argument(help: "The door's id; all doors without.", transform: parseIdentifier)
    var door: DoorID?
    @Flag(help: "End it.")
    var end = false

    func run() throws { try options.give(end ? .endLockOpen : .lockOpen, door) }
}

struct FireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fire", abstract: "Reset the fire alarm.", subcommands: [Reset.self])

    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lock the doors that the fire alarm released, once its input is quiet.")
        @OptionGroup var options: OrderOptions

        func run() throws { try options.give(.resetFire, nil) }
    }
}

/// A duration from the command line, in milliseconds.
@Sendable private func parseSpan(_ text: String) throws -> Int64 {
    let units: [(name: String, milliseconds: Int64)] = [
        ("min", 60_000), ("s", 1_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    for unit in units where text.hasSuffix(unit.name) {
        guard let number = Int64(text.dropLast(unit.name.utf8.count)), (1...100_000).contains(number) else { break }
        return number * unit.milliseconds
    }
    throw ValidationError("'\(text)' is no duration; expected a whole number with s, min, h or d, such as 2h")
}
