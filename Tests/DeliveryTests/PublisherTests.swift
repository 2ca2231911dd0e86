import Delivery
import HubMessages
import TestSupport
import Testing

private func at(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

@Suite struct PublisherTests {
    private func connectedPublisher(acknowledged: SequenceNumber = 0, committed: SequenceNumber) -> Publisher {
        var publisher = Publisher(isEnabled: true, acknowledged: acknowledged, committed: committed, seed: 1)
        #expect(publisher.advance(to: at(0)) == [.connect])
        #expect(publisher.connection == .connecting)
        return publisher
    }

    @Test func `a batch is read, sent, acknowledged`() {
        var publisher = connectedPublisher(acknowledged: 4, committed: 6)
        #expect(publisher.connected() == [.read(after: 4, request: 1)])
        #expect(publisher.rowsRead(1, last: 6, at: at(0)) == [.publish(request: 1)])
        #expect(publisher.backlog == 2)
        #expect(publisher.acknowledged(1) == [.acknowledge(upTo: 6)])
        #expect(publisher.backlog == 0)
        #expect(publisher.committed(upTo: 7) == [.read(after: 6, request: 2)])
    }

    @Test func `acknowledgements out of order move the mark only as far as all before is acknowledged`() {
        var publisher = connectedPublisher(committed: 1_000)
        _ = publisher.connected()
        for request in 1...4 as ClosedRange<UInt64> {
            #expect(publisher.rowsRead(request, last: request * 100, at: at(0)).first == .publish(request: request))
        }
        // The window is full: no further read.
        #expect(publisher.committed(upTo: 1_001) == [])
        #expect(publisher.acknowledged(3) == [])
        #expect(publisher.acknowledged(2) == [])
        #expect(publisher.acknowledged(1) == [.acknowledge(upTo: 300), .read(after: 400, request: 5)])
        #expect(publisher.acknowledged(1) == [])
    }

    @Test func `after a lost connection everything unacknowledged is sent again, and old answers mean nothing`() {
        var publisher = connectedPublisher(committed: 200)
        _ = publisher.connected()
        _ = publisher.rowsRead(1, last: 100, at: at(0))
        publisher.disconnected(at: at(10))
        #expect(publisher.rowsRead(2, last: 200, at: at(11)) == [])
        #expect(publisher.acknowledged(1) == [])
        let retry = publisher.deadline ?? .zero
        #expect(retry >= at(510) && retry <= at(1_010))
        #expect(publisher.advance(to: retry - .nanoseconds(1)) == [])
        #expect(publisher.advance(to: retry) == [.connect])
        #expect(publisher.connected() == [.read(after: 0, request: 3)])
    }

    @Test func `a read that finds nothing is repeated after a second`() {
        var publisher = connectedPublisher(committed: 5)
        _ = publisher.connected()
        #expect(publisher.rowsRead(1, last: nil, at: at(100)) == [])
        #expect(publisher.deadline == at(1_100))
        #expect(publisher.advance(to: at(1_099)) == [])
        #expect(publisher.advance(to: at(1_100)) == [.read(after: 0, request: 2)])
        #expect(publisher.deadline == nil)
    }

    @Test func `a refused message gives up the connection and nothing else`() {
        var publisher = connectedPublisher(committed: 5)
        #expect(publisher.rejected() == [])
        _ = publisher.connected()
        _ = publisher.rowsRead(1, last: 5, at: at(0))
        #expect(publisher.rejected() == [.disconnect])
        #expect(publisher.backlog == 5)
    }

    @Test func `a broker that lets in and refuses every message is asked ever later`() {
        var publisher = connectedPublisher(committed: 5)
        var now = at(0)
        var waits: [Duration] = []
        for _ in 0..<10 {
            _ = publisher.connected()
            publisher.disconnected(at: now)
            let retry = publisher.deadline ?? .zero
            waits.append(retry - now)
            now = retry
            _ = publisher.advance(to: now)
        }
        #expect((waits.last ?? .zero) >= .seconds(60))
    }

    @Test func `without a broker nothing is asked for`() {
        var publisher = Publisher(isEnabled: false, acknowledged: 0, committed: 9, seed: 1)
        #expect(publisher.deadline == nil)
        #expect(publisher.advance(to: at(1_000_000)) == [])
        publisher.disconnected(at: at(5))
        #expect(publisher.connection == .disabled)
        publisher.setEnabled(true, at: at(7))
        #expect(publisher.deadline == at(7))
    }

    @Test func `the archive's word moves the mark, the broker's only lets the next batch go`() {
        var publisher = Publisher(
            isEnabled: true, acknowledged: 0, committed: 200, seed: 1, acknowledgement: .archive)
        _ = publisher.advance(to: at(0))
        #expect(publisher.connected() == [.read(after: 0, request: 1)])
        #expect(publisher.rowsRead(1, last: 100, at: at(0)) == [.publish(request: 1), .read(after: 100, request: 2)])
        #expect(publisher.acknowledged(1) == [])
        #expect(publisher.acknowledged == 0)
        // Beyond what there is, it is not believed.
        #expect(publisher.archived(upTo: 201, at: at(10)) == nil)
        #expect(publisher.archived(upTo: 60, at: at(10)) == [.acknowledge(upTo: 60)])
        #expect(publisher.archived(upTo: 50, at: at(11)) == [])
        #expect(publisher.acknowledged == 60)
        // A new connection begins at the archive's mark, and skips what the archive says it has.
        publisher.disconnected(at: at(20))
        _ = publisher.advance(to: publisher.deadline ?? .zero)
        #expect(publisher.connected() == [.read(after: 60, request: 3)])
        #expect(publisher.archived(upTo: 150, at: at(5_000)) == [.acknowledge(upTo: 150)])
        #expect(
            publisher.rowsRead(3, last: 160, at: at(5_000)) == [.publish(request: 3), .read(after: 160, request: 4)])
    }

    @Test func `where the archive says nothing, what it has not stored is sent again, ever later`() {
        var publisher = Publisher(
            isEnabled: true, acknowledged: 0, committed: 10, seed: 1, acknowledgement: .archive)
        _ = publisher.advance(to: at(0))
        _ = publisher.connected()
        #expect(publisher.rowsRead(1, last: 10, at: at(0)) == [.publish(request: 1)])
        _ = publisher.acknowledged(1)
        #expect(publisher.deadline == at(300_000))
        #expect(publisher.advance(to: at(300_000)) == [.read(after: 0, request: 2)])
        #expect(publisher.rowsRead(2, last: 10, at: at(300_000)) == [.publish(request: 2)])
        #expect(publisher.deadline == at(900_000))
        #expect(publisher.archived(upTo: 10, at: at(400_000)) == [.acknowledge(upTo: 10)])
        #expect(publisher.deadline == nil)
        #expect(publisher.backlog == 0)
    }

    @Test func `without being asked for, the archive's word does nothing`() {
        var publisher = connectedPublisher(committed: 10)
        _ = publisher.connected()
        #expect(publisher.archived(upTo: 5, at: at(0)) == nil)
        #expect(publisher.acknowledged == 0)
    }

    @Test func `on a thin line the next batch waits until the one before has had its time`() {
        var publisher = Publisher(
            isEnabled: true, acknowledged: 0, committed: 1_000, seed: 1, bytesPerSecond: 8_000)
        #expect(publisher.batchBytes == 8_000)
        _ = publisher.advance(to: at(0))
        _ = publisher.connected()
        #expect(publisher.rowsRead(1, last: 20, bytes: 4_000, at: at(0)) == [.publish(request: 1)])
        #expect(publisher.acknowledged(1) == [.acknowledge(upTo: 20)])
        #expect(publisher.deadline == at(500))
        #expect(publisher.advance(to: at(499)) == [])
        #expect(publisher.advance(to: at(500)) == [.read(after: 20, request: 2)])
        // A minute of backlog takes its minute.
        var now: Int64 = 500
        var bytes = 4_000
        var request: UInt64 = 2
        while now < 60_000 {
            _ = publisher.rowsRead(request, last: UInt64(20 * request), bytes: 8_000, at: at(now))
            _ = publisher.committed(upTo: 20 * request + 1_000)
            bytes += 8_000
            _ = publisher.acknowledged(request)
            now = Int64((publisher.deadline ?? .zero).nanoseconds / 1_000_000)
            guard case .read(_, let next)? = publisher.advance(to: at(now)).first else { break }
            request = next
        }
        #expect(now >= 60_000)
        #expect(bytes <= 8_000 * 61)
    }

    @Test func `G2 G12: through random faults every event is delivered, in order, within the window`() {
        var random = SeededRandom.announced()
        for _ in 0..<300 {
            var network = Network(random: SeededRandom(seed: random.next()))
            network.run()
        }
    }
}

