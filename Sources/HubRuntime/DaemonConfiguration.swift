public import ConfigurationFile
internal import ControlSocket
internal import Glibc
public import HubConfiguration
internal import LinuxIO

/// A configuration with what it points to: secrets in files, accounts and groups of the machine.
public struct DaemonConfiguration: Sendable {
    /// The configuration.
    public var hub: HubConfiguration
    /// The broker's password, from its file.
    var password: String?
    /// Who may do what over the control socket.
    var peers: PeerPolicy

    /// Reads the file at `path` and the secrets it names.
    public static func load(_ path: String) throws(ConfigurationFile.Failure) -> DaemonConfiguration {
        let hub = try ConfigurationFile.load(path)
        var password: String?
        if let file = hub.mqtt?.passwordFile {
            password = try readPassword(file)
        }
        let peers = PeerPolicy(operators: hub.control.operators, viewers: hub.control.viewers)
        return DaemonConfiguration(hub: hub, password: password, peers: peers)
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
