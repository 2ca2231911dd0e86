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
        #"{"booked":900,"covered":900,"entries":3,"healthy":890,"mean":1.25,"module":"coworking","peak":2,"#
            + #""space":"coworking","start":"2026-11-23T07:05:00.000Z","type":"utilization","used":450}"#
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
        .commandExecuted(CommandExecuted(command: .unlock, door: name("eingang"), by: "anna", outcome: .done)),
        #"{"by":"anna","command":"unlock","door":"eingang","outcome":"done","type":"command.executed"}"#
    ),
    (
        .commandExecuted(
            CommandExecuted(command: .removeBooking, booking: bookingID("B1"), by: "anna", outcome: .refused)),
        #"{"booking":"B1","by":"anna","command":"removeBooking","outcome":"refused","type":"command.executed"}"#
    ),
]

func sampleRecord(peak: Int, entries: Int, used: Int, mean: Double = 1.25) -> UtilizationRecord {
    UtilizationRecord(
        space: name("coworking"), module: .coworking, start: sampleTime, covered: 900, healthy: 890, booked: 900,
        used: used, peak: peak, mean: mean, entries: entries)
}
