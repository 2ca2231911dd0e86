import AccessControl
import HubMessages
import Testing

@Suite struct OpeningHoursTests {
    private func moment(_ seconds: Int64, wall: Int64? = nil, _ quality: ClockQuality = .synchronized) -> Moment {
        Moment(
            monotonic: .zero + .seconds(seconds), wall: WallTime(milliseconds: (wall ?? seconds) * 1_000),
            quality: quality)
    }

    private let windows = [
        TimeWindow(from: WallTime(milliseconds: 1_000_000), to: WallTime(milliseconds: 2_000_000)),
        TimeWindow(from: WallTime(milliseconds: 5_000_000), to: WallTime(milliseconds: 6_000_000)),
    ]

    @Test func `hours begin and end at their moments`() {
        var hours = OpeningHours()
        #expect(hours.plan(windows, at: moment(0)) == nil)
        #expect(hours.due == .zero + .seconds(1_000))
        #expect(hours.advance(to: moment(999)) == nil)
        #expect(hours.advance(to: moment(1_000)) == true)
        #expect(hours.advance(to: moment(2_000)) == false)
        #expect(hours.due == .zero + .seconds(5_000))
    }

    @Test func `a daemon that starts within the hours opens, one that does not know the time does not`() {
        var hours = OpeningHours()
        #expect(hours.plan(windows, at: moment(0, wall: 1_500, .unknown)) == nil)
        #expect(hours.due == nil)
        #expect(hours.clockChanged(at: moment(10, wall: 1_510)) == true, "the first plan is at the right time")
        var known = OpeningHours()
        #expect(known.plan(windows, at: moment(0, wall: 1_500)) == true)
    }

    @Test func `G4: a jump of the clock moves nothing; the next change of the old or the new plan does`() {
        var open = OpeningHours()
        _ = open.plan(windows, at: moment(1_500))
        // A year forward: the windows are all over, and the door still closes when its own hours end.
        #expect(open.clockChanged(at: moment(1_600, wall: 32_000_000)) == nil)
        #expect(open.isOpen && open.due == .zero + .seconds(2_000))
        #expect(open.advance(to: moment(2_000, wall: 32_000_400)) == false)

        var closed = OpeningHours()
        _ = closed.plan(windows, at: moment(3_000))
        // Back into the first window: it does not open; its end comes and goes; the next hours open.
        #expect(closed.clockChanged(at: moment(3_100, wall: 1_500)) == nil)
        #expect(!closed.isOpen && closed.due == .zero + .seconds(3_600))
        #expect(closed.advance(to: moment(3_600, wall: 2_000)) == nil)
        #expect(closed.advance(to: moment(6_600, wall: 5_000)) == true)
    }

    @Test func `a clock that becomes unknown ends the hours when they were to end, and begins none`() {
        var hours = OpeningHours()
        _ = hours.plan(windows, at: moment(1_500))
        #expect(hours.clockChanged(at: moment(1_600, wall: 0, .unknown)) == nil)
        #expect(hours.advance(to: moment(2_000, wall: 400, .unknown)) == false)
        #expect(hours.due == nil)
    }

    @Test func `other hours hold at once`() {
        var hours = OpeningHours()
        _ = hours.plan(windows, at: moment(1_500))
        #expect(hours.plan([], at: moment(1_600)) == false)
        #expect(hours.plan(windows, at: moment(1_700)) == true)
    }
}
