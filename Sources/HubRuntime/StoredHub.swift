internal import Hub
internal import HubMessages
internal import Journal
internal import MessageCoding

/// What the files held, as the hub remembers it, and what of it was lost.
struct StoredHub {
    var memory: Hub.Memory
    var losses: [Loss] = []
    /// The name of the key that the stored bookings were hashed with.
    var keyName: String?

    init(_ opening: JournalOpening, coding: MessageCoding) {
        memory = Hub.Memory(
            journal: opening.id, lastEvent: opening.lastSeq,
            head: opening.lastSeq > 0 ? opening.head : nil, acknowledged: opening.acknowledgedSeq,
            feedVersion: opening.bookings.feedVersion)
        var unreadable = opening.bookings.damagedFeedRows + opening.bookings.damagedLocalRows
        for stored in opening.bookings.bookings {
            do throws(MessageFault) {
                memory.bookings.append(try coding.decode(Booking.self, from: stored.payload))
            } catch {
                unreadable += 1
            }
        }
        // With a hole in the feed, the same version must be taken once more when the platform sends it.
        if unreadable > 0 { memory.feedVersion = 0 }
        if let bytes = opening.bookings.state["occupancy"] {
            do throws(MessageFault) {
                for (name, estimate) in try coding.decode([String: Int].self, from: bytes) {
                    if let space = SpaceID(name) { memory.occupancy[space] = estimate }
                }
            } catch {
                // An estimate that cannot be read is no estimate; the spaces begin empty.
                memory.occupancy = [:]
            }
        }
        keyName = opening.bookings.state["credential-key"].map { String(decoding: $0, as: UTF8.self) }
        if opening.setAside != nil {
            losses.append(Loss(cause: .journalDamaged, source: "journal.db", count: 0))
        }
        losses += opening.untold.map { Loss($0) }
        if opening.bookings.setAside != nil || unreadable > 0 {
            losses.append(Loss(cause: .bookingsDamaged, source: "bookings.db", count: UInt64(unreadable)))
        }
    }
}
