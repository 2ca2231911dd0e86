internal import Delivery
internal import Glibc
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import Uplink

/// The daemon's way of delivering without the rest of the daemon: its `Publisher`, journal and uplink around one loop.
struct DeliveryLoop {
    let journal: Journal
    private let uplink: Uplink
    private let topic: String
    private let batch: Int
    private var outgoing = OutgoingRows()
    private(set) var publisher: Publisher
    /// Everything up to here the journal has said to be on disk.
    private(set) var committed: SequenceNumber

    /// Opens the journal of `configuration` and connects to the broker on `port` of this machine.
    init(_ configuration: JournalConfiguration, port: UInt16, topic: String, batch: Int) {
        do throws(JournalError) {
            journal = try Journal.open(configuration, newID: JournalID(high: 1, low: 2))
        } catch {
            print("hubbench: \(error)")
            exit(1)
        }
        do throws(SystemError) {
            uplink = try Uplink(UplinkConfiguration(host: "127.0.0.1", port: port, clientID: "hubbench"))
        } catch {
            print("hubbench: \(error)")
            exit(1)
        }
        self.topic = topic
        self.batch = batch
        committed = journal.opening.lastSeq
        publisher = Publisher(
            isEnabled: true, acknowledged: journal.opening.acknowledgedSeq, committed: committed, seed: 1)
        perform(publisher.advance(to: .zero))
    }

    /// Hands a row to the journal; `false` where its queue is full.
    mutating func append(_ row: JournalRow) -> Bool {
        guard journal.append(row) else { return false }
        outgoing.append(row)
        return true
    }

    /// Waits at most `milliseconds` (-1: for ever) for the journal or the network, and handles what they say.
    mutating func turn(milliseconds: CInt) {
        var ends = [
            pollfd(fd: journal.noticesArrived.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: uplink.noticesArrived.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&ends, 2, milliseconds)
        if ends[0].revents != 0 { journal.noticesArrived.drain() }
        if ends[1].revents != 0 { uplink.noticesArrived.drain() }
        while let notice = journal.nextNotice() {
            switch notice {
            case .rows(let request, let found):
                outgoing.found(request, found)
                perform(publisher.rowsRead(request, last: found.last?.seq, at: .zero))
            case .committed(let seq, _):
                committed = seq
                perform(publisher.committed(upTo: seq))
            case _: break
            }
        }
        while let notice = uplink.nextNotice() {
            switch notice {
            case .connected: perform(publisher.connected())
            case .acknowledged(let token): perform(publisher.acknowledged(token))
            case .disconnected(let failure):
                print("hubbench: \(failure)")
                exit(1)
            case _: break
            }
        }
    }

    /// Closes both ends.
    func close() {
        _ = uplink.close(within: .seconds(5))
        _ = journal.close(within: .seconds(30))
    }

    private mutating func perform(_ effects: [Publisher.Effect]) {
        for effect in effects {
            switch effect {
            case .connect: _ = uplink.connect()
            case .disconnect: _ = uplink.disconnect()
            case .read(let after, let request):
                let ready = outgoing.find(
                    request, after: after, through: committed, maximumRows: batch, maximumBytes: Publisher.batchBytes)
                if let ready {
                    perform(publisher.rowsRead(request, last: ready.last, at: .zero))
                } else {
                    _ = journal.read(
                        after: after, maximumRows: batch, maximumBytes: Publisher.batchBytes, request: request)
                }
            case .publish(let request):
                let found = outgoing.take(request) ?? []
                _ = uplink.publishRows(topic: topic, rows: found.map(\.payload), token: request)
            case .acknowledge(let seq): _ = journal.acknowledge(upTo: seq)
            }
        }
    }
}
