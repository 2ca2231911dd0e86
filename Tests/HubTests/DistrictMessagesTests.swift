import Foundation
import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

/// The whole hub, twice: the same visits, once with one visitor and once with one more. What the district gets must not differ,
/// and must not come at another time: `utilization` and `status`, over weeks with a room in the house, guests who stay for more
/// than a day, sensors that fail, and restarts.
///
/// This is what the attackers of `DifferencingTests` cannot find either, but of every message of a hub, not of what a method
/// makes of numbers; it says nothing of what one visit tells about others.
@Suite struct DistrictMessagesTests {
    private static let room: SpaceID = name("besprechung")
    /// Monday 2026-11-23, 00:00 UTC.
    private static let midnight = WallTime(milliseconds: 1_795_392_000_000)
    private static let days = 14

    private static let house = configuration { _ in
        """
        [hub]
        id = "hub-1"
        name = "RegioHub"
        district = "mayen-koblenz"
        [[door]]
        id = "eingang"
        name = "Eingang"
        lock = { line = "GPIO17" }
        contact = { line = "GPIO27" }
        reader = { data0 = "GPIO5", data1 = "GPIO6" }
        [[space]]
        id = "coworking"
        name = "Coworking"
        module = "coworking"
        doors = ["eingang"]
        [[space]]
        id = "besprechung"
        name = "Besprechung"
        module = "meeting"
        inside = "coworking"
        """
            + countedSensors(["coworking", "besprechung"], firstLine: 30)
    }

    @Test func `G10: whether one was there or two changes no message to the district, nor when it comes`() {
        let fixed = ProcessInfo.processInfo.environment["REGIOHUB_SEED"].flatMap { UInt64($0) }
        for seed in fixed.map({ [$0] }) ?? [UInt64.random(in: 0...(.max)), 1, 2, 3] {
            print("seed of two weeks: REGIOHUB_SEED=\(seed)")
            var random = SplitMix64(seed: seed)
            let plan = (0..<Self.days).flatMap { visits(on: $0, &random) }
            let faults = faults(between: plan, &random)
            let alone = live(plan, faults, visitors: 1)
            let two = live(plan, faults, visitors: 2)
            let first = zip(alone.district, two.district).first { $0 != $1 }
            #expect(first == nil && alone.district.count == two.district.count, "seed \(seed)")
            // The operators do know, and of three there are numbers.
            #expect(two.journal.count > alone.journal.count)
            let three = live(plan, faults, visitors: 3)
            #expect(three.numbers > 0 && alone.numbers == 0 && three.district != alone.district)
            let kinds = Set(alone.district.map(\.topic))
            #expect(kinds == ["status", "utilization"] && alone.district.count > Self.days * 96 * 2 - 200)
        }
    }

    @Test func `G10: who is in a room inside a space is counted there, and not in the space`() throws {
        var building = LivedBuilding(Self.house, midnight: Self.midnight, seed: 1)
        building.start()
        var actions: [(time: Duration, action: LivedBuilding.Action)] = []
        for visitor in 0..<4 as Range<Int64> {
            actions += passage("coworking", 1_000 + visitor * 30, isIn: true)
            actions += passage("besprechung", 1_010 + visitor * 30, isIn: true)
            actions += passage("besprechung", 1_400 + visitor * 30, isIn: false)
            actions += passage("coworking", 1_410 + visitor * 30, isIn: false)
        }
        for (time, action) in actions.sorted(by: { $0.time < $1.time }) {
            building.pass(to: .zero + time)
            building.perform(action)
        }
        building.pass(to: .zero + .seconds(7_200))
        let records = building.journal.compactMap { if case .utilization(let record) = $0 { record } else { nil } }
        let cells = building.journal.compactMap { if case .districtQuarter(let cell) = $0 { cell } else { nil } }
        let house = try #require(records.first { $0.space == coworking && $0.use.used > 0 })
        #expect(house.use.peak == 4 && house.use.ownPeak == 1)
        let room = try #require(records.first { $0.space == Self.room && $0.use.used > 0 })
        #expect(room.use.peak == 4 && room.use.ownPeak == nil)
        let told = cells.filter { $0.start == house.start }
        #expect(told.first { $0.space == coworking }.map { $0.suppressed && $0.inUse } == true)
        #expect(told.first { $0.space == Self.room }.map { [$0.people, $0.visits] } == [3, 3])
    }

    /// Somebody comes, stays, and leaves; meanwhile they may be in the room.
    private struct Visit {
        let time: Range<Int64>
        let inRoom: Range<Int64>?
        /// Whether a second one is in the room, too.
        let roomTogether: Bool
    }

    /// A day's visits, by the second. Who comes or leaves does so within one quarter-hour.
    private func visits(on day: Int, _ random: inout SplitMix64) -> [Visit] {
        var found: [Visit] = []
        var quarter = Int64(day) * 96 + 28
        // On two days of seven somebody stays until the evening of the next.
        let isLong = day % 7 == 2
        guard day % 7 != 3 else { return [] }
        while quarter < Int64(day) * 96 + 76 {
            let length = isLong ? Int64.random(in: 100...125, using: &random) : .random(in: 1...16, using: &random)
            let from = quarter * 900 + .random(in: 60...700, using: &random)
            let to = (quarter + length) * 900 + .random(in: 120...800, using: &random)
            var inRoom: Range<Int64>?
            if to - from > 3_000, Bool.random(using: &random) {
                let start = from + .random(in: 300...900, using: &random)
                inRoom = start..<(start + .random(in: 300...1_500, using: &random))
            }
            found.append(Visit(time: from..<to, inRoom: inRoom, roomTogether: Bool.random(using: &random)))
            quarter += length + .random(in: 2...20, using: &random)
            if isLong { break }
        }
        return found
    }

