internal import Delivery
internal import HubConfiguration
internal import HubMessages

/// What the hub knows and does about its journal beside recording: whether the disk answers, where the hash chain stands,
/// the summary of each day, the end of retention periods.
struct JournalCare: Equatable, Sendable {
    /// Where the hash chain stands; `nil` before the first event.
    var head: JournalHead?
    // Told by the disk, and found by its silence.
    private var told: JournalFault?
    private var isStalled = false
    private var waitingSince: MonotonicTime?
    private var shownHead: JournalHead?
    private var showHeadAt: MonotonicTime = .zero
    private var expireAt: MonotonicTime = .zero
    private var refreshAt: MonotonicTime = .zero
    private var day: Int64?
    private var recordedToday: UInt64 = 0
    private var lossesToday: UInt64 = 0

    /// A disk that takes no event for so long does not answer.
    static let stall = Duration.seconds(2)
    /// How old the head in `status` may become.
    static let headAge = Duration.seconds(900)
    /// How often events are looked through for those whose time is over.
    static let expiry = Duration.seconds(3_600)
    /// How often live states are shown anew although nothing changed: a broker forgets them after twice that.
    static let refresh = Duration.seconds(3 * 86_400)
    private static let dayLength: Int64 = 86_400_000

    init(head: JournalHead?) {
        self.head = head
    }

    /// Why the disk takes no events; `nil` while it does.
    var fault: JournalFault? { told ?? (isStalled ? .stalled : nil) }

    mutating func start(at moment: Moment) {
        showHeadAt = moment.monotonic + Self.headAge
        expireAt = moment.monotonic + .seconds(60)
        refreshAt = moment.monotonic + Self.refresh
        if moment.quality != .unknown { day = Self.day(of: moment.wall) }
    }

    func deadline(at moment: Moment) -> MonotonicTime {
        var next = min(showHeadAt, min(expireAt, refreshAt))
        if let waitingSince, !isStalled { next = min(next, waitingSince + Self.stall) }
        if let day, moment.quality != .unknown {
            let end = WallTime(milliseconds: (day + 1) * Self.dayLength)
            next = min(next, moment.monotonic + max(end - moment.wall, .zero))
        }
        return next
    }

    mutating func recorded(_ event: JournalEvent, isWaiting: Bool, at moment: Moment) {
        recordedToday += 1
        if case .loss = event { lossesToday += 1 }
        if isWaiting, waitingSince == nil { waitingSince = moment.monotonic }
    }

    /// Something reached the disk. Returns whether that ends a silence.
    mutating func committed(isWaiting: Bool, at moment: Moment) -> Bool {
        waitingSince = isWaiting ? moment.monotonic : nil
        defer { isStalled = false }
        return isStalled
    }

    mutating func failing(_ fault: JournalFault) {
        told = fault
    }

    mutating func recovered() {
        told = nil
        isStalled = false
    }

    mutating func showedHead(at moment: Moment) {
        shownHead = head
        showHeadAt = moment.monotonic + Self.headAge
    }

    /// What time has brought.
    struct Due {
        var isStalled = false
        var showsHead = false
        var expires = false
        var refreshes = false
        var summary: DaySummary?
    }

    mutating func advance(to moment: Moment) -> Due {
        var due = Due()
        if let waitingSince, !isStalled, moment.monotonic >= waitingSince + Self.stall {
            isStalled = true
            due.isStalled = true
        }
        if moment.monotonic >= showHeadAt {
            due.showsHead = head != shownHead
            showHeadAt = moment.monotonic + Self.headAge
        }
        if moment.monotonic >= refreshAt {
            due.refreshes = true
            refreshAt = moment.monotonic + Self.refresh
        }
        if moment.monotonic >= expireAt {
            due.expires = moment.quality == .synchronized
            expireAt = moment.monotonic + Self.expiry
        }
        guard moment.quality != .unknown else { return due }
        let today = Self.day(of: moment.wall)
        if let day, day < today, let head {
            due.summary = DaySummary(
                day: String(WallTime(milliseconds: day * Self.dayLength).rfc3339.prefix(10)), head: head,
                recorded: recordedToday,
                losses: lossesToday)
            recordedToday = 0
            lossesToday = 0
        }
        day = today
        return due
    }

    private static func day(of time: WallTime) -> Int64 {
        let (days, rest) = time.milliseconds.quotientAndRemainder(dividingBy: dayLength)
        return rest < 0 ? days - 1 : days
    }
}

extension Hub {
    mutating func journalFailing(_ fault: JournalFault) {
        journalCare.failing(fault)
        touched.insert(.hub)
    }

    mutating func journalRecovered(at moment: Moment) {
        let dropped = log.untold
        journalCare.recovered()
        touched.insert(.hub)
        // What was dropped is told by type as well; this says that, and how long, the disk was the cause.
        record(.loss(Loss(cause: .diskFailed, source: "journal.db", count: dropped)), at: moment)
    }

    mutating func archived(_ id: JournalID, upTo seq: SequenceNumber, at moment: Moment) {
        guard id == journal, let asked = publisher.archived(upTo: seq, at: moment.monotonic) else { return }
        deliver(asked)
    }

    mutating func careForJournal(at moment: Moment) {
        let due = journalCare.advance(to: moment)
        if due.isStalled || due.showsHead { touched.insert(.hub) }
        if due.refreshes {
            shown = [:]
            touchEverything()
        }
        if let summary = due.summary { record(.daySummary(summary), at: moment) }
        if due.expires { expire(at: moment) }
    }

    private mutating func expire(at moment: Moment) {
        let periods = configuration.retention.periods.sorted { $0.key < $1.key }
        effects.append(
            .expire(
                periods.map { Expiry(eventClass: $0.key, before: moment.wall - $0.value) }, now: moment.wall))
    }
}
