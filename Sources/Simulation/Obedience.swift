internal import Delivery
internal import Hub
internal import HubMessages
internal import Utilization

/// What the simulated edges do with the hub's effects.
extension Simulation {
    mutating func obey(_ effects: [Hub.Effect]) {
        check(effects)
        for effect in effects {
            report.effects += 1
            report.digest("\(now) \(Self.text(of: effect))\n")
            obey(effect)
        }
        // Answered once the others are done: what it leads to comes behind them.
        for case .makeCalendar(let time) in effects { send(.calendar(Self.calendar(around: time))) }
    }

    private mutating func obey(_ effect: Hub.Effect) {
        switch effect {
        case .request(let device, let released):
            agenda.add(.answerRequest(device, released: released, boot: boot), at: now + between(500, 5_000))
        case .abandon(let device): building.close(device)
        case .readLevels(let device): agenda.add(.reread(device), at: now)
        case .setLock(let door, let released):
            guard building.open.contains(.lock(door)) else { return }
            if released { building.released.insert(door) } else { building.released.remove(door) }
        case .append(let entry, _):
            if !journal.append(entry.event, seq: entry.seq) {
                violate("G2: seq \(entry.seq) has a gap or is used twice")
            }
            if !journal.isWriting {
                journal.isWriting = true
                agenda.add(.commit(boot: boot), at: max(now + between(1_000, 12_000), journal.stalledUntil))
            }
        case .readRows(let after, let request):
            agenda.add(
                .readRows(after: after, request: request, boot: boot),
                at: max(now + between(500, 5_000), journal.stalledUntil))
        case .publishRows(let request): publish(request)
        case .acknowledge(let seq):
            if seq > broker.archived { violate("G2: \(seq) is acknowledged, the archive has \(broker.archived)") }
            if seq < journal.acknowledged { violate("G2: the acknowledged place went back to \(seq)") }
            journal.acknowledged = seq
        case .connect: agenda.add(.connecting(boot: boot), at: now + between(20_000, 2_000_000))
        case .disconnect:
            broker.isConnected = false
            agenda.add(.dropped(connection: broker.connection, boot: boot), at: now + 1_000)
        case .loadBookings(let time, let over):
            journal.feed.removeEnded(before: over)
            agenda.add(
                .loadBookings(around: time, boot: boot), at: max(now + between(1_000, 50_000), journal.stalledUntil))
        case .storeBookingUses(let uses): journal.bookingUses = uses
        case .storeHolder(let holder):
            journal.holders.removeAll { $0.id == holder.id }
            journal.holders.append(holder)
        case .removeHolder(let id): journal.holders.removeAll { $0.id == id }
        case .storeConfirmation(let time): journal.feedConfirmed = time
        case .storeBooking(let booking):
            journal.bookings.removeAll { $0.id == booking.id }
            journal.bookings.append(booking)
        case .removeBooking(let id): journal.bookings.removeAll { $0.id == id }
        case .storeOccupancy(let estimates): journal.occupancy = estimates
        case .storeMeters(let pulses): journal.meters = pulses
        case .storeUses(let uses): journal.uses = uses
        case .storeQuarters(let quarters): journal.quarters.merge(quarters) { _, new in new }
        case .makeCalendar, .renewPseudonyms: break
        // A driver answers at once, always the same.
        case .readDriver(let sensor, _): send(.reading(sensor, .success(Climate(temperature: 20))))
        case .storeDoors(let memory): journal.doors = memory
        case .show, .clear, .showFrame, .setSignal, .setFaultLED, .expandSchedules, .answer, .respond, .expire: break
        // Nobody wakes a sensor on its line here: it stays silent.
        case .pullLow, .listen: break
        }
    }

    private mutating func publish(_ request: UInt64) {
        guard let batch = batches.removeValue(forKey: request) else {
            violate("rows of read \(request) are published, and were never read")
            return
        }
        guard broker.isConnected else { return }
        // A breaking connection may have carried it over, or not.
        if !isQuiet, once(in: 60) {
            if once(in: 2) { archive(batch) }
            breakConnection()
            return
        }
        archive(batch)
        agenda.add(
            .acknowledge(request, connection: broker.connection, boot: boot), at: now + between(5_000, 300_000))
    }

    private mutating func archive(_ batch: ClosedRange<SequenceNumber>) {
        if !broker.receive(batch) { violate("G2: \(batch) reached the archive, which has only \(broker.archived)") }
    }

    mutating func breakConnection() {
        broker.isConnected = false
        agenda.add(.dropped(connection: broker.connection, boot: boot), at: now + between(1_000, 200_000))
    }

    /// Days of UTC around a time.
    private static func calendar(around time: WallTime) -> [CalendarDay] {
        let length: Int64 = 86_400_000
        let first = time.milliseconds / length - 2
        return (first..<first + 34).map { day in
            CalendarDay(
                date: String(WallTime(milliseconds: day * length).rfc3339.prefix(10)),
                from: WallTime(milliseconds: day * length), to: WallTime(milliseconds: (day + 1) * length))
        }
    }

    /// An effect as text, the same in every process: dictionaries have no order of their own.
    private static func text(of effect: Hub.Effect) -> String {
        if case .storeDoors(let memory) = effect {
            return "storeDoors \(memory.isFireLatched) "
                + memory.modes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        if case .storeBookingUses(let uses) = effect {
            return "storeBookingUses "
                + uses.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        if case .storeOccupancy(let estimates) = effect {
            return "storeOccupancy "
                + estimates.sorted { $0.key < $1.key }.map {
                    "\($0.key)=\($0.value.minimum),\($0.value.estimate),\($0.value.maximum)"
                }
                .joined(separator: " ")
        }
        // Bookings in it are in dictionaries.
        if case .storeUses(let uses) = effect { return "storeUses \(uses.count)" }
        if case .storeQuarters(let quarters) = effect {
            return "storeQuarters "
                + quarters.keys.sorted().map { "\($0):\(quarters[$0]?.count ?? 0)" }.joined(separator: " ")
        }
        return String(describing: effect)
    }
}
