import HubMessages
import Sensing
import Testing

private func at(_ seconds: Int64) -> MonotonicTime { .zero + .seconds(seconds) }

/// A reference that knows the four positions of a walk and how far it has come, as a table.
private struct SlowCounter {
    // Index: outer broken + 2 × inner broken. Value: how far along a walk in that is.
    private static let position = [0, 1, 3, 2]
    private var outer = false
    private var inner = false
    private(set) var walked = 0

    var isFree: Bool { !outer && !inner }

    func isBroken(_ line: LineRole) -> Bool { line == .outer ? outer : inner }

    mutating func beam(_ line: LineRole, broken: Bool) {
        let before = Self.position[(outer ? 1 : 0) + (inner ? 2 : 0)]
        if line == .outer { outer = broken } else { inner = broken }
        let after = Self.position[(outer ? 1 : 0) + (inner ? 2 : 0)]
        switch after - before {
        case 1, -3: walked += 1
        case -1, 3: walked -= 1
        case 0: break
        case let jump: Issue.record("one beam cannot move \(jump) positions")
        }
    }
}

@Suite struct BeamCounterTests {
    private func feed(_ steps: [(LineRole, Bool)], to counter: inout BeamCounter) -> [PassageDirection] {
        steps.compactMap { counter.beam($0.0, broken: $0.1, at: at(1))?.direction }
    }

    private static let walkIn: [(LineRole, Bool)] = [(.outer, true), (.inner, true), (.outer, false), (.inner, false)]
    private static let walkOut: [(LineRole, Bool)] = [(.inner, true), (.outer, true), (.inner, false), (.outer, false)]

    @Test func `a walk in, a walk out, a turn after each step`() {
        var counter = BeamCounter()
        #expect(feed(Self.walkIn, to: &counter) == [.entered])
        #expect(feed(Self.walkOut, to: &counter) == [.left])
        #expect(feed([(.outer, true), (.outer, false)], to: &counter) == [.turned])
        #expect(feed([(.outer, true), (.inner, true), (.inner, false), (.outer, false)], to: &counter) == [.turned])
        #expect(
            feed(
                [(.outer, true), (.inner, true), (.outer, false), (.outer, true), (.inner, false), (.outer, false)],
                to: &counter) == [.turned])
        #expect(counter.deadline == nil)
    }

    @Test func `all 1,398,101 sequences of up to ten beam changes: in minus out is the way walked`() {
        let changes: [(LineRole, Bool)] = [(.outer, true), (.outer, false), (.inner, true), (.inner, false)]
        var sequences = 0
        // A beam that is broken twice without being freed has lost an edge, and the walk is ambiguous.
        func search(_ counter: BeamCounter, _ slow: SlowCounter, _ net: Int, _ depth: Int, _ hasRepeat: Bool) {
            sequences += 1
            guard depth < 10 else { return }
            for (line, broken) in changes {
                var counter = counter
                var slow = slow
                var net = net
                let hasRepeat = hasRepeat || slow.isBroken(line) == broken
                slow.beam(line, broken: broken)
                let passage = counter.beam(line, broken: broken, at: at(1))
                if let passage {
                    if !(passage.minimum...passage.maximum).contains(passage.estimate) {
                        Issue.record("\(passage) is not ordered")
                    }
                }
                switch passage?.direction {
                case .entered: net += 1
                case .left: net -= 1
                case .turned, .ambiguous, nil: break
                }
                if slow.isFree {
                    if slow.walked != 4 * net, !hasRepeat { Issue.record("walked \(slow.walked), counted \(net)") }
                    if counter.deadline != nil { Issue.record("a free counter waits for something") }
                }
                search(counter, slow, net, depth + 1, hasRepeat)
            }
        }
        search(BeamCounter(), SlowCounter(), 0, 0, false)
        #expect(sequences == 1_398_101)
    }

    @Test func `G6: after levels were read anew, the walk in progress is ambiguous and the next is counted`() {
        for steps in 0...3 {
            var counter = BeamCounter()
            _ = feed(Array(Self.walkIn[..<steps]), to: &counter)
            let outer = steps == 1 || steps == 2
            let inner = steps == 2 || steps == 3
            #expect(
                counter.resynchronize(outerBroken: outer, innerBroken: inner, edgesLost: true, at: at(2))?.direction
                    == .ambiguous)
            #expect(
                feed(Array(Self.walkIn[steps...]), to: &counter)
                    == (steps == 0 ? [PassageDirection.entered] : [.ambiguous]))
            #expect(feed(Self.walkOut, to: &counter) == [.left])
        }
    }

    @Test func `levels read at the first request are no passage`() {
        var counter = BeamCounter()
        #expect(counter.resynchronize(outerBroken: false, innerBroken: false, edgesLost: false, at: at(1)) == nil)
        #expect(counter == BeamCounter())
        #expect(counter.resynchronize(outerBroken: true, innerBroken: false, edgesLost: false, at: at(1)) == nil)
        #expect(counter.deadline == at(61))
    }

    @Test func `a beam broken for a minute is blocked until both are free`() {
        var counter = BeamCounter()
        #expect(counter.beam(.outer, broken: true, at: at(10)) == nil)
        #expect(counter.deadline == at(70))
        #expect(counter.advance(to: at(70) - .nanoseconds(1)) == nil)
        #expect(!counter.isBlocked)
        #expect(counter.advance(to: at(70)) == nil)
        #expect(counter.isBlocked)
        #expect(counter.deadline == nil)
        #expect(counter.beam(.inner, broken: true, at: at(80)) == nil)
        #expect(counter.isBlocked)
        #expect(counter.beam(.outer, broken: false, at: at(81)) == nil)
        #expect(counter.beam(.inner, broken: false, at: at(82)) == .ambiguous)
        #expect(counter.deadline == nil)

        // Whoever passes behind a dark beam's back is somebody, in or out: at the latest after the minute.
        #expect(counter.beam(.outer, broken: true, at: at(100)) == nil)
        #expect(counter.beam(.inner, broken: true, at: at(110)) == nil)
        #expect(counter.beam(.inner, broken: false, at: at(110) + .milliseconds(200)) == nil)
        #expect(counter.advance(to: at(160)) == .ambiguous)
        #expect(counter.beam(.inner, broken: true, at: at(170)) == nil)
        #expect(counter.beam(.inner, broken: false, at: at(170) + .milliseconds(200)) == .ambiguous)
    }
}
