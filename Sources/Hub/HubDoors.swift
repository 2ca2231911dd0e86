internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Sensing

/// A door of the hub: its machine, its reader, and a grant that waits for its record.
struct Door: Equatable, Sendable {
    var settings: DoorSettings
    var machine: DoorMachine
    /// What reads its reader's pulses; `nil` without a reader.
    var decoder: WiegandDecoder?
    var pending: PendingRelease?
    /// The spaces whose bookings open it.
    var spaces: Set<SpaceID> = []

    /// A release that waits until it is recorded, or until it has waited long enough.
    struct PendingRelease: Equatable, Sendable {
        let cause: ReleaseCause
        /// The record's place; `nil` where the queue was full and it has none.
        let seq: SequenceNumber?
        let until: MonotonicTime
    }

    /// Takes changed settings; what they do not change goes on undisturbed.
    mutating func configure(_ settings: DoorSettings) {
        self.settings = settings
        let fresh = settings.reader.map { WiegandDecoder(format: $0.format, limits: $0.limits, keypad: $0.keypad) }
        if decoder?.format != fresh?.format || decoder?.limits != fresh?.limits || decoder?.keypad != fresh?.keypad {
            decoder = fresh
        }
    }

    var deadline: MonotonicTime? {
        [machine.deadline, decoder?.deadline, pending?.until].compactMap { $0 }.min()
    }
}

extension Hub {
    mutating func readerPulse(_ door: DoorID, _ edge: SensedEdge, at moment: Moment) {
        guard edge.isActive else {
            doors[door]?.decoder?.pulseEnded(edge.line == .data1, at: edge.time)
            return
        }
        endFrame(door, until: edge.time, at: moment)
        _ = doors[door]?.decoder?.pulse(edge.line == .data1, at: edge.time)
    }

    /// Judges a reader's frame, where silence has ended it by `time`.
    mutating func endFrame(_ door: DoorID, until time: MonotonicTime, at moment: Moment) {
        guard let end = doors[door]?.decoder?.deadline, time >= end, let seen = doors[door]?.decoder?.bitsSeen,
            let frame = doors[door]?.decoder?.advance(to: time)
        else { return }
        take(frame, seen: seen, door: door, at: moment)
    }

    mutating func take(_ frame: WiegandDecoder.Frame, seen: String, door: DoorID, at moment: Moment) {
        switch frame {
        case .rejected(let fault, let bits): frameRejected(fault, bits: bits, seen: seen, door: door, at: moment)
        case .key(let key): self.key(key, door: door, at: moment)
        case .code(let digits): codeEntered(digits, door: door, at: moment)
        case .card(let credential):
            cardShown(at: door)
            decide(credential, door: door, at: moment)
        }
    }

    mutating func contact(_ door: DoorID, isOpen: Bool?, at moment: Moment) {
        let state: ContactState =
            switch isOpen {
            case true?: .open
            case false?: .closed
            case nil: .unknown
            }
        perform(doors[door]?.machine.contact(state, at: moment.monotonic) ?? [], door: door, at: moment)
    }

    /// Somebody inside wants out: released at once, without a decision, a journal or a clock.
    mutating func exitButton(_ door: DoorID, isPressed: Bool, isEdge: Bool, at moment: Moment) {
        let wasPressed = exitButtons.updateValue(isPressed, forKey: door) ?? false
        // A button that is let go without having been pressed was pressed: that edge is lost, the request is not.
        guard isPressed || isEdge, !wasPressed else { return }
        doors[door]?.pending = nil
        perform(doors[door]?.machine.release(.exitRequest, at: moment.monotonic) ?? [], door: door, at: moment)
    }

    /// Releases a door once the reason for it is on disk, or when that takes too long.
    mutating func releaseWhenRecorded(
        _ door: DoorID, _ cause: ReleaseCause, seq: SequenceNumber?, at moment: Moment
    ) {
        // A release that waits already is not made to wait longer by the next one.
        let bound = moment.monotonic + configuration.access.recordWithin
        let until = min(doors[door]?.pending?.until ?? bound, bound)
        doors[door]?.pending = Door.PendingRelease(cause: cause, seq: seq, until: until)
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
        perform(doors[door]?.machine.advance(to: moment.monotonic) ?? [], door: door, at: moment)
    }

    /// Nothing but time has passed: frames that silence has ended are judged.
    mutating func endFrames(at moment: Moment) {
        for door in doors.keys.sorted() {
            endFrame(door, until: moment.monotonic, at: moment)
        }
    }

    mutating func perform(_ asked: [DoorMachine.Effect], door: DoorID, at moment: Moment) {
        for effect in asked {
            touched.insert(.door(door))
            switch effect {
            case .setLock(let released): effects.append(.setLock(door, released: released))
            case .record(let event): record(event, at: moment)
            }
        }
    }

    private mutating func release(_ door: DoorID, _ pending: Door.PendingRelease, at moment: Moment) {
        doors[door]?.pending = nil
        perform(doors[door]?.machine.release(pending.cause, at: moment.monotonic) ?? [], door: door, at: moment)
    }

    mutating func decide(_ credential: Credential, door: DoorID, at moment: Moment) {
        guard let spaces = doors[door]?.spaces else { return }
        let token = hash(credential)
        let decision = AccessDecision.decide(
            token, spaces: spaces, at: moment.wall, quality: moment.quality, book: book, policy: accessPolicy)
        let seq = record(
            .accessDecided(
                AccessDecided(
                    door: door, granted: decision.reason.isGrant, reason: decision.reason, kind: credential.kind,
                    credential: token.pseudonym, booking: decision.booking?.id, space: decision.booking?.space,
                    feedVersion: book.feedVersion)), at: moment)
        if decision.reason.isGrant {
            releaseWhenRecorded(door, .grant, seq: seq, at: moment)
        }
    }

    private var accessPolicy: AccessPolicy {
        AccessPolicy(
            before: configuration.access.before, after: configuration.access.after,
            unknownClock: configuration.access.unknownClock)
    }
}
