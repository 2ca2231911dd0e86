internal import Glibc
internal import LinuxIO
internal import Testing

@Suite struct EventCounterTests {
    @Test func `a signal that is handled meanwhile does not end a wait`() throws {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        #expect(sigaction(SIGWINCH, &action, nil) == 0)
        let counter = try EventCounter()
        let waiter = pthread_self()
        let disturber = Thread {
            for _ in 0..<5 {
                usleep(20_000)
                pthread_kill(waiter, SIGWINCH)
            }
            usleep(100_000)
            counter.signal()
        }
        let start = SystemClock.monotonicNanoseconds()
        counter.wait(timeout: .seconds(60))
        let waited = SystemClock.monotonicNanoseconds() - start
        disturber.join()
        #expect(waited >= 200_000_000 && waited < 60_000_000_000, "ended after \(waited) ns")
        #expect(!counter.drain(), "the signal was not what ended it")
    }

    @Test func `signals do not make a wait longer than it may be`() throws {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        #expect(sigaction(SIGWINCH, &action, nil) == 0)
        let counter = try EventCounter()
        let waiter = pthread_self()
        let isOver = try EventCounter()
        let disturber = Thread {
            for _ in 0..<3_000 {
                usleep(10_000)
                if isOver.drain() { break }
                pthread_kill(waiter, SIGWINCH)
            }
        }
        let start = SystemClock.monotonicNanoseconds()
        counter.wait(timeout: .milliseconds(200))
        let waited = SystemClock.monotonicNanoseconds() - start
        isOver.signal()
        disturber.join()
        #expect(waited >= 200_000_000 && waited < 25_000_000_000, "ended after \(waited) ns")
    }
}
