/// A configured line as `hubctl lines` shows it.
public struct LineReport: Hashable, Sendable, Codable {
    /// The device it belongs to.
    public var device: DeviceID
    /// What it is to the device; absent for a device's only line.
    public var role: String?
    /// The line, by name or as `chip:offset`.
    public var line: String
    /// What it is for: `lock`, `contact`, `exit-button`, `reader`, or the sensor's kind.
    public var purpose: String
    /// Whether it is an output.
    public var output: Bool
    /// Which level means active: `high` or `low`.
    public var activeWhen: String
    /// Whether it is active now; absent where it cannot be read.
    public var active: Bool?
    /// Edges in the last minute.
    public var edgesPerMinute: UInt64
    /// All edges since the daemon started.
    public var edges: UInt64
    /// Edges that the kernel lost in the last hour.
    public var lostPerHour: UInt64
    /// All edges that the kernel lost since the daemon started.
    public var lost: UInt64

    /// A line without edges whose level is not known.
    public init(
        device: DeviceID, role: LineRole, line: String, purpose: String, output: Bool, activeWhen: String
    ) {
        self.device = device
        self.role = role == .only ? nil : role.rawValue
        self.line = line
        self.purpose = purpose
        self.output = output
        self.activeWhen = activeWhen
        edgesPerMinute = 0
        edges = 0
        lostPerHour = 0
        lost = 0
    }
}
