internal import ArgumentParser
internal import HubMessages

/// A command that does one thing in the simulated house.
protocol ActionCommand: ParsableCommand {
    var options: SessionOptions { get }
    var action: SimulatedAction { get }
}

extension ActionCommand {
    func run() throws {
        try options.connect().order(.simulate(action: action))
    }
}

struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim", abstract: "Do something in the simulated house, or play a day in it.",
        discussion: "Works with backend = \"simulated\" in [gpio]; real doors are opened by people.",
        subcommands: [
            Swipe.self, Open.self, Close.self, Press.self, WalkIn.self, WalkOut.self, Motion.self, Tamper.self,
            Fire.self, Unplug.self, Plug.self, PlayCommand.self,
        ])

    struct Swipe: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Hold a card to a door's reader.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID
        @Argument(help: "The card, [format:]facility:number, such as 12:4711.", transform: parseCard)
        var card: CredentialDescription
        @Flag(help: "At the reader inside.")
        var inside = false

        var action: SimulatedAction { .swipe(door: door, card: card, side: inside ? .inside : nil) }
    }

    struct Open: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Open a door; a locked one is forced.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID

        var action: SimulatedAction { .open(door: door) }
    }

    struct Close: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Close a door.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID

        var action: SimulatedAction { .close(door: door) }
    }

    struct Press: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Press a door's exit button.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID

        var action: SimulatedAction { .press(door: door) }
    }

    struct WalkIn: ActionCommand {
        static let configuration = CommandConfiguration(
            commandName: "walk-in", abstract: "Walk into a space through its beam counter.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The space's id.", transform: parseIdentifier)
        var space: SpaceID

        var action: SimulatedAction { .walkIn(space: space) }
    }

    struct WalkOut: ActionCommand {
        static let configuration = CommandConfiguration(
            commandName: "walk-out", abstract: "Walk out of a space through its beam counter.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The space's id.", transform: parseIdentifier)
        var space: SpaceID

        var action: SimulatedAction { .walkOut(space: space) }
    }

    struct Motion: ActionCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move under a space's presence sensors, or sit still again.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The space's id.", transform: parseIdentifier)
        var space: SpaceID
        @Flag(inversion: .prefixedNo, help: "Move, or sit still.")
        var moving = true

        var action: SimulatedAction { .motion(space: space, moving: moving) }
    }

    struct Tamper: ActionCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open the housing that a door's tamper switch watches, or close it again.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID
        @Flag(inversion: .prefixedNo, help: "Open, or close again.")
        var open = true

        var action: SimulatedAction { .tamper(door: door, open: open) }
    }

    struct Fire: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Set off the fire alarm, or end it.")
        @OptionGroup var options: SessionOptions
        @Flag(inversion: .prefixedNo, help: "Set off, or end.")
        var active = true

        var action: SimulatedAction { .fire(active: active) }
    }

    struct Unplug: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Pull the plug of the simulated GPIO chip.")
        @OptionGroup var options: SessionOptions

        var action: SimulatedAction { .unplug }
    }

    struct Plug: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Plug the simulated GPIO chip in again.")
        @OptionGroup var options: SessionOptions

        var action: SimulatedAction { .plug }
    }
}
