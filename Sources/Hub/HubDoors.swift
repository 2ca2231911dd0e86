internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Sensing

extension Hub {
    mutating func readerPulse(_ door: DoorID, _ side: ReaderSide, _ edge: SensedEdge, at moment: Moment) {
        guard
            let ended = doors[door]?.readers[side]?.edge(edge.line == .data1, begins: edge.isActive, at: edge.time)
        else { return }
        take(ended.frame, seen: ended.seen, door: door, side, at: moment)
    }

    mutating func readerEdgesLost(_ door: DoorID, _ side: ReaderSide, at time: MonotonicTime, _ moment: Moment) {
        let seen = doors[door]?.readers[side]?.bitsSeen ?? ""
        guard let frame = doors[door]?.readers[side]?.edgesLost(at: time) else { return }
        take(frame, seen: seen, door: door, side, at: moment)
    }

    /// Judges a reader's frame, where silence has ended it by `time`.
    private mutating func endFrame(
        _ door: DoorID, _ side: ReaderSide, until time: MonotonicTime, at moment: Moment
    ) {
        guard let ended = doors[door]?.readers[side]?.ended(by: time) else { return }
        take(ended.frame, seen: ended.seen, door: door, side, at: moment)
    }

    private mutating func take(
        _ frame: WiegandDecoder.Frame, seen: String, door: DoorID, _ side: ReaderSide, at moment: Moment
    ) {
        let place = ReaderPlace(door: door, side: side)
        switch frame {
        case .rejected(let fault, let bits): frameRejected(fault, bits: bits, seen: seen, door: door, at: moment)
        case .key(let key): self.key(key, place, at: moment)
        case .code(let digits): codeEntered(digits, place, at: moment)
        case .card(let credential):
            cardShown(at: place)
            decide(credential, door: door, side, at: moment)
        }
    }

    /// The contact's lines were read, or one of them changed.
    mutating func contact(_ door: DoorID, _ levels: [LineRole: Bool], at moment: Moment) {
        guard doors[door]?.supervised != nil else {
            guard let isOpen = levels[.only] else { return }
            show(isOpen ? .open : .closed, contactOf: door, at: moment)
            return
        }
        let reading = doors[door]?.supervised?.lines(
            open: levels[.only], closed: levels[.second], at: moment.monotonic)
        show(reading, contactOf: door, at: moment)
    }

    /// The contact cannot be read any more.
    mutating func contactLost(_ door: DoorID, at moment: Moment) {
        if doors[door]?.supervised != nil { doors[door]?.supervised = SupervisedContact() }
        show(.unknown, contactOf: door, at: moment)
    }

    private mutating func show(_ reading: SupervisedContact.Reading?, contactOf door: DoorID, at moment: Moment) {
        guard let reading else { return }
        let state: ContactState =
            switch reading {
            case .open: .open
            case .closed: .closed
            case .contradiction: .unknown
            }
        show(state, contactOf: door, at: moment)
        showTamper(of: door, at: moment)
    }

    private mutating func show(_ state: ContactState, contactOf door: DoorID, at moment: Moment) {
        perform(doors[door]?.machine.contact(state, at: moment.monotonic) ?? [], door: door, at: moment)
    }

    /// The bolt's feedback changed; `nil` where it cannot be read.
    mutating func bolt(_ door: DoorID, isLocked: Bool?, at moment: Moment) {
        let state: BoltState =
            switch isLocked {
            case true?: .locked
            case false?: .unlocked
            case nil: .unknown
            }
        perform(doors[door]?.machine.bolt(state, at: moment.monotonic) ?? [], door: door, at: moment)
    }

    /// A housing was opened or closed.
    mutating func tamper(_ door: DoorID, isOpen: Bool, at moment: Moment) {
        doors[door]?.isHousingOpen = isOpen
        showTamper(of: door, at: moment)
    }

    private mutating func showTamper(of door: DoorID, at moment: Moment) {
        guard let tampered = doors[door] else { return }
        let isActive = tampered.isHousingOpen || tampered.supervised?.reading == .contradiction
        perform(doors[door]?.machine.tamper(isActive) ?? [], door: door, at: moment)
    }

