import HubMessages
import TestSupport
import Testing
import Utilization

private let coworking: SpaceID = name("coworking")
/// 2026-11-23T07:00:00Z, the beginning of a quarter-hour.
private let eight: Int64 = 1_795_417_200

/// Monotonic seconds since start with a wall clock that is off by `offset` seconds from `eight` + them.
private func moment(_ seconds: Int64, offset: Int64 = 0, _ quality: ClockQuality = .synchronized) -> Moment {
    Moment(
        monotonic: .zero + .seconds(seconds), wall: WallTime(milliseconds: (eight + seconds + offset) * 1_000),
        quality: quality)
}

private func reading(_ estimate: Int, present: Bool = false, healthy: Bool = true, entries: UInt64 = 0)
    -> UtilizationMeter.Reading
{
    UtilizationMeter.Reading(estimate: estimate, isPresent: present, isHealthy: healthy, entries: entries)
}

private func booking(_ from: Int64, _ to: Int64, cancelled: Bool = false) -> Booking {
    guard let id = BookingID("b\(from)-\(to)-\(cancelled)") else { preconditionFailure("legal") }
    return Booking(
        id: id, space: coworking, from: WallTime(milliseconds: (eight + from) * 1_000),
        to: WallTime(milliseconds: (eight + to) * 1_000), credentials: [], cancelled: cancelled, source: .feed)
}

private func record(
    _ slot: Int64, covered: Int, healthy: Int, booked: Int = 0, used: Int, usedBooked: Int = 0, peak: Int,
    mean: Double, entries: Int = 0, bookings: Int = 0
) -> UtilizationRecord {
    var use = UseNumbers()
    use.covered = covered
    use.healthy = healthy
    use.booked = booked
    use.used = used
    use.usedBooked = usedBooked
    use.peak = peak
    use.mean = mean
    use.entries = entries
    use.bookings = bookings
    return UtilizationRecord(
        space: coworking, module: .coworking, start: WallTime(milliseconds: (eight + slot * 900) * 1_000), use: use)
}

@Suite struct UtilizationMeterTests {
    private func meter() -> UtilizationMeter { UtilizationMeter(space: coworking, module: .coworking) }

