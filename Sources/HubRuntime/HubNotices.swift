internal import ControlSocket
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import Logging
internal import MessageCoding
internal import Uplink

// What journal, uplink and control socket report, as events of the hub.
extension HubDaemon {
    /// Reads for clients of the control socket are numbered from here, those for the network below.
    static let clientReads: UInt64 = 1 << 63

    func handleJournal() {
        journal.noticesArrived.drain()
        while let notice = journal.nextNotice() {
            switch notice {
            case .committed(let seq, let hash):
                feed(.journalHead(JournalHead(seq: seq, hash: hash)))
                feed(.journalCommitted(seq))
            case .failing(let failure):
                log.error("the disk takes no events; they wait in memory", metadata: ["error": "\(failure)"])
                feed(.journalFailing(Self.fault(failure)))
            case .recovered:
                log.notice("the disk takes events again")
                feed(.journalRecovered)
            case .cannotDelete(let failure):
                log.error("acknowledged events cannot be deleted", metadata: ["error": "\(failure)"])
            case .outOfOrder(let expected, let found):
                log.critical(
                    "an event came out of order and was not written",
                    metadata: ["expected": "\(expected)", "found": "\(found)"])
            case .rows(let request, let rows):
                if request >= Self.clientReads {
                    answerRows(request, rows)
                } else {
                    outgoing.found(request, rows)
                    let bytes = rows.reduce(0) { $0 + $1.payload.count }
                    feed(.rowsRead(request: request, last: rows.last?.seq, bytes: bytes))
                }
            case .unreadable(let request, let first, let last):
                log.error(
                    "events cannot be read: the journal is damaged", metadata: ["first": "\(first)", "last": "\(last)"])
                if request < Self.clientReads {
                    feed(.rowsUnreadable(last: last))
                } else {
                    answerUnreadable(request, first: first, last: last)
                }
            case .readFailed(let request, let failure):
                log.error("events could not be read", metadata: ["error": "\(failure)"])
                if request >= Self.clientReads {
                    desk.reads[request - Self.clientReads] = nil
                    desk.claim(request - Self.clientReads)?.send(
                        .refused(reason: "the journal could not be read: \(failure)"))
                } else {
                    feed(.rowsRead(request: request, last: nil))
                }
            case .bookingsStored(let store):
                for request in awaitedStores.stored(upTo: store) { answer(request, .done) }
            case .bookingsFailing(let failure):
                log.error("the disk takes no changes of bookings", metadata: ["error": "\(failure)"])
                let (requests, reason) = awaitedStores.failed(failure)
                for request in requests { answer(request, .refused(reason)) }
            case .bookingsRecovered:
                log.notice("the disk takes changes of bookings again")
                awaitedStores.recovered()
            case .removed(let entries):
                for entry in entries { lost(entry) }
            case .reserve(let isUsed):
                if isUsed {
                    log.error("the disk is full; the reserve kept for the last events is in use")
                } else {
                    log.notice("the disk has room again; the reserve is kept once more")
                }
            case .verified, .erased, .found, .compacted, .jobFailed:
                answerJob(notice)
            }
        }
    }

    /// Events went without having been delivered: the row that tells of it takes the entry out of the journal's ledger.
    func lost(_ entry: LedgerEntry) {
        let loss = Loss(entry)
        log.error(
            "events are lost",
            metadata: [
                "cause": "\(loss.cause.rawValue)", "type": "\(loss.source)", "count": "\(loss.count)",
                "first": "\(entry.first)", "last": "\(entry.last)",
            ])
        feed(.lost(loss))
    }

    private static func fault(_ failure: JournalFailure) -> JournalFault {
        switch failure.cause {
        case .full: .full
        case .readOnly: .readOnly
        case .corrupt, .busy, .inputOutput, .other: .error
        }
    }

    func handleLink(_ link: NetworkLink) {
        link.drain()
        while let event = link.next() {
            switch event {
            case .connected:
                log.notice("connected to the broker")
                isOutageLogged = false
                feed(.connected)
            case .disconnected(let failure):
                if !isOutageLogged {
                    log.warning("not connected to the broker; trying again", metadata: ["reason": "\(failure)"])
                    isOutageLogged = true
                }
                outgoing.forget()
                feed(.disconnected)
            case .speaksLegacy:
                log.notice("the broker does not know MQTT 5; 3.1.1 is spoken")
            case .archived(let message):
                take(message)
            case .batchAcknowledged(let batch):
                feed(.batchAcknowledged(batch))
            case .rejected(let reason):
                log.error("the broker refused a message; it is kept", metadata: ["reason": "\(reason)"])
                feed(.messageRejected)
            case .bookings(let bytes): takeFeed(bytes)
            case .request(let message): takeRequest(message)
            case .dropped(let topic):
                log.error("a message was too large and was dropped", metadata: ["topic": "\(topic)"])
                feed(.messagesDropped(topic: topic, count: 1))
            case .subscriptionRefused(let topic, let reason):
                log.error(
                    "the broker does not let the hub subscribe; bookings will not arrive",
                    metadata: ["topic": "\(topic)", "reason": "\(reason)"])
            }
        }
    }

    private func take(_ acknowledgement: [UInt8]) {
        do throws(MessageFault) {
            let archived = try coding.decode(ArchiveAcknowledgement.self, from: acknowledgement)
            guard archived.journal == hub.journal else { return }
            guard archived.seq <= hub.lastCommitted else {
                log.error(
                    "the archive acknowledges events that there are not; it was not believed",
                    metadata: ["seq": "\(archived.seq)", "last": "\(hub.lastCommitted)"])
                return
            }
            feed(.archived(archived.journal, archived.seq))
        } catch {
            log.error("an acknowledgement of the archive is malformed", metadata: ["fault": "\(error)"])
        }
    }
}
