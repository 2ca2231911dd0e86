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
            case .committed(let seq):
                feed(.journalCommitted(seq))
            case .failing(let failure):
                log.error("the disk takes no events; they wait in memory", metadata: ["error": "\(failure)"])
                feed(.journalFailing)
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
                    if !rows.isEmpty { readRows[request] = rows }
                    feed(.rowsRead(request: request, last: rows.last?.seq))
                }
            case .unreadable(let request, let first, let last):
                log.error(
                    "events cannot be read: the journal is damaged", metadata: ["first": "\(first)", "last": "\(last)"])
                if request < Self.clientReads { feed(.rowsUnreadable(last: last)) }
            case .readFailed(let request, let failure):
                log.error("events could not be read", metadata: ["error": "\(failure)"])
                if request >= Self.clientReads {
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
            }
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
                readRows = [:]
                feed(.disconnected)
            case .batchAcknowledged(let batch):
                feed(.batchAcknowledged(batch))
            case .rejected(let reason):
                log.error("the broker refused a message; it is kept", metadata: ["reason": "\(reason)"])
                feed(.messageRejected)
            case .bookings(let bytes):
                feed(.feed(parse(bytes)))
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

    private func parse(_ bytes: [UInt8]) -> Result<BookingFeed, Hub.FeedFault> {
        do throws(MessageFault) {
            return .success(try coding.decode(BookingFeed.self, from: bytes))
        } catch {
            log.error("a booking feed is malformed and was not taken", metadata: ["fault": "\(error)"])
            return .failure(Hub.FeedFault(refusal: .malformed, detail: error.text))
        }
    }
}
