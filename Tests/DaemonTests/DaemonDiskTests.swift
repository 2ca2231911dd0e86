internal import ControlSocket
internal import Foundation
internal import Glibc
internal import HubMessages
internal import TestSupport
internal import Testing

/// A disk that stalls, fails, or fills up under a running daemon: a library in front of the C library's `fsync`,
/// `fdatasync` and `pwrite` does what a file tells it to.
@Suite struct DaemonDiskTests {
    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/types.h>
        #include <unistd.h>

        // What the file DISK_ORDER says: "stall", "checkpoint" (only syncs of journal.db itself stall), "error",
        // "readonly", "full", or nothing.
        static void order(char *word) {
            int file = open(getenv("DISK_ORDER"), O_RDONLY | O_CLOEXEC);
            ssize_t count = file < 0 ? 0 : read(file, word, 15);
            word[count > 0 ? count : 0] = 0;
            if (file >= 0) close(file);
        }

        static int refuses(const char *word) {
            if (strcmp(word, "error") == 0) errno = EIO;
            else if (strcmp(word, "readonly") == 0) errno = EROFS;
            else if (strcmp(word, "full") == 0) errno = ENOSPC;
            else return 0;
            return 1;
        }

        static int stalls(int file, const char *word) {
            if (strcmp(word, "stall") == 0) return 1;
            if (strcmp(word, "checkpoint") != 0) return 0;
            char link[64], path[512];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t length = readlink(link, path, sizeof path);
            return length > 11 && memcmp(path + length - 11, "/journal.db", 11) == 0;
        }

        static int synced(int file, const char *name) {
            char word[16];
            for (order(word); stalls(file, word); order(word)) usleep(20000);
            if (refuses(word)) return -1;
            return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
        }

