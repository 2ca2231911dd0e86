internal import AccessControl
internal import ArgumentParser
internal import HubMessages

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show why a credential would be granted or denied, now or then.",
        discussion: """
            Nothing is recorded and no door moves. Example: hubctl explain --door eingang --credential 12:4711 \
            --at 2026-11-23T18:00:00+01:00

            Exit status: 0 granted, 1 denied.
            """)
    @OptionGroup var options: SessionOptions
    @Option(help: "The door's id.", transform: parseIdentifier)
    var door: DoorID
    @Option(
        help: "The card, [format:]facility:number, such as 12:4711, or a code, such as code:482913.",
        transform: parseCredential)
    var credential: CredentialDescription
    @Option(help: "The moment, RFC 3339 with offset; default: now.", transform: parseTime)
    var at: WallTime?

    func run() throws {
        let session = try options.connect()
        let request = ControlRequest.explain(door: door, credential: credential, at: at)
        guard case .explanation(let explanation) = try session.ask(request) else { return }
        if session.isJSON {
            print(session.text(explanation))
        } else {
            for line in Language.current.lines(explanation) { print(line) }
        }
        if !explanation.granted { throw ExitCode(1) }
    }
}

@Sendable private func parseCredential(_ text: String) throws -> CredentialDescription {
    guard text.hasPrefix("code:") else { return try parseCard(text) }
    let digits = text.dropFirst("code:".utf8.count)
    guard (4...12).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw ValidationError("'\(text)' is no code; expected 4 to 12 digits, such as code:482913")
    }
    return CredentialDescription(code: String(digits))
}

extension Language {
    func lines(_ explanation: Explanation) -> [String] {
        let verdict = explanation.granted ? self("granted", "Zutritt") : self("denied", "kein Zutritt")
        var lines = [
            "\(explanation.door), \(local(explanation.time, "%Y-%m-%d %H:%M:%S %Z")) (\(word(explanation.clock))): "
                + "\(verdict), \(word(explanation.reason))"
        ]
        let inputs = explanation.inputs
        var facts = [self("door ", "Tür ") + word(inputs.mode)]
        if inputs.interlocked == true { facts.append(word(.interlock)) }
        facts.append(self("feed version \(explanation.feedVersion)", "Stand \(explanation.feedVersion)"))
        if let age = inputs.age {
            facts.append(self("confirmed \(age / 60_000) min ago", "bestätigt vor \(age / 60_000) min"))
        }
        lines.append("  " + facts.joined(separator: ", "))
        var table = Table()
        for grant in inputs.grants {
            // What this one would come to if it were the only one.
            var alone = inputs
            alone.grants = [grant]
            let decision = AccessDecision.decide(alone, at: explanation.time, quality: explanation.clock)
            table.add([
                "  " + (grant.booking?.rawValue ?? word(decision.reason)), grant.space?.rawValue ?? "–",
                grant.from.map(time) ?? "–", grant.to.map(time) ?? "–", word(decision.reason),
            ])
        }
        if let omitted = inputs.omitted {
            lines.append(
                "  " + self("\(omitted) more are further away in time", "\(omitted) weitere liegen zeitlich ferner"))
        }
        return lines + table.lines
    }
}
