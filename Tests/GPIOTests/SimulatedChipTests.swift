import HubMessages
import Testing

@testable import GPIO

/// What the simulated chip has beyond the compatibility suite: planned drives, deadlines, the outputs' diary.
@Suite struct SimulatedChipTests {
    let chip = SimulatedChip(label: "sim", lineNames: ["IN", "OUT", nil])

    private func at(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

    private func request(_ line: String, _ settings: LineSettings) throws -> any LineRequest {
        let address = try #require(LineAddress(line))
        return try chip.request(LineRequestDescription(consumer: "test", lines: [.init(address, settings)]))
    }

    // MARK: Time

    @Test func `planned drives happen at their own times, in order, however late the chip is told`() throws {
        let request = try request("IN", .input(InputSettings(edges: .both)))
        #expect(chip.schedule(line: 0, level: false, at: at(30)))
        #expect(chip.schedule(line: 0, level: true, at: at(10)))
        #expect(chip.schedule(line: 0, level: false, at: at(20)))
        #expect(chip.schedule(line: 0, level: true, at: at(20)))
        #expect(chip.deadline == at(10))
        chip.advance(to: at(9))
        #expect(!isReady(request))
        chip.advance(to: at(1000))
        let edges = try received(4, from: request)
        #expect(edges.map(\.time) == [at(10), at(20), at(20), at(30)])
        #expect(edges.map(\.isActive) == [true, false, true, false])
        #expect(chip.deadline == nil)
        #expect(chip.now == at(1000))
    }

    @Test func `time never goes back`() throws {
        let request = try request("IN", .input(InputSettings(edges: .both)))
        chip.advance(to: at(100))
        chip.drive(line: 0, level: true, at: at(50))
        #expect(chip.schedule(line: 0, level: false, at: at(60)))
        chip.advance(to: at(70))
        #expect(try received(2, from: request).map(\.time) == [at(100), at(100)])
        #expect(chip.now == at(100))
    }

    @Test func `a debounce period has a deadline, and a drive at its end comes after it`() throws {
        let request = try request("IN", .input(InputSettings(edges: .both, debounce: .milliseconds(30))))
        chip.drive(line: 0, level: true, at: at(10))
        #expect(chip.deadline == at(40))
        chip.drive(line: 0, level: false, at: at(40))
        #expect(try received(1, from: request).map(\.time) == [at(40)])
        #expect(try request.levels() == [true])
        #expect(chip.deadline == at(70))
        request.release()
        #expect(chip.deadline == nil)
    }

    @Test func `G12: the plan is bounded and says so`() {
        for step in 0..<4096 {
            #expect(chip.schedule(line: 0, level: step % 2 == 0, at: at(Int64(step))))
        }
        #expect(!chip.schedule(line: 0, level: true, at: at(1)))
        chip.advance(to: at(0))
        #expect(chip.schedule(line: 0, level: true, at: at(1)))
        #expect(!chip.schedule(line: 3, level: true, at: at(1)))
        #expect(!chip.schedule(line: -1, level: true, at: at(1)))
    }

    // MARK: Wires

    @Test func `a wire that is let go leaves the line to its bias`() throws {
        let request = try request("IN", .input(InputSettings(bias: .pullUp, edges: .both)))
        chip.drive(line: 0, level: false, at: at(1))
        chip.drive(line: 0, level: nil, at: at(2))
        #expect(try received(2, from: request).map(\.isActive) == [false, true])
        #expect(chip.level(of: 0))
    }

    @Test func `the level of an output follows from its drive, its value and its wire`() throws {
        for drive in OutputSettings.Drive.allCases {
            for isActiveLow in [false, true] {
                for active in [false, true] {
                    for wire in [nil, false, true] {
                        chip.drive(line: 1, level: wire, at: chip.now)
                        let settings = OutputSettings(isActiveLow: isActiveLow, initial: active, drive: drive)
                        let request = try request("OUT", .output(settings))
                        let high = active != isActiveLow
                        let expected =
                            switch drive {
                            case .pushPull: high
                            case .openDrain: high && wire ?? false
                            case .openSource: high || wire ?? false
                            }
                        #expect(chip.level(of: 1) == expected)
                        #expect(try request.levels() == [expected != isActiveLow])
                        request.release()
                        #expect(chip.level(of: 1) == wire ?? false)
                    }
                }
            }
        }
    }

    @Test func `lines that do not exist are low and cannot be driven`() {
        for line in [-1, 3] {
            chip.drive(line: line, level: true, at: at(1))
            #expect(!chip.level(of: line))
        }
    }

    // MARK: The outputs' diary

    @Test func `every change of an output is told with its time, from request to unplugging`() throws {
        var diary: [SimulatedChip.OutputChange] = []
        chip.onOutputChange = { diary.append($0) }
        func changes(_ body: () throws -> Void) rethrows -> [Bool] {
            diary = []
            try body()
            #expect(diary.allSatisfy { $0.line == 1 && $0.time == chip.now })
            return diary.map(\.level)
        }
        chip.advance(to: at(5))
        var held: (any LineRequest)?
        #expect(
            try changes { held = try request("OUT", .output(OutputSettings(isActiveLow: true))) } == [true])
        chip.advance(to: at(10))
        let relay = try #require(held)
        #expect(try changes { try relay.setLevel(true, line: 0) } == [false])
        #expect(try changes { try relay.setLevel(true, line: 0) } == [])
        #expect(try changes { try relay.setLevel(false, line: 0) } == [true])
        #expect(changes { relay.release() } == [false])
        #expect(try changes { held = try request("OUT", .output(OutputSettings(initial: true))) } == [true])
        #expect(changes { chip.drive(line: 1, level: false, at: at(20)) } == [])
        #expect(changes { chip.unplug() } == [false])
        #expect(changes { held = nil } == [])
    }

