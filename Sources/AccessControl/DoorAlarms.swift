internal import HubMessages

/// The alarms of one door that are active. Each begins once and ends once, and either is told.
struct DoorAlarms: Hashable, Sendable {
    private let door: DoorID
    /// Those that are active.
    private(set) var active: Set<DoorAlarm> = []

    /// No alarm.
    init(of door: DoorID) {
        self.door = door
    }

    mutating func begin(_ alarm: DoorAlarm) -> [DoorMachine.Effect] {
        active.insert(alarm).inserted ? [changed(alarm, true)] : []
    }

    mutating func end(_ alarm: DoorAlarm) -> [DoorMachine.Effect] {
        active.remove(alarm) != nil ? [changed(alarm, false)] : []
    }

    private func changed(_ alarm: DoorAlarm, _ isActive: Bool) -> DoorMachine.Effect {
        .record(.doorAlarm(DoorAlarmChanged(door: door, alarm: alarm, active: isActive)))
    }
}
