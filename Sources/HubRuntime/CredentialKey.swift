internal import Glibc
internal import HubMessages
internal import LinuxIO

/// The key that credentials are hashed with: 32 random bytes in a file of its own, readable by the daemon alone.
///
/// It lies outside of every database, so that a copied database gives no card number away.
struct CredentialKey {
    /// The hash function under this key.
    let hash: CredentialHash

    /// How many bytes the file holds.
    static let size = 32

    /// Reads the key at `path`, or makes one there where `mayCreate` is set and there is no file.
    static func load(_ path: String, mayCreate: Bool) throws(DaemonError) -> CredentialKey {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT, mayCreate { return try create(path) }
        guard descriptor >= 0 else {
            throw .credentialKey(
                path: path,
                reason: errno == ENOENT
                    ? "the key is gone, and stored bookings need it; bring the file back from a copy, or remove "
                        + "bookings.db and let the platform send its bookings again"
                    : SystemError(call: "open").reason)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw .credentialKey(path: path, reason: "others than its owner can read it; run: chmod 600 \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: size + 1)
        let count = read(descriptor, &bytes, bytes.count)
        guard count == size else {
            throw .credentialKey(path: path, reason: "it holds \(max(count, 0)) bytes, not \(size); it is no key")
        }
        return CredentialKey(Array(bytes.prefix(size)))
    }

    init(_ bytes: [UInt8]) {
        let digest = KeyedDigest(key: bytes)
        hash = CredentialHash(keyName: digest.keyName("RegioHub key name")) { credential in
            guard let token = CredentialToken(digest: digest(credential.canonicalBytes)) else {
                preconditionFailure("a SHA-256 code has more than 16 bytes")
            }
            return token
        }
    }

    private static func create(_ path: String) throws(DaemonError) -> CredentialKey {
        func failure(_ call: String) -> DaemonError {
            .credentialKey(path: path, reason: "it cannot be made: \(SystemError(call: call))")
        }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        // Complete under another name first: after a power cut there is a whole key or none.
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        guard write(descriptor, bytes, size) == size else { throw failure("write") }
        guard fsync(descriptor) == 0 else { throw failure("fsync") }
        guard rename(draft, path) == 0 else { throw failure("rename") }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let directory = open(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("fsync") }
        return CredentialKey(bytes)
    }
}
