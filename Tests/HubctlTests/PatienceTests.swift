internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import LinuxIO
internal import MessageCoding
internal import TestSupport
internal import Testing

/// How long `hubctl` waits for a daemon.
@Suite struct PatienceTests {
    /// Verifies a journal for longer than a client's patience, and tells everybody else how the hub is: `healthy` or not, or,
    /// for `nil`, nothing.
    private final class SlowDaemon {
        let path: String
        private let directory: TemporaryDirectory
        private let listener: CInt
        private let thread: LinuxIO.Thread

        init(healthy: Bool?) throws {
            directory = try TemporaryDirectory()
            let path = directory.file("socket")
            self.path = path
            let status = try Self.status(healthy: healthy ?? true)
            let listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            self.listener = listener
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let isListening = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 8) == 0
                }
            }
            guard isListening else { throw SystemError(call: "bind") }
            let report = VerificationReport(
                sound: true, first: 1, head: JournalHead(seq: 7, hash: ChainHash((1, 2, 3, 4))), kept: 7, erased: 0,
                removed: 0, damaged: [], broken: [], agreeing: 0, contradicted: [], unknown: [])
            let verified = Self.line(.verified(report: report))
            thread = LinuxIO.Thread {
                let waiting = accept(listener, nil, nil)
                let end = ContinuousClock.now + ControlClient.patience + .seconds(1)
                Self.takeRequest(waiting)
                // Whoever asks meanwhile.
                var other = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
                while ContinuousClock.now < end {
                    guard poll(&other, 1, 100) > 0 else { continue }
                    let client = accept(listener, nil, nil)
                    guard client >= 0 else { break }
                    Self.takeRequest(client)
                    if healthy != nil { _ = send(client, status, status.count, CInt(MSG_NOSIGNAL)) }
                    close(client)
                }
                _ = send(waiting, verified, verified.count, CInt(MSG_NOSIGNAL))
                close(waiting)
            }
        }

        deinit {
            shutdown(listener, CInt(SHUT_RDWR))
            thread.join()
            close(listener)
        }

        private static func takeRequest(_ client: CInt) {
            var byte: UInt8 = 0
            while recv(client, &byte, 1, 0) > 0, byte != UInt8(ascii: "\n") {}
        }

        private static func line(_ response: ControlResponse) -> [UInt8] { MessageCoding().encode(response) + [0x0A] }

        private static func status(healthy: Bool) throws -> [UInt8] {
            let hub = HubStatus(
                hub: try #require(HubID("polch")), name: "RegioHub", online: true, version: "test",
                clock: .synchronized,
                journal: JournalID(high: 1, low: 1), feedVersion: 0, journalHealthy: healthy, failedDevices: [],
                journalFault: healthy ? nil : .stalled, journalHead: nil)
            return line(
                .status(
                    report: StatusReport(
                        hub: hub, time: WallTime(milliseconds: 0), uptime: 0, connected: nil, backlog: 0,
                        waitingForDisk: 0, bookings: 0, simulationSpeed: nil, spaces: [], sensors: [])))
        }
    }

    private func verify(_ daemon: SlowDaemon) throws -> (status: CInt?, text: String) {
        let directory = try TemporaryDirectory()
        let log = directory.file("log")
        let hubctl = try ChildProcess(
            URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent().appendingPathComponent("hubctl").path,
            ["journal", "verify"], environment: ["REGIOHUB_SOCKET": daemon.path, "LC_ALL": "C"], log: log)
        hubctl.wait()
        return (hubctl.exitStatus, try String(contentsOfFile: log, encoding: .utf8))
    }

    @Test func `going over a whole journal may take its time, as long as the daemon answers others`() throws {
        let (status, text) = try verify(SlowDaemon(healthy: true))
        #expect(status == 0 && text.contains("as it was written"), "\(text)")
    }

    @Test func `nobody waits for a disk that does not answer, nor for a daemon that answers nobody`() throws {
        let stalled = try verify(SlowDaemon(healthy: false))
        #expect(stalled.status == 1 && stalled.text.contains("the disk takes no events"), "\(stalled.text)")
        let silent = try verify(SlowDaemon(healthy: nil))
        #expect(silent.status == 3, "\(silent.text)")
    }
}
