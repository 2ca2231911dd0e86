internal import AccessControl
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import Logging
internal import MessageCoding

// The bookings: their feed from the network, and the file that they lie in.
extension HubDaemon {
    /// A feed, or a part of one, arrived. Everything that takes time is done by the keeper's thread.
    func takeFeed(_ bytes: [UInt8]) {
        let check = SignatureCheck(hub.configuration.signers)
        if !keeper.take(bytes, hub.bookingRules, check, around: bookingTime) {
            log.error("bookings came faster than they can be stored; a message was dropped")
            feed(.messagesDropped(topic: "bookings", count: 1))
        }
    }

    func handleKeeper() {
        keeper.drain()
        while let notice = keeper.next() {
            switch notice {
            case .feed(let outcome):
                if case .refused(let fault) = outcome {
                    log.error(
                        "a booking feed was not taken",
                        metadata: ["refusal": "\(fault.refusal.rawValue)", "fault": "\(fault.detail)"])
                }
                feed(.feed(outcome))
            case .bookings(let window): feed(.bookings(window))
            case .damaged(let count):
                log.error("bookings are damaged on the disk", metadata: ["count": "\(count)"])
                feed(.lost(Loss(cause: .bookingsDamaged, source: "feed.db", count: UInt64(count))))
            case .failing(let failure):
                log.error("the bookings' file cannot be used", metadata: ["error": "\(failure)"])
            case .found(let request, let bookings, let failure): foundBookings(request, bookings, failure)
            case .erased(let request, let failure): erasedBookings(request, failure)
            }
        }
    }

    /// The doors began with the bookings of these hours; now the others.
    func loadWholeWindow() {
        if hub.holdsPartOfFeed { keeper.load(around: bookingTime, endedBefore: WallTime(milliseconds: .min)) }
    }

    func storeBookingUses(_ uses: [BookingID: Int]) {
        let texts = Dictionary(uses.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
        _ = journal.saveState(key: StoredHub.bookingUsesKey, value: coding.encode(texts))
    }

    /// The time around which bookings matter: that of the wall clock or, while nobody knows it, the last one known.
    var bookingTime: WallTime {
        now.quality == .unknown ? hub.feedConfirmed ?? now.wall : now.wall
    }
}

extension StoredHub {
    /// Reads what the doors need first of the feed, and takes over a feed that an older version kept elsewhere.
    mutating func open(_ store: FeedStore, around moment: Moment) {
        do throws(JournalFailure) {
            if store.version == 0, !oldFeed.bookings.isEmpty {
                try store.begin()
                try store.add(oldFeed.bookings)
                _ = try store.complete(version: oldFeed.version)
            }
            let time = moment.quality == .unknown ? memory.feedConfirmed ?? moment.wall : moment.wall
            let (window, damaged) = try BookingWindow.read(store, around: time, limit: BookingWindow.firstLimit)
            memory.feed = window
            if damaged > 0 {
                losses.append(Loss(cause: .bookingsDamaged, source: "feed.db", count: UInt64(damaged)))
            }
        } catch {
            // The doors work with what there is besides; the platform's next feed replaces the file.
            losses.append(Loss(cause: .bookingsDamaged, source: "feed.db", count: 0))
        }
        if store.setAside != nil { losses.append(Loss(cause: .bookingsDamaged, source: "feed.db", count: 0)) }
    }
}
