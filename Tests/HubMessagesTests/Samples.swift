import HubMessages

/// Names for tests; an illegal one ends the test run at once.
func name<Named>(_ text: String) -> Identifier<Named> {
    guard let identifier = Identifier<Named>(text) else { preconditionFailure("'\(text)' is illegal") }
    return identifier
}

func bookingID(_ text: String) -> BookingID {
    guard let id = BookingID(text) else { preconditionFailure("'\(text)' is illegal") }
    return id
}

let sampleJournal = JournalID(high: 1, low: 2)
let sampleTime = WallTime(milliseconds: 1_795_417_500_000)

/// One event of every type with the JSON it is on the wire. The texts are the contract of docs/messages.md.
let sampleEvents: [(event: JournalEvent, json: String)] = [
    (
        .hubStarted(HubStarted(version: "1.0", simulated: true, newJournal: false)),
        #"{"newJournal":false,"simulated":true,"type":"hub.started","version":"1.0"}"#
    ),
    (
        .hubStarted(HubStarted(version: "1.0", simulated: false, newJournal: true, setAside: "journal.damaged")),
        #"{"newJournal":true,"setAside":"journal.damaged","simulated":false,"type":"hub.started","version":"1.0"}"#
    ),
    (.hubStopped(HubStopped(uptime: 61_000)), #"{"type":"hub.stopped","uptime":61000}"#),
    (
        .configurationChanged(ConfigurationChanged(accepted: false, mistakes: 2)),
        #"{"accepted":false,"mistakes":2,"type":"configuration.changed"}"#
    ),
    (
        .clockChanged(ClockChanged(quality: .rtcOnly, jump: -3_600_000)),
        #"{"jump":-3600000,"quality":"rtcOnly","type":"clock.changed"}"#
    ),
    (
        .accessDecided(
            AccessDecided(
                door: name("eingang"), granted: true, reason: .booking, kind: .card, credential: "0123456789ab",
                booking: bookingID("B/17"), space: name("coworking"), feedVersion: 7,
                inputs: DecisionInputs(
                    mode: .locked, before: 600_000, after: 0, age: 5,
                    trust: ["guest": ClockTrust(unknown: false, unsynchronized: true)],
                    grants: [
                        CandidateGrant(
                            kind: .booking, grantClass: .guest, booking: bookingID("B/17"), space: name("coworking"),
                            here: true, from: sampleTime, to: sampleTime, fromFeed: true)
                    ]))),
        #"{"booking":"B/17","credential":"0123456789ab","door":"eingang","feedVersion":7,"granted":true,"#
            + #""inputs":{"after":0,"age":5,"before":600000,"grants":[{"booking":"B/17","class":"guest","#
            + #""from":"2026-11-23T07:05:00.000Z","fromFeed":true,"here":true,"kind":"booking","space":"coworking","#
            + #""to":"2026-11-23T07:05:00.000Z"}],"mode":"locked","#
            + #""trust":{"guest":{"unknown":false,"unsynchronized":true}}},"#
            + #""kind":"card","reason":"booking","space":"coworking","type":"access.decided"}"#
    ),
    (
        .duress(DuressSignalled(door: name("eingang"), decision: 12)),
        #"{"decision":12,"door":"eingang","type":"access.duress"}"#
    ),
    (
        .holdersChanged(HoldersChanged(holder: name("reinigung"), change: .suspended, by: "anna", count: 3)),
        #"{"by":"anna","change":"suspended","count":3,"holder":"reinigung","type":"credentials.changed"}"#
    ),
    (
        .recordedLate(RecordedLate(door: name("eingang"), decision: 12)),
        #"{"decision":12,"door":"eingang","type":"access.recordedLate"}"#
    ),
    (
        .recordedLate(RecordedLate(door: name("eingang"))),
        #"{"door":"eingang","type":"access.recordedLate"}"#
    ),
    (
        .doorReleased(DoorReleased(door: name("eingang"), cause: .exitRequest, duration: 5_000)),
        #"{"cause":"exitRequest","door":"eingang","duration":5000,"type":"door.released"}"#
    ),
    (
        .doorLocked(DoorLocked(door: name("eingang"), cause: .timeout)),
        #"{"cause":"timeout","door":"eingang","type":"door.locked"}"#
    ),
    (
        .doorContact(DoorContact(door: name("eingang"), contact: .open)),
        #"{"contact":"open","door":"eingang","type":"door.contact"}"#
    ),
    (
        .accessUsed(AccessUsed(door: name("eingang"), taken: false)),
        #"{"door":"eingang","taken":false,"type":"access.used"}"#
    ),
    (
        .doorAlarm(DoorAlarmChanged(door: name("eingang"), alarm: .heldOpenWarning, active: true)),
        #"{"active":true,"alarm":"heldOpenWarning","door":"eingang","type":"door.alarm"}"#
    ),
    (
        .doorReleased(DoorReleased(door: name("eingang"), cause: .fire)),
        #"{"cause":"fire","door":"eingang","type":"door.released"}"#
    ),
    (
        .doorMode(DoorModeChanged(door: name("eingang"), mode: .lockedDown)),
        #"{"door":"eingang","mode":"lockedDown","type":"door.mode"}"#
    ),
    (
        .doorBolt(DoorBolt(door: name("eingang"), bolt: .locked)),
        #"{"bolt":"locked","door":"eingang","type":"door.bolt"}"#
    ),
    (
        .fire(FireChanged(active: false, latched: true)),
        #"{"active":false,"latched":true,"type":"fire.changed"}"#
    ),
    (
        .commandObserved(
            CommandObserved(
                command: 7, door: name("eingang"), mode: .unlocked, released: true, bolt: nil, contact: .closed)),
        #"{"command":7,"contact":"closed","door":"eingang","mode":"unlocked","released":true,"#
            + #""type":"command.observed"}"#
    ),
    (
        .requestRefused(RequestRefused(reason: .replayed, signer: name("platform"), count: 1)),
        #"{"count":1,"reason":"replayed","signer":"platform","type":"request.refused"}"#
    ),
    (
        .frameRejected(FrameRejected(door: name("eingang"), fault: .tooShort, bits: 25)),
        #"{"bits":25,"door":"eingang","fault":"tooShort","type":"reader.frameRejected"}"#
    ),
    (
        .presenceChanged(PresenceChanged(space: name("coworking"), sensor: name("pir"), present: true)),
        #"{"present":true,"sensor":"pir","space":"coworking","type":"presence.changed"}"#
    ),
    (
        .passage(PassageCounted(space: name("coworking"), sensor: name("beam"), passage: .entered)),
        #"{"direction":"in","estimate":1,"maximum":1,"minimum":1,"sensor":"beam","space":"coworking","type":"passage"}"#
    ),
    (
        .climate(
            ClimateMeasured(
                sensor: name("dht"), space: name("coworking"), Climate(temperature: 21.5, humidity: 45, co2: 612))),
        #"{"co2":612,"humidity":45,"sensor":"dht","space":"coworking","temperature":21.5,"type":"climate.measured"}"#
    ),
    (
        .meter(
            MeterRead(
                sensor: name("strom"), space: nil, medium: .electricity, pulses: 1_250, energy: 1.25, volume: nil)),
        #"{"energy":1.25,"medium":"electricity","pulses":1250,"sensor":"strom","type":"meter.read"}"#
    ),
    (
        .inputChanged(InputChanged(sensor: name("leck"), space: nil, input: .waterLeak, active: true)),
        #"{"active":true,"input":"waterLeak","sensor":"leck","type":"input.changed"}"#
    ),
    (
        .feedback(FeedbackGiven(sensor: name("frage"), space: nil, answer: "gut", rank: 1, of: 3)),
        #"{"answer":"gut","of":3,"rank":1,"sensor":"frage","type":"feedback.given"}"#
    ),
    (
        .sensorFault(
            SensorFaultChanged(sensor: name("beam"), space: nil, fault: .stuck, active: true, detail: "blocked")),
        #"{"active":true,"detail":"blocked","fault":"stuck","sensor":"beam","type":"sensor.fault"}"#
    ),
    (
        .occupancyChanged(
            OccupancyChanged(space: name("coworking"), estimate: 2, minimum: 1, maximum: 3, cause: .ambiguousPassage)),
        #"{"cause":"ambiguousPassage","estimate":2,"maximum":3,"minimum":1,"space":"coworking","#
            + #""type":"occupancy.changed"}"#
    ),
    (
        .utilization(sampleRecord(peak: 2, entries: 3, used: 450)),
        #"{"booked":900,"bookings":0,"covered":900,"entries":3,"healthy":890,"mean":1.25,"module":"coworking","#
            + #""noShows":0,"overstays":0,"peak":2,"revision":0,"space":"coworking","#
            + #""start":"2026-11-23T07:05:00.000Z","type":"utilization","used":450,"usedBooked":0,"walkIns":0}"#
    ),
    (
        .deviceChanged(DeviceChanged(device: .sensor(name("beam")), available: false, reason: "unplugged")),
        #"{"available":false,"device":"sensor/beam","reason":"unplugged","type":"device.changed"}"#
    ),
    (
        .loss(Loss(cause: .edgesLost, source: "reader/eingang", count: 3)),
        #"{"cause":"edgesLost","count":3,"source":"reader/eingang","type":"loss"}"#
    ),
    (
        .loss(Loss(cause: .roomNeeded, source: "passage", count: 3, first: 5, last: 9)),
        #"{"cause":"roomNeeded","count":3,"first":5,"last":9,"source":"passage","type":"loss"}"#
    ),
    (
        .daySummary(
            DaySummary(
                day: "2026-11-23", head: JournalHead(seq: 4, hash: ChainHash((0, 1, 2, 0xAB))), recorded: 3, losses: 1)),
        #"{"day":"2026-11-23","head":{"hash":""# + String(repeating: "0", count: 31) + "1"
            + String(repeating: "0", count: 15)
            + "2" + String(repeating: "0", count: 14) + #"ab","seq":4},"losses":1,"recorded":3,"type":"journal.day"}"#
    ),
    (
        .privacyErased(PrivacyErased(count: 7, by: "anna")),
        #"{"by":"anna","count":7,"type":"privacy.erased"}"#
    ),
    (
        .removed(EventsRemoved(first: 3, was: "passage")),
        #"{"first":3,"type":"event.removed","was":"passage"}"#
    ),
    (
        .bookingsChanged(BookingsChanged(source: .feed, refused: .outdated, detail: "old", version: 3, count: 9)),
        #"{"count":9,"detail":"old","refused":"outdated","source":"feed","type":"bookings.changed","version":3}"#
    ),
    (
        .capacityChanged(
            CapacityChanged(
                space: name("coworking"), level: .near, estimate: 11, minimum: 10, maximum: 13, capacity: 12)),
        #"{"capacity":12,"estimate":11,"level":"near","maximum":13,"minimum":10,"space":"coworking","#
            + #""type":"space.capacity"}"#
    ),
    (
        .bookingArrived(
            BookingArrived(
                space: name("coworking"), booking: bookingID("B1"), from: sampleTime, to: sampleTime, after: 240,
                late: false)),
        #"{"after":240,"booking":"B1","from":"2026-11-23T07:05:00.000Z","late":false,"space":"coworking","#
            + #""to":"2026-11-23T07:05:00.000Z","type":"booking.arrived"}"#
    ),
    (
        .bookingNoShow(
            BookingNoShow(
                space: name("coworking"), booking: bookingID("B1"), from: sampleTime, to: sampleTime, grace: 900)),
        #"{"booking":"B1","from":"2026-11-23T07:05:00.000Z","grace":900,"space":"coworking","#
            + #""to":"2026-11-23T07:05:00.000Z","type":"booking.noShow"}"#
    ),
    (
        .bookingOverstay(
            BookingOverstay(space: name("coworking"), booking: bookingID("B1"), to: sampleTime, active: true)),
        #"{"active":true,"booking":"B1","space":"coworking","to":"2026-11-23T07:05:00.000Z","#
            + #""type":"booking.overstay"}"#
    ),
    (
        .walkIn(WalkIn(space: name("coworking"), since: sampleTime, active: false, seconds: 700)),
        #"{"active":false,"seconds":700,"since":"2026-11-23T07:05:00.000Z","space":"coworking","#
            + #""type":"space.walkIn"}"#
    ),
    (
        .districtQuarter(
            DistrictUtilization(
                hub: name("hub-1"), record: sampleRecord(peak: 2, entries: 3, used: 600), run: sampleTime, numbers: nil)
        ),
        #"{"covered":900,"healthy":0,"hub":"hub-1","inUse":true,"module":"coworking","space":"coworking","#
            + #""start":"2026-11-23T07:05:00.000Z","suppressed":true,"type":"district.quarter"}"#
    ),
    (
        .districtMonth(sampleDistrictMonth),
        #"{"coveredHours":0,"hub":"hub-1","module":"coworking","month":"2026-11","space":"coworking","#
            + #""type":"district.month"}"#
    ),
    (
        .utilizationSummary(
            UtilizationSummary(
                space: name("coworking"), module: .coworking, period: .day, name: "2026-11-23", from: sampleTime,
                to: sampleTime, revision: 1, quarters: 96, use: sampleRecord(peak: 2, entries: 3, used: 600).use)),
        #"{"booked":900,"bookings":0,"covered":900,"entries":3,"from":"2026-11-23T07:05:00.000Z","healthy":890,"#
            + #""mean":1.25,"module":"coworking","name":"2026-11-23","noShows":0,"overstays":0,"peak":2,"#
            + #""period":"day","quarters":96,"revision":1,"space":"coworking","to":"2026-11-23T07:05:00.000Z","#
            + #""type":"utilization.summary","used":600,"usedBooked":0,"walkIns":0}"#
    ),
    (
        .commandExecuted(CommandExecuted(command: .unlock, door: name("eingang"), by: "anna", outcome: .done)),
        #"{"by":"anna","command":"unlock","door":"eingang","outcome":"done","type":"command.executed"}"#
    ),
    (
        .commandExecuted(
            CommandExecuted(command: .removeBooking, booking: bookingID("B1"), by: "anna", outcome: .refused)),
        #"{"booking":"B1","by":"anna","command":"removeBooking","outcome":"refused","type":"command.executed"}"#
    ),
]

let sampleDistrictMonth: DistrictMonth = {
    let summary = UtilizationSummary(
        space: name("coworking"), module: .coworking, period: .month, name: "2026-11", from: sampleTime, to: sampleTime,
        revision: 0, quarters: 1, use: sampleRecord(peak: 2, entries: 3, used: 600).use)
    guard let month = DistrictMonth(hub: name("hub-1"), summary: summary, threshold: 3) else {
        preconditionFailure("a month makes a month")
    }
    return month
}()

func sampleRecord(peak: Int, entries: Int, used: Int, mean: Double = 1.25) -> UtilizationRecord {
    var use = UseNumbers()
    use.covered = 900
    use.healthy = 890
    use.booked = 900
    use.used = used
    use.peak = peak
    use.mean = mean
    use.entries = entries
    return UtilizationRecord(space: name("coworking"), module: .coworking, start: sampleTime, use: use)
}
