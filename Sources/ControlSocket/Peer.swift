internal import CLinux
internal import Glibc

/// Who is at the other end of the control socket, as the kernel says (`SO_PEERCRED`, `SO_PEERGROUPS`: unix(7)).
public struct Peer: Hashable, Sendable {
    /// The account's name, or `uid 1234` where the machine has none for it.
    public let name: String
    /// What the account may do.
    public let role: Role

    /// What an account may do.
    public enum Role: Hashable, Comparable, Sendable {
        /// Nothing.
        case stranger
        /// See how the hub is, and watch.
        case viewer
        /// Everything.
        case `operator`
    }
}

/// Which accounts may do what: root and the daemon's own user everything, others by their groups.
///
/// Names are looked up in the machine's own files once, when this is made: a directory service that does not answer
/// must not hold up the door loop.
public struct PeerPolicy: Sendable {
    private let operators: gid_t?
    private let viewers: gid_t?
    private let names: [uid_t: String]
    /// Those of the groups that the machine does not have.
    public let missingGroups: [String]

    /// The policy for the groups with these names; `nil` for none. A group that does not exist is nobody's.
    public init(operators: String?, viewers: String?) {
        let groups = Self.table("/etc/group")
        func number(_ name: String?) -> gid_t? {
            groups.first { $0.name == name }?.number
        }
        self.operators = number(operators)
        self.viewers = number(viewers)
        missingGroups = [operators, viewers].compactMap { $0 }.filter { name in
            !groups.contains { $0.name == name }
        }
        names = Dictionary(Self.table("/etc/passwd").map { ($0.number, $0.name) }) { first, _ in first }
    }

    func peer(of descriptor: CInt) -> Peer {
        var credentials = clinux_peer()
        var size = socklen_t(MemoryLayout<clinux_peer>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else {
            return Peer(name: "unknown", role: .stranger)
        }
        let name = names[credentials.uid] ?? "uid \(credentials.uid)"
        let groups = [credentials.gid] + supplementaryGroups(of: descriptor)
        let role: Peer.Role
        if credentials.uid == 0 || credentials.uid == geteuid() || groups.contains(where: { $0 == operators }) {
            role = .operator
        } else {
            role = groups.contains { $0 == viewers } ? .viewer : .stranger
        }
        return Peer(name: name, role: role)
    }

    private func supplementaryGroups(of descriptor: CInt) -> [gid_t] {
        var groups = [gid_t](repeating: 0, count: 256)
        var size = socklen_t(groups.count * MemoryLayout<gid_t>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &groups, &size) == 0 else { return [] }
        return Array(groups.prefix(Int(size) / MemoryLayout<gid_t>.size))
    }

    /// Name and number of every line of a file like passwd(5) or group(5): `name:x:number:…`.
    private static func table(_ path: String) -> [(name: String, number: uid_t)] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var rows: [(name: String, number: uid_t)] = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
            let fields = text.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count >= 3, let number = uid_t(fields[2]) { rows.append((String(fields[0]), number)) }
        }
        return rows
    }
}
