internal import AccessControl
internal import ArgumentParser
internal import HubMessages

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Decide every journaled decision once more, and report any difference.",
        discussion: """
            Every decision in the journal holds what it was computed from. This computes it again with the rules of this \
            program and compares.

            Exit status: 0 all the same, 1 a difference, or no decision to replay.
            """)
    @OptionGroup var options: SessionOptions
    @Option(help: "Begin with this event.")
    var from: UInt64 = 1

    func run() throws {
        let session = try options.connect()
        var replay = DecisionReplay()
        let unreadable = try session.readJournal(after: from > 0 ? from - 1 : 0) { events in
            for event in events {
                guard let difference = replay.check(event) else { continue }
                print(session.isJSON ? session.text(difference) : Language.current.line(difference))
            }
            return true
        }
        if let text = Language.current.text(unreadable: unreadable) { Hubctl.complain("hubctl: \(text)") }
        if session.isJSON {
            print(session.text(["decisions": replay.decisions, "differences": replay.differences]))
        } else {
            print(
                Language.current(
                    "\(replay.decisions) decisions replayed, \(replay.differences) differences",
                    "\(replay.decisions) Entscheidungen nachgerechnet, \(replay.differences) Abweichungen"))
        }
        if replay.decisions == 0 || replay.differences > 0 { throw ExitCode(1) }
    }
}

/// Decisions of a journal, computed again.
struct DecisionReplay {
    private(set) var decisions = 0
    private(set) var differences = 0

    /// A decision that comes out otherwise than it was journaled.
    struct Difference: Encodable, Equatable {
        var seq: UInt64
        var journaled: DecisionReason
        var replayed: DecisionReason
        var journaledBooking: BookingID?
        var replayedBooking: BookingID?
    }

    /// Computes an event's decision again. Returns what is different, `nil` where nothing is or it is no decision.
    mutating func check(_ envelope: JournalEnvelope) -> Difference? {
        guard case .accessDecided(let event) = envelope.event else { return nil }
        decisions += 1
        let again = AccessDecision.decide(event.inputs, at: envelope.time, quality: envelope.clock)
        let isSame =
            again.reason == event.reason && again.grant?.booking == event.booking
            && event.granted == again.reason.isGrant
        if isSame { return nil }
        differences += 1
        return Difference(
            seq: envelope.seq, journaled: event.reason, replayed: again.reason, journaledBooking: event.booking,
            replayedBooking: again.grant?.booking)
    }
}

extension Language {
    func line(_ difference: DecisionReplay.Difference) -> String {
        let booking = { (id: BookingID?) in id.map { " \($0)" } ?? "" }
        return "\(difference.seq): " + self("journaled ", "aufgezeichnet ") + word(difference.journaled)
            + booking(difference.journaledBooking) + self(", replayed ", ", nachgerechnet ") + word(difference.replayed)
            + booking(difference.replayedBooking)
    }
}
