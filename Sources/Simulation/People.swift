internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Sensing

/// What people do: they book, come, show cards, open doors, walk, sit, press the exit button and leave.
extension Simulation {
    /// A day's bookings and visits, and the strangers of that day.
    mutating func plan(_ day: Int) {
        let midnight = Int64(day) * Self.day
        feedVersion += 1
        var entries = feed.filter { $0.to > Self.start + .microseconds(midnight) }
        for space in configuration.spaces {
            for index in 0..<Int(between(1, 6)) {
                let from = midnight + between(25, 80) * 900 * Self.second
                let to = from + between(2, 10) * 900 * Self.second
                let card = Agenda.CardPrint(facility: UInt64(day % 200), number: UInt64(between(1, 60_000)))
                guard let id = BookingID("B\(day)/\(space.id)/\(index)") else { continue }
                entries.append(
                    BookingFeed.Entry(
                        id: id, space: space.id, from: Self.start + .microseconds(from),
                        to: Self.start + .microseconds(to),
                        credentials: formats(to: space.id).map { card.read(as: $0) }))
                // One in eight never comes.
                if once(in: 8) { continue }
                let arrives = from + between(-500, 1_200) * Self.second
                let leaves = max(arrives + 300 * Self.second, to + between(-900, 500) * Self.second)
                let visit = Agenda.Visit(
                    booking: id, card: card, space: space.id, from: from, to: to,
                    leaves: min(leaves, midnight + Self.day - 300 * Self.second))
                agenda.add(.swipe(visit, door: 0), at: arrives)
            }
        }
        feed = entries
        for hour in 0..<24 as Range<Int64> {
            agenda.add(.feed(version: feedVersion), at: midnight + hour * 3_600 * Self.second + 5 * Self.second)
        }
        for door in configuration.doors where door.reader != nil {
            for _ in 0..<Int(between(0, 5)) {
                let card = Agenda.CardPrint(facility: 250, number: UInt64(between(1, 60_000)))
                agenda.add(.stranger(door.id, card: card), at: midnight + between(0, 86_000) * Self.second)
            }
        }
    }

    /// The platform sends its feed; now and then an old or an empty one.
    mutating func sendFeed(_ version: UInt64) {
        guard broker.isConnected, version == feedVersion else { return }
        if once(in: 6) {
            deliver(BookingFeed(hub: configuration.hub, version: version &- 1, bookings: []))
        }
        // Whole, or in two parts of which either may come first.
        guard once(in: 3), feed.count > 1 else {
            deliver(BookingFeed(hub: configuration.hub, version: version, bookings: feed))
            return
        }
        let middle = feed.count / 2
        var parts = [Array(feed[..<middle]), Array(feed[middle...])].enumerated().map { index, bookings in
            BookingFeed(hub: configuration.hub, version: version, part: index + 1, parts: 2, bookings: bookings)
        }
        if once(in: 2) { parts.reverse() }
        for part in parts { deliver(part) }
    }

    private mutating func deliver(_ part: BookingFeed) {
        guard let rules = hub?.bookingRules,
            let outcome = journal.feed.take(part, rules: rules, hash: Self.hash, around: moment.wall)
        else { return }
        send(.feed(outcome))
    }

    private func doors(to space: SpaceID) -> [DoorSettings] {
        let way = configuration.spaces.first { $0.id == space }?.doors ?? []
        return way.compactMap { id in configuration.doors.first { $0.id == id && $0.reader != nil } }
    }

    /// The formats of the readers on the way to a space; one card in each of them is booked.
    private func formats(to space: SpaceID) -> [WiegandFormat] {
        var formats: [WiegandFormat] = []
        for format in doors(to: space).compactMap(\.reader?.format) where !formats.contains(format) {
            formats.append(format)
        }
        return formats
    }

    mutating func show(_ card: Agenda.CardPrint, at door: DoorID) {
        guard let reader = configuration.doors.first(where: { $0.id == door })?.reader else { return }
        let credential = card.read(as: reader.format).credential
        watch.shown[door] = (credential, now)
        // No frame lasts longer than a visitor waits before trying the door.
        let longest = min(reader.limits.longestGap / .microseconds(1), 150_000 / Double(reader.format.length))
        let gap = min(between(400, 3_000), Int64(longest))
        for (index, bit) in WiegandDecoder.bits(of: credential, format: reader.format).enumerated() {
            agenda.add(.pulse(door, bit), at: now + Int64(index + 1) * gap)
        }
    }

