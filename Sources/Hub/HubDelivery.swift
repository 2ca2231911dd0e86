internal import Delivery
internal import HubMessages

extension Hub {
    mutating func journalCommitted(_ seq: SequenceNumber, at moment: Moment) {
        let entries = log.committed(upTo: seq, at: moment)
        effects += entries.map { .append($0, $0.moment) }
        if journalCare.committed(isWaiting: log.waiting > 0, at: moment) { touched.insert(.hub) }
        releaseRecorded(upTo: seq, at: moment)
        deliver(publisher.committed(upTo: seq))
    }

    /// Everything is shown anew: what a broker retains may be old, and its will has replaced the status.
    mutating func connected() {
        deliver(publisher.connected())
        clearAbandoned()
        shown = [:]
        touchEverything()
    }

    /// Rows that cannot be read are passed over, and that is told.
    mutating func passOver(_ last: SequenceNumber, at moment: Moment) {
        let (lost, asked) = publisher.rowsUnreadable(through: last)
        if lost > 0 {
            record(
                .loss(
                    Loss(
                        cause: .journalDamaged, source: "journal.db", count: lost, first: last - lost + 1, last: last)),
                at: moment)
        }
        deliver(asked)
    }

    mutating func deliver(_ asked: [Publisher.Effect]) {
        for effect in asked {
            switch effect {
            case .connect:
                var will = status
                will.online = false
                effects.append(.connect(will: will))
            case .disconnect: effects.append(.disconnect)
            case .read(let after, let request): effects.append(.readRows(after: after, request: request))
            case .publish(let request): effects.append(.publishRows(request: request))
            case .acknowledge(let seq): effects.append(.acknowledge(upTo: seq))
            }
        }
    }
}
