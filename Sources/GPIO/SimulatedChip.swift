// What the simulated chip is and is not.
//
// It stands in for a chip behind the kernel's GPIO character device (uAPI version 2). The same compatibility suite
// runs against it and against a real kernel with gpio-sim, so for what the suite covers the two cannot be told apart:
// names and numbers, exclusive use (EBUSY names the holder), active-low, bias, edge filters, debounce by stable level,
// sequence numbers, the bounded buffer that drops its oldest edges, outputs, unplugging.
//
// It simulates these faults:
// - Edges are lost: nobody reads, the buffer drops the oldest, both sequence numbers show the gap.
// - Contacts bounce, wires break, glitches come: any series of drives, to the nanosecond.
// - Two lines change at the same moment: their edges keep the order of the drives.
// - The chip goes away and comes back, with requests open.
// - A line is held by somebody else.
//
// It does not simulate these:
// - Latency and jitter: an edge has the exact time of its drive. A kernel is late by its interrupt latency, its
//   debounce by up to a tick (1 to 10 ms).
// - An edge whose level the kernel reads too late: after two changes within microseconds a real line with both edges
//   can report the second level twice, or merge them into one edge. Here every edge has its own level.
// - Interrupts that hardware never raises; drop them by not driving.
// - Floating inputs, marginal voltages, currents, shorts: an undriven line without bias keeps the level its bias had
//   before, low at first.
// - What a board's pins do while nobody holds them, at reset and in the boot loader: here a released output falls
//   back to the outside level or the bias, at once (as gpio-sim does). Many real chips keep the last level instead;
//   docs/gpio.md says what that means for locks.
// - The kernel's limit of ten different attributes in one request (it counts sets of flags and debounce periods).
// - Memory running out.

public import HubMessages
internal import LinuxIO

/// A GPIO chip that exists only in this process, for tests, for simulation and for `make run`.
///
/// It has no clock: time comes in with every drive and with ``advance(to:)``, and never goes back; an earlier time
/// counts as the latest one seen. Lives on one thread, like every ``LineProvider``.
public final class SimulatedChip: LineProvider {
    /// A change of the physical level of an output, also by its request, its release and by unplugging.
    public struct OutputChange: Hashable, Sendable {
        /// The line's number on the chip.
        public var line: Int
        /// The level on its pin, before active-low.
        public var level: Bool
        /// When it changed: the chip's time then.
        public var time: MonotonicTime

        /// A change of `line` to `level` at `time`.
        public init(line: Int, level: Bool, time: MonotonicTime) {
            self.line = line
            self.level = level
            self.time = time
        }
    }

    /// The name by which `chip:offset` finds the chip.
    public let label: String
    /// The names of the lines, by number; `nil` is a line without a name.
    public let lineNames: [String?]
    /// Whether the chip is there.
    public private(set) var isPlugged = true
    /// Whether the chip takes debounce periods; without, requests that ask for one are refused.
    public var canDebounce = true
    /// Told of every change of an output, after it happened. It may drive and plan.
    public var onOutputChange: ((OutputChange) -> Void)?

    private var lines: SimulatedLines
    private var bells: [Int: Bell] = [:]

    /// A chip with a line for each of `lineNames`, all low and free.
    public init(label: String, lineNames: [String?]) {
        self.label = label
        self.lineNames = lineNames
        lines = SimulatedLines(count: lineNames.count)
    }

    // MARK: Time

    /// The latest time the chip was told.
    public var now: MonotonicTime { lines.now }

    /// When the chip has something to do by itself (a planned drive, the end of a debounce period); `nil`: nothing.
    public var deadline: MonotonicTime? { lines.deadline }

    /// Does all that is due until `time`, each thing at its own time.
    public func advance(to time: MonotonicTime) {
        while change({ $0.step(to: time) }) {}
    }

    // MARK: The world outside

    /// The number of the first line with this name.
    public func line(named name: String) -> Int? {
        lineNames.firstIndex(of: name)
    }

    /// Puts a physical level on the wire of a line at `time`; `nil` lets go, and the bias decides. What was due
    /// before happens before. A line that does not exist is ignored.
    public func drive(line: Int, level: Bool?, at time: MonotonicTime) {
        advance(to: time)
        change { $0.set(line, driven: level) }
    }

    /// Plans a drive for ``advance(to:)``; those of the same time keep their order. `false` where the line does not
    /// exist or 4096 drives are planned already: then this one is not.
    public func schedule(line: Int, level: Bool?, at time: MonotonicTime) -> Bool {
        lines.plan(line, level: level, at: time)
    }

