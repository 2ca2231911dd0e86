public import HubMessages

/// A presence sensor (PIR), or a mat or seat switch: somebody is there while its output is active, and for a hold
/// time after.
///
/// A PIR sees movement, not people; who sits still vanishes from it. The hold time bridges that. After its output has
/// fallen, a PIR sees nothing for its blind time (HC-SR501, BISS0001 data sheet: the inhibit time Ti, some 2.5 s with
/// the usual parts); the hold time begins once it can see again.
public struct PresenceSensor: Hashable, Sendable {
    /// How long presence lasts after the last movement.
    public var hold: Duration
    /// How long the sensor sees nothing after its output fell.
    public var blind: Duration
    /// Whether somebody is there; `nil` before the first reading.
    public private(set) var isPresent: Bool?

    private var isActive = false
    private var until: MonotonicTime?

    /// A sensor before its first reading.
    public init(hold: Duration, blind: Duration = .zero) {
        self.hold = hold
        self.blind = blind
    }

    /// When presence ends, if nothing moves any more.
    public var deadline: MonotonicTime? { until }

    /// The sensor's output is `active` now. Returns the new presence where it changed.
    public mutating func output(_ active: Bool, at time: MonotonicTime) -> Bool? {
        if active {
            until = nil
        } else if isActive {
            until = time + blind + hold
        }
        isActive = active
        if active || isPresent == nil {
            return become(active)
        }
        return nil
    }

    /// The sensor cannot be read any more: nothing is known.
    public mutating func fail() {
        self = PresenceSensor(hold: hold, blind: blind)
    }

    /// Time has passed. Returns the new presence where it changed.
    public mutating func advance(to time: MonotonicTime) -> Bool? {
        guard let until, time >= until else { return nil }
        self.until = nil
        return become(false)
    }

    private mutating func become(_ present: Bool) -> Bool? {
        guard isPresent != present else { return nil }
        isPresent = present
        return present
    }
}