    @Test func `a door can follow its relay`() throws {
        let contact = try request("IN", .input(InputSettings(edges: .both)))
        chip.onOutputChange = { [unowned chip] change in
            chip.drive(line: 0, level: change.level, at: change.time)
        }
        let relay = try request("OUT", .output(OutputSettings(initial: true)))
        chip.advance(to: at(7))
        try relay.setLevel(false, line: 0)
        let edges = try received(2, from: contact)
        #expect(edges.map(\.isActive) == [true, false])
        #expect(edges.map(\.time) == [at(0), at(7)])
    }

    @Test func `an observer that drives a line of the new request itself wakes its loop`() throws {
        chip.onOutputChange = { [unowned chip] _ in chip.drive(line: 0, level: true, at: chip.now) }
        let request = try chip.request(
            LineRequestDescription(
                consumer: "test",
                lines: [
                    .init(.name("IN"), .input(InputSettings(edges: .both))),
                    .init(.name("OUT"), .output(OutputSettings(initial: true))),
                ]))
        #expect(try received(1, from: request).map(\.line) == [0])
    }

    // MARK: Unplugging

    @Test func `the world goes on while the chip is away`() throws {
        #expect(chip.schedule(line: 0, level: true, at: at(10)))
        chip.unplug()
        chip.unplug()
        chip.advance(to: at(20))
        #expect(!chip.isPlugged)
        chip.plug()
        let request = try request("IN", .input(InputSettings(edges: .both)))
        #expect(try request.levels() == [true])
        #expect(!isReady(request))
    }

    @Test func `a request outlives nobody: its chip lives as long as it`() throws {
        var short: SimulatedChip? = SimulatedChip(label: "short", lineNames: ["X"])
        weak let watched = short
        let description = LineRequestDescription(
            consumer: "test", lines: [.init(.name("X"), .output(OutputSettings(initial: true)))])
        var request: (any LineRequest)? = try short?.request(description)
        short = nil
        #expect(try request?.levels() == [true])
        request = nil
        #expect(watched == nil)
    }
}
