/// What a ``ScheduleID`` names: hours of a week.
public enum ScheduleName {}

/// Names a schedule.
public typealias ScheduleID = Identifier<ScheduleName>
