internal import LinuxIO
internal import Testing

@Suite struct LifelineTests {
    @Test func `a thread that waits is woken, ends when it is asked to, and says so`() throws {
        let lifeline = try Lifeline()
        let done = HandoffQueue<Int>(capacity: 100)
        let work = HandoffQueue<Int>(capacity: 100)
        let thread = Thread {
            while true {
                let isClosing = lifeline.isClosing
                while let number = work.pop() { _ = done.push(number) }
                if isClosing { break }
                lifeline.wake.wait()
            }
            lifeline.reportEnd()
        }
        for number in 0..<100 {
            #expect(work.push(number))
            lifeline.signal()
        }
        #expect(!lifeline.isClosing)
        lifeline.requestClose()
        #expect(lifeline.isClosing)
        #expect(lifeline.waitForEnd(.seconds(30)))
        thread.join()
        #expect((0..<100).allSatisfy { done.pop() == $0 }, "what came before the end is done")
    }

    @Test func `a thread that hangs holds the loop up for no longer than the bound`() throws {
        let lifeline = try Lifeline()
        lifeline.requestClose()
        let start = ContinuousClock.now
        #expect(!lifeline.waitForEnd(.milliseconds(20)))
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }
}
