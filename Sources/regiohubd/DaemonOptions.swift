internal import CLinux
internal import Glibc
internal import Logging

/// What the command line asks for.
struct DaemonOptions {
    /// What is to be done.
    enum Task: Hashable {
        case run
        case check
        case showVersion
        case showHelp
    }

    /// A command line that means nothing. What is wrong has been said, by the C library or here.
    struct Misuse: Error {}

    var task = Task.run
    /// The configuration file.
    var path = "/etc/regiohub/hub.toml"
    /// The least severe log lines that are written.
    var logLevel = Logger.Level.info

    /// Reads the command line of this process (getopt_long(3): options may be cut short and stand anywhere). What is
    /// wrong with it is written to the standard error output. Once, before there is a second thread.
    init() throws(Misuse) {
        let table = Self.table
        var code: CInt = 0
        repeat {
            var value: UnsafePointer<CChar>?
            code = table.withUnsafeBufferPointer {
                clinux_next_option(CommandLine.argc, CommandLine.unsafeArgv, "c:h", $0.baseAddress, &value)
            }
            let text = value.map { String(cString: $0) } ?? ""
            switch Option(rawValue: code) {
            case .config: path = text
            case .check: task = .check
            case .version: task = .showVersion
            case .help: task = .showHelp
            case .logLevel:
                guard let level = Logger.Level(rawValue: text) else {
                    Self.complain("'\(text)' is no log level; there are \(Self.levels)")
                    throw Misuse()
                }
                logLevel = level
            case nil:
                if code != -1 { throw Misuse() }
            }
        } while code != -1
        let first = Int(clinux_first_operand())
        if first < CommandLine.arguments.count {
            Self.complain("'\(CommandLine.arguments[first])' is no option, and there are no other arguments")
            throw Misuse()
        }
    }

    private enum Option: CInt {
        case config = 0x63  // c
        case help = 0x68  // h
        case check = 256
        case logLevel
        case version
    }

    private static var table: [option] {
        func long(_ name: StaticString, _ code: Option, takes value: Bool = false) -> option {
            // A text of the program itself, which ends in a zero byte and stays where it is.
            let start = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
            return option(name: start, has_arg: value ? 1 : 0, flag: nil, val: code.rawValue)
        }
        return [
            long("config", .config, takes: true), long("check", .check), long("log-level", .logLevel, takes: true),
            long("version", .version), long("help", .help), option(name: nil, has_arg: 0, flag: nil, val: 0),
        ]
    }

    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    private static func complain(_ text: String) {
        let line = Array("regiohubd: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    /// The text of `--help`.
    static var help: String {
        """
        Runs a RegioHub: doors, sensors, journal, and the connection to the network.

        Stops in order on SIGTERM or SIGINT: locks go to their rest state, and what is known is written and sent.
        Reads its configuration again on SIGHUP.

        Usage: regiohubd [--config FILE] [--check] [--log-level LEVEL]

          -c, --config FILE  The configuration file (default: /etc/regiohub/hub.toml).
          --check            Check the configuration, print every mistake as file:line:column and what
                             it leaves out, and exit.
          --log-level LEVEL  The least severe log lines to write (default: info):
                             \(levels).
          --version          Show the version.
          -h, --help         Show this text.

        Exit status: 0 after an orderly stop, 1 where it could not start, where --check found mistakes, or where
        something was still unwritten after the stop's time bound; 64 for wrong usage.
        """
    }
}
