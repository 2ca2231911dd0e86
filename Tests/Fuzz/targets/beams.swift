// modules: HubMessages Sensing
import HubMessages
import Sensing

/// Arbitrary edges, losses and pauses at two beams: bounds are bounds, and people do not come out of nothing.
func fuzz(_ input: inout FuzzInput) {
    let geometry = BeamGeometry(spacing: 0.02 + Double(input.byte()) / 300, abreast: 1 + input.choice(3))
    var counter = BeamCounter(geometry: geometry)
    var time = MonotonicTime.zero + .seconds(1)
    var passages = 0
    var changes = 0

    func judge(_ passage: Passage?) {
        guard let passage else { return }
        passages += 1
        check(passage.minimum <= passage.estimate && passage.estimate <= passage.maximum, "\(passage)")
        check(passage.maximum <= 10_000 && passage.minimum >= -10_000, "\(passage)")
        switch passage.direction {
        case .entered: check(passage.estimate == 1, "\(passage)")
        case .left: check(passage.estimate == -1, "\(passage)")
        case .turned, .ambiguous: check(passage.estimate == 0, "\(passage)")
        }
    }

    while !input.isEmpty {
        let action = input.byte()
        time = time + input.duration()
        switch action & 7 {
        case 0:
            changes += 2
            judge(
                counter.resynchronize(
                    outerBroken: action & 8 == 8, innerBroken: action & 16 == 16, edgesLost: action & 32 == 32,
                    at: time))
        case 1:
            judge(counter.advance(to: time))
            if let deadline = counter.deadline { check(deadline > time, "a deadline stays due") }
        case _:
            changes += 1
            judge(counter.beam(action & 8 == 8 ? .outer : .inner, broken: action & 16 == 16, at: time))
        }
    }
    check(passages <= changes + 1, "\(passages) passages of \(changes) changes")
}
