internal import HubMessages
internal import Journal

/// Who waits to hear that a changed booking is on disk. "Done" before that would be a promise that a power cut breaks.
struct AwaitedStores {
    private var waiting: [(store: UInt64, request: UInt64)] = []
    private var failure: JournalFailure?

    /// The answer to `request` waits for the change `store`; `nil` is a change that the disk's queue did not take.
    /// Returns the answer where there is nothing to wait for.
    mutating func wait(for store: UInt64?, request: UInt64) -> String? {
        if let failure { return Self.reason("\(failure)") }
        guard let store else { return Self.reason("its queue is full") }
        waiting.append((store, request))
        return nil
    }

    /// The changes up to `store` are on disk: whom to tell.
    mutating func stored(upTo store: UInt64) -> [UInt64] {
        defer { waiting.removeAll { $0.store <= store } }
        return waiting.filter { $0.store <= store }.map(\.request)
    }

    /// The disk takes no changes until ``recovered()``: whom to tell, and what.
    mutating func failed(_ failure: JournalFailure) -> (requests: [UInt64], reason: String) {
        self.failure = failure
        defer { waiting = [] }
        return (waiting.map(\.request), Self.reason("\(failure)"))
    }

    /// The disk takes changes again.
    mutating func recovered() {
        failure = nil
    }

    private static func reason(_ cause: String) -> String {
        "the change holds, but the disk does not take it: \(cause); it is lost with the next start unless the disk "
            + "recovers before"
    }
}
