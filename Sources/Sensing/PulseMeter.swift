public import HubMessages

/// A meter with a pulse output: counts, and says what the pulses are worth.
public struct PulseMeter: Hashable, Sendable {
    /// What a pulse is worth.
    public enum Unit: Hashable, Sendable {
        /// Energy: so many pulses are a kilowatt-hour (the meter's constant, on its front: imp/kWh).
        case perKilowattHour(Int)
        /// Volume: a pulse is so many litres.
        case litres(Double)
    }

    /// One reading is journaled at most so often, and none while nothing is counted.
    public static let reportEvery = Duration.seconds(900)

    /// What a pulse is worth.
    public var unit: Unit
    /// All pulses since the meter was configured.
    public private(set) var pulses: UInt64
    /// Pulses that were too short or too close, since the start.
    public private(set) var rejected: UInt64 = 0

    private var counter: PulseCounter
    private var due: MonotonicTime?

    /// A meter that has counted `pulses` before.
    public init(unit: Unit, shortest: Duration, pulses: UInt64) {
        self.unit = unit
        self.pulses = pulses
        counter = PulseCounter(shortest: shortest)
    }

    /// Kilowatt-hours; `nil` for a volume.
    public var energy: Double? {
        switch unit {
        case .perKilowattHour(let count): Double(pulses) / Double(count)
        case .litres: nil
        }
    }

    /// Litres; `nil` for energy.
    public var volume: Double? {
        switch unit {
        case .perKilowattHour: nil
        case .litres(let litres): Double(pulses) * litres
        }
    }

    /// The shortest pulse and pause that count.
    public var shortest: Duration { counter.shortest }

    /// When the next step is due.
    public var deadline: MonotonicTime? { MonotonicTime.earlier(counter.deadline, due) }

    /// The output was closed (`active`) or opened.
    public mutating func output(_ active: Bool, at time: MonotonicTime) -> [SensorFinding] {
        take(counter.output(active, at: time), at: time)
    }

    /// The level was read anew: a pulse in progress may be half a one, and is void.
    public mutating func resynchronize() {
        counter = PulseCounter(shortest: counter.shortest)
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [SensorFinding] {
        let findings = take(counter.advance(to: time), at: time)
        guard let due, time >= due else { return findings }
        self.due = nil
        return findings + [.metered]
    }

    private mutating func take(_ pulse: PulseCounter.Pulse?, at time: MonotonicTime) -> [SensorFinding] {
        guard let pulse else { return [] }
        guard pulse.isCounted else {
            rejected += 1
            return []
        }
        pulses += 1
        due = due ?? time + Self.reportEvery
        return [.pulse]
    }
}
