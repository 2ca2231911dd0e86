// modules: HubMessages Sensing
import HubMessages
import Sensing

/// Arbitrary edges at a CO₂ sensor, a meter and a contact at once: no concentration out of the range, no more pulses
/// than fit into the time, no level of a contact twice, none missed that lasted.
func fuzz(_ input: inout FuzzInput) {
    let range = input.bool() ? 2_000 : 5_000
    var co2 = PWMDecoder(range: range)
    var counter = PulseCounter()
    let period = Duration.milliseconds(50)
    let start = MonotonicTime.zero + .seconds(1)
    var time = start
    var contact = EdgeFilter(shortest: period, level: false)
    var told = false
    var level = false
    var since = time

    func judge(_ cycle: PWMDecoder.Cycle?) {
        guard let ppm = cycle?.ppm else { return }
        check((0...range).contains(ppm), "\(ppm) ppm of \(range)")
    }
    func judge(_ settled: EdgeFilter.Edge?) {
        guard let settled else { return }
        check(settled.level != told, "a level is told twice")
        check(settled.time <= time, "a level from the future")
        told = settled.level
    }

    while !input.isEmpty {
        time = time + input.duration()
        if input.bool() {
            judge(co2.advance(to: time))
            _ = counter.advance(to: time)
        }
        // As the hub does: what fell due comes before the event.
        judge(contact.advance(to: time))
        // What was there for the period counts, however late it is looked at.
        let new = input.bool()
        let lasted = time - since >= period
        judge(co2.edge(new, at: time))
        _ = counter.output(new, at: time)
        judge(contact.edge(new, at: time))
        if lasted { check(told == level, "a level that lasted is missed") }
        if new != level {
            level = new
            since = time
        }
    }
    time = time + period
    judge(contact.advance(to: time))
    check(told == level, "the last stable level is not told")
    let fitting = (time - start).nanoseconds / 58_800_000 + 1
    check(Int64(counter.count) <= fitting, "\(counter.count) pulses in \(time - start)")
}
