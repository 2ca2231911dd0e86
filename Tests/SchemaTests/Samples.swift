internal import HubMessages
internal import MessageCoding

/// One sample of every message type, with all optional fields and without them, and with every word of every closed
/// list.
struct Samples {
    let door: DoorID
    let space: SpaceID
    let sensor: SensorID
    let hub: HubID
    let booking: BookingID
    let holder: HolderID
    let schedule: ScheduleID
    let signer: SignerID
    let time = WallTime(milliseconds: 1_795_000_000_123)
    let journal = JournalID(high: 0x0123_4567_89AB_CDEF, low: 7)
    private let coding = MessageCoding()

    init?() {
        guard let door = DoorID("eingang"), let space = SpaceID("coworking"), let sensor = SensorID("coworking-pir"),
            let hub = HubID("polch"), let booking = BookingID("B-2026-1001"),
            let holder = HolderID("h-1"), let schedule = ScheduleID("werktags"), let signer = SignerID("platform")
        else { return nil }
        (self.door, self.space, self.sensor, self.hub, self.booking) = (door, space, sensor, hub, booking)
        (self.holder, self.schedule, self.signer) = (holder, schedule, signer)
    }

    /// The head of a hash chain.
    var head: JournalHead {
        JournalHead(seq: 4_711, hash: ChainHash((1, 2, 3, 0xFFFF_FFFF_FFFF_FFFF)))
    }

    var acknowledgements: [ArchiveAcknowledgement] {
        [ArchiveAcknowledgement(journal: journal, seq: 0), ArchiveAcknowledgement(journal: journal, seq: 4_711)]
    }

    func json(_ value: some Encodable) throws -> JSONValue { try JSONValue(coding.encode(value)) }

    var statuses: [HubStatus] {
        ClockQuality.allCases.map { clock in
            HubStatus(
                hub: hub, name: "RegioHub Polch", online: clock != .unknown, version: SoftwareVersion.current,
                clock: clock,
                journal: journal, feedVersion: 42, journalHealthy: true,
                failedDevices: [
                    .contact(door), .exitButton(door), .lock(door), .reader(door), .sensor(sensor),
                ])
        }
            + JournalFault.allCases.map { fault in
                HubStatus(
                    hub: hub, name: "RegioHub Polch", online: true, version: SoftwareVersion.current,
                    clock: .synchronized, journal: journal, feedVersion: 42, journalHealthy: false, failedDevices: [],
                    journalFault: fault, journalHead: head)
            }
    }

    var doors: [DoorState] {
        let full = DoorMode.allCases.flatMap { mode in
            ContactState.allCases.map { contact in
                DoorState(
                    door: door, name: "Eingang", mode: mode, released: mode == .accessed, contact: contact,
                    bolt: mode == .locked ? nil : .unknown, fire: mode == .lockedOpen ? true : nil,
                    alarms: DoorAlarm.allCases.sorted())
            }
        }
        return full + [DoorState(door: door, name: "Eingang", mode: .locked, released: nil, contact: .open, alarms: [])]
    }

    var spaces: [SpaceState] {
        SpaceModule.allCases.flatMap { module in
            [
                SpaceState(
                    space: space, name: "Coworking", module: module, estimate: 2, minimum: 1, maximum: 4, capacity: 12,
                    present: true, booked: false, level: .near, reasons: OccupancyCause.allCases),
                SpaceState(
                    space: space, name: "Coworking", module: module, estimate: 0, minimum: 0, maximum: 0, capacity: nil,
                    present: nil, booked: nil),
            ]
        }
    }

    var sensors: [SensorState] {
        [
            SensorState(sensor: sensor, space: space, available: false, faults: SensorFault.allCases.sorted()),
            SensorState(sensor: sensor, space: nil, available: true),
            full,
        ]
    }

    /// A sensor that shows everything, which no sensor does.
    private var full: SensorState {
        var state = SensorState(sensor: sensor, space: space, available: true)
        state.show(climate)
        state.present = true
        state.entered = 3
        state.left = 2
        state.active = false
        state.pulses = 1_000
        state.energy = 1.25
        state.volume = 10.5
        return state
    }

    private var climate: Climate { Climate(temperature: -3.5, humidity: 45.5, co2: 612, pressure: 1_013.25) }

