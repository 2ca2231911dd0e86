/// What kind of thing an event tells of: decides how long it is kept, and what goes first when there is no room. In the
/// order in which they go.
public enum EventClass: Int, Hashable, Sendable, CaseIterable, Comparable {
    /// Readings of the climate.
    case climate
    /// People counted: passages, presence, occupancy. Their sums are in the quarter-hours.
    case counts
    /// The hub's own state: clock, configuration, devices, frames that are no cards.
    case system
    /// Completed quarter-hours of spaces, feedback of visitors, days of the journal.
    case utilization
    /// Who was let in and what the doors did; orders and bookings.
    case access
    /// Alarms, losses, starts and stops.
    case alarm

    public static func < (left: EventClass, right: EventClass) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The values that the field `type` of the class's events can have.
    public var types: Set<String> {
        Set(JournalEventKind.allCases.filter { $0.eventClass == self }.map(\.rawValue))
    }
}

extension JournalEvent {
    /// What kind of thing the event tells of.
    public var eventClass: EventClass { kind.eventClass }
}

extension JournalEventKind {
    var eventClass: EventClass {
        switch self {
        case .climate, .meter, .sensorFault: .climate
        case .presenceChanged, .passage, .occupancyChanged, .capacityChanged: .counts
        case .configurationChanged, .clockChanged, .deviceChanged, .frameRejected: .system
        case .utilization, .utilizationSummary, .districtQuarter, .districtMonth, .daySummary, .feedback: .utilization
        case .accessDecided, .holdersChanged, .recordedLate, .doorReleased, .doorLocked, .doorContact, .doorBolt,
            .doorMode, .accessUsed, .bookingArrived, .bookingNoShow, .bookingOverstay, .walkIn, .bookingsChanged,
            .commandExecuted, .commandObserved, .requestRefused, .removed:
            .access
        case .doorAlarm, .duress, .fire, .inputChanged, .hubStarted, .hubStopped, .loss, .privacyErased: .alarm
        }
    }
}
