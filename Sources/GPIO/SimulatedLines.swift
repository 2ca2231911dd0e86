internal import HubMessages

/// The lines of a simulated chip: levels, filters and buffers, without clock, descriptor or callback.
///
/// Follows the kernel's `gpiolib-cdev.c` (uAPI version 2); ``SimulatedChip`` says what of it is left out.
struct SimulatedLines: Hashable {
    /// The most drives that may lie in the future.
    static let maximumSchedule = 4096

    private struct Line: Hashable {
        /// What the wire outside does; `nil`: nothing.
        var driven: Bool?
        /// The level that the bias resistor gives.
        var undriven = false
        var use: Use?

        var resting: Bool { driven ?? undriven }

        /// The physical level.
        var level: Bool {
            guard let use, case .output(let output) = use.settings else { return resting }
            let physical = use.active != output.isActiveLow
            switch output.drive {
            case .pushPull: return physical
            case .openDrain: return physical && resting
            case .openSource: return physical || resting
            }
        }

        var isOutput: Bool {
            guard let use, case .output = use.settings else { return false }
            return true
        }
    }

    /// A line in the hands of a request.
    private struct Use: Hashable {
        var request: Int
        var index: Int
        var settings: LineSettings
        /// Outputs: the level asked for, after active-low.
        var active = false
        /// Debounced inputs: the physical level accepted last, and when the one now there will be.
        var stable = false
        var settlesAt: MonotonicTime?
        var sequence: UInt32 = 0
    }

    private struct Request: Hashable {
        var consumer: String
        var lines: [Int]
        var buffer: EdgeBuffer
        var sequence: UInt32 = 0
    }

    private struct Drive: Hashable {
        var line: Int
        var level: Bool?
        var time: MonotonicTime
    }

    private var lines: [Line]
    private var requests: [Int: Request] = [:]
    private var lastRequest = 0
    // The next one is last.
    private var schedule: [Drive] = []
    private(set) var now = MonotonicTime.zero

    init(count: Int) {
        lines = Array(repeating: Line(), count: count)
    }

    // MARK: Time

    /// When something will happen by itself; `nil` where nothing will.
    var deadline: MonotonicTime? {
        let settling = lines.lazy.compactMap { $0.use?.settlesAt }.min()
        guard let next = schedule.last?.time else { return settling }
        return settling.map { min($0, next) } ?? next
    }

    /// Does the first thing that is due at or before `time`, at its own time; `false` when nothing is left, and then
    /// it is `time`. A level that has been there for its whole period is accepted before a drive of the same moment.
    mutating func step(to time: MonotonicTime) -> Bool {
        guard let due = deadline, due <= time else {
            now = max(now, time)
            return false
        }
        now = max(now, due)
        if let line = lines.indices.first(where: { (lines[$0].use?.settlesAt).map { $0 <= due } ?? false }) {
            settle(line)
        } else if let drive = schedule.popLast() {
            set(drive.line, driven: drive.level)
        }
        return true
    }

    // MARK: The world outside

    /// Puts `level` on the wire of `line` now; `nil` lets go of it.
    mutating func set(_ line: Int, driven level: Bool?) {
        guard lines.indices.contains(line) else { return }
        let before = lines[line].level
        lines[line].driven = level
        guard lines[line].level != before else { return }
        levelChanged(line)
    }

    /// Plans a drive; `false` where the plan is full or the line does not exist.
    mutating func plan(_ line: Int, level: Bool?, at time: MonotonicTime) -> Bool {
        guard lines.indices.contains(line), schedule.count < Self.maximumSchedule else { return false }
        // Behind (that is: before) those of the same time, so that they keep their order.
        var low = 0
        var high = schedule.count
        while low < high {
            let middle = (low + high) / 2
            if schedule[middle].time > time { low = middle + 1 } else { high = middle }
        }
        schedule.insert(Drive(line: line, level: level, time: time), at: low)
        return true
    }

    /// The physical level of `line`.
    func level(_ line: Int) -> Bool {
        lines.indices.contains(line) && lines[line].level
    }

    /// The level `line` has, or would have if nobody here drove it.
    func resting(_ line: Int) -> Bool {
        lines.indices.contains(line) && lines[line].resting
    }

    /// The lines that are outputs now, with their physical levels.
    var outputs: [Int: Bool] {
        var outputs: [Int: Bool] = [:]
        for (index, line) in lines.enumerated() where line.isOutput { outputs[index] = line.level }
        return outputs
    }

    /// The chip goes: all requests end, all lines fall back.
    mutating func unplug() {
        for request in Array(requests.keys) { release(request) }
    }