    @Test func `a morning computed by hand, to the digit`() {
        var meter = meter()
        let bookings = [booking(300, 1_200), booking(600, 1_000), booking(0, 900, cancelled: true)]
        #expect(meter.observe(reading(0), at: moment(0), bookings: bookings) == [])
        // Two come in after 5 minutes, one leaves after 10; the counter is dark from 12 to 14 minutes.
        #expect(meter.observe(reading(2, entries: 2), at: moment(300), bookings: bookings) == [])
        #expect(meter.observe(reading(1, entries: 2), at: moment(600), bookings: bookings) == [])
        #expect(meter.observe(reading(1, healthy: false, entries: 2), at: moment(720), bookings: bookings) == [])
        #expect(meter.observe(reading(1, entries: 2), at: moment(840), bookings: bookings) == [])
        #expect(meter.deadline(at: moment(840)) == .zero + .seconds(900))
        // 300 s of two and 300 s of one are 900 person-seconds in 900 s.
        #expect(
            meter.advance(to: moment(900), bookings: bookings) == [
                record(
                    0, covered: 900, healthy: 780, booked: 600, used: 600, usedBooked: 600, peak: 2, mean: 1,
                    entries: 2, bookings: 2)
            ])
        // The last one leaves after 1,000 s; a PIR still sees somebody until 1,120 s. Looked at 7 s late.
        #expect(meter.observe(reading(0, present: true, entries: 2), at: moment(1_000), bookings: bookings) == [])
        #expect(meter.observe(reading(0, entries: 2), at: moment(1_120), bookings: bookings) == [])
        #expect(
            meter.advance(to: moment(1_807), bookings: bookings) == [
                record(1, covered: 900, healthy: 900, booked: 300, used: 220, usedBooked: 220, peak: 1, mean: 0.11)
            ])
    }

    @Test func `a start within a quarter-hour covers the rest of it`() {
        var meter = meter()
        _ = meter.observe(reading(3, entries: 9), at: moment(700), bookings: [])
        #expect(
            meter.advance(to: moment(900), bookings: []) == [
                record(0, covered: 200, healthy: 200, used: 200, peak: 3, mean: 3, entries: 9)
            ])
    }

    @Test func `G4: a jump by a year ends the quarter-hour and adds not a second of use`() {
        let year: Int64 = 365 * 86_400
        for jump in [year, -year] {
            var meter = meter()
            _ = meter.observe(reading(1), at: moment(0), bookings: [])
            #expect(
                meter.advance(to: moment(100, offset: jump), bookings: []) == [
                    record(0, covered: 100, healthy: 100, used: 100, peak: 1, mean: 1)
                ])
            #expect(
                meter.advance(to: moment(900, offset: jump), bookings: []) == [
                    record(jump / 900, covered: 800, healthy: 800, used: 800, peak: 1, mean: 1)
                ])
        }
    }

    @Test func `G4: time of which nobody knows the date is counted nowhere`() {
        var meter = meter()
        #expect(meter.observe(reading(1), at: moment(0, .unknown), bookings: []) == [])
        #expect(meter.deadline(at: moment(0, .unknown)) == nil)
        #expect(meter.advance(to: moment(5_000, .unknown), bookings: []) == [])
        #expect(meter.observe(reading(1), at: moment(5_400), bookings: []) == [])
        _ = meter.advance(to: moment(5_500), bookings: [])
        _ = meter.advance(to: moment(5_600, .unknown), bookings: [])
        _ = meter.advance(to: moment(6_000), bookings: [])
        #expect(
            meter.advance(to: moment(6_300), bookings: []) == [
                record(6, covered: 400, healthy: 400, used: 400, peak: 1, mean: 1)
            ])
    }

    @Test func `G4: the hour that is skipped or repeated in civil time is no hour of the wall clock`() {
        // 2026-03-29T01:00:00Z is the change to summer time in Germany: quarter-hours follow each other all the same.
        let change = (WallTime(rfc3339: "2026-03-29T00:45:00Z")?.milliseconds ?? 0) / 1_000 - eight
        var meter = meter()
        _ = meter.observe(reading(1), at: moment(0, offset: change), bookings: [])
        for slot in 1...8 as ClosedRange<Int64> {
            #expect(
                meter.advance(to: moment(slot * 900, offset: change), bookings: []) == [
                    record(change / 900 + slot - 1, covered: 900, healthy: 900, used: 900, peak: 1, mean: 1)
                ])
        }
    }

    @Test func `a quarter-hour before 1970 begins at its beginning`() {
        var meter = meter()
        let before = Moment(monotonic: .zero, wall: WallTime(milliseconds: -1), quality: .rtcOnly)
        _ = meter.observe(reading(0), at: before, bookings: [])
        #expect(meter.deadline(at: before) == .zero + .milliseconds(1))
    }

    @Test func `booked seconds count overlaps once`() {
        func booked(_ bookings: [Booking]) -> Int? {
            var meter = meter()
            _ = meter.observe(reading(0), at: moment(0), bookings: bookings)
            return meter.advance(to: moment(900), bookings: bookings).first?.use.booked
        }
        #expect(booked([]) == 0)
        #expect(booked([booking(-100, 2_000)]) == 900)
        #expect(booked([booking(-100, 100), booking(50, 150), booking(60, 70), booking(800, 901)]) == 250)
        #expect(booked([booking(-900, 0), booking(900, 1_800)]) == 0)
    }

    /// The same rules once more, a second at a time.
    private func slow(_ changes: [Int64: UtilizationMeter.Reading], seconds: Int64, bookings: [Booking])
        -> [UtilizationRecord]
    {
        var records: [UtilizationRecord] = []
        var current = reading(0)
        for slot in 0..<seconds / 900 {
            var (healthy, used, sum, booked, both) = (0, 0, 0, 0, 0)
            let entriesBefore = current.entries
            var peak = 0
            for second in slot * 900..<(slot + 1) * 900 {
                if let change = changes[second] { current = change }
                peak = max(peak, current.estimate)
                healthy += current.isHealthy ? 1 : 0
                used += current.estimate > 0 || current.isPresent ? 1 : 0
                sum += current.estimate
                let time = WallTime(milliseconds: (eight + second) * 1_000)
                let isBooked = bookings.contains { !$0.cancelled && $0.from <= time && time < $0.to }
                booked += isBooked ? 1 : 0
                both += isBooked && (current.estimate > 0 || current.isPresent) ? 1 : 0
            }
            records.append(
                record(
                    slot, covered: 900, healthy: healthy, booked: booked, used: used, usedBooked: both, peak: peak,
                    mean: (Double(sum) / 9).rounded() / 100, entries: Int(current.entries - entriesBefore),
                    bookings: Set(
                        bookings.filter { booking in
                            let from = booking.from.milliseconds / 1_000 - eight
                            return !booking.cancelled && slot * 900 <= from && from < (slot + 1) * 900
                        }.map(\.id)
                    ).count))
        }
        return records
    }

    @Test func `random days are measured as an implementation that looks every second measures them`() {
        var random = SeededRandom.announced()
        for _ in 0..<30 {
            let seconds: Int64 = 24 * 900
            var changes: [Int64: UtilizationMeter.Reading] = [:]
            var entries: UInt64 = 0
            for _ in 0..<Int.random(in: 0...120, using: &random) {
                let second = Int64.random(in: 1..<seconds, using: &random)
                changes[second] = reading(
                    .random(in: 0...4, using: &random), present: .random(using: &random),
                    healthy: .random(in: 0..<5, using: &random) > 0)
            }
            for second in changes.keys.sorted() {
                entries += .random(in: 0...2, using: &random)
                changes[second]?.entries = entries
            }
            let bookings = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                let from = Int64.random(in: -900..<seconds, using: &random)
                return booking(
                    from, from + .random(in: 1...5_000, using: &random),
                    cancelled: .random(in: 0..<4, using: &random) == 0)
            }
            var meter = meter()
            var records = meter.observe(reading(0), at: moment(0), bookings: bookings)
            let ticks = (1...24).map { Int64($0) * 900 }
            for second in Set(ticks + changes.keys).sorted() {
                records += meter.advance(to: moment(second), bookings: bookings)
                if let change = changes[second] {
                    records += meter.observe(change, at: moment(second), bookings: bookings)
                }
            }
            let expected = slow(changes, seconds: seconds, bookings: bookings)
            #expect(records == expected)
        }
    }
}
