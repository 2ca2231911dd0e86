internal import Glibc
public import HubConfiguration

/// Reads the configuration file.
public enum ConfigurationFile {
    /// A configuration file is not larger than this; whatever is, is none.
    public static let maximumBytes = 1 << 20

    /// Why a configuration could not be taken.
    public enum Failure: Error, Equatable, Sendable {
        /// The file cannot be read: why, in words.
        case unreadable(path: String, reason: String)
        /// The file has mistakes: all of them.
        case mistakes(path: String, [ConfigurationMistake])

        /// One line per mistake, each with the path, as compilers write them.
        public var lines: [String] {
            switch self {
            case .unreadable(let path, let reason): ["\(path): \(reason)"]
            case .mistakes(let path, let mistakes): mistakes.map { "\(path):\($0)" }
            }
        }
    }

    /// The configuration in the file at `path`.
    public static func load(_ path: String) throws(Failure) -> HubConfiguration {
        try parse(try read(path), path: path)
    }

    /// The configuration in `text`; `path` is only named in mistakes.
    public static func parse(_ text: [UInt8], path: String) throws(Failure) -> HubConfiguration {
        let root: ConfigurationNode
        do throws(ConfigurationMistake) {
            root = try TOMLDocument.parse(text)
        } catch {
            throw .mistakes(path: path, [error])
        }
        switch HubConfiguration.parse(root) {
        case .success(let configuration): return configuration
        case .failure(let mistakes): throw .mistakes(path: path, mistakes.all)
        }
    }

    private static func read(_ path: String) throws(Failure) -> [UInt8] {
        func failure() -> Failure {
            let reason: String
            switch errno {
            case ENOENT: reason = "there is no such file; name it with --config"
            case EACCES: reason = "this user may not read it; see its owner and mode"
            case EISDIR: reason = "this is a directory; name the file in it"
            case let code: reason = String(cString: strerror(code))
            }
            return .unreadable(path: path, reason: reason)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= maximumBytes {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure()
            }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        guard bytes.count <= maximumBytes else {
            throw .unreadable(path: path, reason: "the file is larger than \(maximumBytes) bytes")
        }
        return bytes
    }
}
