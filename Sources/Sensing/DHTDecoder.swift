public import HubMessages

/// Finds the answers of a DHT11 or AM2302 (and relatives) on its single data line.
///
/// The line idles high. The host pulls it low to wake the sensor and lets go; the sensor answers with 80 µs low, 80 µs
/// high, and 40 bits of 50 µs low and 26 (0) or 70 µs (1) high, then 50 µs low. Aosong, AM2302 manual, 7.2, and AM2320
/// manual, table 10 (single bus signal characteristics): wake-up 0.8–20 ms, release 20–200 µs, answer 75–85 µs each,
/// low 48–55 µs, 0 22–30 µs, 1 68–75 µs, end 45–55 µs. Real ones take more freedom: recordings show 67 µs of low before
/// some bytes, and a DHT11 that answers with 51 µs low and 87 µs high.
///
/// An answer is found by its shape and read from its end: a run of short pulses that silence ends; the last 40 highs
/// are the bits, the one before is the answer's. How long the host pulled, and whether the recording has it, does not
/// matter. A 0 or 1 is told by the frame's own pulses: the first guess is 0.9 of its mean low, then the middle between
/// the mean 0 and the mean 1. A high within 0.05 of that low is neither, and the answer none.
///
/// Were a pulse lost or added, the answer's own high would be read as the first bit, a 1: no sensor's humidity begins
/// with one. So a shifted frame fails its range even if its sum holds.
///
/// Pulses under 5 µs are ringing and merge with what is around them: the shortest real one is 22 µs, 10 µs when sampled
/// at 100 kHz.
public struct DHTDecoder: Hashable, Sendable {
    /// Pulses shorter than this are ringing.
    public static let shortestPulse = Duration.microseconds(5)
    /// A low longer than this is the host's, or the end.
    public static let longestLow = Duration.microseconds(110)
    /// A high longer than this is silence.
    public static let silence = Duration.microseconds(250)

    /// How the sensor writes.
    public let variant: ClimateVariant

    /// An answer, and when it began: the sensor's first low, or what is known of it.
    public struct Answer: Hashable, Sendable {
        /// When it began.
        public var time: MonotonicTime
        /// The measurement, or why there is none.
        public var result: Result<ClimateReading, ClimateFault>
    }

    // A high with the low before it, in nanoseconds.
    private struct Pulse: Hashable, Sendable {
        var start: MonotonicTime
        var low: Int64?
        var high: Int64
    }

    private static let bits = 40
    // The release, the answer's, the bits, and one too many.
    private static let kept = 43
    // Fewer highs than this are a wake-up that no sensor answered, or noise.
    private static let worthTelling = 4

    private var pulses: [Pulse] = []
    private var excess = false
    private var afterLongLow = false
    private var lost = false
    private var low: Int64?
    private var lowStart: MonotonicTime?
    private var level: Bool?
    private var since: MonotonicTime?
    private var filter = EdgeFilter(shortest: shortestPulse)
    private var missed = 0

    // Whether the 40 bits alone are an answer.
    private let answerMayBeMissing: Bool

    /// A decoder before its first edge. On a line that was switched to input just now, the kernel may begin to watch
    /// after the answer's first edges: `answerMayBeMissing` takes the 40 bits without them.
    public init(_ variant: ClimateVariant, answerMayBeMissing: Bool = false) {
        self.variant = variant
        self.answerMayBeMissing = answerMayBeMissing
    }

    /// When the running answer ends, if no edge comes any more.
    public var deadline: MonotonicTime? {
        if let pending = filter.pending { return pending.time + Self.wait(pending.level) }
        guard let level, let since, !pulses.isEmpty else { return nil }
        return since + Self.wait(level)
    }

    private static func wait(_ level: Bool) -> Duration { level ? silence : longestLow }

    /// The line went to `level`. Returns the answer that this ends.
    public mutating func edge(_ level: Bool, at time: MonotonicTime) -> Answer? {
        guard let edge = filter.edge(level, at: time) else { return nil }
        return commit(edge.level, at: edge.time)
    }

