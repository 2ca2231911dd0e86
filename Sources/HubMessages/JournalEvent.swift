/// Something that happened at the hub and is kept: the content of one row of the journal.
///
/// On the wire an event is one flat JSON object: the fields of ``JournalEnvelope``, `type`, and the case's own fields.
/// docs/messages.md lists all of them.
public enum JournalEvent: Hashable, Sendable {
    /// The daemon started.
    case hubStarted(HubStarted)
    /// The daemon stops in order.
    case hubStopped(HubStopped)
    /// A changed configuration took effect, or was refused.
    case configurationChanged(ConfigurationChanged)
    /// The wall clock's quality changed, or it jumped.
    case clockChanged(ClockChanged)
    /// A credential was shown, and decided on.
    case accessDecided(AccessDecided)
    /// A code that is typed under duress was typed: a silent alarm.
    case duress(DuressSignalled)
    /// The standing rights at this hub changed.
    case holdersChanged(HoldersChanged)
    /// A decision could not be recorded within the configured bound; the door did not wait.
    case recordedLate(RecordedLate)
    /// A door was released.
    case doorReleased(DoorReleased)
    /// A released door was locked again.
    case doorLocked(DoorLocked)
    /// The door contact changed.
    case doorContact(DoorContact)
    /// A released door was opened, or the release ended without that.
    case accessUsed(AccessUsed)
    /// A door alarm began or ended.
    case doorAlarm(DoorAlarmChanged)
    /// What a door is set to changed.
    case doorMode(DoorModeChanged)
    /// The feedback of a door's bolt changed.
    case doorBolt(DoorBolt)
    /// The fire input released the doors, went quiet, or was reset.
    case fire(FireChanged)
    /// A reader sent what is not a card.
    case frameRejected(FrameRejected)
    /// A space's presence sensors see somebody, or no longer do.
    case presenceChanged(PresenceChanged)
    /// Somebody walked through a beam counter, or something did that it could not read.
    case passage(PassageCounted)
    /// A space's occupancy changed.
    case occupancyChanged(OccupancyChanged)
    /// A quarter-hour of a space is complete.
    case utilization(UtilizationRecord)
    /// A space has come nearer to its capacity, or there is room again.
    case capacityChanged(CapacityChanged)
    /// Somebody is there for the first time in a booking.
    case bookingArrived(BookingArrived)
    /// Nobody was there within the grace of a booking.
    case bookingNoShow(BookingNoShow)
    /// Somebody stays after the end of a booking, or has gone at last.
    case bookingOverstay(BookingOverstay)
    /// Somebody is in a space that nobody has booked, or has gone.
    case walkIn(WalkIn)
    /// A day or a month of a space is complete.
    case utilizationSummary(UtilizationSummary)
    /// What the district gets of a quarter-hour.
    case districtQuarter(DistrictUtilization)
    /// What the district gets of a month.
    case districtMonth(DistrictMonth)
    /// A device (a line request) failed or came back.
    case deviceChanged(DeviceChanged)
    /// A climate sensor's readings, where they changed or a while has passed.
    case climate(ClimateMeasured)
    /// What a meter has counted.
    case meter(MeterRead)
    /// An input of the house (window, leak, smoke, tamper, power) changed.
    case inputChanged(InputChanged)
    /// Somebody pressed a button of a feedback terminal.
    case feedback(FeedbackGiven)
    /// A sensor began or ceased to be faulty.
    case sensorFault(SensorFaultChanged)
    /// Something was lost: what, why, and how much of it.
    case loss(Loss)
    /// The bookings changed, or a change was refused.
    case bookingsChanged(BookingsChanged)
    /// An operator's command, and what came of it.
    case commandExecuted(CommandExecuted)
    /// A day is over: the head of the journal's hash chain.
    case daySummary(DaySummary)
    /// Events that named a person were erased.
    case privacyErased(PrivacyErased)
    /// Stands in for events whose content is gone; delivered, never recorded.
    case removed(EventsRemoved)
    /// What could be seen of a door a moment after a command for it.
    case commandObserved(CommandObserved)
    /// A request from the network was not carried out.
    case requestRefused(RequestRefused)
}

extension JournalEvent {
    /// The value of the field `type`.
    public var type: String { kind.rawValue }

