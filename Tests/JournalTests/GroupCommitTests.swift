internal import HubMessages
@testable internal import Journal
internal import Testing

/// How long rows wait for company, by what commits take and how fast rows come.
@Suite struct GroupCommitTests {
    private static let millisecond: UInt64 = 1_000_000

    /// A disk that takes `commit` milliseconds, and a row every `interval` of them.
    private func measured(commit: UInt64, interval: UInt64) -> (GroupCommit, now: UInt64) {
        var gathering = GroupCommit(longest: .milliseconds(50))
        var now = 1_000 * Self.millisecond
        for _ in 0..<40 {
            now += interval * Self.millisecond
            gathering.arrived(1, at: now)
            gathering.committed(in: commit * Self.millisecond)
        }
        now += interval * Self.millisecond
        gathering.arrived(1, at: now)
        return (gathering, now)
    }

    @Test func `a row waits where another is due within the time of a commit, and no longer than that`() {
        let (gathering, now) = measured(commit: 20, interval: 4)
        #expect(gathering.holdsUntil(waiting: 1, now: now) == now + 20 * Self.millisecond)
        #expect(gathering.holdsUntil(waiting: 1, now: now + 20 * Self.millisecond) == nil)
        #expect(gathering.holdsUntil(waiting: 5, now: now) == nil, "as many as can be expected are there")
    }

    @Test func `a row that comes alone, or on a fast disk, is written at once`() {
        let (rare, first) = measured(commit: 20, interval: 500)
        #expect(rare.holdsUntil(waiting: 1, now: first) == nil)
        let (fast, second) = measured(commit: 1, interval: 4)
        #expect(fast.holdsUntil(waiting: 1, now: second) == nil)
    }

    @Test func `on a tired card a row waits for its bound at most`() {
        let (gathering, now) = measured(commit: 300, interval: 4)
        #expect(gathering.holdsUntil(waiting: 1, now: now) == now + 50 * Self.millisecond)
    }

    @Test func `before anything is measured nothing waits`() {
        var gathering = GroupCommit(longest: .milliseconds(50))
        gathering.arrived(1, at: 5)
        #expect(gathering.holdsUntil(waiting: 1, now: 5) == nil)
    }
}
