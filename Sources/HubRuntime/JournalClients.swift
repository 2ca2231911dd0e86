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
            erasedEvents(request, count)
        case .found(let request, let rows, let isLast):
            // Lines of a bounded length, as reads have them.
            for start in stride(from: 0, to: rows.count, by: ControlRequest.maximumEvents) {
                let part = Array(rows[start..<min(start + ControlRequest.maximumEvents, rows.count)])
                desk.waiter(request - Self.clientReads)?.send(line: line(of: part))
            }
            if isLast { foundAllEvents(request) }
        case .compacted(let request, let before, let after):
            claim(request)?.send(.compacted(before: before, after: after))
        case .jobFailed(let request, let failure):
            personRequests[request] = nil
            claim(request)?.send(.refused(reason: "the journal could not be gone over as a whole: \(failure)"))
        case .committed, .failing, .recovered, .cannotDelete, .outOfOrder, .rows, .unreadable, .readFailed,
            .bookingsStored, .bookingsFailing, .bookingsRecovered, .removed, .reserve:
            break
        }
    }

    func claim(_ request: UInt64) -> ControlConnection? {
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
