internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Sensing

/// A door of the hub: its machine, its readers, and what waits for a record or an observation.
struct Door: Equatable, Sendable {
    var settings: DoorSettings
    var machine: DoorMachine
    /// What reads its readers' pulses.
    var readers: [ReaderSide: WiegandDecoder] = [:]
    /// What reads its contact, where that has two lines.
    var supervised: SupervisedContact?
    // Two things can be tampered with; the alarm is one.
    var isHousingOpen = false
    var pending: PendingRelease?
    /// Commands whose outcome is still to be looked at, the oldest first.
    var observations: [Observation] = []
    /// What its opening hours say.
    var hours = OpeningHours()
    /// The spaces whose bookings open it.
    var spaces: Set<SpaceID> = []

    /// A release that waits until it is recorded, or until it has waited long enough.
    struct PendingRelease: Equatable, Sendable {
        let cause: ReleaseCause
        let isExtended: Bool
        /// The record's place; `nil` where the queue was full and it has none.
        let seq: SequenceNumber?
        let until: MonotonicTime
    }

    /// A command whose outcome is looked at then.
    struct Observation: Equatable, Sendable {
        let command: SequenceNumber?
        let due: MonotonicTime
    }

    /// A door of which nothing was seen yet, set to what was stored of it.
    init(settings: DoorSettings, memory: DoorMemory, fire: FireSettings?) {
        self.settings = settings
        machine = DoorMachine(
            door: settings.id, rules: DoorRules(settings), order: memory.modes[settings.id].flatMap(Self.order),
            isFireReleased: memory.isFireLatched && fire?.doors.contains(settings.id) == true)
        configure(settings)
    }

    /// Takes changed settings; what they do not change goes on undisturbed.
    mutating func configure(_ settings: DoorSettings) {
        self.settings = settings
        machine.rules = DoorRules(settings)
        for (side, reader) in [(ReaderSide.outside, settings.reader), (.inside, settings.innerReader)] {
            let fresh = reader.map { WiegandDecoder(format: $0.format, limits: $0.limits, keypad: $0.keypad) }
            if readers[side]?.format != fresh?.format || readers[side]?.limits != fresh?.limits
                || readers[side]?.keypad != fresh?.keypad
            {
                readers[side] = fresh
            }
        }
        if (supervised == nil) != (settings.contact?.second == nil) {
            supervised = settings.contact?.second == nil ? nil : SupervisedContact()
        }
    }

    var deadline: MonotonicTime? {
        let times = [machine.deadline, hours.due, pending?.until, supervised?.deadline, observations.first?.due]
        return (times + readers.values.map(\.deadline)).compactMap { $0 }.min()
    }

    /// The standing order that a stored mode stands for.
    private static func order(_ mode: DoorMode) -> DoorMachine.StandingOrder? {
        switch mode {
        case .unlocked: .unlocked(until: nil)
        case .locked: .locked
        case .blocked: .blocked
        case .lockedDown: .lockedDown
        case .lockedOpen: .lockedOpen
        case .accessed: nil
        }
    }
}

extension DoorRules {
    fileprivate init(_ settings: DoorSettings) {
        self.init(
            release: settings.release, open: settings.open, warning: settings.warning,
            extendedRelease: settings.extendedRelease, extendedOpen: settings.extendedOpen,
            relock: settings.relock == .onClose ? .onClose : .onOpen, relockDelay: settings.relockDelay,
            boltTime: settings.lock.bolt == nil ? nil : settings.lock.boltTime,
            isReleasedAtRest: settings.lock.atRest == .released)
    }
}
