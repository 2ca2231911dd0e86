internal import ArgumentParser
internal import ControlSocket
internal import Glibc
internal import HubMessages

/// `hubctl`: what an operator sees of a hub and orders it to do, over the daemon's control socket.
@main
struct Hubctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hubctl",
        abstract: "Shows and operates the RegioHub on this machine.",
        discussion: """
            Talks to regiohubd over its control socket. Who may do what follows from the account: root, the daemon's own \
            user and the group control.operators everything, the group control.viewers looking and watching.

            Texts are German where the language of the environment is (LC_ALL, LC_MESSAGES, LANG).

            Exit status: 0 done, 1 refused, 2 wrong usage, 3 no daemon answers.
            """,
        version: SoftwareVersion.current,
        subcommands: [
            StatusCommand.self, WatchCommand.self, DoorsCommand.self, UnlockCommand.self, LockCommand.self,
            BlockCommand.self, LockdownCommand.self, LockOpenCommand.self, FireCommand.self, ExplainCommand.self,
            JournalCommand.self, BookingsCommand.self, CredentialsCommand.self, PrivacyCommand.self, LinesCommand.self,
            DoctorCommand.self,
            SimCommand.self,
            DecodeCommand.self, SignCommand.self, ReportCommand.self, ExportCommand.self,
        ])

    /// The exit statuses of DESIGN.md in place of ArgumentParser's.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            complain("hubctl: \(failure.text)")
            Glibc.exit(failure.status)
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            complain(fullMessage(for: error))
            Glibc.exit(2)
        }
    }

    /// Says something on the standard error, behind everything that was printed before.
    static func complain(_ text: String) {
        fflush(nil)
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}

/// Why a command did not do what it should.
struct Failure: Error {
    let text: String
    let status: Int32

    /// The daemon refused, and says why.
    static func refused(_ reason: String) -> Failure {
        Failure(text: reason, status: 1)
    }

    /// A recording in which the decoder found nothing.
    static func nothingToDecode(_ file: String) -> Failure {
        Failure(text: Language.current("\(file): nothing to decode", "\(file): nichts zu dekodieren"), status: 1)
    }

    /// A file or an option that is wrong.
    static func usage(_ reason: String) -> Failure {
        Failure(text: reason, status: 2)
    }

    /// Nobody, or nobody sensible, answers.
    init(_ error: ControlSocketError) {
        text = error.description
        switch error {
        case .noDaemon, .closed, .silent, .notUnderstood, .inUse, .system: status = 3
        case .notPermitted: status = 1
        case .pathTooLong: status = 2
        }
    }

    private init(text: String, status: Int32) {
        self.text = text
        self.status = status
    }
}
