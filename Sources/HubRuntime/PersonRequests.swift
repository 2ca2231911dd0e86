internal import ControlSocket
internal import Hub
internal import HubMessages
internal import Journal

/// A person's request that is under way: their data is to be shown, or to be erased.
struct PersonRequest {
    /// Who ordered the erasure; `nil` where it is to be shown.
    var orderedBy: String?
    /// How many events were erased.
    var count: UInt64 = 0
    /// Whether the journal is still to be gone over.
    var awaitsEvents = true
    /// Whether the feed's file is still to be gone over.
    var awaitsBookings: Bool
    /// Why the feed's file could not be.
    var failure: JournalFailure?
    /// The person's cards, of which bookings are shown.
    var tokens: Set<CredentialToken> = []
}

// A person's requests (GDPR, articles 15 and 17): answered when both the journal and the bookings were gone over.
extension HubDaemon {
    /// Shows whatever names a person: the events, the bookings of the feed's file and those that were added here, and the
    /// standing rights.
    func export(_ person: PersonDescription, for connection: ControlConnection) {
        guard knowsAllEvents(connection) else { return }
        let request = Self.clientReads + desk.number(connection)
        let (tokens, ids) = bookingNames(of: person)
        let namesBookings = !tokens.isEmpty || !ids.isEmpty
        let isTaken =
            (!namesBookings || keeper.find(tokens: tokens, ids: ids, request: request))
            && journal.search(names(of: person), through: hub.lastEvent, request: request)
        guard isTaken else { return refuse(request) }
        personRequests[request] = PersonRequest(awaitsBookings: namesBookings, tokens: tokens)
        let local = hub.bookings.filter { booking in
            booking.source != .feed
                && (ids.contains(booking.id) || booking.credentials.contains(where: tokens.contains))
        }
        show(local, tokens, request)
        let rights = hub.standingRights.filter { holder in
            !tokens.isDisjoint(with: holder.cards + holder.cardsWithPIN.map(\.card))
        }
        if !rights.isEmpty { connection.send(.holders(list: rights)) }
    }

    /// Erases whatever names a person: on the disk, in what was read of it and is on its way to the network, and in the
    /// bookings: those of the feed's file, and those that were added here. The platform's next feed brings back what the
    /// platform has not removed.
    func erase(_ person: PersonDescription, for connection: ControlConnection) {
        guard knowsAllEvents(connection) else { return }
        let request = Self.clientReads + desk.number(connection)
        let (tokens, ids) = bookingNames(of: person)
        let namesBookings = !tokens.isEmpty || !ids.isEmpty
        let isTaken =
            (!namesBookings || keeper.erase(tokens: tokens, ids: ids, around: bookingTime, request: request))
            && journal.erase(names(of: person), through: hub.lastEvent, request: request)
        guard isTaken else { return refuse(request) }
        personRequests[request] = PersonRequest(orderedBy: connection.peer.name, awaitsBookings: namesBookings)
        if namesBookings { feed(.erased(tokens: tokens, bookings: ids)) }
        // Nothing that is on its way is sent any more; after the next connect, what is left is read anew.
        outgoing.forget()
        if hub.isConnected == true { link?.disconnect() }
    }

    /// The journal was gone over, and what names the person is erased.
    func erasedEvents(_ request: UInt64, _ count: UInt64) {
        if let by = personRequests[request]?.orderedBy { feed(.privacyErased(count: count, by: by)) }
        personRequests[request]?.count = count
        personRequests[request]?.awaitsEvents = false
        answerPersonRequest(request)
    }

    /// The journal was gone over, and what names the person is shown.
    func foundAllEvents(_ request: UInt64) {
        personRequests[request]?.awaitsEvents = false
        answerPersonRequest(request)
    }

    /// The feed's file was gone over for a person who is to be erased.
    func erasedBookings(_ request: UInt64, _ failure: JournalFailure?) {
        personRequests[request]?.awaitsBookings = false
        personRequests[request]?.failure = failure
        answerPersonRequest(request)
    }

    /// The feed's file was gone over for a person whose data is to be shown.
    func foundBookings(_ request: UInt64, _ bookings: [Booking], _ failure: JournalFailure?) {
        show(bookings, personRequests[request]?.tokens ?? [], request)
        personRequests[request]?.awaitsBookings = false
        personRequests[request]?.failure = failure
        answerPersonRequest(request)
    }

    /// Bookings with this person's cards, and without those of others who are named beside them.
    private func show(_ bookings: [Booking], _ tokens: Set<CredentialToken>, _ request: UInt64) {
        guard !bookings.isEmpty else { return }
        let own = bookings.map { booking in
            var own = booking
            own.credentials.removeAll { !tokens.contains($0) }
            return own
        }
        desk.waiter(request - Self.clientReads)?.send(.bookings(list: own))
    }

    private func answerPersonRequest(_ request: UInt64) {
        guard let found = personRequests[request], !found.awaitsEvents, !found.awaitsBookings else { return }
        personRequests[request] = nil
        let answer: ControlResponse
        if let failure = found.failure {
            let done =
                found.orderedBy == nil
                ? "the feed's bookings could not be looked through: \(failure); everything else is shown"
                : "\(found.count) events were erased, but the feed's bookings were not: \(failure); erase once more when "
                    + "the platform has sent its next feed"
            answer = .refused(reason: done)
        } else {
            answer = found.orderedBy == nil ? .done : .erased(count: found.count)
        }
        claim(request)?.send(answer)
    }

    private func refuse(_ request: UInt64) {
        claim(request)?.send(.refused(reason: "the disk does not keep up; try again in a moment"))
    }

    /// Whether the journal knows of all events; where not, the client is told so.
    private func knowsAllEvents(_ connection: ControlConnection) -> Bool {
        guard hub.holdsEvents else { return true }
        connection.send(
            .refused(
                reason:
                    "the disk takes no events, and those that wait in memory may name the person, too; ask again when "
                    + "'hubctl status' shows none waiting"))
        return false
    }

    /// The names under which the events know a person.
    private func names(of person: PersonDescription) -> PersonSearch {
        let cards = person.cards.map { hub.pseudonym(of: $0) }
        return PersonSearch(names: cards + person.pseudonyms + person.bookings.map(\.rawValue))
    }

    /// What bookings know a person by.
    private func bookingNames(of person: PersonDescription) -> (tokens: Set<CredentialToken>, ids: Set<BookingID>) {
        (Set(person.cards.map { hub.token(of: $0) }), Set(person.bookings))
    }
}
