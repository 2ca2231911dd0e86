import HubMessages
import Testing

@testable import GPIO

/// Holding lines, driving them, losing them.
extension CompatibilityTests {
    // MARK: Holding lines

    @Test(arguments: Backend.available)
    func `a held line is refused with the name of its holder, and nothing is taken`(backend: Backend) throws {
        let bench = try backend.bench()
        let long = String(repeating: "x", count: 40)
        let holder = try bench.request([(bench.line(1), .output(OutputSettings()))], consumer: long)
        let both: [(LineAddress, LineSettings)] = [0, 1].map { (bench.line($0), .input(InputSettings())) }
        let refusal = failure { () throws(GPIOError) in try bench.request(both, consumer: "second") }
        #expect(refusal == .busy(bench.line(1), consumer: String(repeating: "x", count: 31)))
        _ = try bench.input(0, InputSettings())
        holder.release()
        let second = try bench.request(both, consumer: "second")
        #expect(try second.levels() == [false, false])
    }

    @Test(arguments: Backend.available)
    func `the end of the object gives the lines back`(backend: Backend) throws {
        let bench = try backend.bench()
        do { _ = try bench.output(0, OutputSettings(initial: true)) }
        #expect(try bench.level(0) == false)
        _ = try bench.output(0, OutputSettings())
    }

    @Test(arguments: Backend.available)
    func `a released request refuses everything and may be released again`(backend: Backend) throws {
        let bench = try backend.bench()
        let request = try bench.output(0, OutputSettings())
        request.release()
        request.release()
        var edges: [LineEdge] = []
        #expect(failure { () throws(GPIOError) in try request.readEdges(into: &edges) } == .released)
        #expect(failure { () throws(GPIOError) in try request.levels() } == .released)
        #expect(failure { () throws(GPIOError) in try request.setLevel(true, line: 0) } == .released)
    }

    // MARK: Changing settings

    @Test(arguments: Backend.available)
    func `an input becomes an output and an input again, and its edges go on being numbered`(backend: Backend) throws {
        let bench = try backend.bench()
        try bench.drive(0, true)
        let input = LineSettings.input(InputSettings(edges: .both))
        let request = try bench.request([(bench.line(0), input)])
        try bench.drive(0, [false, true])
        #expect(try received(2, from: request).map(\.lineSequence) == [1, 2])

        try request.reconfigure([.output(OutputSettings(initial: false))])
        #expect(try bench.level(0) == false)
        #expect(try request.levels() == [false])
        try request.setLevel(true, line: 0)
        #expect(try bench.level(0) == true)
        try request.setLevel(false, line: 0)

        try request.reconfigure([input])
        #expect(failure { () throws(GPIOError) in try request.setLevel(true, line: 0) } == .notAnOutput(line: 0))
        // What the switch itself does to the level may be an edge of a real line; gpio-sim keeps the output's level until
        // the wire moves. What follows is an edge.
        try bench.drive(0, false)
        try bench.drive(0, true)
        var before: [LineEdge] = []
        _ = isReady(request)
        try request.readEdges(into: &before)
        #expect(try request.levels() == [true])
        try bench.drive(0, [false, true, false])
        let edges = try received(3, from: request)
        #expect(edges.map(\.isActive) == [false, true, false])
        let first = try #require(edges.first?.lineSequence)
        #expect(edges.map(\.lineSequence) == [first, first + 1, first + 2])
        // The numbers go on, so that what was lost before and after can be told.
        #expect(first == 3 + UInt32(before.count))
    }

    @Test(arguments: Backend.available)
    func `settings are changed for all lines of a request or for none`(backend: Backend) throws {
        let bench = try backend.bench()
        let input = LineSettings.input(InputSettings(edges: .both))
        let request = try bench.request([(bench.line(0), input), (bench.line(1), input)])
        #expect(failure { () throws(GPIOError) in try request.reconfigure([input]) } == .lineCount(1))
        try bench.drive(1, true)
        #expect(try received(1, from: request).map(\.line) == [1])
        try request.reconfigure([.output(OutputSettings(initial: true)), input])
        #expect(try bench.level(0) == true)
        try bench.drive(1, false)
        #expect(try received(1, from: request).map(\.isActive) == [false])
        request.release()
        #expect(failure { () throws(GPIOError) in try request.reconfigure([input, input]) } == .released)
    }

    // MARK: Outputs

