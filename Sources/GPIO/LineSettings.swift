/// What a requested line is set to. Field names follow the kernel's GPIO character device (uAPI version 2).
public enum LineSettings: Hashable, Sendable {
    /// The line is read.
    case input(InputSettings)
    /// The line is driven.
    case output(OutputSettings)

    /// Whether the line is driven.
    var isOutput: Bool {
        switch self {
        case .input: false
        case .output: true
        }
    }
}

/// How an input is read.
public struct InputSettings: Hashable, Sendable {
    /// The resistor inside the chip that holds an input nobody drives.
    public enum Bias: String, Hashable, Sendable, CaseIterable {
        /// Leave it as the line has it.
        case asIs
        /// Disconnect it; an undriven input floats.
        case disabled
        /// Hold the line high.
        case pullUp
        /// Hold the line low.
        case pullDown
    }

    /// Which changes are reported, seen after active-low: rising is inactive to active.
    public enum Edges: String, Hashable, Sendable, CaseIterable {
        /// None: the line can only be read.
        case none
        /// From inactive to active.
        case rising
        /// From active to inactive.
        case falling
        /// Both.
        case both
    }

    /// The resistor inside the chip. Chips without one ignore it.
    public var bias: Bias
    /// Whether low means active.
    public var isActiveLow: Bool
    /// Which changes are reported.
    public var edges: Edges
    /// How long a level must last before it counts; zero: no filter. From 1 µs to 4294 s, rounded up to whole
    /// microseconds. The kernel's own filter counts in ticks (1 to 10 ms).
    public var debounce: Duration

    /// An input; as it stands: not touched in bias, active high, without edges, without filter.
    public init(
        bias: Bias = .asIs, isActiveLow: Bool = false, edges: Edges = .none, debounce: Duration = .zero
    ) {
        self.bias = bias
        self.isActiveLow = isActiveLow
        self.edges = edges
        self.debounce = debounce
    }
}

/// How an output is driven.
public struct OutputSettings: Hashable, Sendable {
    /// Which of the two levels the chip drives itself.
    public enum Drive: String, Hashable, Sendable, CaseIterable {
        /// Both.
        case pushPull
        /// Only low; high is left to a resistor.
        case openDrain
        /// Only high; low is left to a resistor.
        case openSource
    }

    /// Whether low means active.
    public var isActiveLow: Bool
    /// Whether the line is active from the moment of the request on. There is no glitch before it.
    public var initial: Bool
    /// Which levels the chip drives itself.
    public var drive: Drive

    /// An output; as it stands: active high, inactive, push-pull.
    public init(isActiveLow: Bool = false, initial: Bool = false, drive: Drive = .pushPull) {
        self.isActiveLow = isActiveLow
        self.initial = initial
        self.drive = drive
    }
}
