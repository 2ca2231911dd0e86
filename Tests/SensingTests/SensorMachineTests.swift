import HubMessages
import Sensing
import TestSupport
import Testing

private func at(_ seconds: Double) -> MonotonicTime { .zero + .nanoseconds(Int64((seconds * 1e9).rounded())) }

@Suite struct ContactFilterTests {
    @Test func `bouncing ends with the last level, once it has lasted`() {
        var line = EdgeFilter(shortest: .milliseconds(50), level: false)
        for step in 0..<9 { #expect(line.edge(step % 2 == 0, at: at(1 + Double(step) * 0.01)) == nil) }
        #expect(line.deadline == at(1.13))
        #expect(line.advance(to: at(1.129)) == nil)
        #expect(line.advance(to: at(1.13)) == EdgeFilter.Edge(level: true, time: at(1.08)))
        // Ten edges later it is back where it was: nothing.
        for step in 0..<10 { #expect(line.edge(step % 2 == 1, at: at(2 + Double(step) * 0.01)) == nil) }
        #expect(line.deadline == nil)
    }

    @Test func `G6: what lasted 400 ms counts however late it is read, and a lost edge is read again`() {
        var line = EdgeFilter(shortest: .milliseconds(400), level: false)
        #expect(line.edge(true, at: at(1)) == nil)
        // The loop was late: the next edge proves the level before.
        #expect(line.edge(false, at: at(1.4))?.level == true)
        #expect(line.advance(to: at(1.8))?.level == false)
        line.reread(true)
        #expect(line.deadline == nil)
        #expect(line.edge(false, at: at(2)) == nil)
        #expect(line.advance(to: at(3))?.level == false)
    }
}

@Suite struct ClimateJudgementTests {
    @Test func `air moves slowly: a jump counts once it is confirmed`() {
        var check = ClimateCheck()
        func judge(_ temperature: Double, _ seconds: Double) -> Bool {
            if case .success = check.judge(Climate(temperature: temperature), at: at(seconds)) { return true }
            return false
        }
        #expect(judge(21, 0))
        #expect(judge(22.9, 30))
        #expect(!judge(85, 60))
        #expect(judge(23, 90))
        // A window was opened: two that agree are the new truth.
        #expect(!judge(5, 120))
        #expect(judge(4.5, 150))
        // After hours anything is possible.
        #expect(judge(30, 150 + 3_600))
        #expect(!judge(130, 8_000))
        #expect(!judge(130, 8_030))
        #expect(check.judge(Climate(humidity: 101), at: at(9_000)) == .failure(.outOfRange))
    }

    @Test func `a first reading that was wrong does not keep the right ones out`() {
        var check = ClimateCheck()
        _ = check.judge(Climate(temperature: 80, humidity: 10), at: at(0))
        #expect(check.judge(Climate(temperature: 20, humidity: 50), at: at(30)) == .failure(.jump))
        #expect(
            check.judge(Climate(temperature: 20.1, humidity: 50), at: at(60))
                == .success(Climate(temperature: 20.1, humidity: 50)))
    }

    @Test func `a room at rest makes 96 rows a day, and one that never rests 1,440`() {
        var quiet = ClimateReporter()
        var restless = ClimateReporter()
        var rows = (0, 0)
        for reading in 0..<2_880 {
            let time = at(Double(reading) * 30)
            if quiet.isDue(Climate(temperature: 21 + Double(reading % 2) * 0.1), at: time) { rows.0 += 1 }
            if restless.isDue(Climate(temperature: Double(reading % 7) * 5), at: time) { rows.1 += 1 }
        }
        #expect(rows == (96, 1_440))
        var reporter = ClimateReporter()
        #expect(reporter.isDue(Climate(co2: 500), at: at(0)) == true)
        #expect(reporter.isDue(Climate(co2: 599), at: at(60)) == false)
        #expect(reporter.isDue(Climate(co2: 700), at: at(59)) == false)
        #expect(reporter.isDue(Climate(co2: 600), at: at(60)) == true)
    }
}

@Suite struct DHTSensorTests {
    /// Plays a sensor on its line: edges from the moment it is let go of, less the first `missed` ones.
    private func answer(_ sensor: inout DHTSensor, _ bytes: [UInt8], from start: MonotonicTime, missed: Int)
        -> [SensorFinding]
    {
        var levels: [(Bool, Int64)] = [(false, 80), (true, 80)]
        for byte in bytes {
            for bit in (0..<8).reversed() { levels += [(false, 50), (true, byte >> UInt8(bit) & 1 == 1 ? 70 : 26)] }
        }
        levels += [(false, 50), (true, 0)]
        var time = start + .microseconds(30)
        var findings: [SensorFinding] = []
        for (index, (level, length)) in levels.enumerated() {
            if index >= missed { findings += sensor.edge(level, at: time) }
            time = time + .microseconds(length)
        }
        while let deadline = sensor.deadline, deadline < time + .milliseconds(20) {
            findings += sensor.advance(to: deadline)
        }
        return findings
    }

