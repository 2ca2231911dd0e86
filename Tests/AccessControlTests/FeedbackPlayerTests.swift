import AccessControl
import HubMessages
import Testing

@Suite struct FeedbackPlayerTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }
    private let pattern = [
        FeedbackStep(led: true, buzzer: true, .milliseconds(100)), FeedbackStep(led: true, .milliseconds(900)),
    ]

    /// What is on, as a word.
    private func on(_ player: FeedbackPlayer) -> String { (player.led ? "L" : "") + (player.buzzer ? "B" : "") }

    @Test func `a pattern is played once and ends in silence`() {
        var player = FeedbackPlayer()
        var changed = player.play(pattern, at: at(0))
        #expect(changed && on(player) == "LB" && player.deadline == at(100))
        changed = player.advance(to: at(99))
        #expect(!changed)
        changed = player.advance(to: at(100))
        #expect(changed && on(player) == "L")
        changed = player.advance(to: at(1_000))
        #expect(changed && on(player) == "" && player.deadline == nil)
    }

    @Test func `one that repeats goes on until it is stopped; a new one takes its place`() {
        var player = FeedbackPlayer()
        _ = player.play(pattern, repeats: true, at: at(0))
        _ = player.advance(to: at(1_000))
        #expect(on(player) == "LB" && player.deadline == at(1_100) && player.isRepeating)
        _ = player.play([FeedbackStep(buzzer: true, .milliseconds(50))], at: at(1_020))
        #expect(on(player) == "B" && !player.isRepeating && player.deadline == at(1_070))
        _ = player.play(pattern, repeats: true, at: at(2_000))
        var changed = player.stop()
        #expect(changed && on(player) == "" && player.deadline == nil)
        changed = player.stop()
        #expect(!changed)
    }

    @Test func `an empty pattern is silence, and time that is looked at late misses nothing`() {
        var player = FeedbackPlayer()
        let changed = player.play([], repeats: true, at: at(0))
        #expect(!changed && player.deadline == nil)
        _ = player.play(pattern, repeats: true, at: at(0))
        _ = player.advance(to: at(10_050))
        #expect(on(player) == "LB" && player.deadline == at(10_100))
    }
}