    var kind: JournalEventKind {
        switch self {
        case .hubStarted: .hubStarted
        case .hubStopped: .hubStopped
        case .configurationChanged: .configurationChanged
        case .clockChanged: .clockChanged
        case .accessDecided: .accessDecided
        case .duress: .duress
        case .holdersChanged: .holdersChanged
        case .recordedLate: .recordedLate
        case .doorReleased: .doorReleased
        case .doorLocked: .doorLocked
        case .doorContact: .doorContact
        case .accessUsed: .accessUsed
        case .doorAlarm: .doorAlarm
        case .doorMode: .doorMode
        case .doorBolt: .doorBolt
        case .fire: .fire
        case .frameRejected: .frameRejected
        case .presenceChanged: .presenceChanged
        case .passage: .passage
        case .occupancyChanged: .occupancyChanged
        case .utilization: .utilization
        case .capacityChanged: .capacityChanged
        case .bookingArrived: .bookingArrived
        case .bookingNoShow: .bookingNoShow
        case .bookingOverstay: .bookingOverstay
        case .walkIn: .walkIn
        case .utilizationSummary: .utilizationSummary
        case .districtQuarter: .districtQuarter
        case .districtMonth: .districtMonth
        case .deviceChanged: .deviceChanged
        case .climate: .climate
        case .meter: .meter
        case .inputChanged: .inputChanged
        case .feedback: .feedback
        case .sensorFault: .sensorFault
        case .loss: .loss
        case .bookingsChanged: .bookingsChanged
        case .commandExecuted: .commandExecuted
        case .daySummary: .daySummary
        case .privacyErased: .privacyErased
        case .removed: .removed
        case .commandObserved: .commandObserved
        case .requestRefused: .requestRefused
        }
    }

    /// The `type` of a day of the journal.
    public static let daySummaryType = JournalEventKind.daySummary.rawValue

    /// The `type` of a completed quarter-hour.
    public static let utilizationType = JournalEventKind.utilization.rawValue

    /// The types of what the district gets, and of what open formats are made of besides: days.
    public static let publicTypes: Set<String> = [
        JournalEventKind.districtQuarter.rawValue, JournalEventKind.districtMonth.rawValue,
        JournalEventKind.utilizationSummary.rawValue,
    ]

    /// Every value the field `type` can have.
    public static var allTypes: [String] { JournalEventKind.allCases.map(\.rawValue) }
}

enum JournalEventKind: String, Codable, CaseIterable {
    case hubStarted = "hub.started"
    case hubStopped = "hub.stopped"
    case configurationChanged = "configuration.changed"
    case clockChanged = "clock.changed"
    case accessDecided = "access.decided"
    case duress = "access.duress"
    case holdersChanged = "credentials.changed"
    case recordedLate = "access.recordedLate"
    case doorReleased = "door.released"
    case doorLocked = "door.locked"
    case doorContact = "door.contact"
    case accessUsed = "access.used"
    case doorAlarm = "door.alarm"
    case doorMode = "door.mode"
    case doorBolt = "door.bolt"
    case fire = "fire.changed"
    case frameRejected = "reader.frameRejected"
    case presenceChanged = "presence.changed"
    case passage = "passage"
    case occupancyChanged = "occupancy.changed"
    case utilization = "utilization"
    case capacityChanged = "space.capacity"
    case bookingArrived = "booking.arrived"
    case bookingNoShow = "booking.noShow"
    case bookingOverstay = "booking.overstay"
    case walkIn = "space.walkIn"
    case utilizationSummary = "utilization.summary"
    case districtQuarter = "district.quarter"
    case districtMonth = "district.month"
    case deviceChanged = "device.changed"
    case climate = "climate.measured"
    case meter = "meter.read"
    case inputChanged = "input.changed"
    case feedback = "feedback.given"
    case sensorFault = "sensor.fault"
    case loss = "loss"
    case bookingsChanged = "bookings.changed"
    case commandExecuted = "command.executed"
    case daySummary = "journal.day"
    case privacyErased = "privacy.erased"
    case removed = "event.removed"
    case commandObserved = "command.observed"
    case requestRefused = "request.refused"
}

extension JournalEvent: Codable {
    private enum Key: String, CodingKey {
        case type
    }

