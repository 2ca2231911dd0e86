import Delivery
import HubMessages
import TestSupport
import Testing

@Suite struct BackoffTests {
    @Test func `G12: each wait lies between half of its step and the whole, up to two minutes`() {
        var random = SeededRandom.announced()
        for _ in 0..<1_000 {
            var backoff = Backoff(seed: random.next())
            for step in [1, 2, 4, 8, 16, 32, 64, 120, 120, 120] {
                let wait = backoff.failed()
                #expect(wait >= .milliseconds(step * 500) && wait <= .seconds(step))
            }
            backoff.succeeded()
            #expect(backoff.failed() <= .seconds(1))
        }
    }

    @Test func `hubs with other seeds come back at other times`() {
        let waits = Set(
            (0..<100 as Range<UInt64>).map { seed in
                var backoff = Backoff(seed: seed)
                return backoff.failed()
            })
        #expect(waits.count == 100)
    }
}
