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
            Swipe.self, Open.self, Close.self, Press.self, WalkIn.self, WalkOut.self, Motion.self, TypeKeys.self,
            Input.self, Answer.self, Pulses.self, Air.self, Tamper.self, Fire.self, Unplug.self, Plug.self,
            PlayCommand.self,
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

    struct TypeKeys: ActionCommand {
        static let configuration = CommandConfiguration(
            commandName: "type", abstract: "Type keys at a door's keypad.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The door's id.", transform: parseIdentifier)
        var door: DoorID
        @Argument(help: "The keys: 0 to 9, * and #, such as '1234#'.")
        var keys: String

        var action: SimulatedAction { .type(door: door, keys: keys) }
    }

    struct Input: ActionCommand {
        static let configuration = CommandConfiguration(
            abstract: "Activate a sensor's input (open a window, spill water, sit down), or let it rest.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The sensor's id.", transform: parseIdentifier)
        var sensor: SensorID
        @Flag(inversion: .prefixedNo, help: "Activate it, or let it rest.")
        var active = true

        var action: SimulatedAction { .input(sensor: sensor, active: active) }
    }

    struct Answer: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Press a button of a feedback terminal.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The terminal's id.", transform: parseIdentifier)
        var sensor: SensorID
        @Argument(help: "The button, counted from 1.")
        var button: Int

        var action: SimulatedAction { .answer(sensor: sensor, rank: button) }
    }

    struct Pulses: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Let a meter count.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The meter's id.", transform: parseIdentifier)
        var sensor: SensorID
        @Argument(help: "How many pulses, 1 to 1000.")
        var count = 1

        var action: SimulatedAction { .pulses(sensor: sensor, count: count) }
    }

    struct Air: ActionCommand {
        static let configuration = CommandConfiguration(abstract: "Change the air around a climate sensor.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The sensor's id.", transform: parseIdentifier)
        var sensor: SensorID
        @Option(parsing: .unconditional, help: "Degrees Celsius.")
        var temperature: Double?
        @Option(help: "Per cent of relative humidity.")
        var humidity: Double?
        @Option(help: "CO₂ in ppm.")
        var co2: Double?
        @Option(help: "Hectopascals.")
        var pressure: Double?

        func validate() throws {
            let values = [temperature, humidity, co2, pressure].compactMap { $0 }
            guard !values.isEmpty else {
                throw ValidationError("expected one of --temperature, --humidity, --co2, --pressure")
            }
            guard values.allSatisfy({ $0.isFinite && abs($0) <= 100_000 }) else {
                throw ValidationError("a value is out of range; expected -100000 to 100000")
            }
        }

        var action: SimulatedAction {
            .climate(
                sensor: sensor,
                climate: Climate(temperature: temperature, humidity: humidity, co2: co2, pressure: pressure))
        }
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