    private func listening(_ sensor: inout DHTSensor) -> MonotonicTime {
        var time = at(0)
        sensor.ready(at: time)
        for _ in 0..<10 {
            guard let deadline = sensor.deadline else { break }
            time = deadline
            if sensor.advance(to: time).contains(.listen) { break }
        }
        return time
    }

    @Test(arguments: [0, 1, 2, 3])
    func `the first edges may be missed while the line is switched, the bits may not`(missed: Int) {
        for (variant, degrees, percent) in [(ClimateVariant.dht11, 215, 440), (.am2302, -123, 998)] {
            var sensor = DHTSensor(variant, interval: .seconds(30))
            let start = listening(&sensor)
            #expect(start >= at(2))
            let findings = answer(
                &sensor, variant.bytes(tenthsOfDegree: degrees, tenthsOfPercent: percent), from: start, missed: missed)
            let expected = Climate(temperature: Double(degrees) / 10, humidity: Double(percent) / 10)
            #expect(findings == [.measured(expected)], "\(missed) edges missed")
            #expect(sensor.readings == 1 && sensor.failedAttempts == 0)
            // The next round begins an interval after this one.
            #expect(sensor.deadline.map { $0 >= at(31) } == true)
        }
    }

    @Test(arguments: 4...20)
    func `with more missing it is tried again two seconds later`(missed: Int) {
        var sensor = DHTSensor(.am2302, interval: .seconds(30))
        let start = listening(&sensor)
        #expect(
            answer(
                &sensor, ClimateVariant.am2302.bytes(tenthsOfDegree: 200, tenthsOfPercent: 500), from: start,
                missed: missed) == [])
        #expect(sensor.failedAttempts == 1)
        let retry = sensor.deadline ?? .zero
        #expect(retry - start > .seconds(2) && retry - start < .milliseconds(2_100))
        #expect(sensor.advance(to: retry) == [.pullLow])
    }

    @Test func `a DHT11 is woken for 20 ms, the others for 2`() {
        for (variant, wake) in [(ClimateVariant.dht11, Duration.milliseconds(20)), (.am2302, .milliseconds(2))] {
            var sensor = DHTSensor(variant, interval: .seconds(30))
            sensor.ready(at: at(0))
            #expect(sensor.advance(to: at(2)) == [.pullLow])
            #expect(sensor.deadline == at(2) + wake)
            #expect(sensor.advance(to: at(2) + wake) == [.listen])
        }
    }

    @Test func `lost edges fail the attempt, and nothing is heard while nobody listens`() {
        var sensor = DHTSensor(.am2302, interval: .seconds(30))
        #expect(sensor.edge(true, at: at(0)) == [])
        _ = listening(&sensor)
        #expect(sensor.edgesLost(at: at(3)) == [])
        #expect(sensor.failedAttempts == 1)
        sensor.fail()
        #expect(sensor.deadline == nil)
    }
}

@Suite struct CO2SensorTests {
    private func cycles(_ sensor: inout CO2Sensor, from start: Double, count: Int, ppm: Double) -> [SensorFinding] {
        var findings: [SensorFinding] = []
        for cycle in 0..<count {
            let rise = start + Double(cycle) * 1.004
            findings += sensor.edge(true, at: at(rise))
            findings += sensor.advance(to: at(rise + 0.001))
            findings += sensor.edge(false, at: at(rise + 0.002 + ppm / 2_000))
        }
        return findings
    }