    private var sensorEvents: [JournalEvent] {
        var events: [JournalEvent] = [
            .climate(ClimateMeasured(sensor: sensor, space: space, climate)),
            .climate(ClimateMeasured(sensor: sensor, space: nil, Climate(temperature: 21))),
            .meter(
                MeterRead(sensor: sensor, space: space, medium: .electricity, pulses: 1_000, energy: 1, volume: nil)),
            .meter(MeterRead(sensor: sensor, space: nil, medium: .water, pulses: 7, energy: nil, volume: 70.5)),
            .meter(MeterRead(sensor: sensor, space: nil, medium: .gas, pulses: 7, energy: nil, volume: 70)),
            .feedback(FeedbackGiven(sensor: sensor, space: space, answer: "gut", rank: 1, of: 3)),
            .feedback(FeedbackGiven(sensor: sensor, space: nil, answer: "schlecht", rank: 3, of: 3)),
        ]
        events += HouseInput.allCases.flatMap { input in
            [
                .inputChanged(InputChanged(sensor: sensor, space: space, input: input, active: true)),
                .inputChanged(InputChanged(sensor: sensor, space: nil, input: input, active: false)),
            ]
        }
        events += SensorFault.allCases.flatMap { fault in
            [
                .sensorFault(
                    SensorFaultChanged(sensor: sensor, space: space, fault: fault, active: true, detail: "seen")),
                .sensorFault(SensorFaultChanged(sensor: sensor, space: nil, fault: fault, active: false)),
            ]
        }
        return events
    }

    var record: UtilizationRecord {
        UtilizationRecord(space: space, module: .coworking, start: time, use: use)
    }

    private var use: UseNumbers {
        var use = UseNumbers()
        use.covered = 900
        use.healthy = 900
        use.booked = 450
        use.used = 840
        use.usedBooked = 400
        use.peak = 4
        use.ownPeak = 3
        use.mean = 2.35
        use.entries = 4
        use.bookings = 30
        use.noShows = 12
        use.climate = ClimateSummary()
        use.climate?.add(climate)
        use.energy = 0.125
        return use
    }

    private var month: UtilizationSummary {
        UtilizationSummary(
            space: space, module: .coworking, period: .month, name: "2026-11", from: time,
            to: time + .seconds(30 * 86_400), revision: 0, quarters: 2_880, use: use)
    }

    /// With everything, and with what the district must not see left out.
    var utilizations: [DistrictUtilization] {
        [2, 5].map { threshold in
            DistrictUtilization(
                hub: hub, record: record, run: time,
                numbers: DistrictNumbers(peak: record.use.peak, entries: record.use.entries, threshold: threshold))
        } + [DistrictUtilization(hub: hub, empty: record)]
    }

    /// With everything, and with hardly anything.
    var months: [DistrictMonth] {
        [3, 50].compactMap { DistrictMonth(hub: hub, summary: month, threshold: $0) }
    }

    private var useEvents: [JournalEvent] {
        var summary = month
        summary.period = .day
        summary.name = "2026-11-25"
        summary.use.ownPeak = nil
        summary.use.climate = nil
        summary.use.energy = nil
        summary.head = JournalHead(seq: 7, hash: ChainHash((1, 2, 3, 4)))
        var events: [JournalEvent] = [
            .utilization(record), .utilizationSummary(month), .utilizationSummary(summary),
            .bookingArrived(
                BookingArrived(space: space, booking: booking, from: time, to: time, after: 60, late: false)),
            .bookingNoShow(BookingNoShow(space: space, booking: booking, from: time, to: time, grace: 900)),
            .bookingOverstay(BookingOverstay(space: space, booking: booking, to: time, active: true)),
            .bookingOverstay(BookingOverstay(space: space, booking: booking, to: time, active: false, seconds: 700)),
            .walkIn(WalkIn(space: space, since: time, active: true)),
            .walkIn(WalkIn(space: space, since: time, active: false, seconds: 700)),
        ]
        events += utilizations.map(JournalEvent.districtQuarter) + months.map(JournalEvent.districtMonth)
        events += CapacityLevel.allCases.map {
            .capacityChanged(
                CapacityChanged(space: space, level: $0, estimate: 12, minimum: 10, maximum: 14, capacity: 12))
        }
        return events
    }

