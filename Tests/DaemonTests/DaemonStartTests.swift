internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import TestSupport
internal import Testing

/// How the daemon starts, and how it says that it cannot.
@Suite struct DaemonStartTests {
    @Test func `--check prints every mistake with file, line and column, and exits with 1`() throws {
        let daemon = try TestDaemon(port: nil)
        daemon.configuration.set("gpio", "backend", "\"simulatd\"")
        daemon.configuration.set("journal", "keep_acknowledged", "-1")
        daemon.configuration.set("access", "before", "\"10 minutes\"")
        daemon.configuration.set("hub", "colour", "\"blue\"")
        try daemon.spawn(["--check"])
        #expect(daemon.waitForEnd() == 1)
        for wrong in ["backend", "keep_acknowledged", "before", "colour"] {
            let index = try #require(daemon.configuration.lines.firstIndex { $0.hasPrefix("\(wrong) = ") })
            let place = "\(daemon.configurationPath):\(index + 1):"
            let line = try #require(
                daemon.log.split(separator: "\n").first { $0.hasPrefix(place) }, "no mistake on \(place)")
            #expect(line.contains("'\(wrong)'"))
            #expect(UInt(line.dropFirst(place.utf8.count).prefix { $0 != ":" }) != nil, "no column: \(line)")
        }
        // The simulation has no effect with another backend, which is the fifth.
        #expect(daemon.log.contains(" mistakes; see docs/configuration.md"))
        #expect(!FileManager.default.fileExists(atPath: daemon.state), "a check must not make anything")
    }

    @Test func `--check accepts the sample configuration`() throws {
        let daemon = try TestDaemon(port: 1883)
        try daemon.spawn(["--check"])
        #expect(daemon.waitForEnd() == 0)
        #expect(daemon.log.contains("5 doors, 4 spaces, 13 sensors; no mistakes"))
    }

    @Test func `a broker without a signer is warned of: by --check, in the log, and as long as it is so in the status`()
        throws
    {
        let warning = "[mqtt] without [[signer]]: every booking feed and every request from the network is refused"
        let daemon = try TestDaemon(port: nil)
        daemon.configuration.add("mqtt")
        daemon.configuration.set("mqtt", "host", "\"127.0.0.1\"")
        daemon.configuration.set("mqtt", "port", "\(try TestBroker.freePort())")
        try daemon.spawn(["--check"])
        #expect(daemon.waitForEnd() == 0)
        #expect(daemon.log.contains("hub.toml: warning: \(warning)") && daemon.log.contains("; no mistakes"))
        let before = daemon.log.utf8.count
        try daemon.start()
        #expect(String(decoding: daemon.log.utf8.dropFirst(before), as: UTF8.self).contains(warning))
        #expect(try daemon.status().warnings == [.noSigner])

        daemon.configuration.append(try TestSigner().table(may: SignerRight.allCases))
        try daemon.writeConfiguration()
        daemon.process?.send(SIGHUP)
        try daemon.wait(for: "the warning to go") { try daemon.status().warnings == nil ? true : nil }
        #expect(daemon.stop() == 0)
    }

    @Test func `two daemons do not share a journal`() throws {
        let first = try TestDaemon(port: nil)
        try first.start()
        let second = try TestDaemon(port: nil)
        second.configuration.set("journal", "directory", "\"\(first.state)\"")
        try second.spawn()
        #expect(second.waitForEnd() == 1)
        #expect(second.log.contains("'\(first.state)' is in use by another process; stop the other daemon"))
        #expect(try first.status().hub.online)
    }

    @Test func `two daemons do not share a control socket`() throws {
        let first = try TestDaemon(port: nil)
        try first.start()
        let second = try TestDaemon(port: nil)
        second.configuration.set("control", "socket", "\"\(first.socket)\"")
        try second.spawn()
        #expect(second.waitForEnd() == 1)
        #expect(second.log.contains("\(first.socket): another regiohubd answers there"))
        #expect(try first.status().hub.online)
    }

    @Test func `the socket file of a killed daemon is replaced`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        daemon.kill()
        #expect(FileManager.default.fileExists(atPath: daemon.socket))
        try daemon.start()
        #expect(try daemon.status().hub.online)
        #expect(daemon.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: daemon.socket))
    }

    @Test func `a state directory that cannot be written to ends the start with a reason`() throws {
        let daemon = try TestDaemon(port: nil)
        // Even root cannot make a directory here.
        daemon.configuration.set("journal", "directory", "\"/proc/regiohub\"")
        try daemon.spawn()
        #expect(daemon.waitForEnd() == 1)
        #expect(daemon.log.contains("regiohubd: journal directory '/proc/regiohub': mkdir: No such file or directory"))
        #expect(daemon.log.contains("let the daemon's user write to it"))
    }

    @Test func `stored bookings without their key end the start with a reason`() throws {
        let daemon = try TestDaemon(port: nil)
        try daemon.start()
        try daemon.book("one", card: 1)
        #expect(daemon.stop() == 0)
        let key = daemon.directory.file("credential.key")
        try FileManager.default.moveItem(atPath: key, toPath: key + ".away")
        try daemon.spawn()
        #expect(daemon.waitForEnd() == 1)
        #expect(daemon.log.contains("access.key_file \(key): the key is gone, and stored bookings need it"))
        #expect(!FileManager.default.fileExists(atPath: key), "a new key would hide that the old one is gone")

        // Another key is no better, and the right one is.
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        try daemon.spawn()
        #expect(daemon.waitForEnd() == 1)
        #expect(daemon.log.contains("stored bookings were hashed with another key"))
        try FileManager.default.removeItem(atPath: key)
        try FileManager.default.moveItem(atPath: key + ".away", toPath: key)
        try daemon.start()
        try daemon.letSomebodyIn(card: 1)
    }

    @Test func `the daemon needs neither Foundation nor ICU`() throws {
        let needed = try ELFFile(path: TestDaemon.program).neededLibraries
        #expect(needed.contains("libc.so.6"))
        #expect(!needed.contains { $0.hasPrefix("libFoundation.so") || $0.lowercased().contains("icu") }, "\(needed)")
    }
}
