import AccessControl
import HubMessages
import Testing

@Suite struct LockoutTests {
    private func at(_ seconds: Int64) -> MonotonicTime { .zero + .seconds(seconds) }

    @Test func `three wrong ones are free, then waits double up to their bound`() {
        var lockout = Lockout.keypad
        var time: Int64 = 0
        for _ in 0..<2 {
            lockout.attempt(isRight: false, at: at(time))
            #expect(!lockout.isLocked(at: at(time)))
        }
        for wait: Int64 in [5, 10, 20, 40, 60, 60, 60] {
            lockout.attempt(isRight: false, at: at(time))
            #expect(lockout.isLocked(at: at(time + wait - 1)) && !lockout.isLocked(at: at(time + wait)), "\(wait)")
            time += wait
        }
    }

    @Test func `at a card a right one makes up for the wrong ones, at a keypad only peace does`() {
        var card = Lockout.card
        for _ in 0..<3 { card.attempt(isRight: false, at: at(0)) }
        card.attempt(isRight: true, at: at(5))
        #expect(!card.isLocked(at: at(5)) && card.isForgotten(at: at(5)))

        // Somebody with a code of their own guesses others' in between.
        var keypad = Lockout.keypad
        for round: Int64 in 0..<2 {
            keypad.attempt(isRight: false, at: at(round))
            keypad.attempt(isRight: true, at: at(round))
            #expect(!keypad.isLocked(at: at(round)))
        }
        keypad.attempt(isRight: false, at: at(10))
        #expect(keypad.isLocked(at: at(14)) && !keypad.isLocked(at: at(15)))
        #expect(!keypad.isForgotten(at: at(10 + 899)) && keypad.isForgotten(at: at(10 + 900)))
        keypad.attempt(isRight: false, at: at(2_000))
        #expect(!keypad.isLocked(at: at(2_000)))
    }

    @Test func `a card's bound is a quarter of an hour, a keypad's a minute, whatever is tried`() {
        for (fresh, bound) in [(Lockout.keypad, 60 as Int64), (.card, 900)] {
            var lockout = fresh
            for _ in 0..<200 { lockout.attempt(isRight: false, at: at(0)) }
            #expect(lockout.isLocked(at: at(bound - 1)) && !lockout.isLocked(at: at(bound)))
        }
    }
}
