public import ConfigurationFile
internal import ControlSocket
internal import Glibc
public import HubConfiguration
internal import LinuxIO
internal import Uplink

/// A configuration with what it points to: secrets in files, accounts and groups of the machine.
public struct DaemonConfiguration: Sendable {
    /// The configuration.
    public var hub: HubConfiguration
    /// The name and password for the broker, from their file.
    var login: BrokerLogin?
    /// Who may do what over the control socket.
    var peers: PeerPolicy

    /// Reads the file at `path` and the secrets it names.
    public static func load(_ path: String) throws(ConfigurationFile.Failure) -> DaemonConfiguration {
        let hub = try ConfigurationFile.load(path)
        var login = hub.mqtt?.username.map { BrokerLogin(username: $0, password: nil) }
        if let file = hub.mqtt?.passwordFile {
            login = try BrokerLogin.read(file, username: hub.mqtt?.username)
        }
        if let broker = hub.mqtt, let fault = UplinkTLS(broker)?.fault() {
            throw .unreadable(path: path, reason: "\(fault)")
        }
        let peers = PeerPolicy(operators: hub.control.operators, viewers: hub.control.viewers)
        return DaemonConfiguration(hub: hub, login: login, peers: peers)
    }
}

/// How the hub names itself to its broker.
struct BrokerLogin: Equatable, Sendable {
    var username: String
    var password: String?

    /// Reads a file that holds the password in its first line; without `username`, the name in its first and the
    /// password in its second. Nobody but its owner (and its group) may be able to read it.
    static func read(_ path: String, username: String?) throws(ConfigurationFile.Failure) -> BrokerLogin {
        func fault(_ text: String) -> ConfigurationFile.Failure {
            .unreadable(path: path, reason: "mqtt.password_file: \(text)")
        }
        guard let file = fopen(path, "re") else { throw fault(SystemError(call: "open").reason) }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_mode & 0o007 == 0 else {
            throw fault("everybody on this machine can read it; run: chmod o= \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: 2_048)
        let count = fread(&bytes, 1, bytes.count, file)
        let lines = bytes.prefix(count).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in line.last == UInt8(ascii: "\r") ? line.dropLast() : line }
        let wanted = username == nil ? 2 : 1
        guard count < bytes.count, lines.count >= wanted,
            lines.prefix(wanted).allSatisfy({ (1...1_023).contains($0.count) })
        else {
            throw fault(
                username == nil
                    ? "without 'username' its first line must hold the name and its second the password, 1 to 1023 bytes each"
                    : "its first line must hold the password, 1 to 1023 bytes")
        }
        let texts = lines.prefix(wanted).map { String(decoding: $0, as: UTF8.self) }
        return BrokerLogin(username: username ?? texts[0], password: texts[wanted - 1])
    }
}
