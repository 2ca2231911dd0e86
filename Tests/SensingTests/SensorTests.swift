import HubMessages
import Sensing
import Testing

private func at(_ seconds: Int64) -> MonotonicTime { .zero + .seconds(seconds) }

@Suite struct PresenceSensorTests {
    @Test func `presence lasts for the hold time after the last movement`() {
        var sensor = PresenceSensor(hold: .seconds(120))
        #expect(sensor.output(false, at: at(0)) == false)
        #expect(sensor.output(true, at: at(10)) == true)
        #expect(sensor.deadline == nil)
        #expect(sensor.output(false, at: at(20)) == nil)
        #expect(sensor.deadline == at(140))
        #expect(sensor.output(true, at: at(100)) == nil)
        #expect(sensor.advance(to: at(140)) == nil)
        #expect(sensor.output(false, at: at(150)) == nil)
        // Reading the same level again is no movement.
        #expect(sensor.output(false, at: at(200)) == nil)
        #expect(sensor.deadline == at(270))
        #expect(sensor.advance(to: at(270) - .nanoseconds(1)) == nil)
        #expect(sensor.isPresent == true)
        #expect(sensor.advance(to: at(270)) == false)
        #expect(sensor.deadline == nil)
    }

    @Test func `a sensor that fails knows nothing until it is read again`() {
        var sensor = PresenceSensor(hold: .seconds(1))
        #expect(sensor.isPresent == nil)
        _ = sensor.output(true, at: at(0))
        sensor.fail()
        #expect(sensor == PresenceSensor(hold: .seconds(1)))
        #expect(sensor.output(true, at: at(5)) == true)
    }

    @Test func `without a hold time presence ends with the movement`() {
        var sensor = PresenceSensor(hold: .zero)
        _ = sensor.output(true, at: at(0))
        #expect(sensor.output(false, at: at(3)) == nil)
        #expect(sensor.deadline == at(3))
        #expect(sensor.advance(to: at(3)) == false)
    }
}

@Suite struct SequenceMonitorTests {
    @Test func `G6: a gap in a line's numbers is what was lost, also across the wrap`() {
        var monitor = SequenceMonitor()
        #expect(monitor.missing(before: 1) == 0)
        #expect(monitor.missing(before: 2) == 0)
        #expect(monitor.missing(before: 6) == 3)
        #expect(monitor.missing(before: .max) == UInt64(UInt32.max) - 7)
        #expect(monitor.missing(before: 0) == 0)
        #expect(monitor.missing(before: 3) == 2)
    }

    @Test func `G6: edges lost before the first one read are missed too`() {
        var monitor = SequenceMonitor()
        #expect(monitor.missing(before: 17) == 16)
    }
}

@Suite struct DeviceSupervisorTests {
    @Test func `each failure is retried later than the one before, up to the longest wait`() {
        var device = DeviceSupervisor()
        var waits: [Int64] = []
        for attempt in 0..<8 {
            let isNews = device.failed(at: at(0))
            #expect(isNews == (attempt == 0))
            waits.append(((device.deadline ?? .zero) - at(0)).milliseconds)
            let deadline = device.deadline ?? .zero
            let early = device.advance(to: deadline - .nanoseconds(1))
            let due = device.advance(to: deadline)
            #expect(!early && due)
            #expect(device.deadline == nil)
        }
        #expect(waits == [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
        let recovered = device.ready()
        #expect(recovered)
        #expect(device.condition == .available)
        let isNews = device.failed(at: at(0))
        #expect(isNews)
        #expect(device.deadline == .zero + .milliseconds(500))
    }

    @Test func `the first success is no recovery`() {
        var device = DeviceSupervisor()
        let recovered = device.ready()
        #expect(!recovered)
        #expect(device.deadline == nil)
    }
}