    /// What fails, and when: never while somebody passes, so that it strikes one visitor as it does two.
    private func faults(
        between plan: [Visit], _ random: inout SplitMix64
    ) -> [(time: Int64, action: LivedBuilding.Action)] {
        let passing = plan.flatMap { visit in
            [visit.time.lowerBound, visit.time.upperBound]
                + (visit.inRoom.map { [$0.lowerBound, $0.upperBound] } ?? [])
        }
        var faults: [(time: Int64, action: LivedBuilding.Action)] = []
        let devices: [DeviceID] = [
            .sensor(name("coworking-pir")), .sensor(name("coworking-beam")), .sensor(name("besprechung-beam")),
            .contact(eingang), .reader(eingang),
        ]
        for _ in 0..<30 {
            let from = Int64.random(in: 0..<Int64(Self.days) * 86_400, using: &random)
            let to = from + .random(in: 2...900, using: &random)
            guard !passing.contains(where: { $0 > from - 60 && $0 < to + 60 }) else { continue }
            if let device = devices.randomElement(using: &random), Int.random(in: 0..<4, using: &random) > 0 {
                faults += [(from, .unplug(device)), (to, .plug(device))]
            } else {
                faults += [(from, .stop), (to, .start)]
            }
        }
        return faults
    }

    /// What came of the days: everything the district gets with its time, everything operators get.
    private func live(
        _ plan: [Visit], _ faults: [(time: Int64, action: LivedBuilding.Action)], visitors: Int
    ) -> (district: [LivedBuilding.DistrictMessage], journal: [JournalEvent], numbers: Int) {
        var actions = faults.map { (time: Duration.seconds($0.time), action: $0.action) }
        for visit in plan { actions += self.actions(of: visit, visitors: visitors) }
        var building = LivedBuilding(Self.house, midnight: Self.midnight, seed: 1)
        building.start()
        for (time, action) in actions.sorted(by: { $0.time < $1.time }) {
            building.pass(to: .zero + time)
            building.perform(action)
        }
        building.perform(.start)
        building.pass(to: .zero + .seconds(Int64(Self.days) * 86_400 + 7_200))
        let numbers = building.journal.count {
            if case .districtQuarter(let cell) = $0 { cell.run != nil } else { false }
        }
        return (building.district, building.journal, numbers)
    }

    /// Somebody walks through a space's counter.
    private func passage(
        _ space: String, _ seconds: Int64, isIn: Bool
    ) -> [(time: Duration, action: LivedBuilding.Action)] {
        let beam = DeviceID.sensor(name("\(space)-beam"))
        let lines: [LineRole] = isIn ? [.outer, .inner] : [.inner, .outer]
        return [
            (0, lines[0], true), (150, lines[1], true), (400, lines[0], false), (550, lines[1], false),
        ].map { (time: .seconds(seconds) + .milliseconds($0.0), action: .line(beam, $0.1, $0.2)) }
    }

    private func actions(
        of visit: Visit, visitors: Int
    ) -> [(time: Duration, action: LivedBuilding.Action)] {
        var actions: [(time: Duration, action: LivedBuilding.Action)] = []
        func walk(_ space: String, _ seconds: Int64, visitor: Int, isIn: Bool) {
            actions += passage(space, seconds + Int64(visitor) * 5, isIn: isIn)
        }
        func see(_ space: String, _ time: Range<Int64>) {
            var seconds = time.lowerBound
            while seconds < time.upperBound - 10 {
                let sensor = DeviceID.sensor(name("\(space)-pir"))
                actions += [
                    (.seconds(seconds), .line(sensor, .only, true)),
                    (.seconds(seconds + 4), .line(sensor, .only, false)),
                ]
                seconds += 240
            }
        }
        for visitor in 0..<visitors {
            // Each shows a card, opens the door, and goes in.
            var bit = Duration.seconds(visit.time.lowerBound - 4 + Int64(visitor) * 5)
            let card = Credential.card(facility: 12, number: 4_711 + UInt16(visitor))
            for isOne in WiegandDecoder.bits(of: card, format: .h10301) {
                let line: LineRole = isOne ? .data1 : .data0
                actions += [
                    (bit, .line(.reader(eingang), line, true)),
                    (bit + .microseconds(50), .line(.reader(eingang), line, false)),
                ]
                bit += .milliseconds(1)
            }
            let door = Duration.seconds(visit.time.lowerBound - 2 + Int64(visitor) * 5)
            actions += [
                (door, .line(.contact(eingang), .only, true)),
                (door + .seconds(3), .line(.contact(eingang), .only, false)),
            ]
            walk("coworking", visit.time.lowerBound, visitor: visitor, isIn: true)
            walk("coworking", visit.time.upperBound - Int64(visitors * 5), visitor: visitor, isIn: false)
            if let stay = visit.inRoom, visitor == 0 || visit.roomTogether {
                walk("besprechung", stay.lowerBound, visitor: visitor, isIn: true)
                walk("besprechung", stay.upperBound - Int64(visitors * 5), visitor: visitor, isIn: false)
            }
        }
        see("coworking", (visit.time.lowerBound + 20)..<(visit.time.upperBound - 30))
        if let stay = visit.inRoom { see("besprechung", (stay.lowerBound + 20)..<(stay.upperBound - 30)) }
        return actions
    }
}