    var feeds: [BookingFeed] {
        let full = BookingFeed.Entry(
            id: booking, space: space, from: time, to: time + .seconds(3_600),
            credentials: [
                CredentialDescription(facility: 255, number: 65_535),
                CredentialDescription(format: "H10301", facility: 12, number: 4_711),
                CredentialDescription(format: "C1k48s", facility: 4_194_303, number: 8_388_607),
                CredentialDescription(format: "UID56-reversed", facility: nil, number: 1 << 56 - 1),
                CredentialDescription(code: "0815"), CredentialDescription(code: "123456789012"),
            ], partySize: 2, uses: 3, cancelled: true)
        let short = BookingFeed.Entry(id: booking, space: space, from: time, to: time + .seconds(1), credentials: [])
        return [
            BookingFeed(hub: hub, version: 42, part: 2, parts: 3, bookings: [full, short]),
            BookingFeed(hub: hub, version: 1, bookings: [short]),
        ]
    }

    var requests: [HubRequest] {
        var holder = HolderDescription(
            id: self.holder, grantClass: .staff, cards: [CredentialDescription(facility: 1, number: 2)], pin: "0815",
            duressPIN: "1508", doors: [door], schedule: schedule, from: time, to: time, uses: 3, extended: true)
        let full = holder
        holder = HolderDescription(id: holder.id, grantClass: .member, pin: "0815")
        let commands = OperatorCommand.allCases.filter { $0 != .addBooking && $0 != .removeBooking }
        let actions: [HubRequest.Action] =
            [
                .accessPoints, .status(door: nil), .status(door: door), .revoke(booking: booking),
                .open(door: door, why: nil), .open(door: door, why: "Lieferung"), .putHolder(holder: full),
                .putHolder(holder: holder), .removeHolder(holder: holder.id),
                .suspendHolder(holder: holder.id, suspended: true),
            ]
            + feeds.flatMap(\.bookings).map { .grant(booking: $0) }
            + commands.map { .order(order: DoorOrder($0, door: door, until: time, duration: 1_000, why: "Probe")) }
            + commands.map { .order(order: DoorOrder($0)) }
        return actions.enumerated().map { index, action in
            HubRequest(
                hub: hub, id: booking, issued: time, expires: time + .seconds(60), by: index % 2 == 0 ? "ops" : nil,
                action: action)
        }
    }

    var responses: [HubResponse] {
        [
            HubResponse(hub: hub, id: booking, outcome: .done),
            HubResponse(
                hub: hub, id: booking, outcome: .done,
                accessPoints: [AccessPoint(id: door, name: "Tür", spaces: [space])], doors: doors),
        ]
            + RequestRefusal.allCases.map {
                HubResponse(hub: hub, id: booking, outcome: .refused, reason: $0, detail: "so")
            }
    }

    func envelope(_ event: JournalEvent, clock: ClockQuality = .synchronized) -> JournalEnvelope {
        JournalEnvelope(hub: hub, journal: journal, seq: 12, time: time, clock: clock, event: event)
    }

    var events: [JournalEvent] { hubEvents + doorEvents + houseEvents + sensorEvents }

    private var hubEvents: [JournalEvent] {
        var events: [JournalEvent] = [
            .hubStarted(
                HubStarted(version: "0.1.0", simulated: true, newJournal: true, setAside: "/x/journal.db.damaged-1")),
            .hubStarted(HubStarted(version: "0.1.0", simulated: false, newJournal: false)),
            .hubStopped(HubStopped(uptime: 86_400_000)),
            .configurationChanged(ConfigurationChanged(accepted: false, mistakes: 9)),
            .bookingsChanged(BookingsChanged(source: .local, count: 3)),
        ]
        events += ClockQuality.allCases.map { .clockChanged(ClockChanged(quality: $0, jump: -3_600_000)) }
        events += LossCause.allCases.map { .loss(Loss(cause: $0, source: "passage", count: 37)) }
        events += [
            .loss(Loss(cause: .roomNeeded, source: "passage", count: 3, first: 5, last: 9)),
            .daySummary(DaySummary(day: "2026-11-23", head: head, recorded: 812, losses: 1)),
            .privacyErased(PrivacyErased(count: 7, by: "ops")),
            .removed(EventsRemoved(first: 12, was: "passage")), .removed(EventsRemoved(first: 3)),
        ]
        events += BookingRefusal.allCases.map {
            .bookingsChanged(BookingsChanged(source: .feed, refused: $0, detail: "…", version: 43, count: 2))
        }
        return events
    }

