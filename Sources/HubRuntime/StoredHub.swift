internal import Hub
internal import HubMessages
internal import Journal
internal import MessageCoding
internal import Utilization

/// What the files held, as the hub remembers it, and what of it was lost.
struct StoredHub {
    var memory: Hub.Memory
    /// The feed as an older version kept it in `bookings.db`: its version and bookings.
    var oldFeed: (version: UInt64, bookings: [Booking]) = (0, [])
    var losses: [Loss] = []
    /// Where uses of bookings are counted.
    static let bookingUsesKey = "booking-uses"
    /// Where meters keep what they counted.
    static let metersKey = "meters"
    /// Where the key of pseudonyms is kept: `JournalWriter` empties the WAL when it changes.
    static let pseudonymKey = "pseudonym-key"
    /// Where spaces keep what they were used for.
    static let usesKey = "space-uses"
    /// Where complete quarter-hours are kept, by their place.
    static func quartersKey(_ place: Int) -> String { "space-quarters/\(place)" }
    /// Where the name of the key is kept that the stored bookings were hashed with.
    static let keyNameKey = "credential-key"
    /// That name.
    var keyName: String?

    /// What the ids of standing rights begin with among what was added here: no booking's id has a blank.
    static let holderPrefix = "holder "

    init(_ opening: JournalOpening, coding: MessageCoding) {
        memory = Hub.Memory(
            journal: opening.id, lastEvent: opening.lastSeq,
            head: opening.lastSeq > 0 ? opening.head : nil, acknowledged: opening.acknowledgedSeq)
        var unreadable = opening.bookings.damagedFeedRows + opening.bookings.damagedLocalRows
        for stored in opening.bookings.bookings {
            do throws(MessageFault) {
                if stored.id.hasPrefix(Self.holderPrefix) {
                    memory.holders.append(try coding.decode(Holder.self, from: stored.payload))
                    continue
                }
                let booking = try coding.decode(Booking.self, from: stored.payload)
                if stored.source == .feed { oldFeed.bookings.append(booking) } else { memory.bookings.append(booking) }
            } catch {
                unreadable += 1
            }
        }
        // With a hole in the feed, the same version must be taken once more when the platform sends it.
        oldFeed.version = unreadable > 0 ? 0 : opening.bookings.feedVersion
        if let bytes = opening.bookings.state[Self.bookingUsesKey] {
            do throws(MessageFault) {
                for (id, count) in try coding.decode([String: Int].self, from: bytes) {
                    if let id = BookingID(id) { memory.bookingUses[id] = count }
                }
            } catch {
                // Bookings with a number of uses begin anew; that is told.
                losses.append(Loss(cause: .bookingsDamaged, source: "booking-uses", count: 1))
            }
        }
        if let bytes = opening.bookings.state[HubDaemon.occupancyKey] {
            do throws(MessageFault) {
                for (name, count) in try coding.decode([String: OccupancyCount].self, from: bytes) {
                    if let space = SpaceID(name) { memory.occupancy[space] = count }
                }
            } catch {
                // A count that cannot be read is no count; the spaces begin empty.
                memory.occupancy = [:]
            }
        }
        memory.feedConfirmed = opening.bookings.state[HubDaemon.confirmedKey]
            .flatMap { Int64(String(decoding: $0, as: UTF8.self)) }.map(WallTime.init(milliseconds:))
        if let bytes = opening.bookings.state[Self.metersKey] {
            do throws(MessageFault) {
                for (name, pulses) in try coding.decode([String: UInt64].self, from: bytes) {
                    if let sensor = SensorID(name) { memory.meters[sensor] = pulses }
                }
            } catch {
                // Meters begin at zero, which their next event shows; what they counted is in the journal.
                memory.meters = [:]
            }
        }
        if let bytes = opening.bookings.state[Self.usesKey] {
            do throws(MessageFault) {
                memory.uses = try coding.decode([SpaceUse.Memory].self, from: bytes)
            } catch {
                // The running quarter-hours begin anew, which their `covered` shows.
                memory.uses = []
            }
        }
        for place in 0..<ClosedQuarter.places {
            guard let bytes = opening.bookings.state[Self.quartersKey(place)] else { continue }
            do throws(MessageFault) {
                memory.quarters += try coding.decode([ClosedQuarter].self, from: bytes)
            } catch {
                // A quarter-hour that cannot be read is not given out anew; what was given out is in the journal.
                continue
            }
        }
        if let bytes = opening.bookings.state[HubDaemon.doorsKey] {
            do throws(MessageFault) {
                memory.doors = try coding.decode(DoorMemory.self, from: bytes)
            } catch {
                // Whether there was a fire alarm cannot be told: the doors begin locked, and the loss is told.
                losses.append(Loss(cause: .bookingsDamaged, source: "doors", count: 1))
            }
        }
        keyName = opening.bookings.state[Self.keyNameKey].map { String(decoding: $0, as: UTF8.self) }
        if opening.setAside != nil {
            losses.append(Loss(cause: .journalDamaged, source: "journal.db", count: 0))
        }
        losses += opening.untold.map { Loss($0) }
        unreadable += opening.bookings.damagedStates
        if opening.bookings.setAside != nil || unreadable > 0 {
            losses.append(Loss(cause: .bookingsDamaged, source: "bookings.db", count: UInt64(unreadable)))
        }
    }
}
