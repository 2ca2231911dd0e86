internal import HubMessages
@testable internal import HubRuntime
internal import Journal
internal import Testing

/// The journal's own notes of what it removed, and the events that tell of them.
@Suite struct LedgerTests {
    @Test(arguments: [
        (LedgerEntry.Cause.limit, LossCause.roomNeeded), (.age, .retention), (.missing, .diskLostEvents),
    ])
    func `G2 the event that tells of a removal names its cause, and settles exactly that note`(
        cause: LedgerEntry.Cause, told: LossCause
    ) {
        for kind in ["passage", ""] {
            let entry = LedgerEntry(cause: cause, kind: kind, first: 7, last: 19, count: 5)
            let loss = Loss(entry)
            #expect(loss.cause == told && loss.first == 7 && loss.last == 19 && loss.count == 5)
            #expect(loss.source == (kind.isEmpty ? "journal.db" : kind))
            #expect(LedgerEntry(.loss(loss)) == entry)
        }
    }

    @Test func `G2 a loss of something else settles nothing`() {
        let others: [LossCause] = [
            .edgesLost, .journalQueueFull, .diskFailed, .journalDamaged, .bookingsDamaged, .bookingsOmitted,
            .messageDropped,
        ]
        for cause in others {
            #expect(LedgerEntry(.loss(Loss(cause: cause, source: "x", count: 1, first: 1, last: 1))) == nil)
        }
    }
}