    /// A reload has taken a device away from a door: what only that can end is over.
    mutating func doorDeviceRemoved(_ device: DeviceID, at moment: Moment) {
        switch device {
        case .contact(let door):
            doors[door]?.supervised = nil
            perform(doors[door]?.machine.contactRemoved(at: moment.monotonic) ?? [], door: door, at: moment)
            showTamper(of: door, at: moment)
        case .bolt(let door):
            perform(doors[door]?.machine.boltRemoved(at: moment.monotonic) ?? [], door: door, at: moment)
        case .tamper(let door): tamper(door, isOpen: false, at: moment)
        case .reader, .innerReader, .exitButton, .lock, .signal, .innerSignal, .fire, .faultLED, .sensor: break
        }
    }

    /// Somebody inside wants out: released at once, without a decision, a journal or a clock.
    mutating func exitButton(_ door: DoorID, isPressed: Bool, isEdge: Bool, at moment: Moment) {
        let wasPressed = exitButtons.updateValue(isPressed, forKey: door) ?? false
        // A button that is let go without having been pressed was pressed: that edge is lost, the request is not.
        guard isPressed || isEdge, !wasPressed else { return }
        doors[door]?.pending = nil
        release(door, .exitRequest, at: moment)
    }

    /// Releases a door once the reason for it is on disk, or when that takes too long.
    mutating func releaseWhenRecorded(
        _ door: DoorID, _ cause: ReleaseCause, isExtended: Bool = false, seq: SequenceNumber?, at moment: Moment
    ) {
        // A release that waits already is not made to wait longer by the next one.
        let bound = moment.monotonic + configuration.access.recordWithin
        let until = min(doors[door]?.pending?.until ?? bound, bound)
        doors[door]?.pending = Door.PendingRelease(cause: cause, isExtended: isExtended, seq: seq, until: until)
    }

    /// Everything up to `seq` is on disk: releases what waited for that.
    mutating func releaseRecorded(upTo seq: SequenceNumber, at moment: Moment) {
        for door in doors.keys.sorted() {
            guard let pending = doors[door]?.pending, let recorded = pending.seq, recorded <= seq else { continue }
            release(door, pending, at: moment)
        }
    }

    mutating func advanceDoor(_ door: DoorID, to moment: Moment) {
        if let pending = doors[door]?.pending, moment.monotonic >= pending.until {
            release(door, pending, at: moment)
            record(.recordedLate(RecordedLate(door: door, decision: pending.seq)), at: moment)
        }
        follow(doors[door]?.hours.advance(to: moment), of: door, at: moment)
        perform(doors[door]?.machine.advance(to: moment.monotonic) ?? [], door: door, at: moment)
        show(doors[door]?.supervised?.advance(to: moment.monotonic), contactOf: door, at: moment)
        observe(door, at: moment)
        advanceFeedback(of: door, at: moment)
    }

    /// Nothing but time has passed: frames that silence has ended are judged.
    mutating func endFrames(at moment: Moment) {
        for door in doors.keys.sorted() {
            for side in ReaderSide.allCases { endFrame(door, side, until: moment.monotonic, at: moment) }
        }
    }

    mutating func perform(_ asked: [DoorMachine.Effect], door: DoorID, at moment: Moment) {
        for effect in asked {
            touched.insert(.door(door))
            switch effect {
            case .setLock(let released): effects.append(.setLock(door, released: released))
            case .record(let event):
                record(event, at: moment)
                if case .doorAlarm(let change) = event { signal(change, at: moment) }
            }
        }
    }

    private mutating func release(_ door: DoorID, _ pending: Door.PendingRelease, at moment: Moment) {
        doors[door]?.pending = nil
        release(door, pending.cause, isExtended: pending.isExtended, at: moment)
    }

    private mutating func release(
        _ door: DoorID, _ cause: ReleaseCause, isExtended: Bool = false, at moment: Moment
    ) {
        // Of an interlock never two are released at once: the passage through the other one is over.
        for other in interlocked(with: door) {
            perform(doors[other]?.machine.yield(at: moment.monotonic) ?? [], door: other, at: moment)
        }
        perform(
            doors[door]?.machine.release(cause, isExtended: isExtended, at: moment.monotonic) ?? [], door: door,
            at: moment)
        if cause == .grant { firstPersonCame(to: door, at: moment) }
    }

    /// The other doors of the interlocks that a door is part of.
    func interlocked(with door: DoorID) -> [DoorID] {
        Set(configuration.interlocks.filter { $0.contains(door) }.flatMap { $0 }).subtracting([door]).sorted()
    }
}
