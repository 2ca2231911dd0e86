import HubMessages
import Occupancy
import Sensing
import TestSupport
import Testing

private func at(_ seconds: Int64) -> MonotonicTime { .zero + .seconds(seconds) }

@Suite struct SpaceOccupancyTests {
    private let coworking: SpaceID = name("coworking")

    private func empty(after: Duration? = .seconds(1_800)) -> SpaceOccupancy {
        SpaceOccupancy(space: coworking, emptyAfter: after)
    }

    private func changed(_ estimate: Int, _ minimum: Int, _ maximum: Int, _ cause: OccupancyCause) -> [JournalEvent] {
        [
            .occupancyChanged(
                OccupancyChanged(
                    space: coworking, estimate: estimate, minimum: minimum, maximum: maximum, cause: cause))
        ]
    }

    @Test func `people in and out are counted; an unreadable passage widens the interval`() {
        var space = empty()
        #expect(space.passage(.entered, at: at(1)) == changed(1, 1, 1, .entered))
        #expect(space.passage(.entered, at: at(2)) == changed(2, 2, 2, .entered))
        #expect(space.passage(.turned, at: at(3)) == [])
        #expect(space.passage(.ambiguous, at: at(4)) == changed(2, 1, 3, .ambiguousPassage))
        #expect(space.passage(.left, at: at(5)) == changed(1, 0, 2, .left))
        #expect(space.passage(.left, at: at(6)) == changed(0, 0, 1, .left))
        #expect(space.passage(.left, at: at(7)) == changed(0, 0, 0, .left))
        #expect(space.passage(.left, at: at(8)) == changed(0, 0, 0, .leftWhileEmpty))
        #expect(space.entries == 2)
    }

    @Test func `G11: presence where nobody was counted is somebody`() {
        var space = empty()
        #expect(space.presence(true, capacity: 12, at: at(1)) == changed(1, 1, 12, .presenceWhileEmpty))
        #expect(space.presence(true, capacity: 12, at: at(2)) == [])
        _ = space.passage(.entered, at: at(3))
        for _ in 0..<3 { _ = space.passage(.ambiguous, at: at(4)) }
        #expect(space.minimum == 0)
        _ = space.presence(false, capacity: 12, at: at(5))
        #expect(space.presence(true, capacity: 12, at: at(6)) == changed(2, 1, 16, .presence))
    }

    @Test func `G11: a long silence empties the space, and nothing else does`() {
        var space = empty()
        _ = space.presence(false, capacity: 12, at: at(0))
        _ = space.passage(.entered, at: at(100))
        #expect(space.deadline == at(1_900))
        #expect(space.advance(to: at(1_900) - .nanoseconds(1)) == [])
        _ = space.presence(true, capacity: 12, at: at(1_000))
        #expect(space.deadline == nil)
        _ = space.presence(false, capacity: 12, at: at(2_000))
        #expect(space.deadline == at(3_800))
        #expect(space.advance(to: at(3_800)) == changed(0, 0, 0, .longSilence))
        #expect(space.deadline == nil)
    }

    @Test func `G11: the silence of a sensor that is not there, or has failed, means nothing`() {
        var space = empty()
        _ = space.restart(last: 3, capacity: 12, at: at(0))
        _ = space.passage(.entered, at: at(1))
        #expect(space.deadline == nil)
        _ = space.presence(false, capacity: 12, at: at(2))
        #expect(space.deadline == at(1_802))
        space.presenceLost()
        _ = space.passage(.entered, at: at(3))
        #expect(space.deadline == nil)
        #expect(space.presence(false, capacity: 12, at: at(10)) == [])
        #expect(space.deadline == at(1_810))
        var unwatched = empty(after: nil)
        _ = unwatched.passage(.entered, at: at(3))
        #expect(unwatched.deadline == nil)
    }

    @Test func `G11: after a restart the estimate goes on within an honest interval`() {
        var space = empty()
        #expect(space.restart(last: 3, capacity: 12, at: at(0)) == changed(3, 0, 12, .restart))
        var unknown = empty()
        #expect(unknown.restart(last: nil, capacity: 12, at: at(0)) == [])
        var small = empty()
        #expect(small.restart(last: 3, capacity: nil, at: at(0)) == changed(3, 0, 3, .restart))
    }

    @Test func `G11: while a counter cannot be read anybody may have passed it`() {
        var space = empty()
        _ = space.passage(.entered, at: at(1))
        #expect(space.counterFailed(capacity: 12, at: at(2)) == changed(1, 0, 12, .counterFailed))
        var large = empty()
        #expect(large.counterFailed(capacity: nil, at: at(2)) == changed(0, 0, 10_000, .counterFailed))
    }

