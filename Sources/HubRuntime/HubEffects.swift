internal import ControlSocket
internal import Dashboard
internal import Delivery
internal import GPIO
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import KernelSensors
internal import LinuxIO
internal import Logging
internal import MessageCoding
internal import Sensing
internal import Utilization

// What the hub asks for, done.
extension HubDaemon {
    func perform(_ effects: [Hub.Effect]) {
        // The change of bookings among these effects, which the answer among them waits for.
        var change: (isTaken: Bool, store: UInt64)?
        for effect in effects {
            switch effect {
            case .request(let device, let released): request(device, released: released)
            case .abandon(let device): release(device)
            case .readLevels(let device): rereads.insert(device)
            case .pullLow(let device): pullLow(device, true)
            case .listen(let device): pullLow(device, false)
            case .readDriver(let sensor, let device): readDriver(sensor, device)
            case .setLock(let door, let released): setLock(door, released: released)
            case .setSignal(let device, let led, let buzzer): setSignal(device, led: led, buzzer: buzzer)
            case .setFaultLED(let isLit): setFaultLED(lit: isLit)
            case .append(let entry, let moment): append(entry, at: moment)
            case .readRows(let after, let request): readRows(after: after, request)
            case .publishRows(let request): publish(request)
            case .acknowledge(let seq):
                // A queue that is full takes the next one, which covers this one too.
                _ = journal.acknowledge(upTo: seq)
            case .expire(let limits, let now):
                // A queue that is full is asked again an hour later.
                var types: [String: WallTime] = [:]
                for limit in limits { for type in limit.eventClass.types { types[type] = limit.before } }
                _ = journal.expire(types, now: now)
                outgoing.forgetFresh()
            case .connect(let will): connect(will)
            case .disconnect: link?.disconnect()
            case .show(let state): show(state)
            case .clear(let topic):
                if hub.isConnected == true { link?.clear(topic) }
                dashboard?.clear(topic)
            case .expandSchedules(let time): expandSchedules(around: time)
            case .loadBookings(let time, let over): keeper.load(around: time, endedBefore: over)
            case .storeBookingUses(let uses): storeBookingUses(uses)
            case .respond(let request, let response): respond(request, response)
            case .renewPseudonyms(let period): renewPseudonyms(period)
            case .makeCalendar(let time): followUps.append(.calendar(CalendarDay.machine(around: time)))
            case .storeConfirmation(let time):
                _ = journal.saveState(key: Self.confirmedKey, value: Array("\(time.milliseconds)".utf8))
            case .storeBooking(let booking): change = store { journal.putLocal(stored(booking), request: $0) }
            case .storeHolder(let holder): change = store { journal.putLocal(stored(holder), request: $0) }
            case .removeHolder(let id):
                change = store { journal.removeLocal(id: StoredHub.holderPrefix + id.rawValue, request: $0) }
            case .removeBooking(let id): change = store { journal.removeLocal(id: id.rawValue, request: $0) }
            case .storeDoors(let memory): storeDoors(memory)
            case .storeOccupancy(let counts): storeOccupancy(counts)
            case .storeMeters(let pulses): storeMeters(pulses)
            case .storeUses(let uses): storeUses(uses)
            case .storeQuarters(let quarters): storeQuarters(quarters)
            case .showFrame(let frame):
                guard !desk.watchers.isEmpty else { break }
                desk.show(coding.encode(ControlResponse.frame(rejected: frame)), isEvent: true)
            case .answer(let request, .done):
                if let change {
                    let refusal = awaitedStores.wait(for: change.isTaken ? change.store : nil, request: request)
                    if let refusal { answer(request, .refused(refusal)) }
                } else {
                    answer(request, .done)
                }
            case .answer(let request, .refused(let reason)): answer(request, .refused(reason))
            }
        }
    }

    /// Gives a device's lines back.
    func release(_ device: DeviceID) {
        guard let (descriptor, release) = devices.abandon(device) else { return }
        poller.forget(descriptor)
        release()
    }

    /// A device failed: its lines are given back, and the hub asks for them again when it thinks fit.
    func fail(_ device: DeviceID, _ error: GPIOError) {
        release(device)
        log.error("a device failed", metadata: ["device": "\(device)", "error": "\(error)"])
        followUps.append(.deviceFailed(device, reason: "\(error)"))
    }

    /// Hands rows to the writer that its queue did not take before.
    func writeWaiting() {
        while let row = unwritten.first, write(row) { unwritten.removeFirst() }
    }

    /// Hands over what happened while the doors were being armed.
    func writeStart() {
        isStarting = false
        for (entry, moment) in startEvents { append(entry, at: moment) }
        startEvents = []
    }

    private func request(_ device: DeviceID, released: Bool) {
        guard let lines = hub.wiring[device] else { return }
        do throws(GPIOError) {
            let (levels, descriptor, isFiltered) = try devices.request(device, lines, released: released)
            watch(descriptor)
            if !isFiltered {
                log.notice("the kernel does not debounce a device; the hub does", metadata: ["device": "\(device)"])
                followUps.append(.deviceUnfiltered(device))
            }
            followUps.append(.deviceReady(device, levels))
        } catch {
            // Said once per failure, not once per attempt.
            if hub.isAvailable(device) != false {
                log.error("a device cannot be used", metadata: ["device": "\(device)", "error": "\(error)"])
            }
            followUps.append(.deviceFailed(device, reason: "\(error)"))
        }
    }

