internal import HubMessages

/// Decides how long rows wait for others to share their commit.
///
/// A commit costs a sync of the disk, whatever is in it: 0.1 ms on a good SSD, 100 ms on a tired SD card. While one is
/// under way, rows gather by themselves. Beyond that, a row that nobody waits for is held back only while at least one
/// more is expected within the time that a commit takes, and not longer than that: latency at most doubles, and the
/// number of syncs falls with the rate of rows. Both rate and time are measured, so nothing is to be set.
struct GroupCommit {
    private let longest: UInt64
    // Means over about eight commits; 0 before the first.
    private var duration: Double = 0
    private var interval: Double = 0
    private var lastArrival: UInt64 = 0
    private var oldest: UInt64?

    init(longest: Duration) {
        self.longest = UInt64(clamping: max(longest.nanoseconds, 0))
    }

    /// So many rows were taken in at `now`.
    mutating func arrived(_ count: Int, at now: UInt64) {
        guard count > 0 else { return }
        if lastArrival > 0, now > lastArrival {
            let measured = Double(now - lastArrival) / Double(count)
            interval = interval == 0 ? measured : interval + (measured - interval) / 8
        }
        lastArrival = now
        oldest = oldest ?? now
    }

    /// A commit of everything that waited took so long.
    mutating func committed(in nanoseconds: UInt64) {
        duration = duration == 0 ? Double(nanoseconds) : duration + (Double(nanoseconds) - duration) / 8
        oldest = nil
    }

    /// Until when `waiting` rows are held; `nil`: they are written now.
    func holdsUntil(waiting: Int, now: UInt64) -> UInt64? {
        guard let oldest, interval > 0, Double(waiting) + 1 <= duration / interval else { return nil }
        let end = oldest + min(UInt64(duration), longest)
        return end > now ? end : nil
    }
}