    @Test func `a warm sensor shows the mean of its cycles; a silent one is unreadable, once, until it speaks`() {
        var sensor = CO2Sensor(range: 2_000, interval: .seconds(10), warmUp: .seconds(60))
        sensor.ready(at: at(0))
        #expect(cycles(&sensor, from: 0, count: 50, ppm: 800) == [])
        let warm = cycles(&sensor, from: 50.2, count: 30, ppm: 800)
        #expect(warm == [.measured(Climate(co2: 800)), .measured(Climate(co2: 800))])
        var faults: [SensorFinding] = []
        while let deadline = sensor.deadline, deadline < at(200) { faults += sensor.advance(to: deadline) }
        #expect(faults.count == 1)
        guard case .fault(.unreadable, isActive: true, _)? = faults.first else {
            Issue.record("\(faults)")
            return
        }
        let again = cycles(&sensor, from: 300, count: 5, ppm: 900)
        #expect(again.first == .fault(.unreadable, isActive: false, detail: nil))
    }

    @Test func `a cycle that is none of the sensor's is counted and not shown`() {
        var sensor = CO2Sensor(range: 2_000, interval: .seconds(5), warmUp: .zero)
        sensor.ready(at: at(0))
        for cycle in 0..<5 {
            _ = sensor.edge(true, at: at(Double(cycle) * 0.5))
            _ = sensor.edge(false, at: at(Double(cycle) * 0.5 + 0.2))
        }
        #expect(sensor.badCycles >= 3)
    }
}

@Suite struct SensorHealthTests {
    private func texts(_ changes: [SensorHealth.Change]) -> [String] {
        changes.map { "\($0.fault.rawValue) \($0.isActive ? "begins" : "ends")" }
    }

    @Test func `each fault begins once and ends once`() {
        var health = SensorHealth(HealthLimits(silentAfter: .seconds(60), stuckAfter: .seconds(30), noisyAbove: 20))
        health.ready(at: at(0))
        #expect(texts(health.advance(to: at(60))) == ["silent begins"])
        #expect(texts(health.advance(to: at(600))) == [])
        #expect(texts(health.edge(isActive: true, at: at(601))) == ["silent ends"])
        #expect(health.deadline == at(631))
        #expect(texts(health.advance(to: at(631))) == ["stuck begins"])
        #expect(texts(health.edge(isActive: true, at: at(632))) == [])
        #expect(texts(health.edge(isActive: false, at: at(633))) == ["stuck ends"])
        var noise: [SensorHealth.Change] = []
        for edge in 0..<100 { noise += health.edge(isActive: edge % 2 == 0, at: at(700 + Double(edge) * 0.1)) }
        #expect(texts(noise) == ["noisy begins"])
        #expect(health.faults == [.noisy])
        var after: [SensorHealth.Change] = []
        while let deadline = health.deadline, deadline < at(768) { after += health.advance(to: deadline) }
        after += health.advance(to: at(840))
        #expect(texts(after).filter { $0 == "noisy ends" }.count == 1)
    }

    @Test func `lost edges an hour, and their end`() {
        var health = SensorHealth(HealthLimits(lostPerHour: 10))
        #expect(texts(health.lost(10, at: at(0))) == [])
        #expect(texts(health.lost(1, at: at(10))) == ["losingEdges begins"])
        #expect(texts(health.lost(50, at: at(20))) == [])
        var ends: [SensorHealth.Change] = []
        var last = MonotonicTime.zero
        while let deadline = health.deadline, deadline < at(20_000) {
            last = deadline
            ends += health.advance(to: deadline)
        }
        #expect(texts(ends) == ["losingEdges ends"])
        #expect(last >= at(3_600) && last < at(4_500))
    }

    @Test func `a reading that does not move, and one that does`() {
        var health = SensorHealth(HealthLimits(unchangingAfter: .seconds(1_000)))
        for second in stride(from: 0.0, to: 1_200, by: 30) {
            #expect(texts(health.advance(to: at(second))) == (second == 1_020 ? ["unchanging begins"] : []))
            #expect(texts(health.reading(Climate(temperature: 21), at: at(second))) == [])
        }
        #expect(texts(health.reading(Climate(temperature: 21.1), at: at(1_230))) == ["unchanging ends"])
    }

    @Test func `three contradictions in a row are a fault, three agreements end it`() {
        var health = SensorHealth(HealthLimits())
        #expect(texts(health.compare(agrees: false, "x")) == [])
        #expect(texts(health.compare(agrees: true, "x")) == [])
        for round in 0..<5 {
            #expect(texts(health.compare(agrees: false, "x")) == (round == 2 ? ["contradicting begins"] : []))
        }
        for round in 0..<5 {
            #expect(texts(health.compare(agrees: true, "x")) == (round == 2 ? ["contradicting ends"] : []))
        }
    }

