internal import Foundation
internal import TestSupport

/// A disk on which every write takes some milliseconds: a library that is loaded in front of the C library's `pwrite`.
/// Without it, a fast disk leaves no time in which a lock could be seen moving before its reason is written.
struct SlowDisk {
    /// What the daemon's environment needs.
    let environment: [String: String]

    private let directory: TemporaryDirectory

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <sys/types.h>
        #include <unistd.h>

        typedef ssize_t (*writer)(int, const void *, size_t, off_t);

        ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
            usleep(4000);
            return ((writer)dlsym(RTLD_NEXT, "pwrite"))(file, bytes, count, offset);
        }

        ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
            usleep(4000);
            return ((writer)dlsym(RTLD_NEXT, "pwrite64"))(file, bytes, count, offset);
        }
        """

    init() throws {
        directory = try TemporaryDirectory()
        try Self.source.write(toFile: directory.file("slow.c"), atomically: true, encoding: .utf8)
        let library = directory.file("slow.so")
        let log = directory.file("log")
        let compiler = try ChildProcess(
            "/usr/bin/cc", ["-shared", "-fPIC", "-o", library, directory.file("slow.c")], log: log)
        compiler.wait()
        guard compiler.exitStatus == 0 else {
            throw TestDaemon.Problem.didNotCome(
                "a compiled library", log: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
        }
        environment = ["LD_PRELOAD": library]
    }
}