    /// Time has passed. Returns the answer that this ends.
    public mutating func advance(to time: MonotonicTime) -> Answer? {
        guard let deadline, time >= deadline else { return nil }
        return finish()
    }

    /// No edge comes any more: the recording ends. Returns the answer that this ends.
    public mutating func finish() -> Answer? {
        let ended = filter.flush().flatMap { commit($0.level, at: $0.time) }
        return ended ?? judge()
    }

    private mutating func commit(_ level: Bool, at time: MonotonicTime) -> Answer? {
        let length = since.map { (time - $0).nanoseconds }
        // How long either level lasted is unknown then.
        if filter.missed != missed || level == self.level { lost = true }
        missed = filter.missed
        defer {
            self.level = level
            since = time
        }
        if level {
            low = length
            lowStart = since
            guard let length, length > Self.longestLow.nanoseconds else { return nil }
            let ended = judge()
            afterLongLow = true
            return ended
        }
        // A host may wake the sensor again soon after an answer: then a shorter high ends it, one longer than any bit's.
        let isComplete = pulses.count > Self.bits
        guard let length, length <= (isComplete ? Self.longestLow : Self.silence).nanoseconds else { return judge() }
        if pulses.count < Self.kept {
            pulses.append(Pulse(start: lowStart ?? since ?? time, low: low, high: length))
        } else {
            excess = true
        }
        return nil
    }

    // The run of pulses is over: what it is, if anything.
    private mutating func judge() -> Answer? {
        defer {
            pulses.removeAll(keepingCapacity: true)
            excess = false
            afterLongLow = false
            lost = false
        }
        guard pulses.count >= Self.worthTelling else { return nil }
        // Without the host's release there is one high less.
        let release = afterLongLow ? 1 : 0
        let first = max(pulses.count - Self.bits - 1, min(release, pulses.count - 1))
        let time = pulses[first].start
        return Answer(time: time, result: judged(headers: release + 1))
    }

    private func judged(headers: Int) -> Result<ClimateReading, ClimateFault> {
        if lost { return .failure(.edgesLost) }
        let count = pulses.count
        let isBare = answerMayBeMissing && count == Self.bits
        if count < Self.bits + headers, !isBare { return .failure(.tooFewBits) }
        if excess || count > Self.bits + 2 { return .failure(.tooManyBits) }
        if count > Self.bits {
            let answer = pulses[count - Self.bits - 1]
            guard (55_000...110_000).contains(answer.high), answer.low.map({ $0 >= 30_000 }) ?? true else {
                return .failure(.timing)
            }
        }
        let frame = pulses.suffix(Self.bits)
        guard let bits = Self.bits(of: Array(frame)) else { return .failure(.timing) }
        let bytes = stride(from: 0, to: Self.bits, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        return variant.reading(of: bytes)
    }

    // Each high against the frame's own lows and highs; `nil` where one is neither a 0 nor a 1.
    private static func bits(of pulses: [Pulse]) -> [Bool]? {
        // The first bit's low may have begun before the line was watched.
        let lows = pulses.compactMap(\.low)
        guard lows.count >= bits - 1 else { return nil }
        let unit = lows.reduce(0, +) / Int64(lows.count)
        guard (35_000...75_000).contains(unit), lows.allSatisfy({ $0 * 2 >= unit && $0 * 10 <= unit * 18 }) else {
            return nil
        }
        let highs = pulses.map(\.high)
        guard highs.allSatisfy({ $0 * 100 >= unit * 15 && $0 * 10 <= unit * 20 }) else { return nil }
        var threshold = unit * 9 / 10
        let ones = highs.filter { $0 >= threshold }
        let zeros = highs.filter { $0 < threshold }
        if !ones.isEmpty, !zeros.isEmpty {
            threshold = (ones.reduce(0, +) / Int64(ones.count) + zeros.reduce(0, +) / Int64(zeros.count)) / 2
        }
        guard highs.allSatisfy({ abs($0 - threshold) * 20 >= unit }) else { return nil }
        return highs.map { $0 > threshold }
    }
}
