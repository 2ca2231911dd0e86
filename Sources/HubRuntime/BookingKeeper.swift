internal import AccessControl
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import MessageCoding
internal import Synchronization

/// The thread of the feed: verifies, reads, hashes and stores what the platform sends, and reads from the feed's file what
/// the hub holds in memory of it. A million bookings pass through here without the loop noticing.
///
/// All methods are for the loop's thread, and none waits but ``init(_:hash:)`` and ``close(within:)``.
final class BookingKeeper {
    /// What the thread reports.
    enum Notice: Sendable {
        case feed(Hub.FeedOutcome)
        case bookings(BookingWindow)
        /// So many bookings of the feed are damaged on the disk; the platform must send it once more.
        case damaged(Int)
        case failing(JournalFailure)
        /// The feed's bookings that name a person; none where there is a failure.
        case found(request: UInt64, [Booking], JournalFailure?)
        /// A person is out of the feed's file, or is still in it where there is a failure.
        case erased(request: UInt64, JournalFailure?)
    }

    private enum Job: Sendable {
        case message([UInt8], BookingRules, SignatureCheck, around: WallTime)
        case load(around: WallTime, endedBefore: WallTime)
        case find(tokens: Set<CredentialToken>, ids: Set<BookingID>, request: UInt64)
        case erase(tokens: Set<CredentialToken>, ids: Set<BookingID>, around: WallTime, request: UInt64)
    }

    private let jobs = HandoffQueue<Job>(capacity: 256)
    private let notices: NoticeQueue<Notice>
    private let lifeline: Lifeline
    private let pending: PendingBytes
    private let thread: Thread

    /// At most so many bytes of messages wait; more are dropped, which is told, and the feed they are of does not become
    /// whole.
    static let maximumPending = 64 << 20

    private final class PendingBytes: Sendable {
        let count = Atomic<Int>(0)
    }

    /// Starts the thread, which owns `store` from then on.
    init(_ store: FeedStore, hash: CredentialHash) throws(SystemError) {
        lifeline = try Lifeline()
        notices = NoticeQueue(capacity: 64, arrived: try EventCounter(), room: lifeline.wake)
        let pending = PendingBytes()
        self.pending = pending
        let handed = Handed(work: Work(store, hash: hash))
        thread = Thread { [jobs, notices, lifeline] in
            var outbox = NoticeOutbox(notices)
            while true {
                // Asked first, so that what was pushed before the close is done. The loop takes no notices then.
                let isClosing = lifeline.isClosing
                while isClosing || !outbox.isBlocked, let job = jobs.pop() {
                    if case .message(let bytes, _, _, _) = job {
                        pending.count.subtract(bytes.count, ordering: .relaxed)
                    }
                    for notice in handed.work.perform(job) { outbox.send(notice) }
                    outbox.flush()
                }
                outbox.flush()
                if isClosing { break }
                if !outbox.isBlocked, jobs.count == 0, handed.work.hasLeftover {
                    for notice in handed.work.removeLeftover() { outbox.send(notice) }
                    outbox.flush()
                    continue
                }
                if outbox.isBlocked || jobs.count == 0 { lifeline.wake.wait(timeout: nil) }
            }
            lifeline.reportEnd()
        }
    }

    /// Readable when ``next()`` may have something.
    var arrived: CInt { notices.arrived.descriptor }

    /// Resets ``arrived``; before ``next()``.
    func drain() { notices.arrived.drain() }

    /// Takes the next notice; `nil` where there is none.
    func next() -> Notice? { notices.pop() }

    /// A message of the feed's topics. Returns whether there was room for it.
    func take(_ bytes: [UInt8], _ rules: BookingRules, _ check: SignatureCheck, around time: WallTime) -> Bool {
        guard pending.count.load(ordering: .relaxed) + bytes.count <= Self.maximumPending else { return false }
        pending.count.add(bytes.count, ordering: .relaxed)
        if push(.message(bytes, rules, check, around: time)) { return true }
        pending.count.subtract(bytes.count, ordering: .relaxed)
        return false
    }

    /// Reads what matters around `time`, and removes what ended before `over`: a part of it before, and where that was not
    /// all, the rest part by part while there is nothing else to do; then what matters is read once more. A queue that is
    /// full is asked again by the hub.
    func load(around time: WallTime, endedBefore over: WallTime) {
        _ = push(.load(around: time, endedBefore: over))
    }

    /// Looks for a person in the feed's file; ``Notice/found(request:_:_:)`` follows. Returns whether there was room for it.
    func find(tokens: Set<CredentialToken>, ids: Set<BookingID>, request: UInt64) -> Bool {
        push(.find(tokens: tokens, ids: ids, request: request))
    }

    /// Takes a person out of the feed's file; ``Notice/erased(request:_:)`` follows. Returns whether there was room for it.
    func erase(tokens: Set<CredentialToken>, ids: Set<BookingID>, around time: WallTime, request: UInt64) -> Bool {
        push(.erase(tokens: tokens, ids: ids, around: time, request: request))
    }

    /// Ends the thread. Returns whether it ended within `bound`; what it was at is then begun anew after the next start.
    func close(within bound: Duration) -> Bool {
        lifeline.requestClose()
        guard lifeline.waitForEnd(bound) else { return false }
        thread.join()
        return true
    }

