import HubMessages
import Occupancy
import Sensing
import TestSupport
import Testing

private func at(_ seconds: Int64) -> MonotonicTime { .zero + .seconds(seconds) }

@Suite struct SpaceOccupancyTests {
    private let coworking: SpaceID = name("coworking")

    private func empty(
        after: Duration? = .seconds(1_800), capacity: Int? = 12, error: Int = 0, counted: Bool = true
    ) -> SpaceOccupancy {
        SpaceOccupancy(
            space: coworking,
            rules: OccupancyRules(emptyAfter: after, capacity: capacity, countError: error, isCounted: counted))
    }

    private func changed(
        _ estimate: Int, _ minimum: Int, _ maximum: Int, _ cause: OccupancyCause, by corrected: Int? = nil
    ) -> [JournalEvent] {
        [
            .occupancyChanged(
                OccupancyChanged(
                    space: coworking, estimate: estimate, minimum: minimum, maximum: maximum, cause: cause,
                    corrected: corrected))
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
        #expect(space.entries == 2)
        #expect(space.reasons == [.entered, .ambiguousPassage, .left])
    }

    @Test func `no clamp hides an error: who leaves without having been counted in is told, and by how many`() {
        var space = empty()
        _ = space.passage(.entered, at: at(1))
        _ = space.passage(.ambiguous, at: at(2))
        _ = space.passage(.left, at: at(3))
        // The interval allows for one more; the estimate did not.
        #expect(space.passage(.left, at: at(4)) == changed(0, 0, 0, .leftWhileEmpty, by: 1))
        #expect(space.passage(.left, at: at(5)) == changed(0, 0, 1, .leftWhileEmpty, by: 1))
        #expect(space.passage(.left, at: at(6)) == changed(0, 0, 0, .leftWhileEmpty, by: 1))
        let group = Passage(.left, estimate: -3, minimum: -4, maximum: -2)
        #expect(space.passage(group, at: at(7)) == changed(0, 0, 1, .leftWhileEmpty, by: 3))
    }

    @Test func `G11: the interval grows with everybody counted, as some are missed, and starts anew when empty`() {
        var space = empty(error: 3)
        #expect(space.passage(.entered, at: at(1)) == changed(1, 1, 1, .entered))
        #expect(space.passage(.entered, at: at(1)) == changed(2, 1, 3, .entered))
        var widths: [Int] = []
        for second in 3...40 {
            _ = space.passage(.entered, at: at(Int64(second)))
            widths.append(space.maximum - space.minimum)
        }
        // Of 40 people 1.2 are missed on average, and no more than 3 in 19 of 20 cases: on either side.
        #expect(widths.last == 6)
        #expect(zip(widths, widths.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(space.armed(at: at(50)) == changed(0, 0, 0, .armed, by: -40))
        #expect(space.passage(.entered, at: at(51)) == changed(1, 1, 1, .entered))
    }

    @Test func `G11: presence where nobody was counted is somebody`() {
        var space = empty()
        #expect(space.presence(true, expected: nil, at: at(1)) == changed(1, 1, 3, .presenceWhileEmpty, by: 1))
        #expect(space.presence(true, expected: nil, at: at(2)) == [])
        _ = space.passage(.entered, at: at(3))
        for _ in 0..<3 { _ = space.passage(.ambiguous, at: at(4)) }
        #expect(space.minimum == 0)
        _ = space.presence(false, expected: nil, at: at(5))
        #expect(space.presence(true, expected: nil, at: at(6)) == changed(2, 1, 7, .presence))
    }

    @Test func `G11: presence that goes on after the last one left is somebody who was missed`() {
        var space = empty()
        _ = space.presence(false, expected: nil, at: at(0))
        _ = space.passage(.entered, at: at(10))
        _ = space.presence(true, expected: nil, at: at(11))
        _ = space.passage(.left, at: at(100))
        #expect(space.deadline == at(230))
        #expect(space.advance(to: at(230) - .nanoseconds(1)) == [])
        #expect(space.advance(to: at(230)) == changed(1, 1, 3, .presenceWhileEmpty, by: 1))
    }

    @Test func `G11: a long silence empties the space, and nothing else does`() {
        var space = empty()
        _ = space.presence(false, expected: nil, at: at(0))
        _ = space.passage(.entered, at: at(100))
        #expect(space.deadline == at(1_900))
        #expect(space.advance(to: at(1_900) - .nanoseconds(1)) == [])
        _ = space.presence(true, expected: nil, at: at(1_000))
        _ = space.presence(false, expected: nil, at: at(2_000))
        #expect(space.deadline == at(3_800))
        #expect(space.advance(to: at(3_800)) == changed(0, 0, 0, .longSilence, by: -1))
        #expect(space.deadline == nil)
    }

    @Test func `G11: the silence of a sensor that is not there, or has failed, means nothing`() {
        var space = empty()
        _ = space.restart(last: OccupancyCount(estimate: 3, minimum: 3, maximum: 3), off: nil, at: at(0))
        _ = space.passage(.entered, at: at(1))
        #expect(space.deadline == at(7_201))
        _ = space.presence(false, expected: nil, at: at(2))
        #expect(space.deadline == at(1_802))
        space.presenceLost()
        _ = space.passage(.entered, at: at(3))
        #expect(space.deadline == at(7_203))
        #expect(space.presence(false, expected: nil, at: at(10)) == [])
        #expect(space.deadline == at(1_810))
    }

    @Test func `G11: without any evidence the interval grows with time, up to the capacity`() {
        var space = empty(after: nil, capacity: 4)
        for second in 1...3 as ClosedRange<Int64> { _ = space.passage(.entered, at: at(second)) }
        #expect(space.advance(to: at(7_203)) == changed(3, 2, 4, .time))
        #expect(space.advance(to: at(14_403)) == changed(3, 1, 4, .time))
        #expect(space.advance(to: at(21_603)) == changed(3, 0, 4, .time))
        #expect(space.deadline == nil)
    }

    @Test func `G11: after a restart the estimate goes on within an honest interval`() {
        var space = empty()
        let three = OccupancyCount(estimate: 3, minimum: 2, maximum: 4)
        #expect(space.restart(last: three, off: nil, at: at(0)) == changed(3, 0, 12, .restart))
        var unknown = empty()
        #expect(unknown.restart(last: nil, off: nil, at: at(0)) == [])
        var unlimited = empty(capacity: nil)
        let none = OccupancyCount(estimate: 0, minimum: 0, maximum: 0)
        #expect(unlimited.restart(last: none, off: .seconds(601), at: at(0)) == changed(0, 0, 10_000, .restart))
        // In the first minute no more than four pass unseen, then one in each.
        var short = empty()
        #expect(short.restart(last: three, off: .seconds(5), at: at(0)) == changed(3, 0, 8, .restart))
        var longer = empty()
        #expect(longer.restart(last: three, off: .seconds(60), at: at(0)) == changed(3, 0, 9, .restart))
    }

    @Test func `G11: while a counter cannot be read anybody may have passed it`() {
        var space = empty()
        _ = space.passage(.entered, at: at(1))
        #expect(space.counterFailed(true, at: at(2)) == changed(1, 0, 5, .counterFailed))
        #expect(space.deadline == at(62))
        #expect(space.advance(to: at(62)) == changed(1, 0, 6, .counterFailed))
        #expect(space.advance(to: at(122)) == changed(1, 0, 7, .counterFailed))
        var short = empty()
        _ = short.counterFailed(true, at: at(2))
        #expect(short.counterFailed(false, at: at(30)) == [])
        #expect(short.deadline == at(7_230))
    }

    @Test func `a card lets in one, or the party of its booking, and the exit button one or all of them out`() {
        var space = empty(counted: false)
        let booking = BookingID("B1")
        #expect(space.admitted(nil, party: nil, at: at(1)) == changed(1, 0, 4, .admitted))
        #expect(space.admitted(booking, party: 3, at: at(2)) == changed(4, 0, 8, .admitted))
        // Who comes later with the same booking is of that party.
        #expect(space.admitted(booking, party: 3, at: at(3)) == changed(4, 0, 9, .admitted))
        #expect(space.exitRequest(at: at(4)) == changed(3, 0, 9, .exitRequest))
        var counted = empty()
        #expect(counted.admitted(booking, party: 3, at: at(1)) == [])
        #expect(counted.exitRequest(at: at(1)) == [])
    }

    @Test func `presence in a room without a counter is as many as are booked`() {
        var space = empty(counted: false)
        #expect(space.presence(true, expected: 5, at: at(1)) == changed(5, 1, 12, .presenceWhileEmpty))
        var unbooked = empty(counted: false)
        #expect(unbooked.presence(true, expected: nil, at: at(1)) == changed(1, 1, 12, .presenceWhileEmpty))
    }

    @Test func `after closing time a short silence is enough; where nobody watches, the interval stays honest`() {
        var space = empty()
        _ = space.presence(false, expected: nil, at: at(0))
        _ = space.passage(.entered, at: at(100))
        #expect(space.closed(true, at: at(200)) == [])
        #expect(space.deadline == at(700))
        #expect(space.advance(to: at(700)) == changed(0, 0, 0, .closingTime, by: -1))
        var unwatched = empty(after: nil)
        _ = unwatched.passage(.entered, at: at(100))
        #expect(unwatched.closed(true, at: at(200)) == changed(0, 0, 1, .closingTime))
        #expect(unwatched.closed(true, at: at(300)) == [])
    }

    @Test func `a space inside another raises the outer one; the outer one bounds the inner`() {
        var outer = empty()
        _ = outer.passage(.entered, at: at(1))
        #expect(outer.holds(atLeast: 3, at: at(2)) == changed(3, 3, 3, .innerSpace, by: 2))
        #expect(outer.holds(atLeast: 3, at: at(2)) == [])
        var inner = empty()
        _ = inner.counterFailed(true, at: at(1))
        #expect(inner.holds(atMost: 3, at: at(2)) == changed(0, 0, 3, .outerSpace))
        _ = inner.seats(occupied: 2, at: at(3))
        // Whoever sits there is there, whatever the outer count says.
        #expect(inner.holds(atMost: 1, at: at(4)) == [])
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

    @Test func `capacity: nearly full, full, over, and room again are told once each`() {
        var space = empty(capacity: 10)
        var watch = CapacityWatch()
        var levels: [CapacityLevel] = []
        func look() {
            for case .capacityChanged(let change) in watch.update(space, capacity: 10, warnAt: nil) {
                levels.append(change.level)
            }
        }
        for second in 1...11 as ClosedRange<Int64> {
            _ = space.passage(.entered, at: at(second))
            look()
        }
        for second in 12...20 as ClosedRange<Int64> {
            _ = space.passage(.left, at: at(second))
            look()
        }
        #expect(levels == [.near, .full, .over, .full, .near, .free])
        #expect(watch.update(space, capacity: nil, warnAt: nil) == [])
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
        var space = SpaceOccupancy(space: name("coworking"), rules: OccupancyRules(countError: 0))
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
            var space = SpaceOccupancy(
                space: name("coworking"), rules: OccupancyRules(emptyAfter: .seconds(600), capacity: 12))
            var truth = 0
            var seconds: Int64 = 0
            _ = space.presence(false, expected: nil, at: at(0))
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
                _ = space.presence(truth > 0, expected: nil, at: at(seconds))
                guard space.minimum <= truth, truth <= space.maximum else {
                    Issue.record("[\(space.minimum), \(space.maximum)] does not hold \(truth)")
                    return
                }
            }
            _ = space.presence(false, expected: nil, at: at(seconds + 60))
            _ = space.advance(to: at(seconds + 660))
            #expect((space.minimum, space.estimate, space.maximum) == (0, 0, 0))
        }
    }
}
