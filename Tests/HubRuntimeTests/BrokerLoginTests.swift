internal import ConfigurationFile
internal import Foundation
internal import Glibc
@testable internal import HubRuntime
internal import TestSupport
internal import Testing

@Suite struct BrokerLoginTests {
    private func read(_ text: String, mode: mode_t = 0o640, username: String?) throws -> BrokerLogin {
        let directory = try TemporaryDirectory()
        let path = directory.file("password")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(chmod(path, mode) == 0)
        return try BrokerLogin.read(path, username: username)
    }

    @Test func `a password, or a name and a password, are the first lines of a file`() throws {
        let wanted = BrokerLogin(username: "polch", password: "ge heim")
        for text in ["ge heim", "ge heim\n", "ge heim\r\n", "ge heim\nand whatever else\n"] {
            #expect(try read(text, username: "polch") == wanted)
        }
        for text in ["polch\nge heim", "polch\r\nge heim\r\n", "polch\nge heim\n\n"] {
            #expect(try read(text, username: nil) == wanted)
        }
        #expect(try read(String(repeating: "x", count: 1_023), username: "polch").password?.count == 1_023)
    }

    @Test(arguments: [
        ("", "polch"), ("\nge heim", "polch"), (String(repeating: "x", count: 1_024), "polch"),
        (String(repeating: "x\n", count: 1_024), "polch"), ("polch", nil), ("polch\n", nil), ("\nge heim", nil),
    ])
    func `what holds no password is refused, with what it should hold`(text: String, username: String?) throws {
        let fault = try #require(throws: ConfigurationFile.Failure.self) { try read(text, username: username) }
        #expect(fault.lines.joined().contains("1 to 1023 bytes"), "\(fault.lines)")
    }

    @Test func `a file that is missing, or that everybody can read, is refused with what to do`() throws {
        let open = try #require(throws: ConfigurationFile.Failure.self) {
            try read("ge heim", mode: 0o644, username: "polch")
        }
        #expect(open.lines.joined().contains("chmod o="), "\(open.lines)")
        #expect(!open.lines.joined().contains("ge heim"))
        let missing = try #require(throws: ConfigurationFile.Failure.self) {
            try BrokerLogin.read("/nowhere/password", username: "polch")
        }
        #expect(missing.lines.joined().contains("/nowhere/password"), "\(missing.lines)")
    }
}
