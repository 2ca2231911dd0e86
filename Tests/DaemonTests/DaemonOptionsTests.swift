import Foundation
import TestSupport
import Testing

/// The daemon's command line, through the program.
@Suite struct DaemonOptionsTests {
    private func daemon(_ arguments: [String]) throws -> (status: CInt?, text: String) {
        let directory = try TemporaryDirectory()
        let process = try ChildProcess(TestDaemon.program, arguments, log: directory.file("out"))
        process.wait()
        return (process.exitStatus, try String(contentsOfFile: directory.file("out"), encoding: .utf8))
    }

    @Test func `help says every option, its default and what an exit status means`() throws {
        for option in ["--help", "-h"] {
            let (status, text) = try daemon([option])
            #expect(status == 0)
            for part in [
                "-c, --config FILE", "/etc/regiohub/hub.toml", "--check", "--log-level LEVEL", "trace, debug, info",
                "--version", "Exit status: 0", "64 for wrong usage",
            ] {
                #expect(text.contains(part), "\(part)")
            }
        }
        let (status, text) = try daemon(["--version"])
        #expect(status == 0 && text.split(separator: ".").count == 3)
    }

    @Test(arguments: [
        (["--nope"], "unrecognized option '--nope'"), (["-x"], "invalid option -- 'x'"),
        (["--config"], "option '--config' requires an argument"), (["-c"], "option requires an argument -- 'c'"),
        (["--check=yes"], "option '--check' doesn't allow an argument"),
        (["--log-level", "loud"], "regiohubd: 'loud' is no log level; there are trace, debug, info"),
        (["--check", "hub.toml"], "regiohubd: 'hub.toml' is no option, and there are no other arguments"),
        (["--", "--check"], "regiohubd: '--check' is no option, and there are no other arguments"),
    ])
    func `wrong usage is said and leads to the help`(arguments: [String], complaint: String) throws {
        let (status, text) = try daemon(arguments)
        #expect(status == 64)
        #expect(text.contains(complaint) && text.hasSuffix("Try 'regiohubd --help'.\n"), "\(text)")
    }

    @Test func `a configuration is checked wherever the options stand and however they are written`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("hub.toml")
        try SampleConfiguration().text.write(toFile: path, atomically: true, encoding: .utf8)
        for arguments in [["--check", "-c", path], ["--config=\(path)", "--check"], ["-c\(path)", "--che"]] {
            let (status, text) = try daemon(arguments)
            #expect(status == 0 && text.contains("no mistakes"), "\(text)")
        }
        try "[hub]\nid = 3\n".write(toFile: path, atomically: true, encoding: .utf8)
        let (status, text) = try daemon(["--check", "--config", path])
        #expect(status == 1 && text.contains("\(path):2:") && text.contains("see docs/configuration.md"), "\(text)")
    }
}
