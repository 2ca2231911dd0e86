public import ConfigurationFile
internal import Glibc
public import HubConfiguration
internal import LinuxIO

/// A configuration with the secrets it points to.
public struct DaemonConfiguration: Equatable, Sendable {
    /// The configuration.
    public var hub: HubConfiguration
    /// The broker's password, from its file.
    var password: String?

    /// Reads the file at `path` and the secrets it names.
    public static func load(_ path: String) throws(ConfigurationFile.Failure) -> DaemonConfiguration {
        let hub = try ConfigurationFile.load(path)
        var password: String?
        if let file = hub.mqtt?.passwordFile {
            password = try readPassword(file)
        }
        return DaemonConfiguration(hub: hub, password: password)
    }

    private static func readPassword(_ path: String) throws(ConfigurationFile.Failure) -> String {
        guard let file = fopen(path, "re") else {
            throw .unreadable(path: path, reason: "mqtt.password_file: \(SystemError(call: "open").reason)")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = fread(&bytes, 1, bytes.count, file)
        let line = bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, line.count < 1_024 else {
            throw .unreadable(
                path: path, reason: "mqtt.password_file: its first line must hold the password, 1 to 1023 bytes")
        }
        return String(decoding: line, as: UTF8.self)
    }
}
