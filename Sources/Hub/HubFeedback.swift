internal import AccessControl
internal import HubConfiguration
internal import HubMessages
internal import Sensing

extension FeedbackSignal {
    /// What a decision tells whoever stands there: no more than it has to.
    init(_ reason: DecisionReason) {
        switch reason {
        case .booking, .bookingAtUnknownTime, .right, .rightAtUnknownTime: self = .granted
        case .pinRequired: self = .keepTrying
        case .lockedOut: self = .lockedOut
        case .unknownCredential, .suspended, .otherDoor, .cancelled, .usedUp, .tooEarly, .tooLate, .outsideSchedule,
            .clockUnknown, .clockUnsynchronized, .dataTooOld, .blocked, .lockedDown, .interlock:
            self = .denied
        }
    }
}

// Light and buzzer of readers.
extension Hub {
    mutating func signal(_ signal: FeedbackSignal, at place: ReaderPlace, repeats: Bool = false, _ moment: Moment) {
        guard devices[place.signalDevice] != nil else { return }
        let steps = configuration.feedback[signal] ?? []
        let changed = doors[place.door]?.feedback[place.side, default: FeedbackPlayer()]
            .play(steps, repeats: repeats, at: moment.monotonic)
        if changed == true { showFeedback(place) }
    }

    /// A door that stands open for too long says so at its readers, until it does not any more.
    mutating func signal(_ change: DoorAlarmChanged, at moment: Moment) {
        guard change.alarm == .heldOpenWarning || change.alarm == .heldOpen else { return }
        let isHeld = doors[change.door]?.machine.alarms.isDisjoint(with: [.heldOpenWarning, .heldOpen]) == false
        for side in ReaderSide.allCases {
            let place = ReaderPlace(door: change.door, side: side)
            if isHeld {
                if doors[change.door]?.feedback[side]?.isRepeating != true {
                    signal(.heldOpen, at: place, repeats: true, moment)
                }
            } else if doors[change.door]?.feedback[side]?.isRepeating == true,
                doors[change.door]?.feedback[side]?.stop() == true
            {
                showFeedback(place)
            }
        }
    }

    mutating func advanceFeedback(of door: DoorID, at moment: Moment) {
        for side in ReaderSide.allCases where doors[door]?.feedback[side]?.advance(to: moment.monotonic) == true {
            showFeedback(ReaderPlace(door: door, side: side))
        }
    }

    mutating func showFeedback(_ place: ReaderPlace) {
        guard let player = doors[place.door]?.feedback[place.side],
            devices[place.signalDevice]?.condition == .available
        else { return }
        effects.append(.setSignal(place.signalDevice, led: player.led, buzzer: player.buzzer))
    }
}

extension ReaderPlace {
    /// The lines of the reader's light and buzzer.
    var signalDevice: DeviceID {
        switch side {
        case .outside: .signal(door)
        case .inside: .innerSignal(door)
        }
    }
}
