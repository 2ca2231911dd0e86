internal import Glibc
internal import LinuxIO
internal import Synchronization
internal import Testing

@Suite struct HandoffQueueTests {
    @Test func `keeps order, refuses when full, and frees what is left`() {
        final class Tracked: Sendable {
            static let alive = Atomic<Int>(0)
            init() { Self.alive.add(1, ordering: .relaxed) }
            deinit { Self.alive.subtract(1, ordering: .relaxed) }
        }
        do {
            let queue = HandoffQueue<(Int, Tracked)>(capacity: 3)
            for round in 0..<5 {
                #expect(queue.push((round * 2, Tracked())))
                #expect(queue.push((round * 2 + 1, Tracked())))
                #expect(queue.pop()?.0 == round * 2)
                #expect(queue.pop()?.0 == round * 2 + 1)
                #expect(queue.pop() == nil)
            }
            for number in 0..<3 {
                #expect(queue.push((number, Tracked())))
            }
            #expect(!queue.push((3, Tracked())))
            #expect(queue.count == 3)
        }
        #expect(Tracked.alive.load(ordering: .relaxed) == 0)
    }

    @Test func `hands a million numbers to another thread, none lost, none twice`() {
        let queue = HandoffQueue<Int>(capacity: 64)
        let total = 1_000_000
        let producer = Thread {
            var next = 0
            while next < total {
                if queue.push(next) { next += 1 } else { sched_yield() }
            }
        }
        var expected = 0
        while expected < total {
            guard let number = queue.pop() else {
                sched_yield()
                continue
            }
            guard number == expected else { break }
            expected += 1
        }
        producer.join()
        #expect(expected == total)
        #expect(queue.pop() == nil)
    }
}
