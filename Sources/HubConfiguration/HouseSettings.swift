public import HubMessages
public import Sensing

/// A space.
public struct SpaceSettings: Hashable, Sendable {
    /// Its name in topics and bookings.
    public var id: SpaceID
    /// Its name for people.
    public var name: String
    /// What it is equipped as.
    public var module: SpaceModule
    /// How many people it is made for.
    public var capacity: Int?
    /// The doors on the way to it: its bookings open all of them.
    public var doors: [DoorID]
    /// How long no presence and no passage mean that it is empty.
    public var emptyAfter: Duration
    /// The space that it lies in.
    public var inside: SpaceID?
    /// Its hours: who does not show himself after their end is taken to be gone.
    public var hours: ScheduleID?
    /// From how many people on it is nearly full; `nil`: nine tenths of its capacity.
    public var warnAt: Int?
    /// How many of 100 people its counters do not see.
    public var countError: Int
    /// Whether it is there to be booked: only then does anybody walk in or stay over.
    public var isBookable: Bool
    /// A booking with nobody there for so long is a no-show.
    public var noShowAfter: Duration
    /// Who is there for longer than this after the end of a booking stays over.
    public var overstayAfter: Duration
    /// Who is there for longer than this without a booking has walked in.
    public var walkInAfter: Duration
}

/// A card reader's two lines; a pulse is a low level.
public struct ReaderSettings: Hashable, Sendable {
    /// The format of the cards it reads: its frames are this or nothing.
    public var format: WiegandFormat
    /// The timing it keeps.
    public var limits: WiegandLimits
    /// The line DATA0.
    public var data0: String
    /// The line DATA1.
    public var data1: String
    /// What holds the lines high between pulses.
    public var bias: LineBias
    /// The keypad on the same lines.
    public var keypad: Keypad?
    /// The light.
    public var led: OutputSettings?
    /// The buzzer.
    public var buzzer: OutputSettings?
}

/// An output line.
public struct OutputSettings: Hashable, Sendable {
    /// The line, by name or as `chip:offset`.
    public var line: String
    /// Which level means on.
    public var onWhen: LineLevel
}

/// An input line.
public struct InputSettings: Hashable, Sendable {
    /// The line, by name or as `chip:offset`.
    public var line: String
    /// Which level means active: door open, button pressed, movement, beam broken.
    public var activeWhen: LineLevel
    /// What holds the line at its level when nothing drives it.
    public var bias: LineBias
    /// How long a level must last to count.
    public var debounce: Duration
}

/// A line's electrical level.
public enum LineLevel: String, Hashable, Sendable, CaseIterable {
    /// Supply voltage.
    case high
    /// Ground.
    case low
}

/// What holds a line at its level when nothing drives it.
public enum LineBias: String, Hashable, Sendable, CaseIterable {
    /// As the board has it.
    case asIs = "as-is"
    /// Nothing.
    case disabled
    /// A resistor to the supply voltage.
    case pullUp = "pull-up"
    /// A resistor to ground.
    case pullDown = "pull-down"
}
