// Journaled events of spaces and devices.

/// A space's presence sensors see somebody, or no longer do.
public struct PresenceChanged: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// The sensor.
    public var sensor: SensorID
    /// Whether somebody is there.
    public var present: Bool

    /// All fields.
    public init(space: SpaceID, sensor: SensorID, present: Bool) {
        self.space = space
        self.sensor = sensor
        self.present = present
    }
}

/// Somebody walked through a counter, or something happened there that it could not read.
public struct PassageCounted: Hashable, Sendable, Codable {
    /// The space that the counter counts.
    public var space: SpaceID
    /// The counter.
    public var sensor: SensorID
    /// Where to.
    public var direction: PassageDirection
    /// The best guess of how many people more the space holds after it; negative: fewer.
    public var estimate: Int
    /// At least so many more.
    public var minimum: Int
    /// At most so many more.
    public var maximum: Int

    /// What `sensor` saw of `space`.
    public init(space: SpaceID, sensor: SensorID, passage: Passage) {
        self.space = space
        self.sensor = sensor
        direction = passage.direction
        estimate = passage.estimate
        minimum = passage.minimum
        maximum = passage.maximum
    }
}

/// What a counter makes of one visit to its beams: by how many people the space's count changes, and between which
/// bounds the truth lies.
public struct Passage: Hashable, Sendable {
    /// Where to.
    public var direction: PassageDirection
    /// The best guess of the change; negative: people left.
    public var estimate: Int
    /// The change is at least this.
    public var minimum: Int
    /// The change is at most this.
    public var maximum: Int

    /// A passage; `minimum` is not above `estimate`, nor that above `maximum`.
    public init(_ direction: PassageDirection, estimate: Int, minimum: Int, maximum: Int) {
        self.direction = direction
        self.estimate = estimate
        self.minimum = minimum
        self.maximum = maximum
    }

    /// One person in.
    public static let entered = Passage(.entered, estimate: 1, minimum: 1, maximum: 1)
    /// One person out.
    public static let left = Passage(.left, estimate: -1, minimum: -1, maximum: -1)
    /// Somebody turned round between the beams.
    public static let turned = Passage(.turned, estimate: 0, minimum: 0, maximum: 0)
    /// One in, one out, or nobody.
    public static let ambiguous = Passage(.ambiguous, estimate: 0, minimum: -1, maximum: 1)
}

/// What a beam counter saw.
public enum PassageDirection: String, Hashable, Sendable, Codable, CaseIterable {
    /// Somebody came in.
    case entered = "in"
    /// Somebody went out.
    case left = "out"
    /// Somebody turned round between the beams; nothing changed.
    case turned
    /// The beams changed in a way no walk explains (an edge was lost, people met): the bounds say what it may have been.
    case ambiguous
}

/// A space's occupancy changed.
public struct OccupancyChanged: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// The best estimate of how many people are there.
    public var estimate: Int
    /// At least so many are there.
    public var minimum: Int
    /// At most so many are there.
    public var maximum: Int
    /// What changed it.
    public var cause: OccupancyCause
    /// By how many people the count had been wrong, as this evidence shows: positive where it was too low. Absent where
    /// the evidence agrees with the count.
    public var corrected: Int?

    /// All fields.
    public init(
        space: SpaceID, estimate: Int, minimum: Int, maximum: Int, cause: OccupancyCause, corrected: Int? = nil
    ) {
        self.space = space
        self.estimate = estimate
        self.minimum = minimum
        self.maximum = maximum
        self.cause = cause
        self.corrected = corrected
    }
}

/// What changed a space's occupancy: what was counted, or evidence beside the count. docs/occupancy.md says what each does.
public enum OccupancyCause: String, Hashable, Sendable, Codable, CaseIterable {
    /// Somebody came in.
    case entered
    /// Somebody went out.
    case left
    /// A passage whose direction is not known.
    case ambiguousPassage
    /// The kernel lost edges of a counter: so many passages may be missing.
    case edgesLost
    /// Somebody went out of a space that was counted empty: an entry had been missed.
    case leftWhileEmpty
    /// Presence was seen where the interval allowed for nobody: at least one is there.
    case presence
    /// Presence was seen in a space that was counted empty.
    case presenceWhileEmpty
    /// No presence and no passage for the configured time: the space is empty.
    case longSilence
    /// The daemon started; what was counted before is a guess now.
    case restart
    /// A counter failed, or came back after it had failed: people may have passed it unseen.
    case counterFailed
    /// Somebody with a right opened the space's door, which no counter watches: one, or a group.
    case admitted
    /// Somebody asked to be let out through the space's door, which no counter watches.
    case exitRequest
    /// No evidence of any kind for so long that the count is worth less.
    case time
    /// The space's hours are over: who does not show any more is taken to be gone.
    case closingTime
    /// The intruder alarm was armed: the house is empty.
    case armed
    /// A space inside this one holds more people than this one was counted to hold.
    case innerSpace
    /// The space around this one holds fewer people than this one was counted to hold.
    case outerSpace
}

/// How near a space is to what it is made for.
public enum CapacityLevel: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// There is room.
    case free
    /// The configured warning is reached.
    case near
    /// As many as it is made for.
    case full
    /// More than it is made for.
    case over

    public static func < (left: CapacityLevel, right: CapacityLevel) -> Bool {
        let order = allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}

/// A space has come nearer to its capacity, or there is room again.
public struct CapacityChanged: Hashable, Sendable, Codable {
    /// The space.
    public var space: SpaceID
    /// How near it is, by the best estimate.
    public var level: CapacityLevel
    /// The best estimate.
    public var estimate: Int
    /// At least so many are there.
    public var minimum: Int
    /// At most so many are there.
    public var maximum: Int
    /// How many people the space is made for.
    public var capacity: Int

    /// All fields.
    public init(
        space: SpaceID, level: CapacityLevel, estimate: Int, minimum: Int, maximum: Int, capacity: Int
    ) {
        self.space = space
        self.level = level
        self.estimate = estimate
        self.minimum = minimum
        self.maximum = maximum
        self.capacity = capacity
    }
}

/// A device (the lines of one reader, lock, contact or sensor) failed or came back.
public struct DeviceChanged: Hashable, Sendable, Codable {
    /// The device.
    public var device: DeviceID
    /// Whether it can be used.
    public var available: Bool
    /// Why not, in words for an operator.
    public var reason: String?

    /// All fields.
    public init(device: DeviceID, available: Bool, reason: String? = nil) {
        self.device = device
        self.available = available
        self.reason = reason
    }
}

/// What a space is equipped as.
public enum SpaceModule: String, Hashable, Sendable, Codable, CaseIterable {
    /// Desks by the hour or day.
    case coworking
    /// A meeting room.
    case meeting
    /// A workshop with tools.
    case workshop
    /// A shop without staff.
    case shop
    /// Consulting hours: a doctor, the council, an adviser.
    case consulting
    /// A parcel station.
    case parcel
    /// A hall or room for gatherings.
    case assembly
    /// Corridors and whatever else only leads elsewhere.
    case circulation
}
