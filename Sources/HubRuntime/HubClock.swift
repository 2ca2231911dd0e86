internal import HubConfiguration
internal import HubMessages
internal import LinuxIO

/// The hub's two clocks: the machine's, or in the simulated house ones that run faster.
struct HubClock {
    /// How many times faster than real time they run.
    let speed: Double

    private let realStart: UInt64
    private let wallStart: WallTime?
    private let hasHardwareClock = SystemClock.hasHardwareClock()

    /// A wall clock that shows a time before this is wrong: 2026-01-01T00:00:00Z, before the software was written.
    private static let earliest = WallTime(milliseconds: 1_767_225_600_000)

    /// The clocks of a hub with this configuration, from now on.
    init(_ configuration: HubConfiguration) {
        realStart = SystemClock.monotonicNanoseconds()
        switch configuration.gpio {
        case .libgpiod:
            speed = 1
            wallStart = nil
        case .simulated:
            let simulation = configuration.simulation
            speed = simulation.speed
            let elapsed = (simulation.since.map { Self.realWall() - $0 } ?? .zero) * simulation.speed
            wallStart = simulation.start.map { $0 + elapsed } ?? Self.realWall()
        }
    }

    /// This moment.
    func now() -> Moment {
        let real = SystemClock.monotonicNanoseconds()
        guard let wallStart else {
            let wall = Self.realWall()
            return Moment(monotonic: MonotonicTime(nanoseconds: real), wall: wall, quality: quality(wall))
        }
        let elapsed = UInt64(Double(real - realStart) * speed)
        return Moment(
            monotonic: MonotonicTime(nanoseconds: realStart + elapsed),
            wall: wallStart + .nanoseconds(Int64(clamping: elapsed)), quality: .synchronized)
    }

    /// The machine's monotonic clock when the hub's shows `time`, in nanoseconds; never too early.
    func machineTime(of time: MonotonicTime) -> UInt64 {
        guard time.nanoseconds > realStart else { return realStart }
        let elapsed = Double(time.nanoseconds - realStart) / speed
        return elapsed < Double(UInt64.max / 2) ? realStart + UInt64(elapsed.rounded(.up)) : UInt64.max / 2
    }

    /// A moment a little before `now`, of which only the monotonic time is known: that of an edge.
    static func moment(at time: MonotonicTime, now: Moment) -> Moment {
        Moment(monotonic: time, wall: now.wall - (now.monotonic - time), quality: now.quality)
    }

    private func quality(_ wall: WallTime) -> ClockQuality {
        if wall < Self.earliest { return .unknown }
        if SystemClock.isSynchronized() { return .synchronized }
        return hasHardwareClock ? .rtcOnly : .unknown
    }

    private static func realWall() -> WallTime {
        WallTime(milliseconds: Int64(SystemClock.realtimeNanoseconds() / 1_000_000))
    }
}