    /// The physical level of any line, input or output; low for one that does not exist.
    public func level(of line: Int) -> Bool {
        lines.level(line)
    }

    /// Takes the chip away: open requests end as ``GPIOError/unplugged(chip:)``, outputs fall back.
    public func unplug() {
        guard isPlugged else { return }
        isPlugged = false
        change { $0.unplug() }
        // They stay readable, so that a waiting loop comes and finds out.
        for bell in bells.values { bell.ring() }
    }

    /// Brings the chip back, its lines free; what is on the wires is as it was.
    public func plug() {
        isPlugged = true
    }

    // MARK: Requests

    /// Takes all lines of `description`, or none and throws.
    public func request(_ description: LineRequestDescription) throws(GPIOError) -> any LineRequest {
        let place = try LineLookup(chips: isPlugged ? [lookupEntry] : []).locate(description)
        return try take(place.lines, description)
    }

    /// What the chip shows of itself to a lookup over several.
    var lookupEntry: LineLookup.Chip {
        LineLookup.Chip(name: label, label: label, lineNames: lineNames)
    }

    /// Takes lines that the lookup found.
    func take(
        _ numbers: [UInt32], _ description: LineRequestDescription
    ) throws(GPIOError) -> any LineRequest {
        let numbers = numbers.map(Int.init)
        let wantsDebounce = description.lines.contains { line in
            if case .input(let input) = line.settings { return input.debounce > .zero }
            return false
        }
        if wantsDebounce, !canDebounce { throw .unsupported(chip: label, what: "debounce") }
        for (index, number) in numbers.enumerated() {
            if let consumer = lines.consumer(of: number) {
                throw .busy(description.lines[index].address, consumer: consumer)
            }
        }
        let bell: Bell
        do {
            bell = Bell(counter: try EventCounter())
        } catch {
            throw GPIOError(error, at: "chip '\(label)'")
        }
        let id = change { $0.take(numbers, for: description) }
        bells[id] = bell
        // The observer may have driven one of the lines already.
        if lines.hasEdges(id) { bell.ring() }
        return SimulatedRequest(chip: self, id: id, descriptor: bell.counter.descriptor)
    }

    func readEdges(_ id: Int, into edges: inout [LineEdge]) throws(GPIOError) -> Int {
        guard lines.holds(id) else { throw .unplugged(chip: label) }
        let before = edges.count
        lines.readEdges(id, into: &edges)
        bells[id]?.hush()
        return edges.count - before
    }

    func levels(_ id: Int) throws(GPIOError) -> [Bool] {
        guard let levels = lines.levels(id) else { throw .unplugged(chip: label) }
        return levels
    }

    func setLevel(_ id: Int, index: Int, active: Bool) throws(GPIOError) {
        guard lines.holds(id) else { throw .unplugged(chip: label) }
        guard change({ $0.setLevel(id, index: index, active: active) }) else {
            throw .notAnOutput(line: index)
        }
    }

    func reconfigure(_ id: Int, _ settings: [LineSettings]) throws(GPIOError) {
        guard lines.holds(id) else { throw .unplugged(chip: label) }
        guard change({ $0.reconfigure(id, settings) }) else { throw .lineCount(settings.count) }
    }

    func release(_ id: Int) {
        change { $0.release(id) }
        bells[id] = nil
    }

    // MARK: Consequences

    /// Every change of the lines goes through here: it rings where edges came and tells what outputs did.
    private func change<Result>(_ body: (inout SimulatedLines) -> Result) -> Result {
        let before = onOutputChange == nil ? [:] : lines.outputs
        let result = body(&lines)
        for (id, bell) in bells where !bell.isRung && lines.hasEdges(id) { bell.ring() }
        if let onOutputChange {
            tell(onOutputChange, before: before)
        }
        return result
    }

    private func tell(_ observer: (OutputChange) -> Void, before: [Int: Bool]) {
        let after = lines.outputs
        let time = lines.now
        let concerned = Set(before.keys).union(after.keys).sorted()
        let changes = concerned.compactMap { line -> OutputChange? in
            let level = lines.level(line)
            // A line that was no output before shows what its wire had shown.
            guard level != before[line] ?? lines.resting(line) else { return nil }
            return OutputChange(line: line, level: level, time: time)
        }
        for change in changes { observer(change) }
    }
}

/// The descriptor of a request, and whether it is readable.
private final class Bell {
    let counter: EventCounter
    private(set) var isRung = false

    init(counter: EventCounter) {
        self.counter = counter
    }

    func ring() {
        isRung = true
        counter.signal()
    }

    func hush() {
        isRung = false
        counter.drain()
    }
}
