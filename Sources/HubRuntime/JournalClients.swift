internal import ControlSocket
internal import Hub
internal import HubMessages
internal import Journal
internal import MessageCoding

// What clients ask of the journal beside reading it: the answers come when the writer has gone over all rows.
extension HubDaemon {
    /// Answers what a client asked for and the journal has done now.
    func answerJob(_ notice: JournalNotice) {
        switch notice {
        case .verified(let request, let found):
            claim(request)?.send(.verified(report: VerificationReport(found)))
        case .erased(let request, let count):
            if let by = erasures.removeValue(forKey: request) { feed(.privacyErased(count: count, by: by)) }
            claim(request)?.send(.erased(count: count))
        case .found(let request, let rows, let isLast):
            // Lines of a bounded length, as reads have them.
            for start in stride(from: 0, to: rows.count, by: ControlRequest.maximumEvents) {
                let part = Array(rows[start..<min(start + ControlRequest.maximumEvents, rows.count)])
                desk.waiter(request - Self.clientReads)?.send(line: line(of: part))
            }
            if isLast { claim(request)?.send(.done) }
        case .compacted(let request, let before, let after):
            claim(request)?.send(.compacted(before: before, after: after))
        case .jobFailed(let request, let failure):
            erasures[request] = nil
            claim(request)?.send(.refused(reason: "the journal could not be gone over: \(failure)"))
        case .committed, .failing, .recovered, .cannotDelete, .outOfOrder, .rows, .unreadable, .readFailed,
            .bookingsStored, .bookingsFailing, .bookingsRecovered, .removed, .reserve:
            break
        }
    }

    /// Erases whatever names a person: on the disk, and in what was read of it and is on its way to the network.
    func erase(_ person: PersonDescription, for connection: ControlConnection) {
        guard knowsAllEvents(connection) else { return }
        let request = Self.clientReads + desk.number(connection)
        guard journal.erase(names(of: person), through: hub.lastEvent, request: request) else {
            claim(request)?.send(.refused(reason: "the disk does not keep up; try again in a moment"))
            return
        }
        erasures[request] = connection.peer.name
        eraseBookings(of: person)
        // Nothing that is on its way is sent any more; after the next connect, what is left is read anew.
        outgoing.forget()
        if hub.isConnected == true { link?.disconnect() }
    }

    /// Whether the journal knows of all events; where not, the client is told so.
    func knowsAllEvents(_ connection: ControlConnection) -> Bool {
        guard hub.holdsEvents else { return true }
        connection.send(
            .refused(
                reason:
                    "the disk takes no events, and those that wait in memory may name the person, too; ask again when "
                    + "'hubctl status' shows none waiting"))
        return false
    }

    /// The names under which the events know a person.
    func names(of person: PersonDescription) -> PersonSearch {
        let cards = person.cards.map { hub.pseudonym(of: $0) }
        return PersonSearch(names: cards + person.pseudonyms + person.bookings.map(\.rawValue))
    }

    private func claim(_ request: UInt64) -> ControlConnection? {
        desk.claim(request - Self.clientReads)
    }
}

extension VerificationReport {
    init(_ found: JournalVerification) {
        self.init(
            sound: found.isSound, first: found.first, head: found.head, kept: found.kept, erased: found.erased,
            removed: found.removed, damaged: found.damaged.map { [$0.lowerBound, $0.upperBound] },
            broken: found.broken, agreeing: found.agreeing, contradicted: found.contradicted, unknown: found.unknown)
    }
}