    mutating func swipe(_ visit: Agenda.Visit, door index: Int) {
        let way = doors(to: visit.space)
        guard index < way.count else {
            perform(.enter(visit))
            return
        }
        let door = way[index].id
        // Somebody else is at the reader: two cards at once are no card.
        if let shown = watch.shown[door], now - shown.time < 2 * Self.second {
            agenda.add(.swipe(visit, door: index), at: now + 2 * Self.second)
            return
        }
        show(visit.card, at: door)
        agenda.add(.tryDoor(visit, door: index, since: now, faults: faults), at: now + 300_000)
    }

    mutating func tryDoor(_ visit: Agenda.Visit, door index: Int, since: Int64, faults: Int) {
        let door = doors(to: visit.space)[index].id
        guard building.released.contains(door) else {
            if mustAdmit(visit, door, since: since, faults: faults) {
                violate("G1: '\(visit.booking)' was not let in at '\(door)', and nothing was wrong")
            }
            // Tries again in a minute, until the booking is over.
            if now + 60 * Self.second < min(visit.to, visit.leaves) {
                agenda.add(.swipe(visit, door: index), at: now + between(20, 90) * Self.second)
            }
            return
        }
        report.admissions += 1
        pass(door)
        agenda.add(.swipe(visit, door: index + 1), at: now + 6 * Self.second)
    }

    /// A booked visitor must be let in while the hub runs, knows the time and the booking, and its lines work; the disk
    /// and the broker are no excuse.
    private func mustAdmit(_ visit: Agenda.Visit, _ door: DoorID, since: Int64, faults: Int) -> Bool {
        hub != nil && faults == self.faults && quality == .synchronized && clockOffset == 0
            && since - bootTime > 61 * Self.second
            && building.open.isSuperset(of: [.reader(door), .lock(door)])
            && building.toLose[.reader(door)] == nil
            && journal.feed.bookings.contains { $0.id == visit.booking }
            && since >= visit.from - 600 * Self.second && now < visit.to + 600 * Self.second
    }

    private mutating func pass(_ door: DoorID) {
        guard configuration.devices[.contact(door)] != nil else { return }
        agenda.add(.line(.contact(door), .only, true), at: now + between(200_000, 1_500_000))
        agenda.add(.line(.contact(door), .only, false), at: now + between(2_000_000, 5_000_000))
    }

    mutating func enter(_ visit: Agenda.Visit) {
        building.people[visit.space, default: 0] += 1
        walk(visit.space, isIn: true)
        // Whoever is there moves every few minutes.
        for sensor in configuration.sensors where sensor.space == visit.space {
            guard case .presence = sensor.kind else { continue }
            var time = now + 5 * Self.second
            while time < visit.leaves - 10 * Self.second {
                agenda.add(.line(.sensor(sensor.id), .only, true), at: time)
                agenda.add(.line(.sensor(sensor.id), .only, false), at: time + between(1, 8) * Self.second)
                time += between(30, 600) * Self.second
            }
        }
        agenda.add(.leave(visit), at: max(visit.leaves, now + 20 * Self.second))
    }

    mutating func leave(_ visit: Agenda.Visit) {
        building.people[visit.space, default: 0] -= 1
        walk(visit.space, isIn: false)
        var time = now + 5 * Self.second
        for door in doors(to: visit.space).reversed() where configuration.devices[.exitButton(door.id)] != nil {
            agenda.add(.line(.exitButton(door.id), .only, true), at: time)
            agenda.add(.line(.exitButton(door.id), .only, false), at: time + 400_000)
            agenda.add(.line(.contact(door.id), .only, true), at: time + between(600_000, 1_500_000))
            agenda.add(.line(.contact(door.id), .only, false), at: time + between(2_000_000, 5_000_000))
            time += 8 * Self.second
        }
    }

    private mutating func walk(_ space: SpaceID, isIn: Bool) {
        for sensor in configuration.sensors where sensor.space == space {
            guard case .beamCounter = sensor.kind else { continue }
            var time = max(now, building.busyUntil[sensor.id] ?? 0) + 100_000
            let (first, second): (LineRole, LineRole) = isIn ? (.outer, .inner) : (.inner, .outer)
            for (line, isBroken) in [(first, true), (second, true), (first, false), (second, false)] {
                agenda.add(.line(.sensor(sensor.id), line, isBroken), at: time)
                time += between(50_000, 400_000)
            }
            building.busyUntil[sensor.id] = time
        }
    }
}
