internal import ArgumentParser
internal import Glibc
internal import HubMessages

struct CredentialsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credentials", abstract: "Show and change standing rights: who may in without a booking.",
        discussion: "The hub keeps keyed hashes of cards and PINs and shows none of them.",
        subcommands: [List.self, Add.self, Remove.self, Block.self, Unblock.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all standing rights.")
        @OptionGroup var options: SessionOptions

        func run() throws {
            let session = try options.connect()
            guard case .holders(let holders) = try session.ask(.holders) else { return }
            if session.isJSON {
                for holder in holders { print(session.text(HolderView(holder))) }
            } else {
                for line in Language.current.lines(holders) { print(line) }
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a standing right, or replace the one of that id.",
            discussion: """
                Examples: hubctl credentials add reinigung --class staff --card 12:815
                          hubctl credentials add vorstand-1 --class member --card 12:99 --pin --door eingang
                          hubctl credentials add feuerwehr --class emergency --pin

                With --pin the PIN is asked for, or read from the standard input where that is no terminal: its first \
                line, and with --duress its second line. With cards the PIN is asked for after the card; without, it lets \
                in by itself.
                """)
        @OptionGroup var options: SessionOptions
        @Argument(help: "The id: a role or a number, not a person's name.", transform: parseIdentifier)
        var id: HolderID
        @Option(name: .customLong("class"), help: "member, staff or emergency.", transform: parseClass)
        var grantClass: GrantClass = .member
        @Option(help: "A card, [format:]facility:number; repeat for more.", transform: parseCard)
        var card: [CredentialDescription] = []
        @Flag(help: "Ask for a PIN of 4 to 12 digits.")
        var pin = false
        @Flag(help: "Ask for a duress PIN besides: it lets in like the other and raises a silent alarm.")
        var duress = false
        @Option(help: "A door that it is for; repeat for more, all without.", transform: parseIdentifier)
        var door: [DoorID] = []
        @Option(help: "A schedule of the configuration; at all times without.", transform: parseIdentifier)
        var schedule: ScheduleID?
        @Option(help: "The first moment, RFC 3339 with offset.", transform: parseTime)
        var from: WallTime?
        @Option(help: "The first moment after it, RFC 3339 with offset.", transform: parseTime)
        var to: WallTime?
        @Option(help: "How often it lets in; any number without.")
        var uses: Int?
        @Flag(help: "Its holder needs more time at doors.")
        var extended = false

        func validate() throws {
            if duress, !pin { throw ValidationError("--duress needs --pin") }
        }

        func run() throws {
            let session = try options.connect()
            let first = pin ? try Secret.read(Language.current("PIN: ", "PIN: ")) : nil
            let second = duress ? try Secret.read(Language.current("duress PIN: ", "Nötigungs-PIN: ")) : nil
            try session.order(
                .putHolder(
                    holder: HolderDescription(
                        id: id, grantClass: grantClass, cards: card, pin: first, duressPIN: second, doors: door,
                        schedule: schedule, from: from, to: to, uses: uses, extended: extended)))
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a standing right.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The id.", transform: parseIdentifier)
        var id: HolderID

        func run() throws { try options.connect().order(.removeHolder(id: id)) }
    }

    struct Block: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a standing right on the blocked list: a lost card, a PIN that was seen.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The id.", transform: parseIdentifier)
        var id: HolderID

        func run() throws { try options.connect().order(.suspendHolder(id: id, suspended: true)) }
    }

    struct Unblock: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a standing right off the blocked list.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The id.", transform: parseIdentifier)
        var id: HolderID

        func run() throws { try options.connect().order(.suspendHolder(id: id, suspended: false)) }
    }
}

@Sendable private func parseClass(_ text: String) throws -> GrantClass {
    guard let grantClass = GrantClass(rawValue: text), grantClass != .guest else {
        throw ValidationError("'\(text)' is no class of a standing right; expected member, staff or emergency")
    }
    return grantClass
}

/// What is printed of a standing right: how many credentials, none of them.
struct HolderView: Encodable {
    var id: HolderID
    var grantClass: GrantClass
    var cards: Int
    var pin: Bool
    var duress: Bool
    var doors: [DoorID]
    var schedule: ScheduleID?
    var from: WallTime?
    var to: WallTime?
    var uses: Int?
    var used: Int
    var blocked: Bool
    var extended: Bool

    private enum CodingKeys: String, CodingKey {
        case id
        case grantClass = "class"
        case cards, pin, duress, doors, schedule, from, to, uses, used, blocked, extended
    }

    init(_ holder: Holder) {
        id = holder.id
        grantClass = holder.grantClass
        cards = holder.cards.count + holder.cardsWithPIN.count
        pin = !holder.pins.isEmpty || !holder.cardsWithPIN.isEmpty
        duress = !holder.duress.isEmpty
        doors = holder.doors
        schedule = holder.schedule
        from = holder.from
        to = holder.to
        uses = holder.uses
        used = holder.used
        blocked = holder.suspended
        extended = holder.extended
    }
}

/// A secret from the terminal, without an echo, or a line of the standard input.
enum Secret {
    static func read(_ prompt: String) throws -> String {
        var before = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
        if isTerminal {
            var quiet = before
            quiet.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
            let text = Array(prompt.utf8)
            _ = write(STDERR_FILENO, text, text.count)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
                _ = write(STDERR_FILENO, "\n", 1)
            }
        }
        guard let line = readLine(), !line.isEmpty else {
            throw Failure.usage("no PIN was given; type it, or write it to the standard input, a line each")
        }
        return line
    }
}

extension Language {
    func lines(_ holders: [Holder]) -> [String] {
        guard !holders.isEmpty else { return [self("no standing rights", "keine Dauerberechtigungen")] }
        var table = Table()
        table.add([
            self("ID", "KENNUNG"), self("CLASS", "KLASSE"), self("CARDS", "KARTEN"), "PIN", self("DOORS", "TÜREN"),
            self("HOURS", "ZEITEN"),
            self("FROM", "VON"), self("TO", "BIS"), self("USES", "NUTZUNGEN"), "",
        ])
        for holder in holders {
            let pin =
                holder.pins.isEmpty && holder.cardsWithPIN.isEmpty
                ? self("no", "nein") : holder.duress.isEmpty ? self("yes", "ja") : self("yes, duress", "ja, Nötigung")
            table.add([
                holder.id.rawValue, word(holder.grantClass), "\(holder.cards.count + holder.cardsWithPIN.count)", pin,
                holder.doors.isEmpty ? self("all", "alle") : holder.doors.map(\.rawValue).joined(separator: " "),
                holder.schedule?.rawValue ?? "–", holder.from.map(time) ?? "–", holder.to.map(time) ?? "–",
                holder.uses.map { "\(holder.used)/\($0)" } ?? "–",
                [
                    holder.suspended ? self("BLOCKED", "GESPERRT") : nil,
                    holder.extended ? self("more time", "mehr Zeit") : nil,
                ].compactMap { $0 }.joined(separator: ", "),
            ])
        }
        return table.lines
    }

    func word(_ grantClass: GrantClass) -> String {
        switch grantClass {
        case .guest: self("guest", "Gast")
        case .member: self("member", "Mitglied")
        case .staff: self("staff", "Personal")
        case .emergency: self("emergency", "Notfall")
        }
    }
}
