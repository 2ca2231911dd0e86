internal import Glibc
internal import LinuxIO
internal import Testing

@Suite struct EventCounterTests {
    /// Sends handled signals to this thread, one each 10 ms, while `body` runs, and returns the nanoseconds that it took.
    private func disturbed(_ body: () -> Void) throws -> UInt64 {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        #expect(sigaction(SIGWINCH, &action, nil) == 0)
        let waiter = pthread_self()
        let isOver = try EventCounter()
        let disturber = Thread {
            while !isOver.drain() {
                pthread_kill(waiter, SIGWINCH)
                isOver.pause(milliseconds: 10)
            }
        }
        let start = SystemClock.monotonicNanoseconds()
        body()
        let taken = SystemClock.monotonicNanoseconds() - start
        isOver.signal()
        disturber.join()
        return taken
    }

    @Test func `a signal that is handled meanwhile does not end a wait`() throws {
        let counter = try EventCounter()
        let waker = Thread {
            usleep(200_000)
            counter.signal()
        }
        let waited = try disturbed { counter.wait(timeout: .seconds(60)) }
        waker.join()
        #expect(waited >= 150_000_000 && waited < 60_000_000_000, "ended after \(waited) ns")
        #expect(!counter.drain(), "the signal was not what ended it")
    }

    @Test func `signals do not make a wait longer than it may be`() throws {
        let counter = try EventCounter()
        let waited = try disturbed { counter.wait(timeout: .milliseconds(200)) }
        #expect(waited >= 200_000_000 && waited < 25_000_000_000, "ended after \(waited) ns")
    }
}

extension EventCounter {
    /// Waits until signalled or until so much time is over, and leaves the counter as it is.
    fileprivate func pause(milliseconds: CInt) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, milliseconds)
    }
}
