import HubMessages
import Testing

@testable import GPIO

/// What every backend must do. Runs on the simulated chip and, in the guest of Tests/Rig, on a real kernel.
@Suite(.serialized) struct CompatibilityTests {
    // MARK: Finding lines

    @Test(arguments: Backend.available)
    func `a line is found by its name and by its number, and it is the same line`(backend: Backend) throws {
        let bench = try backend.bench()
        let byName = try bench.input(3, InputSettings())
        #expect(
            failure { () throws(GPIOError) in
                try bench.request([(.offset(chip: bench.chips[0], line: 3), .input(InputSettings()))])
            } == .busy(.offset(chip: bench.chips[0], line: 3), consumer: "suite"))
        byName.release()
        try bench.drive(3, true)
        let byNumber = try bench.request([(.offset(chip: bench.chips[0], line: 3), .input(InputSettings()))])
        #expect(try byNumber.levels() == [true])
    }

    @Test(arguments: Backend.available)
    func `a line without a name has its number`(backend: Backend) throws {
        let bench = try backend.bench()
        let request = try bench.request([
            (.offset(chip: bench.chips[0], line: 7), .input(InputSettings(edges: .both)))
        ])
        try bench.drive(7, true)
        #expect(try received(1, from: request).map(\.isActive) == [true])
    }

    @Test(arguments: Backend.available)
    func `what is not there is refused by name`(backend: Backend) throws {
        let bench = try backend.bench()
        func refusal(_ addresses: [LineAddress]) -> GPIOError? {
            failure { () throws(GPIOError) in
                try bench.request(addresses.map { ($0, .input(InputSettings())) })
            }
        }
        let prefix = bench.prefix
        #expect(
            refusal([.name("\(prefix)TWIM")]) == .lineNotFound("\(prefix)TWIM", similar: ["\(prefix)TWIN"]))
        #expect(refusal([.name("nothing of the kind")]) == .lineNotFound("nothing of the kind", similar: []))
        let chip = bench.chips[0]
        #expect(
            refusal([.offset(chip: chip, line: 8)]) == .lineOutOfRange(chip: chip, line: 8, count: 8))
        #expect(refusal([]) == .lineCount(0))
        #expect(
            refusal([bench.line(0), .offset(chip: chip, line: 0)])
                == .lineTwice(bench.line(0), .offset(chip: chip, line: 0)))
        guard
            case .chipNotFound("no-such-chip", let known) = refusal([.offset(chip: "no-such-chip", line: 0)])
        else { throw Unexpected() }
        #expect(known.count == 2)
        guard case .lineAmbiguous("\(prefix)TWIN", let places) = refusal([.name("\(prefix)TWIN")])
        else { throw Unexpected() }
        #expect(places.map { $0.suffix(2) } == [":6", ":1"])
        guard case .severalChips(let chips) = refusal([bench.line(0), .name("\(prefix)B0")])
        else { throw Unexpected() }
        #expect(chips.count == 2)
    }

    // MARK: Inputs

    /// What one line reports of up, down, up, down.
    static let filters: [(InputSettings.Edges, isActiveLow: Bool, [Bool])] = [
        (.rising, false, [true, true]), (.falling, false, [false, false]),
        (.both, false, [true, false, true, false]),
        (.rising, true, [true, true]), (.falling, true, [false, false]),
        (.both, true, [false, true, false, true]),
    ]

    @Test(arguments: Backend.available)
    func `edges are filtered after active-low and numbered without gaps`(backend: Backend) throws {
        for (filter, isActiveLow, expected) in Self.filters {
            let bench = try backend.bench()
            let request = try bench.input(0, InputSettings(isActiveLow: isActiveLow, edges: filter))
            try bench.drive(0, [true, false, true, false])
            let edges = try received(expected.count, from: request)
            #expect(edges.map(\.isActive) == expected, "\(filter), active-low \(isActiveLow)")
            #expect(edges.map(\.lineSequence) == Array(1...UInt32(expected.count)))
            #expect(edges.map(\.requestSequence) == Array(1...UInt32(expected.count)))
            #expect(!isReady(request))
        }
    }

    @Test(arguments: Backend.available)
    func `without edges a line is only read`(backend: Backend) throws {
        let bench = try backend.bench()
        let request = try bench.input(0, InputSettings(isActiveLow: true))
        #expect(try request.levels() == [true])
        try bench.drive(0, true)
        #expect(try request.levels() == [false])
        #expect(!isReady(request))
    }

    @Test(arguments: Backend.available)
    func `what happened before the request is no edge`(backend: Backend) throws {
        let bench = try backend.bench()
        try bench.drive(0, true)
        let request = try bench.input(0, InputSettings(edges: .both))
        #expect(!isReady(request))
        var none: [LineEdge] = []
        #expect(try request.readEdges(into: &none) == 0)
        #expect(try request.levels() == [true])
        try bench.drive(0, false)
        #expect(try received(1, from: request).map(\.isActive) == [false])
    }

    @Test(arguments: Backend.available)
    func `the same level again is no edge`(backend: Backend) throws {
        let bench = try backend.bench()
        let request = try bench.input(0, InputSettings(edges: .both))
        try bench.drive(0, [false, true, true, true, false])
        #expect(try received(2, from: request).map(\.isActive) == [true, false])
        #expect(!isReady(request))
    }

    @Test(arguments: Backend.available)
    func `the bias decides the level of a line nobody drives`(backend: Backend) throws {
        let bench = try backend.bench()
        let up = try bench.input(0, InputSettings(bias: .pullUp))
        let down = try bench.input(1, InputSettings(bias: .pullDown, isActiveLow: true))
        #expect(try up.levels() == [true])
        #expect(try down.levels() == [true])
        up.release()
        #expect(try bench.level(0))
        let again = try bench.input(0, InputSettings(bias: .asIs))
        #expect(try again.levels() == [true])
    }

    @Test(arguments: Backend.available)
    func `edges carry the monotonic time at which they happened`(backend: Backend) throws {
        let bench = try backend.bench()
        let request = try bench.input(0, InputSettings(edges: .both))
        for level in [true, false, true] {
            let before = bench.now()
            try bench.drive(0, level)
            let edge = try #require(try received(1, from: request).first)
            #expect(before <= edge.time)
            #expect(edge.time <= bench.now())
        }
    }

    // MARK: Order and loss

    @Test(arguments: Backend.available)
    func `G5: the edges of two lines of one request keep their order`(backend: Backend) throws {
        let bench = try backend.bench()
        let settings = LineSettings.input(InputSettings(edges: .falling))
        try bench.drive(1, true)
        try bench.drive(2, true)
        let request = try bench.request([(bench.line(2), settings), (bench.line(1), settings)])
        for line in [1, 2, 2, 1, 2] { try bench.drive(line, [false, true]) }
        let edges = try received(5, from: request)
        #expect(edges.map(\.line) == [1, 0, 0, 1, 0])
        #expect(edges.map(\.requestSequence) == [1, 2, 3, 4, 5])
        #expect(edges.map(\.lineSequence) == [1, 1, 2, 2, 3])
        #expect(edges.map(\.time) == edges.map(\.time).sorted())
    }

    @Test(arguments: Backend.available, [(2, 2), (1, 2), (5, 8), (8, 8), (0, 16)])
    func `G6: a full buffer drops its oldest edges, and the sequence shows it`(
        backend: Backend, size: (wanted: Int, kept: Int)
    ) throws {
        let bench = try backend.bench()
        let request = try bench.input(0, InputSettings(edges: .both), buffer: size.wanted)
        let driven = size.kept + 3
        for step in 1...driven { try bench.drive(0, step % 2 == 1) }
        var kept: [LineEdge] = []
        #expect(try request.readEdges(into: &kept) == size.kept)
        #expect(kept.map(\.lineSequence) == Array(4...UInt32(driven)))
        #expect(kept.map(\.requestSequence) == Array(4...UInt32(driven)))
        #expect(kept.map(\.isActive) == (4...driven).map { $0 % 2 == 1 })
        #expect(!isReady(request))
        #expect(try request.readEdges(into: &kept) == 0)
        try bench.drive(0, driven % 2 == 0)
        #expect(try received(1, from: request).map(\.lineSequence) == [UInt32(driven) + 1])
    }

    @Test(arguments: Backend.available)
    func `the lines of a request share its buffer and number their edges apart`(backend: Backend) throws {
        let bench = try backend.bench()
        let settings = LineSettings.input(InputSettings(edges: .both))
        let request = try bench.request([(bench.line(0), settings), (bench.line(1), settings)], buffer: 4)
        try bench.drive(1, true)
        try bench.drive(0, [true, false, true, false, true])
        let edges = try received(4, from: request)
        #expect(edges.map(\.line) == [0, 0, 0, 0])
        #expect(edges.map(\.requestSequence) == [3, 4, 5, 6])
        #expect(edges.map(\.lineSequence) == [2, 3, 4, 5])
    }

    // MARK: Debounce

    @Test(arguments: Backend.available)
    func `G6: a bouncing contact is one edge, once its level has lasted`(backend: Backend) throws {
        let bench = try backend.bench()
        let period = Duration.milliseconds(100)
        let request = try bench.input(0, InputSettings(edges: .both, debounce: period))
        // On a busy machine a bounce may last longer than meant; then it says nothing.
        var start = bench.now()
        repeat {
            try bench.drive(0, false)
            try bench.pass(period * 3)
            var old: [LineEdge] = []
            try request.readEdges(into: &old)
            start = bench.now()
            try bench.drive(0, [true, false, true, false, true])
            #expect(try bench.now() - start > period || request.levels() == [false])
        } while bench.now() - start > period
        try bench.pass(period * 3)
        let edge = try #require(try received(1, from: request).first)
        #expect(edge.isActive)
        #expect(edge.time - start >= period)
        #expect(edge.requestSequence == edge.lineSequence)
        #expect(try request.levels() == [true])
        #expect(!isReady(request))
    }

    @Test(arguments: Backend.available)
    func `G6: a pulse shorter than the period is nothing, and takes no number`(backend: Backend) throws {
        let bench = try backend.bench()
        let period = Duration.milliseconds(100)
        let request = try bench.input(0, InputSettings(isActiveLow: true, edges: .falling, debounce: period))
        var start = bench.now()
        repeat {
            start = bench.now()
            try bench.drive(0, [true, false])
        } while bench.now() - start > period
        try bench.pass(period * 3)
        var before: [LineEdge] = []
        try request.readEdges(into: &before)
        try bench.drive(0, true)
        try bench.pass(period * 3)
        let edge = try #require(try received(1, from: request).first)
        #expect(!edge.isActive)
        #expect(edge.lineSequence == UInt32(before.count) + 1)
    }

    @Test(arguments: Backend.available)
    func `a debounced line shows its level from the request on`(backend: Backend) throws {
        let bench = try backend.bench()
        try bench.drive(0, true)
        let period = Duration.milliseconds(100)
        let request = try bench.input(0, InputSettings(isActiveLow: true, edges: .both, debounce: period))
        #expect(try request.levels() == [false])
        try bench.pass(period * 3)
        #expect(!isReady(request))
        try bench.drive(0, false)
        try bench.pass(period * 3)
        #expect(try received(1, from: request).map(\.isActive) == [true])
        #expect(try request.levels() == [true])
    }
}
