internal import ControlSocket
internal import GPIO
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
        if request >= NetworkRequests.first { return respond(request, answer) }
        guard let connection = desk.claim(request) else { return }
        switch answer {
        case .done: connection.send(.done)
        case .refused(let reason): connection.send(.refused(reason: reason))
        }
    }

    func answerRows(_ request: UInt64, _ rows: [JournalRow]) {
        let request = request - Self.clientReads
        // Nothing, although something must be there: the answer is what follows, up to where it cannot be read.
        if rows.isEmpty, let after = desk.reads[request], after < hub.lastCommitted { return }
        desk.reads[request] = nil
        desk.claim(request)?.send(line: line(of: rows))
    }

    /// Where a read had something to give, the client hears of what is damaged behind it when it reads on.
    func answerUnreadable(_ request: UInt64, first: SequenceNumber, last: SequenceNumber) {
        let request = request - Self.clientReads
        guard desk.reads.removeValue(forKey: request) != nil else { return }
        desk.claim(request)?.send(.unreadable(first: first, last: last))
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
        case .order(let order): command(.order(order), from: connection)
        case .addBooking(let booking): command(.addBooking(booking), from: connection)
        case .removeBooking(let id): command(.removeBooking(id), from: connection)
        case .journalTail(let count):
            let bounded = min(max(count, 1), ControlRequest.maximumEvents)
            let after = hub.lastCommitted - min(hub.lastCommitted, SequenceNumber(bounded))
            readJournal(after: after, for: connection) { journal.readLast(bounded, request: $0) }
        case .journalShow(let seq):
            guard seq > 0 else {
                connection.send(.refused(reason: "the first event has the number 1"))
                return
            }
            readJournal(after: seq - 1, for: connection) {
                journal.read(after: seq - 1, maximumRows: 1, maximumBytes: 1, request: $0)
            }
        case .journalVerify(let heads):
            readJournal(for: connection) { journal.verify(heads, request: $0) }
        case .journalCompact: readJournal(for: connection) { journal.compact(request: $0) }
        case .privacyErase(let person): erase(person, for: connection)
        case .privacyExport(let person): export(person, for: connection)
        case .journalRead(let after, let count):
            let bounded = min(max(count, 1), ControlRequest.maximumEvents)
            readJournal(after: after, for: connection) {
                journal.read(after: after, maximumRows: bounded, maximumBytes: 1 << 20, request: $0)
            }
        case .explain(let door, let credential, let time): explain(credential, door, time, for: connection)
        case .lines: connection.send(.lines(list: lineReports))
        case .holders: connection.send(.holders(list: hub.standingRights))
        case .putHolder(let holder): command(.putHolder(holder), from: connection)
        case .removeHolder(let id): command(.removeHolder(id), from: connection)
        case .suspendHolder(let id, let suspended): command(.suspendHolder(id, suspended), from: connection)
        case .simulate(let action): simulate(action, for: connection)
        }
    }

    private static func lackingRight(_ request: ControlRequest, _ peer: Peer) -> String? {
        let needed: Peer.Role
        switch request {
        case .status, .doors, .watch, .lines: needed = .viewer
        case .order, .journalTail, .journalShow, .journalRead, .explain, .bookings, .addBooking, .removeBooking,
            .holders, .putHolder, .removeHolder, .suspendHolder, .simulate, .journalVerify, .journalCompact,
            .privacyErase, .privacyExport:
            needed = .operator
        }
        if peer.role >= needed { return nil }
        let setting = needed == .viewer ? "control.viewers or control.operators" : "control.operators"
        return "the account '\(peer.name)' may not do this: it is not in the group that \(setting) names"
    }

    private func command(_ command: Hub.Command, from connection: ControlConnection) {
        feed(.command(command, by: connection.peer.name, request: desk.number(connection)))
    }

    /// `after` is given for a read of events: the one it begins behind.
    private func readJournal(
        after: SequenceNumber? = nil, for connection: ControlConnection, _ read: (UInt64) -> Bool
    ) {
        let request = desk.number(connection)
        desk.reads[request] = after
        if !read(Self.clientReads + request) {
            desk.reads[request] = nil
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

    private func explain(
        _ credential: CredentialDescription, _ door: DoorID, _ time: WallTime?, for connection: ControlConnection
    ) {
        if let explanation = hub.explain(credential.credential, door: door, at: time) {
            connection.send(.explanation(of: explanation))
        } else {
            let known = hub.configuration.doors.map(\.id.rawValue).joined(separator: ", ")
            connection.send(.refused(reason: "there is no door '\(door)'; the hub has: \(known)"))
        }
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

    /// Every configured line, with its level as it is at this moment.
    private var lineReports: [LineReport] {
        var levels: [DeviceID: [LineRole: Bool]] = [:]
        return hub.lineReports(at: now.monotonic).map { line in
            var report = line.report
            if levels[report.device] == nil {
                do throws(GPIOError) {
                    levels[report.device] = try devices.levels(report.device) ?? [:]
                } catch {
                    // Its next edge, or its absence, tells the hub that the device is gone; here it has no level.
                    levels[report.device] = [:]
                }
            }
            report.active = levels[report.device]?[line.role]
            return report
        }
    }

    private var report: StatusReport {
        let warnings = hub.configuration.warnings
        return StatusReport(
            hub: hub.status, time: now.wall, uptime: (now.monotonic - started.monotonic).milliseconds,
            connected: hub.isConnected, backlog: hub.backlog, waitingForDisk: hub.waitingForDisk,
            bookings: hub.bookingCount, simulationSpeed: house == nil ? nil : clock.speed,
            spaces: hub.spaceStates, sensors: hub.sensorStates,
            warnings: warnings.isEmpty ? nil : warnings)
    }
}
