internal import ArgumentParser
internal import HubMessages

struct BookingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bookings", abstract: "Show bookings; add and remove those made at this hub.",
        subcommands: [List.self, Add.self, Remove.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the bookings, with the pseudonyms of their cards.",
            discussion: """
                Of a large feed these are the bookings of the hours or days around now, which the hub holds in memory; the \
                last line then says how many there are.
                """)
        @OptionGroup var options: SessionOptions

        func run() throws {
            let session = try options.connect()
            guard case .bookings(let bookings) = try session.ask(.bookings) else { return }
            if session.isJSON {
                for booking in bookings { print(session.text(booking)) }
            } else {
                for line in Language.current.lines(bookings) { print(line) }
                guard case .status(let report) = try session.ask(.status), report.bookings > bookings.count else {
                    return
                }
                print(
                    Language.current(
                        "\(bookings.count) around now, of \(report.bookings)",
                        "\(bookings.count) um jetzt herum, von \(report.bookings)"))
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a booking that stays until it is removed here.",
            discussion: """
                Example: hubctl bookings add handwerker-7 werkstatt --from 2026-11-23T08:00:00+01:00 \
                --to 2026-11-23T12:00:00+01:00 --card 12:4711

                The network's feed neither changes nor removes it.
                """)
        @OptionGroup var options: SessionOptions
        @Argument(help: "The booking's id.", transform: parseBooking)
        var id: BookingID
        @Argument(help: "The space's id; see 'hubctl status'.", transform: parseIdentifier)
        var space: SpaceID
        @Option(help: "The first moment, RFC 3339 with offset.", transform: parseTime)
        var from: WallTime
        @Option(help: "The first moment after it, RFC 3339 with offset.", transform: parseTime)
        var to: WallTime
        @Option(help: "A card that may use it, [format:]facility:number; repeat for more.", transform: parseCard)
        var card: [CredentialDescription] = []
        @Option(help: "A booking code that may use it, 4 to 12 digits; repeat for more.")
        var code: [String] = []
        @Option(help: "How many people come.")
        var people: Int?
        @Option(help: "How often it lets in at all.")
        var uses: Int?

        func run() throws {
            let entry = BookingFeed.Entry(
                id: id, space: space, from: from, to: to,
                credentials: card + code.map(CredentialDescription.init(code:)),
                partySize: people, uses: uses)
            try options.connect().order(.addBooking(booking: entry))
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a booking that was added at this hub.")
        @OptionGroup var options: SessionOptions
        @Argument(help: "The booking's id.", transform: parseBooking)
        var id: BookingID

        func run() throws {
            try options.connect().order(.removeBooking(id: id))
        }
    }
}

/// An identifier from the command line.
@Sendable func parseIdentifier<Named>(_ text: String) throws -> Identifier<Named> {
    guard let identifier = Identifier<Named>(text) else {
        throw ValidationError("'\(text)' is no identifier: \(Identifier<Named>.rule)")
    }
    return identifier
}

@Sendable private func parseBooking(_ text: String) throws -> BookingID {
    guard let id = BookingID(text) else {
        throw ValidationError("'\(text)' is no booking id: 1 to 64 printable ASCII characters without blanks")
    }
    return id
}

@Sendable func parseTime(_ text: String) throws -> WallTime {
    guard let time = WallTime(rfc3339: text) else {
        throw ValidationError("'\(text)' is no time; expected RFC 3339, such as 2026-11-23T08:00:00+01:00")
    }
    return time
}

/// A card from the command line.
@Sendable func parseCard(_ text: String) throws -> CredentialDescription {
    guard let card = CredentialDescription(card: text) else {
        throw ValidationError(
            "'\(text)' is no card; expected facility:number, such as 12:4711 (0–255:0–65535), or with another format's "
                + "name before it, such as H10304:12:4711")
    }
    return card
}
