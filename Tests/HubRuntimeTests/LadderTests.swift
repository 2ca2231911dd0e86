internal import HubMessages
@testable internal import HubRuntime
internal import Journal
internal import Testing

/// What the daemon gives up first when room is short.
@Suite struct LadderTests {
    @Test
    func `G2: climate is thinned, counts are folded, then what is delivered goes, access events late, alarms last`()
        throws
    {
        let ladder = JournalConfiguration.climbedDown
        #expect(ladder.count == 9)
        guard case .thin(let climate) = ladder[0], case .fold(let counts) = ladder[1], ladder[2] == .acknowledged else {
            Issue.record("\(ladder)")
            return
        }
        let removed = ladder[3...].map { rung -> Set<String> in if case .remove(let types) = rung { types } else { [] }
        }
        #expect(climate.contains("climate.measured") && climate == removed[0])
        #expect(
            counts == ["passage", "presence.changed", "occupancy.changed", "space.capacity"] && counts == removed[1])
        #expect(removed[4].isSuperset(of: ["access.decided", "command.executed"]))
        #expect(removed[5].isSuperset(of: ["door.alarm", "access.duress", "fire.changed", "loss", "hub.started"]))
        // No type is on two rungs, and none on no rung.
        #expect(removed.reduce(0) { $0 + $1.count } == JournalEvent.allTypes.count)
        #expect(Set(removed.joined()) == Set(JournalEvent.allTypes))
    }
}