    @Test(arguments: Backend.available, [false, true])
    func `an output has its initial level at once and keeps what is set`(backend: Backend, isActiveLow: Bool)
        throws
    {
        for initial in [false, true] {
            let bench = try backend.bench()
            let request = try bench.output(0, OutputSettings(isActiveLow: isActiveLow, initial: initial))
            #expect(try bench.level(0) == (initial != isActiveLow))
            for active in [true, true, false, true, false, false] {
                try request.setLevel(active, line: 0)
                #expect(try bench.level(0) == (active != isActiveLow))
                #expect(try request.levels() == [active])
            }
        }
    }

    @Test(arguments: Backend.available)
    func `the wire does not move a push-pull output, and has the line again after its release`(
        backend: Backend
    ) throws {
        let bench = try backend.bench()
        let request = try bench.output(0, OutputSettings(initial: false))
        try bench.drive(0, true)
        #expect(try bench.level(0) == false)
        #expect(try request.levels() == [false])
        request.release()
        #expect(try bench.level(0))
    }

    @Test(arguments: Backend.available)
    func `an output that drives one level only leaves the other to the wire`(backend: Backend) throws {
        for drive in [OutputSettings.Drive.openDrain, .openSource] {
            let driven = drive == .openSource
            for wire in [false, true] {
                let bench = try backend.bench()
                try bench.drive(0, wire)
                let request = try bench.output(0, OutputSettings(initial: !driven, drive: drive))
                #expect(try bench.level(0) == wire)
                #expect(try request.levels() == [wire])
                try request.setLevel(driven, line: 0)
                #expect(try bench.level(0) == driven)
                #expect(try request.levels() == [driven])
            }
        }
    }

    @Test(arguments: Backend.available)
    func `only outputs can be set`(backend: Backend) throws {
        let bench = try backend.bench()
        let request = try bench.request([
            (bench.line(0), .input(InputSettings())), (bench.line(1), .output(OutputSettings())),
        ])
        #expect(
            failure { () throws(GPIOError) in try request.setLevel(true, line: 0) } == .notAnOutput(line: 0))
        #expect(
            failure { () throws(GPIOError) in try request.setLevel(true, line: 2) } == .notAnOutput(line: 2))
        try request.setLevel(true, line: 1)
        #expect(try request.levels() == [false, true])
    }

    // MARK: Unplugging

    @Test(arguments: Backend.available)
    func `an unplugged chip wakes its loop, says so, and comes back`(backend: Backend) throws {
        let bench = try backend.bench()
        let request = try bench.request([
            (bench.line(0), .input(InputSettings(edges: .both))), (bench.line(1), .output(OutputSettings())),
        ])
        let quiet = try bench.output(2, OutputSettings())
        try bench.drive(0, true)
        #expect(!isReady(quiet))
        try bench.unplug()
        #expect(isReady(request, within: 10_000))
        #expect(isReady(quiet, within: 10_000), "also a request without edges learns of it")
        var lost: [LineEdge] = []
        for _ in 1...2 {
            guard case .unplugged = failure({ () throws(GPIOError) in try request.readEdges(into: &lost) }),
                case .unplugged = failure({ () throws(GPIOError) in try request.levels() }),
                case .unplugged = failure({ () throws(GPIOError) in try request.setLevel(true, line: 1) })
            else { throw Unexpected() }
            #expect(isReady(request), "the descriptor stays ready until the request is released")
        }
        #expect(lost.isEmpty)
        let address = LineAddress.offset(chip: bench.chips[0], line: 0)
        let settings = LineSettings.input(InputSettings(edges: .both))
        guard
            case .chipNotFound = failure({ () throws(GPIOError) in try bench.request([(address, settings)]) }),
            case .lineNotFound = failure({ () throws(GPIOError) in
                try bench.request([(bench.line(0), settings)])
            })
        else { throw Unexpected() }

        try bench.plug()
        let again = try bench.request([(bench.line(0), settings)])
        let levels = try again.levels()
        let level = levels[0]
        try bench.drive(0, !level)
        let edge = try #require(try received(1, from: again).first)
        #expect(edge.isActive == !level)
        #expect(edge.lineSequence == 1)
        guard case .unplugged = failure({ () throws(GPIOError) in try request.levels() }) else {
            throw Unexpected()
        }
        request.release()
        try bench.drive(0, level)
        #expect(try received(1, from: again).map(\.lineSequence) == [2])
    }
}