    @Test func `G12: no count goes beyond the limit`() {
        var space = empty()
        _ = space.edgesLost(.max, at: at(1))
        #expect(space.maximum == SpaceOccupancy.limit)
        _ = space.edgesLost(.max, at: at(1))
        _ = space.passage(.entered, at: at(1))
        #expect(space.maximum == SpaceOccupancy.limit)
        #expect(space.minimum <= space.estimate && space.estimate <= space.maximum)
    }
}

/// Walkers whose every step is known, in front of a counter some of whose edges are lost.
@Suite struct TruthTests {
    private typealias Step = (line: LineRole, broken: Bool)
    private static let walkIn: [Step] = [(.outer, true), (.inner, true), (.outer, false), (.inner, false)]
    private static let walkOut: [Step] = [(.inner, true), (.outer, true), (.inner, false), (.outer, false)]

    /// One hub's view of one counter: sequence numbers per line, losses, levels read anew once the edges are handled.
    private struct View {
        var counter = BeamCounter()
        var space = SpaceOccupancy(space: name("coworking"), emptyAfter: nil)
        var monitors: [LineRole: SequenceMonitor] = [:]
        var mustReread = false

        mutating func read(_ step: Step, sequence: UInt32) {
            let missing = monitors[step.line, default: SequenceMonitor()].missing(before: sequence)
            if missing > 0 {
                _ = space.edgesLost(missing, at: at(1))
                mustReread = true
            }
            pass(counter.beam(step.line, broken: step.broken, at: at(1)))
        }

        mutating func settle(outer: Bool, inner: Bool) {
            guard mustReread else { return }
            mustReread = false
            pass(counter.resynchronize(outerBroken: outer, innerBroken: inner, edgesLost: true, at: at(1)))
        }

        private mutating func pass(_ passage: Passage?) {
            if let passage { _ = space.passage(passage, at: at(1)) }
        }
    }

    @Test func `G6 G11: whatever run of edges is lost, once the loss shows the interval holds the truth`() {
        // Up to three walks, every run of lost edges within them, then two more walks that show the loss.
        for directions in 0..<8 {
            let walks = (0..<3).map { directions >> $0 & 1 == 1 }
            let steps = (walks + [true, false]).flatMap { $0 ? Self.walkIn : Self.walkOut }
            for first in 0..<12 {
                for count in 1...(12 - first) {
                    run(steps, losing: first..<first + count, truth: walks.map { $0 ? 1 : -1 }.reduce(0, +))
                }
            }
        }
    }

    private func run(_ steps: [Step], losing lost: Range<Int>, truth: Int) {
        var view = View()
        // Ten people are inside before, so that walks out are possible.
        for _ in 0..<10 { _ = view.space.passage(.entered, at: at(0)) }
        var sequences: [LineRole: UInt32] = [:]
        var outer = false
        var inner = false
        for (index, step) in steps.enumerated() {
            sequences[step.line, default: 0] += 1
            if step.line == .outer { outer = step.broken } else { inner = step.broken }
            if !lost.contains(index) { view.read(step, sequence: sequences[step.line] ?? 0) }
            // The buffer is read to its end after what was lost, and again after the last walk.
            if index >= 12, index % 4 == 3 { view.settle(outer: outer, inner: inner) }
        }
        let space = view.space
        #expect(
            space.minimum <= 10 + truth && 10 + truth <= space.maximum,
            "lost \(lost) of \(steps.count): [\(space.minimum), \(space.maximum)], true \(10 + truth)")
        #expect(space.minimum <= space.estimate && space.estimate <= space.maximum)
    }

    @Test func `G11: random days with unreadable passages keep the truth in the interval, and the night empties it`() {
        var random = SeededRandom.announced()
        for _ in 0..<300 {
            var space = SpaceOccupancy(space: name("coworking"), emptyAfter: .seconds(600))
            var truth = 0
            var seconds: Int64 = 0
            _ = space.presence(false, capacity: 12, at: at(0))
            for _ in 0..<200 {
                seconds += .random(in: 1...300, using: &random)
                _ = space.advance(to: at(seconds))
                let isAmbiguous = Int.random(in: 0..<10, using: &random) == 0
                if truth > 0, Bool.random(using: &random) {
                    truth -= 1
                    _ = space.passage(isAmbiguous ? .ambiguous : .left, at: at(seconds))
                } else {
                    truth += 1
                    _ = space.passage(isAmbiguous ? .ambiguous : .entered, at: at(seconds))
                }
                // Whoever is there moves now and then; a PIR tells.
                _ = space.presence(truth > 0, capacity: 12, at: at(seconds))
                guard space.minimum <= truth, truth <= space.maximum else {
                    Issue.record("[\(space.minimum), \(space.maximum)] does not hold \(truth)")
                    return
                }
            }
            _ = space.presence(false, capacity: 12, at: at(seconds + 60))
            _ = space.advance(to: at(seconds + 660))
            #expect((space.minimum, space.estimate, space.maximum) == (0, 0, 0))
        }
    }
}
