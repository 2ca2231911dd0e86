internal import ArgumentParser
internal import HubMessages

struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim", abstract: "Do something in the simulated house, or play a day in it.",
        discussion: "Works with backend = \"simulated\" in [gpio]; real doors are opened by people.",
        subcommands: [
            Swipe.self, Open.self, Close.self, Press.self, WalkIn.self, WalkOut.self, Motion.self, Unplug.self,
            Plug.self, PlayCommand.self,
        ])

    struct Swipe: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Hold a card to a door's reader.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID
        @Argument(help: "The card, facility:number, such as 12:4711.", transform: parseCard)
        var card: CredentialDescription

        func run() throws {
            try options.connect().order(.simulate(action: .swipe(door: door, card: card)))
        }
    }

    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open a door; a locked one is forced.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID

        func run() throws {
            try options.connect().order(.simulate(action: .open(door: door)))
        }
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Close a door.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID

        func run() throws {
            try options.connect().order(.simulate(action: .close(door: door)))
        }
    }

    struct Press: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Press a door's exit button.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID

        func run() throws {
            try options.connect().order(.simulate(action: .press(door: door)))
        }
    }

    struct WalkIn: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "walk-in", abstract: "Walk into a space through its beam counter.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The space's id.", transform: parseIdentifier)
        var space: SpaceID

        func run() throws {
            try options.connect().order(.simulate(action: .walkIn(space: space)))
        }
    }

    struct WalkOut: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "walk-out", abstract: "Walk out of a space through its beam counter.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The space's id.", transform: parseIdentifier)
        var space: SpaceID

        func run() throws {
            try options.connect().order(.simulate(action: .walkOut(space: space)))
        }
    }

    struct Motion: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move under a space's presence sensors, or sit still again.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The space's id.", transform: parseIdentifier)
        var space: SpaceID
        @Flag(inversion: .prefixedNo, help: "Move, or sit still.")
        var moving = true

        func run() throws {
            try options.connect().order(.simulate(action: .motion(space: space, moving: moving)))
        }
    }

    struct Unplug: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Pull the plug of the simulated GPIO chip.")
        @OptionGroup var options: SessionOptions

        func run() throws {
            try options.connect().order(.simulate(action: .unplug))
        }
    }

    struct Plug: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Plug the simulated GPIO chip in again.")
        @OptionGroup var options: SessionOptions

        func run() throws {
            try options.connect().order(.simulate(action: .plug))
        }
    }
}