    /// Everything that a decision can be computed from.
    private var inputs: DecisionInputs {
        DecisionInputs(
            mode: .blocked, interlocked: true, needsPIN: true, lockedOut: true, before: 600_000, after: 600_000,
            age: 3_600_000,
            trust: ["guest": ClockTrust(unknown: false, unsynchronized: true, maximumAge: 86_400_000)],
            grants: GrantKind.allCases.flatMap { kind in
                GrantClass.allCases.map {
                    CandidateGrant(
                        kind: kind, grantClass: $0, booking: booking, space: space, here: true,
                        from: WallTime(milliseconds: 0), to: WallTime(milliseconds: 1), fromFeed: true, cancelled: true,
                        suspended: true, usesLeft: 1, extended: true)
                }
            } + [CandidateGrant(kind: .right, grantClass: .member, here: false, fromFeed: false)], omitted: 3)
    }

    private var doorEvents: [JournalEvent] {
        var events: [JournalEvent] = [
            .recordedLate(RecordedLate(door: door, decision: 812)), .recordedLate(RecordedLate(door: door)),
            .accessUsed(AccessUsed(door: door, taken: false)),
        ]
        events += DecisionReason.allCases.map {
            .accessDecided(
                AccessDecided(
                    door: door, granted: $0.isGrant, reason: $0, kind: .card, credential: "7d9098bc3e99",
                    booking: $0 == .unknownCredential ? nil : booking, space: $0 == .unknownCredential ? nil : space,
                    feedVersion: 0, side: .inside, inputs: inputs))
        }
        events += ReleaseCause.allCases.map { .doorReleased(DoorReleased(door: door, cause: $0, duration: 5_000)) }
        events += RelockCause.allCases.map { .doorLocked(DoorLocked(door: door, cause: $0)) }
        events += ContactState.allCases.map { .doorContact(DoorContact(door: door, contact: $0)) }
        events += DoorAlarm.allCases.map { .doorAlarm(DoorAlarmChanged(door: door, alarm: $0, active: true)) }
        events += [
            .duress(DuressSignalled(door: door, decision: 812)), .duress(DuressSignalled(door: door, decision: nil)),
        ]
        if let holder = HolderID("reinigung") {
            events += HoldersChanged.Change.allCases.map {
                .holdersChanged(HoldersChanged(holder: holder, change: $0, by: "ops", count: 3))
            }
        }
        events += DoorMode.allCases.map { .doorMode(DoorModeChanged(door: door, mode: $0)) }
        events += BoltState.allCases.map { .doorBolt(DoorBolt(door: door, bolt: $0)) }
        events += [
            .doorReleased(DoorReleased(door: door, cause: .fire)), .fire(FireChanged(active: true, latched: true)),
            .commandObserved(
                CommandObserved(
                    command: 7, door: door, mode: .unlocked, released: true, bolt: .unlocked, contact: .open)),
            .commandObserved(
                CommandObserved(
                    command: nil, door: door, mode: .locked, released: nil, bolt: nil, contact: .unknown)),
        ]
        events += RequestRefusal.allCases.map { .requestRefused(RequestRefused(reason: $0, count: 2)) }
        events.append(.requestRefused(RequestRefused(reason: .forbidden, signer: signer)))
        events += FrameFault.allCases.map { .frameRejected(FrameRejected(door: door, fault: $0, bits: 25)) }
        events += OperatorCommand.allCases.flatMap { command in
            CommandOutcome.allCases.map {
                .commandExecuted(
                    CommandExecuted(
                        command: command, door: command == .unlock ? door : nil,
                        booking: command == .unlock ? nil : booking,
                        until: command == .unlockUntil ? WallTime(milliseconds: 0) : nil, by: "ops",
                        why: command == .lockDown ? "Probe" : nil, outcome: $0))
            }
        }
        return events
    }

    private var houseEvents: [JournalEvent] {
        var events: [JournalEvent] = [
            .presenceChanged(PresenceChanged(space: space, sensor: sensor, present: true)),
            .deviceChanged(DeviceChanged(device: .reader(door), available: false, reason: "gone")),
            .deviceChanged(DeviceChanged(device: .sensor(sensor), available: true)),
        ]
        events += [Passage.entered, .left, .turned, .ambiguous].map {
            .passage(PassageCounted(space: space, sensor: sensor, passage: $0))
        }
        events += OccupancyCause.allCases.map {
            .occupancyChanged(
                OccupancyChanged(space: space, estimate: 1, minimum: 0, maximum: 3, cause: $0, corrected: -1))
        }
        return events + useEvents
    }
}