/// A journal and a broker that fail at random, and a receiver that removes duplicates.
///
/// Reads answer late, sometimes with nothing though rows are there. The broker acknowledges late and in any order, drops
/// the connection with any number of batches in flight, which it may have kept or not, and refuses messages.
private struct Network {
    var random: SeededRandom
    var publisher = Publisher(isEnabled: true, acknowledged: 0, committed: 0, seed: 7)
    var now: Int64 = 0
    var committed: SequenceNumber = 0
    var reads: [(after: SequenceNumber, request: UInt64)] = []
    var rows: [UInt64: ClosedRange<SequenceNumber>] = [:]
    var inFlight: [UInt64] = []
    var received: SequenceNumber = 0
    var acknowledged: SequenceNumber = 0
    var isHealthy = false

    mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func run() {
        for _ in 0..<600 { step() }
        isHealthy = true
        var steps = 0
        while acknowledged < committed, steps < 5_000 {
            step()
            steps += 1
        }
        #expect(received == committed && acknowledged == committed, "everything arrives once the faults end")
    }

    mutating func step() {
        now += Int64.random(in: 1...400, using: &random)
        if !isHealthy {
            committed += UInt64.random(in: 0...60, using: &random)
            perform(publisher.committed(upTo: committed))
        }
        if let due = publisher.deadline, due <= at(now) { perform(publisher.advance(to: at(now))) }
        if publisher.connection == .connecting {
            if isHealthy || chance(2) { perform(publisher.connected()) } else { lose() }
        }
        if publisher.connection == .connected, !isHealthy, chance(25) { lose() }
        if !reads.isEmpty, isHealthy || chance(2) { answerRead() }
        if !inFlight.isEmpty, isHealthy || chance(2) {
            let request = inFlight.remove(at: .random(in: inFlight.indices, using: &random))
            if !isHealthy, chance(30) {
                perform(publisher.rejected())
            } else {
                perform(publisher.acknowledged(request))
            }
        }
        #expect(inFlight.count <= Publisher.window)
        #expect(reads.count <= 1)
    }

    mutating func answerRead() {
        let (after, request) = reads.removeFirst()
        if after >= committed || (!isHealthy && chance(10)) {
            perform(publisher.rowsRead(request, last: nil, at: at(now)))
        } else {
            let last = min(committed, after + UInt64.random(in: 1...UInt64(Publisher.batchRows), using: &random))
            rows[request] = after + 1...last
            perform(publisher.rowsRead(request, last: last, at: at(now)))
        }
    }

    mutating func lose() {
        inFlight = []
        reads = []
        publisher.disconnected(at: at(now))
    }

    mutating func perform(_ effects: [Publisher.Effect]) {
        for effect in effects {
            switch effect {
            case .connect: break
            case .disconnect: lose()
            case .read(let after, let request): reads.append((after, request))
            case .publish(let request):
                guard let batch = rows[request] else {
                    Issue.record("batch \(request) was never read")
                    return
                }
                #expect(batch.lowerBound <= received + 1, "a gap before \(batch), received up to \(received)")
                // The broker may have kept what it did not acknowledge.
                received = max(received, batch.upperBound)
                inFlight.append(request)
            case .acknowledge(let seq):
                #expect(seq > acknowledged && seq <= received)
                acknowledged = seq
            }
        }
    }
}