    // MARK: Requests

    /// Who holds `line`.
    func consumer(of line: Int) -> String? {
        guard let use = lines[line].use else { return nil }
        return requests[use.request]?.consumer
    }

    /// Takes lines that exist and are free.
    mutating func take(_ numbers: [Int], for description: LineRequestDescription) -> Int {
        lastRequest += 1
        requests[lastRequest] = Request(
            consumer: description.shownConsumer, lines: numbers,
            buffer: EdgeBuffer(capacity: description.eventCapacity))
        for (index, number) in numbers.enumerated() {
            use(number, as: Use(request: lastRequest, index: index, settings: description.lines[index].settings))
        }
        return lastRequest
    }

    /// Changes the settings of a request's lines; `false` where they are not as many. What the switch itself does to a
    /// line's level is no edge.
    mutating func reconfigure(_ request: Int, _ settings: [LineSettings]) -> Bool {
        guard let held = requests[request], held.lines.count == settings.count else { return false }
        for (index, number) in held.lines.enumerated() {
            var changed = Use(request: request, index: index, settings: settings[index])
            changed.sequence = lines[number].use?.sequence ?? 0
            use(number, as: changed)
        }
        return true
    }

    private mutating func use(_ number: Int, as use: Use) {
        var use = use
        switch use.settings {
        case .input(let input):
            switch input.bias {
            case .asIs, .disabled: break
            case .pullUp: lines[number].undriven = true
            case .pullDown: lines[number].undriven = false
            }
            use.stable = lines[number].resting
        case .output(let output):
            use.active = output.initial
        }
        lines[number].use = use
    }

    func holds(_ request: Int) -> Bool {
        requests[request] != nil
    }

    mutating func release(_ request: Int) {
        guard let held = requests.removeValue(forKey: request) else { return }
        for line in held.lines { lines[line].use = nil }
    }

    /// The levels of a request's lines after active-low; `nil` where it does not exist.
    func levels(_ request: Int) -> [Bool]? {
        requests[request]?.lines.map { number in
            guard let use = lines[number].use else { return false }
            switch use.settings {
            case .input(let input):
                let isDebounced = input.debounceMicroseconds > 0
                return (isDebounced ? use.stable : lines[number].level) != input.isActiveLow
            case .output(let output):
                return lines[number].level != output.isActiveLow
            }
        }
    }

    /// Sets an output; `false` where `index` is none of this request.
    mutating func setLevel(_ request: Int, index: Int, active: Bool) -> Bool {
        guard let held = requests[request], held.lines.indices.contains(index) else { return false }
        let number = held.lines[index]
        guard lines[number].isOutput else { return false }
        lines[number].use?.active = active
        return true
    }

    func hasEdges(_ request: Int) -> Bool {
        !(requests[request]?.buffer.isEmpty ?? true)
    }

    mutating func readEdges(_ request: Int, into edges: inout [LineEdge]) {
        requests[request]?.buffer.drain(into: &edges)
    }

    // MARK: Edges

    /// The interrupt: with a filter it starts the period anew, without one it is an edge.
    private mutating func levelChanged(_ number: Int) {
        guard let use = lines[number].use, case .input(let input) = use.settings else { return }
        let period = input.debounceMicroseconds
        if period > 0 {
            lines[number].use?.settlesAt = now + .microseconds(Int64(period))
        } else {
            report(number, level: lines[number].level)
        }
    }

    /// The end of a filter's period: the level that is there now counts, if it is another than before.
    private mutating func settle(_ number: Int) {
        lines[number].use?.settlesAt = nil
        let level = lines[number].level
        guard let use = lines[number].use, use.stable != level else { return }
        lines[number].use?.stable = level
        report(number, level: level)
    }

    private mutating func report(_ number: Int, level: Bool) {
        guard let use = lines[number].use, case .input(let input) = use.settings else { return }
        let isActive = level != input.isActiveLow
        switch input.edges {
        case .none: return
        case .rising: guard isActive else { return }
        case .falling: guard !isActive else { return }
        case .both: break
        }
        // Both counters go on when the buffer drops, so that the gap shows.
        let sequence = (requests[use.request]?.sequence ?? 0) &+ 1
        requests[use.request]?.sequence = sequence
        lines[number].use?.sequence = use.sequence &+ 1
        requests[use.request]?.buffer.append(
            LineEdge(
                line: use.index, isActive: isActive, time: now, requestSequence: sequence,
                lineSequence: use.sequence &+ 1))
    }
}