    private func push(_ job: Job) -> Bool {
        guard jobs.push(job) else { return false }
        lifeline.signal()
        return true
    }

    // Unchecked: made by the thread that starts it and used by the other one only; starting that thread orders the two.
    private final class Handed: @unchecked Sendable {
        let work: Work

        init(work: Work) {
            self.work = work
        }
    }

    /// What the thread does.
    private final class Work {
        private let store: FeedStore
        private let hash: CredentialHash
        private let coding = MessageCoding()
        private var intake: FeedIntake
        // What ended before `over` is still being removed.
        private var leftover: (around: WallTime, over: WallTime)?

        init(_ store: FeedStore, hash: CredentialHash) {
            self.store = store
            self.hash = hash
            intake = FeedIntake(version: store.version)
        }

        func perform(_ job: Job) -> [Notice] {
            switch job {
            case .message(let bytes, let rules, let check, let time): return take(bytes, rules, check, around: time)
            case .load(let time, let over):
                do throws(JournalFailure) {
                    if over.milliseconds > .min {
                        leftover = try store.removeEnded(before: over) ? (time, over) : nil
                    }
                    return try window(around: time) { .bookings($0) }
                } catch {
                    return [.failing(error)]
                }
            case .find(let tokens, let ids, let request):
                do throws(JournalFailure) {
                    return [.found(request: request, try store.find(tokens: tokens, ids: ids), nil)]
                } catch {
                    return [.failing(error), .found(request: request, [], error)]
                }
            case .erase(let tokens, let ids, let time, let request):
                do throws(JournalFailure) {
                    _ = try store.erase(tokens: tokens, ids: ids)
                    return try window(around: time) { .bookings($0) } + [.erased(request: request, nil)]
                } catch {
                    return [.failing(error), .erased(request: request, error)]
                }
            }
        }

        /// Whether there is something to remove still.
        var hasLeftover: Bool { leftover != nil }

        /// Removes the next part of what has ended.
        func removeLeftover() -> [Notice] {
            guard let (time, over) = leftover else { return [] }
            do throws(JournalFailure) {
                guard try !store.removeEnded(before: over) else { return [] }
                leftover = nil
                return try window(around: time) { .bookings($0) }
            } catch {
                leftover = nil
                return [.failing(error)]
            }
        }

        private func take(
            _ bytes: [UInt8], _ rules: BookingRules, _ check: SignatureCheck, around time: WallTime
        ) -> [Notice] {
            var version: UInt64?
            func refused(_ refusal: BookingRefusal, _ detail: String) -> [Notice] {
                [.feed(.refused(Hub.FeedFault(refusal: refusal, detail: detail, version: version)))]
            }
            do {
                let (payload, signer) = try check.open(bytes)
                guard signer.rights.contains(.feed) else {
                    return refused(.signature, "'\(signer.id)' may not send bookings: its 'may' has no \"feed\"")
                }
                let part = try coding.decode(BookingFeed.self, from: payload)
                version = part.version
                switch try intake.take(part, rules: rules, hash: hash) {
                case .confirmed: return [.feed(.confirmed)]
                case .repeated: return []
                case .store(let bookings, let begins, let completes):
                    if begins { try store.begin() }
                    try store.add(bookings)
                    guard completes else { return [] }
                    if case .duplicate(let id) = try store.complete(version: part.version) {
                        intake.dropped()
                        let violation = BookingRules.duplicate(id)
                        return refused(violation.refusal, violation.detail)
                    }
                    intake.completed(part.version)
                    return try window(around: time) { .feed(.replaced($0)) }
                }
            } catch let fault as SignatureCheck.Fault {
                return refused(fault.isMalformed ? .malformed : .signature, fault.text)
            } catch let fault as MessageFault {
                return refused(.malformed, fault.text)
            } catch let violation as BookingRules.Violation {
                return refused(violation.refusal, violation.detail)
            } catch let failure as JournalFailure {
                intake.dropped()
                return refused(.storage, "the disk does not take the bookings: \(failure)") + [.failing(failure)]
            } catch {
                return refused(.malformed, "the feed cannot be read")
            }
        }

        private func window(
            around time: WallTime, _ notice: (BookingWindow) -> Notice
        ) throws(JournalFailure) -> [Notice] {
            let (window, damaged) = try BookingWindow.read(store, around: time, limit: BookingWindow.limit)
            guard damaged > 0 else { return [notice(window)] }
            intake.damaged()
            return [notice(window), .damaged(damaged)]
        }
    }
}

extension BookingWindow {
    /// What `store` has around `time`, at most `limit` bookings, and how many of them are damaged.
    static func read(
        _ store: FeedStore, around time: WallTime, limit: Int
    ) throws(JournalFailure) -> (window: BookingWindow, damaged: Int) {
        let range = try store.range(around: time, reaches: reaches, limit: limit)
        return (
            BookingWindow(
                version: store.version, count: store.count, from: range.from, to: range.to,
                bookings: BookingSet(range.bookings), omitted: range.omitted), range.damaged
        )
    }
}