    /// Decodes `type` and the fields that belong to it from one flat object.
    public init(from decoder: any Decoder) throws {
        let kind = try decoder.container(keyedBy: Key.self).decode(JournalEventKind.self, forKey: .type)
        switch kind {
        case .hubStarted: self = .hubStarted(try HubStarted(from: decoder))
        case .hubStopped: self = .hubStopped(try HubStopped(from: decoder))
        case .configurationChanged: self = .configurationChanged(try ConfigurationChanged(from: decoder))
        case .clockChanged: self = .clockChanged(try ClockChanged(from: decoder))
        case .accessDecided: self = .accessDecided(try AccessDecided(from: decoder))
        case .duress: self = .duress(try DuressSignalled(from: decoder))
        case .holdersChanged: self = .holdersChanged(try HoldersChanged(from: decoder))
        case .recordedLate: self = .recordedLate(try RecordedLate(from: decoder))
        case .doorReleased: self = .doorReleased(try DoorReleased(from: decoder))
        case .doorLocked: self = .doorLocked(try DoorLocked(from: decoder))
        case .doorContact: self = .doorContact(try DoorContact(from: decoder))
        case .accessUsed: self = .accessUsed(try AccessUsed(from: decoder))
        case .doorAlarm: self = .doorAlarm(try DoorAlarmChanged(from: decoder))
        case .doorMode: self = .doorMode(try DoorModeChanged(from: decoder))
        case .doorBolt: self = .doorBolt(try DoorBolt(from: decoder))
        case .fire: self = .fire(try FireChanged(from: decoder))
        case .frameRejected: self = .frameRejected(try FrameRejected(from: decoder))
        case .presenceChanged: self = .presenceChanged(try PresenceChanged(from: decoder))
        case .passage: self = .passage(try PassageCounted(from: decoder))
        case .occupancyChanged: self = .occupancyChanged(try OccupancyChanged(from: decoder))
        case .utilization: self = .utilization(try UtilizationRecord(from: decoder))
        case .capacityChanged: self = .capacityChanged(try CapacityChanged(from: decoder))
        case .bookingArrived: self = .bookingArrived(try BookingArrived(from: decoder))
        case .bookingNoShow: self = .bookingNoShow(try BookingNoShow(from: decoder))
        case .bookingOverstay: self = .bookingOverstay(try BookingOverstay(from: decoder))
        case .walkIn: self = .walkIn(try WalkIn(from: decoder))
        case .utilizationSummary: self = .utilizationSummary(try UtilizationSummary(from: decoder))
        case .districtQuarter: self = .districtQuarter(try DistrictUtilization(from: decoder))
        case .districtMonth: self = .districtMonth(try DistrictMonth(from: decoder))
        case .deviceChanged: self = .deviceChanged(try DeviceChanged(from: decoder))
        case .climate: self = .climate(try ClimateMeasured(from: decoder))
        case .meter: self = .meter(try MeterRead(from: decoder))
        case .inputChanged: self = .inputChanged(try InputChanged(from: decoder))
        case .feedback: self = .feedback(try FeedbackGiven(from: decoder))
        case .sensorFault: self = .sensorFault(try SensorFaultChanged(from: decoder))
        case .loss: self = .loss(try Loss(from: decoder))
        case .bookingsChanged: self = .bookingsChanged(try BookingsChanged(from: decoder))
        case .commandExecuted: self = .commandExecuted(try CommandExecuted(from: decoder))
        case .daySummary: self = .daySummary(try DaySummary(from: decoder))
        case .privacyErased: self = .privacyErased(try PrivacyErased(from: decoder))
        case .removed: self = .removed(try EventsRemoved(from: decoder))
        case .commandObserved: self = .commandObserved(try CommandObserved(from: decoder))
        case .requestRefused: self = .requestRefused(try RequestRefused(from: decoder))
        }
    }

    /// Encodes `type` and the fields that belong to it into one flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .type)
        switch self {
        case .hubStarted(let payload): try payload.encode(to: encoder)
        case .hubStopped(let payload): try payload.encode(to: encoder)
        case .configurationChanged(let payload): try payload.encode(to: encoder)
        case .clockChanged(let payload): try payload.encode(to: encoder)
        case .accessDecided(let payload): try payload.encode(to: encoder)
        case .duress(let payload): try payload.encode(to: encoder)
        case .holdersChanged(let payload): try payload.encode(to: encoder)
        case .recordedLate(let payload): try payload.encode(to: encoder)
        case .doorReleased(let payload): try payload.encode(to: encoder)
        case .doorLocked(let payload): try payload.encode(to: encoder)
        case .doorContact(let payload): try payload.encode(to: encoder)
        case .accessUsed(let payload): try payload.encode(to: encoder)
        case .doorAlarm(let payload): try payload.encode(to: encoder)
        case .doorMode(let payload): try payload.encode(to: encoder)
        case .doorBolt(let payload): try payload.encode(to: encoder)
        case .fire(let payload): try payload.encode(to: encoder)
        case .frameRejected(let payload): try payload.encode(to: encoder)
        case .presenceChanged(let payload): try payload.encode(to: encoder)
        case .passage(let payload): try payload.encode(to: encoder)
        case .occupancyChanged(let payload): try payload.encode(to: encoder)
        case .utilization(let payload): try payload.encode(to: encoder)
        case .capacityChanged(let payload): try payload.encode(to: encoder)
        case .bookingArrived(let payload): try payload.encode(to: encoder)
        case .bookingNoShow(let payload): try payload.encode(to: encoder)
        case .bookingOverstay(let payload): try payload.encode(to: encoder)
        case .walkIn(let payload): try payload.encode(to: encoder)
        case .utilizationSummary(let payload): try payload.encode(to: encoder)
        case .districtQuarter(let payload): try payload.encode(to: encoder)
        case .districtMonth(let payload): try payload.encode(to: encoder)
        case .deviceChanged(let payload): try payload.encode(to: encoder)
        case .climate(let payload): try payload.encode(to: encoder)
        case .meter(let payload): try payload.encode(to: encoder)
        case .inputChanged(let payload): try payload.encode(to: encoder)
        case .feedback(let payload): try payload.encode(to: encoder)
        case .sensorFault(let payload): try payload.encode(to: encoder)
        case .loss(let payload): try payload.encode(to: encoder)
        case .bookingsChanged(let payload): try payload.encode(to: encoder)
        case .commandExecuted(let payload): try payload.encode(to: encoder)
        case .daySummary(let payload): try payload.encode(to: encoder)
        case .privacyErased(let payload): try payload.encode(to: encoder)
        case .removed(let payload): try payload.encode(to: encoder)
        case .commandObserved(let payload): try payload.encode(to: encoder)
        case .requestRefused(let payload): try payload.encode(to: encoder)
        }
    }
}
