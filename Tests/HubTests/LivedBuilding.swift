import Delivery
import Hub
import HubConfiguration
import HubMessages
import Sensing
import Utilization

/// A motion sensor and a counter for each space, on lines from `firstLine` on.
func countedSensors(_ spaces: [String], firstLine: Int) -> String {
    spaces.enumerated().map { index, space in
        """

        [[sensor]]
        id = "\(space)-pir"
        space = "\(space)"
        kind = "presence"
        motion = { line = "GPIO\(firstLine + index * 3)" }
        [[sensor]]
        id = "\(space)-beam"
        space = "\(space)"
        kind = "beam-counter"
        outer = { line = "GPIO\(firstLine + index * 3 + 1)" }
        inner = { line = "GPIO\(firstLine + index * 3 + 2)" }
        """
    }.joined()
}

/// A building in which people live, with a hub that sees it only through its sensors, and a count of who is truly there.
///
/// Fault model. People walk alone, in groups, two abreast (one shadow for two), as children under the beams (no shadow),
/// turn round between the beams, stand in them, pass close behind each other through a door that is propped open. A cleaner
/// goes in and out every evening. The kernel loses edges; a counter is unplugged for minutes; the daemon is restarted, and
/// whoever passes meanwhile passes unseen. Motion sensors see whoever moves, every half to ten minutes, and nobody else.
struct LivedBuilding {
    /// Something that happens: a level, a person who is in a space now or not any more, a fault.
    enum Action {
        case line(DeviceID, LineRole, Bool)
        case person(SpaceID, Int)
        case lose(DeviceID, Int)
        case unplug(DeviceID)
        case plug(DeviceID)
        case stop
        case start
    }

    /// What somebody who may read the district's topics gets, and when.
    struct DistrictMessage: Equatable {
        enum Content: Equatable {
            case quarter(DistrictUtilization)
            case month(DistrictMonth)
            case status(HubStatus)
        }
        let time: MonotonicTime
        let content: Content

        var topic: String {
            if case .status = content { "status" } else { "utilization" }
        }
    }

    let settings: HubConfiguration
    let midnight: WallTime
    var random: SplitMix64
    var now: MonotonicTime = .zero
    var truth: [SpaceID: Int] = [:]
    /// What happened, in numbers.
    var happened: [String: Int] = [:]
    private(set) var hub: Hub?
    private(set) var journal: [JournalEvent] = []
    private(set) var district: [DistrictMessage] = []

    private var written: SequenceNumber = 0
    private var shownStatus: HubStatus?
    private var occupancy: [SpaceID: OccupancyCount] = [:]
    private var uses: [SpaceUse.Memory] = []
    private var quarters: [Int: [ClosedQuarter]] = [:]
    private var active: [DeviceID: [LineRole: Int]] = [:]
    private var sequences: [DeviceID: [LineRole: UInt32]] = [:]
    private var toLose: [DeviceID: Int] = [:]
    private var unplugged: Set<DeviceID> = []

    init(_ settings: HubConfiguration, midnight: WallTime, seed: UInt64) {
        self.settings = settings
        self.midnight = midnight
        random = SplitMix64(seed: seed)
    }

    var moment: Moment {
        Moment(monotonic: now, wall: midnight + (now - .zero), quality: .synchronized)
    }

    mutating func start() {
        var hub = Hub(
            configuration: settings, version: "test",
            memory: Hub.Memory(
                journal: JournalID(high: 0, low: 1), lastEvent: written, occupancy: occupancy,
                uses: uses, quarters: quarters.values.flatMap(\.self)),
            hash: hash, seed: 1)
        let asked = hub.start(HubStarted(version: "test", simulated: true, newJournal: written == 0), at: moment)
        self.hub = hub
        take(asked)
        for device in settings.devices.keys.sorted() { ready(device) }
    }

    /// Time passes, with everything that falls due.
    mutating func pass(to end: MonotonicTime) {
        while let deadline = hub?.deadline, deadline <= end {
            now = max(now, deadline)
            send(.tick)
        }
        now = max(now, end)
    }

    mutating func perform(_ action: Action) {
        switch action {
        case .line(let device, let line, let isOn): touch(device, line, isOn)
        case .person(let space, let change): truth[space, default: 0] += change
        case .lose(let device, let count): toLose[device] = count
        case .unplug(let device):
            guard hub != nil, unplugged.insert(device).inserted else { return }
            send(.deviceFailed(device, reason: "unplugged"))
        case .plug(let device):
            guard unplugged.remove(device) != nil else { return }
            ready(device)
        case .stop:
            send(.stop)
            hub = nil
        case .start:
            guard hub == nil else { return }
            unplugged = []
            start()
        }
    }

    private mutating func touch(_ device: DeviceID, _ line: LineRole, _ isOn: Bool) {
        let before = isActive(device, line)
        active[device, default: [:]][line, default: 0] += isOn ? 1 : -1
        guard isActive(device, line) != before, hub != nil, !unplugged.contains(device) else { return }
        sequences[device, default: [:]][line, default: 0] += 1
        if let count = toLose[device], count > 0 {
            toLose[device] = count - 1
            return
        }
        send(
            .edge(
                device,
                SensedEdge(
                    line: line, isActive: isOn, time: now, sequence: sequences[device]?[line] ?? 0)))
    }

    private func isActive(_ device: DeviceID, _ line: LineRole) -> Bool { (active[device]?[line] ?? 0) > 0 }

    private func levels(_ device: DeviceID) -> [LineRole: Bool] {
        guard case .sensor = device else { return House.restLevels(of: device) }
        return [.only: isActive(device, .only), .outer: isActive(device, .outer), .inner: isActive(device, .inner)]
    }

    private mutating func ready(_ device: DeviceID) {
        sequences[device] = nil
        toLose[device] = nil
        send(.deviceReady(device, levels(device)))
    }

    private mutating func send(_ event: Hub.Event) {
        let moment = moment
        guard let asked = hub?.handle(event, at: moment) else { return }
        take(asked)
    }

    private mutating func take(_ asked: [Hub.Effect]) {
        var last: SequenceNumber?
        var follow: [Hub.Event] = []
        for effect in asked {
            switch effect {
            case .append(let entry, _):
                written += 1
                precondition(entry.seq == written, "seq \(entry.seq) after \(written - 1)")
                journal.append(entry.event)
                switch entry.event {
                case .districtQuarter(let quarter): tell(.quarter(quarter))
                case .districtMonth(let month): tell(.month(month))
                case _: break
                }
                last = entry.seq
            case .show(.status(let status)): show(status.published)
            case .storeOccupancy(let estimates): occupancy = estimates
            case .storeUses(let memory): uses = memory
            case .storeQuarters(let changed): quarters.merge(changed) { _, new in new }
            case .readLevels(let device): follow.append(.levels(device, levels(device)))
            case .makeCalendar: follow.append(.calendar(days))
            case _: break
            }
        }
        if let last { send(.journalCommitted(last)) }
        for event in follow { send(event) }
    }

    private mutating func tell(_ content: DistrictMessage.Content) {
        district.append(DistrictMessage(time: now, content: content))
    }

    /// As the daemon does: not again what was shown last.
    private mutating func show(_ status: HubStatus) {
        guard status != shownStatus else { return }
        shownStatus = status
        tell(.status(status))
    }

    private var days: [CalendarDay] {
        (-2..<40).map { day in
            let from = midnight + .seconds(Int64(day) * 86_400)
            return CalendarDay(
                date: String(from.rfc3339.prefix(10)), from: from, to: from + .seconds(86_400))
        }
    }
}
