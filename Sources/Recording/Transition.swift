/// A value of one line in a recording.
public struct Transition: Hashable, Sendable {
    /// The signal; ``RecordingReader/lines`` says what it is called.
    public var signal: Int
    /// The level: high or low. A line that drives nothing (`z`) is high: the lines read here have a pull-up.
    public var level: Bool
    /// Nanoseconds: since zero in a VCD, since the first row or event in the other formats.
    public var time: UInt64
    /// Whether the line changed to this level here; `false` for the level that it has when the recording begins.
    public var isEdge: Bool

    /// A value of a line.
    public init(signal: Int, level: Bool, time: UInt64, isEdge: Bool) {
        self.signal = signal
        self.level = level
        self.time = time
        self.isEdge = isEdge
    }
}

/// A line (a wire, a channel) of a recording, as a person calls it.
public struct RecordedLine: Hashable, Sendable {
    /// Its name, with the scope or chip where the file has one: `capture.SDA`, `gpiochip0:17`.
    public let name: String
    /// Other names that mean it: `SDA`, `17`.
    public let aliases: [String]
    /// Which transitions are its own. Two lines of a VCD may be one signal.
    public let signal: Int
}
