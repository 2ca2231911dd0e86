internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Sensing

/// What happens in the house and around it.
extension Simulation {
    mutating func perform(_ action: Agenda.Action) {
        switch action {
        case .line(let device, let line, let isOn): touch(device, line, isOn)
        case .pulse(let door, let bit): emit(.reader(door), bit ? .data1 : .data0, true)
        case .swipe(let visit, let door): swipe(visit, door: door)
        case .tryDoor(let visit, let door, let since, let faults):
            tryDoor(visit, door: door, since: since, faults: faults)
        case .enter(let visit): enter(visit)
        case .leave(let visit): leave(visit)
        case .stranger(let door, let card):
            show(card, at: door)
            report.refusals += 1
        case .reread(let device):
            if building.open.contains(device) { send(.levels(device, building.levels(of: device))) }
        case .answerRequest(let device, let released, let boot): answerRequest(device, released: released, boot: boot)
        case .retryLine(let device): building.toLose[device] = nil
        case .commit(let boot): commit(boot: boot)
        case .connecting(let boot): connecting(boot: boot)
        case .readRows(let after, let request, let boot): readRows(after: after, request: request, boot: boot)
        case .acknowledge(let request, let connection, let boot):
            guard boot == self.boot, broker.isConnected, connection == broker.connection else { return }
            send(!isQuiet && once(in: 500) ? .messageRejected : .batchAcknowledged(request))
        case .dropped(let connection, let boot):
            guard boot == self.boot, connection == broker.connection, !broker.isConnected else { return }
            send(.disconnected)
        case .feed(let version): sendFeed(version)
        case .loadBookings(let time, let boot):
            if boot == self.boot { send(.bookings(journal.feed.window(around: time))) }
        case .fault: injectFault()
        case .brokerReturns: broker.isUp = true
        case .diskRecovers: journal.isFailing = false
        case .boot: bootAgain()
        case .clock(let offset, let quality):
            clockOffset = offset
            self.quality = quality
            send(.tick)
        case .plugIn(let device): building.unplugged.remove(device)
        case .planDay(let day): plan(day)
        }
    }

    // MARK: Lines

    private mutating func touch(_ device: DeviceID, _ line: LineRole, _ isOn: Bool) {
        if case .exitButton(let door) = device, isOn { watch.pressed[door] = now }
        if building.touch(device, line, isOn) { emit(device, line, isOn) }
    }

    private mutating func emit(_ device: DeviceID, _ line: LineRole, _ isActive: Bool) {
        guard let (sequence, isKept) = building.number(device, line) else { return }
        guard isKept else {
            faults += 1
            watch.blind(device, configuration)
            return
        }
        send(.edge(device, SensedEdge(line: line, isActive: isActive, time: monotonic, sequence: sequence)))
    }

    private mutating func answerRequest(_ device: DeviceID, released: Bool, boot: Int) {
        guard boot == self.boot else { return }
        if building.unplugged.contains(device) {
            send(.deviceFailed(device, reason: "unplugged"))
            return
        }
        building.request(device)
        if case .lock(let door) = device, released { building.released.insert(door) }
        send(.deviceReady(device, building.levels(of: device)))
    }

    // MARK: Disk and network

    private mutating func commit(boot: Int) {
        guard boot == self.boot, hub != nil else { return }
        if now < journal.stalledUntil {
            agenda.add(.commit(boot: boot), at: journal.stalledUntil)
            return
        }
        if journal.isFailing {
            if !watch.toldFailing { send(.journalFailing(.error)) }
            watch.toldFailing = true
            agenda.add(.commit(boot: boot), at: now + Self.second / 2)
            return
        }
        if watch.toldFailing { send(.journalRecovered) }
        watch.toldFailing = false
        journal.isWriting = false
        journal.commit()
        send(.journalCommitted(journal.committed))
    }

    private mutating func connecting(boot: Int) {
        guard boot == self.boot else { return }
        broker.connection += 1
        broker.isConnected = broker.isUp && (isQuiet || !once(in: 10))
        send(broker.isConnected ? .connected : .disconnected)
    }

    private mutating func readRows(after: SequenceNumber, request: UInt64, boot: Int) {
        guard boot == self.boot else { return }
        guard after < journal.committed, isQuiet || !once(in: 100) else {
            send(.rowsRead(request: request, last: nil))
            return
        }
        let last = min(journal.committed, after + SequenceNumber(between(1, 100)))
        batches[request] = after + 1...last
        send(.rowsRead(request: request, last: last))
        batches[request] = nil
    }

    // MARK: Faults

    private mutating func injectFault() {
        guard !isQuiet else { return }
        agenda.add(.fault, at: now + between(60, 3_600) * Self.second)
        faults += 1
        let devices = configuration.devices.keys.sorted()
        let device = devices[Int.random(in: devices.indices, using: &random)]
        let kind: String
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            kind = "broker away"
            broker.isUp = false
            if broker.isConnected { breakConnection() }
            agenda.add(.brokerReturns, at: now + between(10, 7_200) * Self.second)
        case 1:
            kind = "connection broken"
            if broker.isConnected { breakConnection() }
        case 2:
            kind = "disk stalled"
            journal.stalledUntil = now + between(20_000, 60 * Self.second)
        case 3:
            kind = "disk failing"
            journal.isFailing = true
            agenda.add(.diskRecovers, at: now + between(1, 7_200) * Self.second)
        case 4:
            kind = "power cut"
            cutPower()
        case 5, 6:
            kind = "edges lost"
            if case .lock = device { break }
            building.toLose[device] = Int(between(1, 30))
            agenda.add(.retryLine(device), at: now + 60 * Self.second)
        case 7:
            kind = "device unplugged"
            guard !building.unplugged.contains(device) else { break }
            building.unplugged.insert(device)
            watch.blind(device, configuration)
            agenda.add(.plugIn(device), at: now + between(1, 600) * Self.second)
            if building.open.contains(device) {
                building.close(device)
                send(.deviceFailed(device, reason: "unplugged"))
            }
        case _:
            kind = "clock wrong"
            let year = 365 * Self.day
            let offset = [year, -year, 3_600 * Self.second, -7_200 * Self.second][Int.random(in: 0..<4, using: &random)]
            agenda.add(.clock(offset: offset, .rtcOnly), at: now)
            agenda.add(.clock(offset: 0, .synchronized), at: now + between(1, 900) * Self.second)
        }
        report.injected[kind, default: 0] += 1
    }

    private mutating func cutPower() {
        guard hub != nil else { return }
        hub = nil
        journal.cutPower(keeping: Int(between(0, Int64(journal.waiting.count))))
        broker.isConnected = false
        batches = [:]
        for device in building.open { building.close(device) }
        watch.powerIsCut(configuration)
        agenda.add(.boot, at: now + between(5, 120) * Self.second)
    }

    private mutating func bootAgain() {
        guard hub == nil else { return }
        faults += 1
        quality = .unknown
        start()
        agenda.add(.clock(offset: 0, .synchronized), at: now + between(1, 60) * Self.second)
        agenda.add(.feed(version: feedVersion), at: now + 90 * Self.second)
    }

    /// The faults are over.
    mutating func heal() {
        broker.isUp = true
        journal.isFailing = false
        journal.stalledUntil = now
        building.unplugged = []
        building.toLose = [:]
        clockOffset = 0
        quality = hub == nil ? .unknown : .synchronized
        // Whoever is still there leaves; a counter that was misled is made up for by the silence.
    }
}