    @Test func `without its lines nothing of it is known any more`() {
        var health = SensorHealth(HealthLimits(stuckAfter: .seconds(1)))
        _ = health.level(true, at: at(0))
        _ = health.advance(to: at(1))
        #expect(texts(health.unavailable()) == ["stuck ends"])
        #expect(health == SensorHealth(HealthLimits(stuckAfter: .seconds(1))))
    }
}

@Suite struct SmallMachineTests {
    @Test func `a PIR's blind time comes before its hold time`() {
        var sensor = PresenceSensor(hold: .seconds(60), blind: .seconds(3))
        _ = sensor.output(true, at: at(0))
        _ = sensor.output(false, at: at(2))
        #expect(sensor.deadline == at(65))
        _ = sensor.output(true, at: at(5))
        #expect(sensor.deadline == nil)
    }

    @Test func `a people counter counts what its pulses mean, and what a loss may hide`() {
        var counter = PeopleCounter(.left)
        #expect(counter.output(true) == .left)
        #expect(counter.output(true) == nil)
        #expect(counter.output(false) == nil)
        #expect(counter.output(true) == .left)
        let lost = counter.lost(edges: 7)
        #expect((lost.minimum, lost.estimate, lost.maximum) == (-4, 0, 0))
        #expect(PeopleCounter(.either).lost(edges: .max).maximum == 10_000)
    }

    @Test func `a button that hangs is a fault until it is let go`() {
        var terminal = FeedbackTerminal()
        #expect(terminal.button(.button3, isPressed: true, at: at(10)) == [.button(3)])
        #expect(terminal.deadline == at(70))
        let stuck = terminal.advance(to: at(70))
        #expect(stuck.count == 1)
        #expect(terminal.advance(to: at(700)) == [])
        #expect(terminal.button(.button1, isPressed: true, at: at(80)) == [.button(1)])
        #expect(terminal.button(.button1, isPressed: false, at: at(81)) == [])
        #expect(terminal.levels([:], at: at(90)) == [.fault(.stuck, isActive: false, detail: nil)])
    }

    @Test func `activity is counted in windows of fixed size`() {
        var activity = LineActivity()
        for edge in 0..<1_000 { activity.edge(lost: edge == 500 ? 9 : 0, at: at(Double(edge) * 0.1)) }
        #expect(activity.edges == 1_000)
        #expect((550...600).contains(activity.edgesPerMinute(at: at(99.9))))
        #expect(activity.lostPerHour(at: at(100)) == 9)
        #expect(activity.edgesPerMinute(at: at(400)) == 0)
        #expect(activity.lostPerHour(at: at(4_000)) == 0)
        #expect(activity.lost == 9)
        #expect(MemoryLayout<LineActivity>.size < 200)
    }

    @Test func `a reed contact's pulses are longer than S0's`() {
        var meter = PulseMeter(unit: .litres(10), shortest: PulseCounter.shortestReed, pulses: 5)
        func pulse(_ start: Double, _ length: Double) {
            _ = meter.output(true, at: at(start))
            _ = meter.output(false, at: at(start + length))
            _ = meter.advance(to: at(start + length + 0.01))
        }
        pulse(1, 0.3)
        pulse(2, 0.03)
        pulse(3, 0.3)
        #expect(meter.pulses == 7 && meter.rejected == 1)
        #expect(meter.volume == 70 && meter.energy == nil)
        let told = meter.advance(to: meter.deadline ?? .zero)
        #expect(told == [.metered])
        #expect(meter.deadline == nil)
    }

    @Test func `every key of every keypad reads back as itself`() {
        for encoding in [Keypad.Encoding.fourBit, .eightBit] {
            for key in "0123456789*#" {
                let keypad = Keypad(encoding)
                var decoder = WiegandDecoder(keypad: keypad)
                var time = at(1)
                for bit in keypad.frames(of: [Keypad.Key(key)].compactMap { $0 }).first ?? [] {
                    _ = decoder.pulse(bit, at: time)
                    time = time + .milliseconds(1)
                }
                #expect(decoder.advance(to: time + .seconds(1)) == Keypad.Key(key).map { .key($0) })
            }
        }
    }
}
