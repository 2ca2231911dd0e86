internal import ArgumentParser
internal import HubMessages

struct PrivacyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privacy", abstract: "Answer a person's request about their data (GDPR, articles 15 and 17).",
        subcommands: [Export.self, Erase.self])

    /// Whom it is about.
    struct Person: ParsableArguments {
        @Option(
            name: .customLong("credential"),
            help: "A card, [format:]facility:number, or the pseudonym that events show of it; repeat for more.")
        var credentials: [String] = []
        @Option(name: .customLong("booking"), help: "A booking's id; repeat for more.")
        var bookings: [String] = []

        func validate() throws {
            guard !credentials.isEmpty || !bookings.isEmpty else {
                throw ValidationError("whom is it about? Give --credential or --booking")
            }
            _ = try description()
        }

        func description() throws -> PersonDescription {
            var person = PersonDescription()
            for text in credentials {
                if let card = CredentialDescription(card: text) {
                    person.cards.append(card)
                } else if Self.isPseudonym(text) {
                    person.pseudonyms.append(text)
                } else {
                    throw ValidationError(
                        "'\(text)' is neither a card (facility:number) nor a pseudonym (12 hexadecimal digits)")
                }
            }
            for text in bookings {
                guard let id = BookingID(text) else {
                    throw ValidationError(
                        "'\(text)' is no booking id: 1 to 64 printable ASCII characters without blanks")
                }
                person.bookings.append(id)
            }
            return person
        }

        private static func isPseudonym(_ text: String) -> Bool {
            text.utf8.count == 12 && text.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print everything the hub holds about a person, one JSON object per line.",
            discussion: """
                Events; bookings, without the cards of others who are named in them; given a card, its standing rights, too.

                What the network has received, files set aside as *.damaged-N, and copies are not looked through.
                """)
        @OptionGroup var options: SessionOptions
        @OptionGroup var person: Person

        func run() throws {
            let session = try options.connect()
            try session.send(.privacyExport(person: person.description()))
            while true {
                switch try session.nextAtLength() {
                case .events(let events): for event in events { print(session.text(event)) }
                case .bookings(let bookings): for booking in bookings { print(session.text(booking)) }
                case .holders(let holders): for holder in holders { print(session.text(HolderView(holder))) }
                case _: return
                }
            }
        }
    }

    struct Erase: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erase a person: the content of all events that name them, and their bookings at this hub.",
            discussion: """
                From the file, not only from the table; it cannot be undone. The events stay as numbers without content, \
                so that the hash chain still shows any other change.

                Given a card, its bookings are erased, too, and given a booking's id, that booking. What the platform still \
                has comes back with its next feed: have it removed there first. Standing rights are removed with 'hubctl \
                credentials remove'.

                Not touched: what the network has received, files set aside as *.damaged-N, and copies.
                """)
        @OptionGroup var options: SessionOptions
        @OptionGroup var person: Person

        func run() throws {
            let session = try options.connect()
            guard case .erased(let count) = try session.askAtLength(.privacyErase(person: person.description()))
            else { return }
            if session.isJSON {
                print(session.text(["erased": count]))
            } else {
                print(Language.current("\(count) events erased", "\(count) Ereignisse gelöscht"))
            }
        }
    }
}