    private func pullLow(_ device: DeviceID, _ isLow: Bool) {
        do throws(GPIOError) {
            try devices.pullLow(device, isLow)
        } catch {
            fail(device, error)
        }
    }

    private func readDriver(_ sensor: SensorID, _ device: KernelSensor) {
        if let house {
            followUps.append(.reading(sensor, house.reading(of: sensor)))
        } else if !drivers.read(sensor, device) {
            followUps.append(.reading(sensor, .failure(DriverFault("too many readings wait for their drivers"))))
        }
    }

    private func setLock(_ door: DoorID, released: Bool) {
        do throws(GPIOError) {
            _ = try devices.set(.lock(door), active: released)
        } catch {
            fail(.lock(door), error)
        }
    }

    private func setSignal(_ device: DeviceID, led: Bool, buzzer: Bool) {
        do throws(GPIOError) {
            _ = try devices.set(device, .led, active: led)
            _ = try devices.set(device, .buzzer, active: buzzer)
        } catch {
            fail(device, error)
        }
    }

    private func setFaultLED(lit isLit: Bool) {
        do throws(GPIOError) {
            _ = try devices.set(.faultLED, active: isLit)
        } catch {
            fail(.faultLED, error)
        }
    }

    private func append(_ entry: EventLog.Entry, at moment: Moment) {
        // The doors are armed first: nothing is released before its record is on disk in any case.
        guard !isStarting else { return startEvents.append((entry, moment)) }
        let envelope = JournalEnvelope(
            hub: hub.configuration.hub, journal: hub.journal, seq: entry.seq, time: moment.wall,
            clock: moment.quality, event: entry.event)
        let row = JournalRow(
            seq: entry.seq, wall: moment.wall, kind: entry.event.type, payload: coding.encode(envelope),
            isUrgent: entry.event.eventClass >= .access, settles: LedgerEntry(entry.event))
        if !unwritten.isEmpty || !write(row) { unwritten.append(row) }
        if !desk.watchers.isEmpty {
            desk.show(Array("{\"event\":{\"envelope\":".utf8) + row.payload + Array("}}".utf8), isEvent: true)
        }
    }

    private func write(_ row: JournalRow) -> Bool {
        guard journal.append(row) else { return false }
        if hub.isConnected == true { outgoing.append(row) }
        return true
    }

    /// Finds committed rows for the network: those that were just written, else from the disk.
    private func readRows(after seq: SequenceNumber, _ request: UInt64) {
        let found = outgoing.find(
            request, after: seq, through: hub.lastCommitted, maximumRows: Publisher.batchRows,
            maximumBytes: hub.batchBytes)
        if let found {
            followUps.append(.rowsRead(request: request, last: found.last, bytes: found.bytes))
        } else if !journal.read(
            after: seq, maximumRows: Publisher.batchRows, maximumBytes: hub.batchBytes, request: request)
        {
            followUps.append(.rowsRead(request: request, last: nil))
        }
    }

    private func publish(_ request: UInt64) {
        guard let rows = outgoing.take(request) else { return }
        link?.send(
            rows, of: hub.journal, batch: request, openFormats: OpenFormatMessages(configuration.hub))
    }

    private func connect(_ will: HubStatus) {
        guard let broker = configuration.hub.mqtt else { return }
        if link == nil {
            do throws(SystemError) {
                let link = try NetworkLink(
                    broker, login: configuration.login, configuration: configuration.hub, coding: coding,
                    will: will)
                watch(link.arrived)
                self.link = link
            } catch {
                log.error("the uplink cannot be started", metadata: ["error": "\(error)"])
                followUps.append(.disconnected)
                return
            }
        }
        link?.connect()
    }

    /// Forgets the uplink, whose settings no longer hold.
    func dropLink() {
        if let link { poller.forget(link.arrived) }
        link = nil
        outgoing.forget()
    }

    private func show(_ state: LiveState) {
        if hub.isConnected == true { link?.show(state) }
        dashboard?.show(state.topic, coding.encode(state))
        guard !desk.watchers.isEmpty else { return }
        let response: ControlResponse =
            switch state {
            case .status(let status): .hub(state: status)
            case .door(let door): .door(state: door)
            case .space(let space): .space(state: space)
            case .sensor(let sensor): .sensor(state: sensor)
            }
        desk.show(coding.encode(response), isEvent: false)
    }

    private func store(_ change: (UInt64) -> Bool) -> (isTaken: Bool, store: UInt64) {
        nextStoreRequest += 1
        let isTaken = change(nextStoreRequest)
        if !isTaken { log.error("a change of the bookings could not be stored: the disk does not keep up") }
        return (isTaken, nextStoreRequest)
    }

    private func stored(_ holder: Holder) -> StoredBooking {
        StoredBooking(
            id: StoredHub.holderPrefix + holder.id.rawValue, source: .local, payload: coding.encode(holder))
    }

    private func stored(_ booking: Booking) -> StoredBooking {
        StoredBooking(
            id: booking.id.rawValue, source: .local, payload: coding.encode(booking))
    }
}