        int fsync(int file) { return synced(file, "fsync"); }
        int fdatasync(int file) { return synced(file, "fdatasync"); }

        ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
            char word[16];
            order(word);
            if (refuses(word)) return -1;
            return ((ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(
                file, bytes, count, offset);
        }

        ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
            return pwrite64(file, bytes, count, offset);
        }
        """

    private let directory: TemporaryDirectory
    private let order: String

    init() throws {
        directory = try TemporaryDirectory()
        order = directory.file("order")
        try Self.source.write(toFile: directory.file("disk.c"), atomically: true, encoding: .utf8)
        let log = directory.file("log")
        let compiler = try ChildProcess(
            "/usr/bin/cc", ["-shared", "-fPIC", "-o", directory.file("disk.so"), directory.file("disk.c"), "-ldl"],
            log: log)
        compiler.wait()
        try #require(compiler.exitStatus == 0, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }

    private func tell(_ word: String) throws {
        try word.write(toFile: order, atomically: true, encoding: .utf8)
    }

    @Test(arguments: [
        ("stall", JournalFault.stalled), ("error", .error), ("full", .full),
    ])
    func `G1 G2 G3: doors decide on a dying disk, the operator sees it, and what was held is written when it recovers`(
        fate: String, fault: JournalFault
    ) throws {
        let daemon = try TestDaemon(port: nil)
        daemon.environment = ["LD_PRELOAD": directory.file("disk.so"), "DISK_ORDER": order]
        try tell("")
        try daemon.start()
        let door = try #require(DoorID("eingang"))
        try daemon.wait(for: "the locks") { try daemon.status().hub.failedDevices.isEmpty ? true : nil }
        let before = try daemon.status()
        #expect(before.hub.journalHealthy && before.hub.journalFault == nil)
        try tell(fate)
        // Doors: an order is carried out within its bound, long before the disk answers.
        let moves = try daemon.relayChanges().count
        for _ in 0..<5 {
            // Longer than the contact's debounce.
            try daemon.simulate(.open(door: door))
            usleep(120_000)
            try daemon.simulate(.close(door: door))
            usleep(120_000)
        }
        try daemon.simulate(.press(door: door))
        try daemon.wait(for: "the exit to be released") { try daemon.relayChanges().count > moves ? true : nil }
        try daemon.wait(for: "the fault in the status") {
            let status = try daemon.status().hub
            return status.journalFault == fault && !status.journalHealthy ? true : nil
        }
        let held = try daemon.status().waitingForDisk
        #expect(held > 10)
        try tell("")
        try daemon.wait(for: "the disk to take events again") {
            let report = try daemon.status()
            return report.hub.journalHealthy && report.waitingForDisk == 0 ? true : nil
        }
        let events = try daemon.events()
        #expect(events.map(\.seq) == Array(1...UInt64(events.count)), "what was held is written, in order")
        let opened = events.filter {
            if case .doorContact(let contact) = $0.event { contact.contact == .open } else { false }
        }
        #expect(opened.count >= 5)
        if fate != "stall" {
            #expect(
                events.contains { envelope in
                    if case .loss(let loss) = envelope.event {
                        loss.cause == .diskFailed && loss.count == 0
                    } else {
                        false
                    }
                }, "the ledger tells of the disk, and that nothing was lost")
        }
        guard case .verified(let report) = try daemon.ask(.journalVerify(heads: [])) else {
            Issue.record("no verification")
            return
        }
        #expect(report.sound)
        #expect(daemon.stop() == 0)
    }

    @Test(arguments: ["stall", "error", "readonly", "full"])
    func `the fault LED is lit while the disk takes no events, and dark again when it does`(fate: String) throws {
        let light = "GPIO60"
        let daemon = try TestDaemon(port: nil)
        daemon.configuration.add("fault_led")
        daemon.configuration.set("fault_led", "line", "\"\(light)\"")
        daemon.environment = ["LD_PRELOAD": directory.file("disk.so"), "DISK_ORDER": order]
        try tell("")
        try daemon.start()
        try daemon.wait(for: "the lines") { try daemon.status().hub.failedDevices.isEmpty ? true : nil }
        // A machine whose clock nobody has set is a fault of its own.
        try #require(try daemon.status().hub.clock != .unknown)
        func levels() throws -> [Bool] { try daemon.relayChanges().filter { $0.line == light }.map(\.level) }
        let dark = try levels()
        #expect(dark.last != true)
        try tell(fate)
        try daemon.simulate(.press(door: House.door("eingang")))
        try daemon.wait(for: "the light") { try levels().last == true ? true : nil }
        #expect(try !daemon.status().hub.journalHealthy)
        try tell("")
        try daemon.wait(for: "the light to go out") { try levels().last == false ? true : nil }
        try daemon.wait(for: "the disk") { try daemon.status().hub.journalHealthy ? true : nil }
        #expect(try Array(levels().dropFirst(dark.count)) == [true, false], "once on, once off")
        #expect(daemon.stop() == 0)
    }

    @Test func `G3: a sync of ten seconds keeps nobody out, the operator sees it meanwhile, and nothing is lost`()
        throws
    {
        let topic = "\(House.root)/status"
        let broker = try TestBroker()
        let recorder = try TopicRecorder(broker, topics: [topic])
        let daemon = try TestDaemon(port: broker.port)
        daemon.environment = ["LD_PRELOAD": directory.file("disk.so"), "DISK_ORDER": order]
        try tell("")
        try daemon.start()
        try daemon.book("one", card: 1)
        try recorder.wait(for: "a sound journal", on: topic) {
            $0.last?.contains("\"journalHealthy\":true") == true ? true : nil
        }
        try tell("stall")
        let end = ContinuousClock.now + .seconds(10)
        try daemon.letSomebodyIn(card: 1)
        try recorder.wait(for: "the stall", on: topic) {
            $0.last?.contains("\"journalFault\":\"stalled\"") == true ? true : nil
        }
        try daemon.letSomebodyIn(card: 1)
        #expect(ContinuousClock.now < end, "both were in long before the disk answered")
        while ContinuousClock.now < end { usleep(100_000) }
        try tell("")
        try recorder.wait(for: "the recovery", on: topic) {
            $0.last?.contains("\"journalHealthy\":true") == true ? true : nil
        }
        let events = try daemon.events()
        #expect(events.map(\.seq) == Array(1...UInt64(events.count)))
        let late = events.count { if case .recordedLate = $0.event { true } else { false } }
        #expect(late == 2, "each of the two grants did not wait for its record, and says so")
        #expect(daemon.stop() == 0)
    }

    @Test func `G10: nobody is told of an erasure that events in memory would undo`() throws {
        let daemon = try TestDaemon(port: nil)
        daemon.configuration.set("journal", "queue_limit", "100")
        daemon.environment = ["LD_PRELOAD": directory.file("disk.so"), "DISK_ORDER": order]
        try tell("")
        try daemon.start()
        let card = CredentialDescription(facility: 12, number: 4_711)
        let person = PersonDescription(cards: [card])
        try tell("stall")
        try daemon.wait(for: "more events than can have a number") {
            try daemon.simulate(.swipe(door: House.door("eingang"), card: card))
            return try daemon.status().waitingForDisk > 60 ? true : nil
        }
        for request in [ControlRequest.privacyErase(person: person), .privacyExport(person: person)] {
            guard case .refused(let reason) = try daemon.ask(request) else {
                Issue.record("events wait in memory that it could not reach")
                try tell("")
                return
            }
            #expect(reason.contains("hubctl status"), "\(reason)")
        }
        try tell("")
        try daemon.wait(for: "the disk to take events again") {
            try daemon.status().waitingForDisk == 0 ? true : nil
        }
        guard case .erased(let count) = try daemon.ask(.privacyErase(person: person)) else {
            Issue.record("not erased")
            return
        }
        let decisions = try daemon.events().count { $0.event.isErasedDecision }
        #expect(count == UInt64(decisions) && decisions > 0)
        #expect(daemon.stop() == 0)
    }

    @Test func `G3: a checkpoint that hangs keeps nobody out`() throws {
        let daemon = try TestDaemon(port: nil)
        daemon.environment = ["LD_PRELOAD": directory.file("disk.so"), "DISK_ORDER": order]
        try tell("")
        try daemon.start()
        try daemon.book("one", card: 1)
        try tell("checkpoint")
        let other = try daemon.connect()
        try other.send(.journalCompact)
        try daemon.letSomebodyIn(card: 1)
        try daemon.wait(for: "the stall in the status") {
            try daemon.status().hub.journalFault == .stalled ? true : nil
        }
        try daemon.letSomebodyIn(card: 1)
        try tell("")
        try daemon.wait(for: "the disk to take events again") {
            let report = try daemon.status()
            return report.hub.journalHealthy && report.waitingForDisk == 0 ? true : nil
        }
        let events = try daemon.events()
        #expect(events.map(\.seq) == Array(1...UInt64(events.count)))
        #expect(daemon.stop() == 0)
    }
}

extension JournalEvent {
    /// Whether it stands for a decision whose content is gone.
    fileprivate var isErasedDecision: Bool {
        if case .removed(let removed) = self { removed.was == "access.decided" } else { false }
    }
}
