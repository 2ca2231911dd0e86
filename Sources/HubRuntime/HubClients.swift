internal import ControlSocket
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import Logging
internal import MessageCoding

// The clients of the control socket and what they ask for.
extension HubDaemon {
    func handleClients(_ ready: Set<CInt>) {
        if ready.contains(desk.descriptor) {
            for descriptor in desk.accept() { watch(descriptor) }
        }
        for descriptor in ready.union(desk.busy).sorted() {
            guard let connection = desk.connection(descriptor) else { continue }
            connection.flush()
            switch connection.nextRequest() {
            case .success(let request)?: handle(request, from: connection)
            case .failure(let fault)?:
                connection.send(.refused(reason: "the request was not understood: \(fault)"))
            case nil: break
            }
        }
        for wish in desk.wishes { watch(wish.descriptor, reads: wish.reads, writes: wish.writes) }
        for connection in desk.sweep() { poller.forget(connection.descriptor) }
    }

    func answer(_ request: UInt64, _ answer: Hub.Answer) {
        guard let connection = desk.claim(request) else { return }
        switch answer {
        case .done: connection.send(.done)
        case .refused(let reason): connection.send(.refused(reason: reason))
        }
    }

    func answerRows(_ request: UInt64, _ rows: [JournalRow]) {
        desk.claim(request - Self.clientReads)?.send(line: line(of: rows))
    }

    /// Events as one answer.
    func line(of rows: [JournalRow]) -> [UInt8] {
        var line = Array("{\"events\":{\"list\":[".utf8)
        for (index, row) in rows.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line += coding.published(row, hub.configuration.hub, hub.journal)
        }
        return line + Array("]}}".utf8)
    }

    private func handle(_ request: ControlRequest, from connection: ControlConnection) {
        if let lacking = Self.lackingRight(request, connection.peer) {
            connection.send(.refused(reason: lacking))
            return
        }
        switch request {
        case .status: connection.send(.status(report: report))
        case .doors: connection.send(.doors(list: hub.doorStates))
        case .bookings: connection.send(.bookings(list: hub.bookings))
        case .watch: beginWatching(connection)
        case .unlock(let door): command(.unlock(door), from: connection)
        case .addBooking(let booking): command(.addBooking(booking), from: connection)
        case .removeBooking(let id): command(.removeBooking(id), from: connection)
        case .journalTail(let count):
            let bounded = min(max(count, 1), ControlRequest.maximumEvents)
            readJournal(for: connection) { journal.readLast(bounded, request: $0) }
        case .journalShow(let seq):
            guard seq > 0 else {
                connection.send(.refused(reason: "the first event has the number 1"))
                return
            }
            readJournal(for: connection) {
                journal.read(after: seq - 1, maximumRows: 1, maximumBytes: 1, request: $0)
            }
        case .journalRead(let after):
            readJournal(for: connection) {
                journal.read(
                    after: after, maximumRows: ControlRequest.maximumEvents, maximumBytes: 1 << 20, request: $0)
            }
        case .journalVerify(let heads):
            readJournal(for: connection) { journal.verify(heads, request: $0) }
        case .journalCompact: readJournal(for: connection) { journal.compact(request: $0) }
        case .privacyErase(let person): erase(person, for: connection)
        case .privacyExport(let person):
            readJournal(for: connection) { journal.search(names(of: person), request: $0) }
        case .simulate(let action): simulate(action, for: connection)
        }
    }

    private static func lackingRight(_ request: ControlRequest, _ peer: Peer) -> String? {
        let needed: Peer.Role
        switch request {
        case .status, .doors, .watch: needed = .viewer
        case .unlock, .journalTail, .journalShow, .bookings, .addBooking, .removeBooking, .simulate,
            .journalRead, .journalVerify, .journalCompact, .privacyErase, .privacyExport:
            needed = .operator
        }
        if peer.role >= needed { return nil }
        let setting = needed == .viewer ? "control.viewers or control.operators" : "control.operators"
        return "the account '\(peer.name)' may not do this: it is not in the group that \(setting) names"
    }

    private func command(_ command: Hub.Command, from connection: ControlConnection) {
        feed(.command(command, by: connection.peer.name, request: desk.number(connection)))
    }

    private func readJournal(for connection: ControlConnection, _ read: (UInt64) -> Bool) {
        let request = desk.number(connection)
        if !read(Self.clientReads + request) {
            desk.claim(request)?.send(.refused(reason: "the disk does not keep up; try again in a moment"))
        }
    }

    private func beginWatching(_ connection: ControlConnection) {
        connection.send(.status(report: report))
        for state in hub.doorStates { connection.send(.door(state: state)) }
        for state in hub.spaceStates { connection.send(.space(state: state)) }
        for state in hub.sensorStates { connection.send(.sensor(state: state)) }
        connection.isWatching = true
    }

    private func simulate(_ action: SimulatedAction, for connection: ControlConnection) {
        guard let house else {
            connection.send(
                .refused(reason: "this hub has real doors; 'sim' needs backend = \"simulated\" in [gpio]"))
            return
        }
        if let problem = house.perform(action, at: now.monotonic) {
            connection.send(.refused(reason: problem))
        } else {
            connection.send(.done)
        }
    }

    private var report: StatusReport {
        return StatusReport(
            hub: hub.status, time: now.wall, uptime: (now.monotonic - started.monotonic).milliseconds,
            connected: hub.isConnected, backlog: hub.backlog, waitingForDisk: hub.waitingForDisk,
            bookings: hub.bookingCount, simulationSpeed: house == nil ? nil : clock.speed,
            spaces: hub.spaceStates, sensors: hub.sensorStates)
    }
}
