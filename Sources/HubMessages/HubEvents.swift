// Journaled events of the hub itself.

/// The daemon started.
public struct HubStarted: Hashable, Sendable, Codable {
    /// The software's version.
    public var version: String
    /// Whether doors and sensors are simulated.
    public var simulated: Bool
    /// Whether the journal began with this start.
    public var newJournal: Bool
    /// The file a damaged journal was set aside as; what was not delivered of it is lost to the network.
    public var setAside: String?

    /// All fields.
    public init(version: String, simulated: Bool, newJournal: Bool, setAside: String? = nil) {
        self.version = version
        self.simulated = simulated
        self.newJournal = newJournal
        self.setAside = setAside
    }
}

/// The daemon stops in order.
public struct HubStopped: Hashable, Sendable, Codable {
    /// How long it ran, in milliseconds.
    public var uptime: Int64

    /// All fields.
    public init(uptime: Int64) {
        self.uptime = uptime
    }
}

/// A changed configuration took effect, or was refused and the old one stays.
public struct ConfigurationChanged: Hashable, Sendable, Codable {
    /// Whether it took effect.
    public var accepted: Bool
    /// How many mistakes it was refused for; the log lists them.
    public var mistakes: Int

    /// All fields.
    public init(accepted: Bool, mistakes: Int) {
        self.accepted = accepted
        self.mistakes = mistakes
    }
}

/// The wall clock's quality changed, or it jumped against the monotonic clock.
public struct ClockChanged: Hashable, Sendable, Codable {
    /// The quality from now on.
    public var quality: ClockQuality
    /// By how much it jumped, in milliseconds; positive is forward; 0 where only the quality changed.
    public var jump: Int64

    /// All fields.
    public init(quality: ClockQuality, jump: Int64) {
        self.quality = quality
        self.jump = jump
    }
}

/// Something was lost. A loss is never silent.
public struct Loss: Hashable, Sendable, Codable {
    /// Why.
    public var cause: LossCause
    /// What lost it: a device, or the kind of events.
    public var source: String
    /// How much of it.
    public var count: UInt64
    /// Of events that had a place in the journal: the first of them.
    public var first: SequenceNumber?
    /// The last of them; `count` of the events from `first` to `last` are gone.
    public var last: SequenceNumber?

    /// All fields.
    public init(
        cause: LossCause, source: String, count: UInt64, first: SequenceNumber? = nil, last: SequenceNumber? = nil
    ) {
        self.cause = cause
        self.source = source
        self.count = count
        self.first = first
        self.last = last
    }
}

/// Why something was lost.
public enum LossCause: String, Hashable, Sendable, Codable, CaseIterable {
    /// The kernel's buffer for edges overran: `count` edges of the device `source`.
    case edgesLost
    /// The queue in front of the journal was full: `count` events of the type `source`.
    case journalQueueFull
    /// The journal's limit or the disk's end was near: `count` events of the type `source` made room.
    case roomNeeded
    /// `count` events of the type `source` were older than their kind is kept, and not delivered yet.
    case retention
    /// The disk gives an older state of the journal back than was written: `count` events are gone.
    case diskLostEvents
    /// The disk took no events for a while; `count` is how many were dropped meanwhile, 0 where memory held them all.
    case diskFailed
    /// The journal's file was damaged and set aside; `count` is 0 where nobody can know.
    case journalDamaged
    /// The file of bookings was damaged and set aside.
    case bookingsDamaged
    /// Even the shortest time around now has more bookings than are held in memory: `count` of them are not known there.
    case bookingsOmitted
    /// A message from the network was too large or came too fast: `count` messages on the topic `source`.
    case messageDropped
}

/// The bookings changed, or a change was refused and what the hub had stays.
public struct BookingsChanged: Hashable, Sendable, Codable {
    /// Who brought the change in.
    public var source: BookingSource
    /// Why it was refused; absent where it was taken.
    public var refused: BookingRefusal?
    /// What exactly was wrong, in words for an operator.
    public var detail: String?
    /// The feed's version, where it is a feed and could be read.
    public var version: UInt64?
    /// How many bookings the hub has now.
    public var count: Int

    /// All fields.
    public init(
        source: BookingSource, refused: BookingRefusal? = nil, detail: String? = nil, version: UInt64? = nil,
        count: Int
    ) {
        self.source = source
        self.refused = refused
        self.detail = detail
        self.version = version
        self.count = count
    }
}
