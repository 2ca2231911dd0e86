public import HubMessages

/// A DHT11, AM2302 or relative on its line: wakes it, listens, reads its answer, and tries again where that fails.
///
/// A reading is the host's doing: the line becomes an output and low for ``wake``, then an input again; the sensor
/// answers within 200 µs with 5 ms of pulses (``DHTDecoder``). Between two attempts the sensor needs rest
/// (Aosong, AM2302 manual, 7.1: at least 2 s; DHT11 manual: 1 s, and 1 s after power-up). An attempt may fail for many
/// reasons that are nobody's fault: the wire, another interrupt that held the kernel up for 50 µs, a sensor that
/// measures just then. So a failed one is tried again, ``attempts`` times in a round; only then is the round a failure,
/// and its values stay what they were.
public struct DHTSensor: Hashable, Sendable {
    /// How often a reading is tried in a round.
    public static let attempts = 4
    /// How many rounds must fail for the sensor to count as unreadable.
    public static let failuresToFault = 3
    /// The rest between two attempts.
    public static let rest = Duration.seconds(2)
    /// An answer that has not ended by then does not come: 0.2 ms until it begins, 5.5 ms of pulses, and 250 µs of
    /// silence, with room for a loop that is late.
    public static let answerWithin = Duration.milliseconds(20)

    /// How the sensor writes.
    public let variant: ClimateVariant
    /// From the beginning of one round to the next.
    public let interval: Duration
    /// Attempts that failed since the start.
    public private(set) var failedAttempts: UInt64 = 0
    /// Readings since the start.
    public private(set) var readings: UInt64 = 0

    private enum Phase: Hashable {
        /// The lines are not ours.
        case off
        case resting(until: MonotonicTime)
        case waking(until: MonotonicTime)
        case listening(until: MonotonicTime)
    }

    private var phase = Phase.off
    private var decoder: DHTDecoder
    private var attempt = 0
    private var roundBegan = MonotonicTime.zero
    private var failedRounds = 0
    private var lastFault: String?
    private var check = ClimateCheck()

    /// A sensor that has not been read.
    public init(_ variant: ClimateVariant, interval: Duration) {
        self.variant = variant
        self.interval = interval
        decoder = DHTDecoder(variant, answerMayBeMissing: true)
    }

    /// How long the host pulls the line low. Aosong, AM2302 manual, table 6: 0.8–20 ms; DHT11 manual: at least 18 ms, at
    /// most 30 ms. A loop that is late makes it longer.
    public var wake: Duration {
        switch variant {
        case .dht11: .milliseconds(20)
        case .am2302: .milliseconds(2)
        }
    }

    /// When the next step is due.
    public var deadline: MonotonicTime? {
        switch phase {
        case .off: nil
        case .resting(let until), .waking(let until): until
        case .listening(let until): min(until, decoder.deadline ?? until)
        }
    }

    /// The line is ours: the first round begins once the sensor is surely awake.
    public mutating func ready(at time: MonotonicTime) {
        phase = .resting(until: time + Self.rest)
    }

    /// The line is gone.
    public mutating func fail() {
        self = DHTSensor(variant, interval: interval)
    }

    /// The line went to `level`.
    public mutating func edge(_ level: Bool, at time: MonotonicTime) -> [SensorFinding] {
        guard case .listening = phase else { return [] }
        return decoder.edge(level, at: time).map { take($0, at: time) } ?? []
    }

    /// The kernel lost edges of the answer: it is none.
    public mutating func edgesLost(at time: MonotonicTime) -> [SensorFinding] {
        guard case .listening = phase else { return [] }
        return missed(ClimateFault.edgesLost.rawValue, at: time)
    }

    /// Time has passed.
    public mutating func advance(to time: MonotonicTime) -> [SensorFinding] {
        guard let deadline, time >= deadline else { return [] }
        switch phase {
        case .off: return []
        case .resting:
            if attempt == 0 { roundBegan = time }
            attempt += 1
            phase = .waking(until: time + wake)
            return [.pullLow]
        case .waking:
            decoder = DHTDecoder(variant, answerMayBeMissing: true)
            phase = .listening(until: time + Self.answerWithin)
            return [.listen]
        case .listening(let until):
            if let answer = decoder.advance(to: time) { return take(answer, at: time) }
            guard time >= until else { return [] }
            if let answer = decoder.finish() { return take(answer, at: time) }
            return missed("no answer", at: time)
        }
    }

    private mutating func take(_ answer: DHTDecoder.Answer, at time: MonotonicTime) -> [SensorFinding] {
        switch answer.result {
        case .failure(let fault): return missed(fault.rawValue, at: time)
        case .success(let reading):
            let climate = Climate(
                temperature: Double(reading.tenthsOfDegree) / 10, humidity: Double(reading.tenthsOfPercent) / 10)
            switch check.judge(climate, at: time) {
            case .failure(let implausible): return missed("\(implausible)", at: time)
            case .success(let believed):
                readings += 1
                let recovered = failedRounds >= Self.failuresToFault
                failedRounds = 0
                endRound(at: time)
                return (recovered ? [.fault(.unreadable, isActive: false, detail: nil)] : []) + [.measured(believed)]
            }
        }
    }

    private mutating func missed(_ reason: String, at time: MonotonicTime) -> [SensorFinding] {
        failedAttempts += 1
        lastFault = reason
        guard attempt >= Self.attempts else {
            phase = .resting(until: time + Self.rest)
            return []
        }
        failedRounds += 1
        endRound(at: time)
        guard failedRounds == Self.failuresToFault else { return [] }
        return [
            .fault(
                .unreadable, isActive: true,
                detail: "\(Self.failuresToFault * Self.attempts) attempts failed, the last one: \(reason)")
        ]
    }

    private mutating func endRound(at time: MonotonicTime) {
        attempt = 0
        phase = .resting(until: max(roundBegan + interval, time + Self.rest))
    }
}
