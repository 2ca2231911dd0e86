public import HubMessages

/// Gives every event its place, and keeps what waits for the disk within its limit.
///
/// The disk may stall for seconds or fail for hours; the door loop goes on and events wait in memory. At most ``window``
/// of them have a place in the journal already and are with the writer; those behind have none yet, so they can still
/// make way: when ``limit`` of them wait, the oldest event of the lowest class goes for one of a higher or the same
/// class, climate first, alarms last. Memory then holds the last events, and of these the ones that matter. What went is
/// counted by type and told in one `loss` per type, once the writer has room again. A dropped event never had a place, so
/// places have no gaps.
public struct EventLog: Equatable, Sendable {
    /// At most so many events wait for the disk.
    public let limit: Int
    /// At most so many of them have a place already.
    public let window: Int
    /// The place of the last event that has one.
    public private(set) var last: SequenceNumber
    /// The place of the last event that is on disk.
    public private(set) var committed: SequenceNumber
    private var held: [(event: JournalEvent, moment: Moment)] = []
    private var dropped: [String: UInt64] = [:]

    /// The most events that wait with a place.
    public static let largestWindow = 1_024

    /// An event with its place.
    public struct Entry: Hashable, Sendable {
        /// The place.
        public let seq: SequenceNumber
        /// The event.
        public let event: JournalEvent
        /// When it happened.
        public let moment: Moment
    }

    /// A log that goes on after `last`, which is on disk.
    public init(last: SequenceNumber, limit: Int) {
        self.last = last
        self.committed = last
        self.limit = limit
        window = min(max(limit / 2, 1), Self.largestWindow)
    }

    /// How many events wait for the disk.
    public var waiting: Int { withPlace + held.count }

    /// Whether some of them have no place yet: the writer does not know of them.
    public var holds: Bool { !held.isEmpty }

    private var withPlace: Int { Int(last - committed) }

    /// Gives `event` the next place, or holds it where the writer has enough. Returns the events that have a place now.
    public mutating func append(_ event: JournalEvent, at moment: Moment) -> [Entry] {
        guard held.isEmpty, withPlace < window else {
            hold(event, moment)
            return []
        }
        return [place(event, moment)]
    }

    /// Everything up to `seq` is on disk. Returns what has a place now: events that were held, and the losses once none
    /// is held any more.
    public mutating func committed(upTo seq: SequenceNumber, at moment: Moment) -> [Entry] {
        committed = min(max(committed, seq), last)
        let room = max(window - withPlace, 0)
        let released = min(room, held.count)
        var entries = held.prefix(released).map { place($0.event, $0.moment) }
        held.removeFirst(released)
        if held.isEmpty { entries += tellLosses(at: moment) }
        return entries
    }

    /// Everything that waits, and the losses that are not told yet, with their places, however many: the daemon stops.
    public mutating func tellEverything(at moment: Moment) -> [Entry] {
        let entries = held.map { place($0.event, $0.moment) }
        held = []
        return entries + tellLosses(at: moment)
    }

    /// How many events were dropped and not told yet.
    public var untold: UInt64 { dropped.values.reduce(0, +) }

    private mutating func tellLosses(at moment: Moment) -> [Entry] {
        let losses = dropped.sorted { $0.key < $1.key }
        dropped = [:]
        return losses.map {
            place(.loss(Loss(cause: .journalQueueFull, source: $0.key, count: $0.value)), moment)
        }
    }

    private mutating func hold(_ event: JournalEvent, _ moment: Moment) {
        if waiting >= limit {
            let lowest = held.enumerated().min {
                ($0.element.event.eventClass, $0.offset) < ($1.element.event.eventClass, $1.offset)
            }
            guard let lowest, lowest.element.event.eventClass <= event.eventClass else {
                dropped[event.type, default: 0] += 1
                return
            }
            dropped[lowest.element.event.type, default: 0] += 1
            held.remove(at: lowest.offset)
        }
        held.append((event, moment))
    }

    private mutating func place(_ event: JournalEvent, _ moment: Moment) -> Entry {
        last += 1
        return Entry(seq: last, event: event, moment: moment)
    }

    public static func == (left: EventLog, right: EventLog) -> Bool {
        left.limit == right.limit && left.last == right.last && left.committed == right.committed
            && left.dropped == right.dropped && left.held.elementsEqual(right.held) { $0 == $1 }
    }
}
