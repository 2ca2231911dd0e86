internal import Delivery
internal import Glibc
internal import HubMessages
internal import Journal
internal import LinuxIO
internal import Uplink

/// A journal full of rows, delivered: read, sent as arrays, acknowledged, deleted, with the daemon's own `Publisher`,
/// journal and uplink around a loop like the daemon's.
enum Drain {
    /// Fills a new journal with `rows` rows of 200 bytes.
    static func fill(directory: String, rows: Int) {
        _ = JournalIngest.seconds(directory: directory, rows: rows, batch: 1_000, pageSize: 2_048)
    }

    /// Seconds until everything in `directory` is acknowledged and, but for the last rows, deleted.
    static func seconds(directory: String, port: UInt16, topic: String, batch: Int) -> Double {
        do throws(JournalError) {
            var configuration = JournalConfiguration(directory: directory)
            configuration.keepAcknowledged = 1_024
            let journal = try Journal.open(configuration, newID: JournalID(high: 1, low: 2))
            let uplink: Uplink
            do throws(SystemError) {
                uplink = try Uplink(UplinkConfiguration(host: "127.0.0.1", port: port, clientID: "hubbench"))
            } catch {
                print("hubbench: \(error)")
                exit(1)
            }
            var run = Run(journal: journal, uplink: uplink, topic: topic, batch: batch)
            let start = HubBench.now()
            run.drain()
            let seconds = HubBench.now() - start
            _ = uplink.close(within: .seconds(5))
            _ = journal.close(within: .seconds(30))
            return seconds
        } catch {
            print("hubbench: \(error)")
            exit(1)
        }
    }

    private struct Run {
        let journal: Journal
        let uplink: Uplink
        let topic: String
        let batch: Int
        private var publisher: Publisher
        private var rows: [UInt64: [JournalRow]] = [:]
        private let last: SequenceNumber

        init(journal: Journal, uplink: Uplink, topic: String, batch: Int) {
            self.journal = journal
            self.uplink = uplink
            self.topic = topic
            self.batch = batch
            last = journal.opening.lastSeq
            publisher = Publisher(
                isEnabled: true, acknowledged: journal.opening.acknowledgedSeq, committed: last, seed: 1)
        }

        mutating func drain() {
            perform(publisher.advance(to: .zero))
            while publisher.acknowledged < last {
                var ends = [
                    pollfd(fd: journal.noticesArrived.descriptor, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: uplink.noticesArrived.descriptor, events: Int16(POLLIN), revents: 0),
                ]
                _ = poll(&ends, 2, -1)
                if ends[0].revents != 0 { journal.noticesArrived.drain() }
                if ends[1].revents != 0 { uplink.noticesArrived.drain() }
                while let notice = journal.nextNotice() {
                    guard case .rows(let request, let found) = notice else { continue }
                    rows[request] = found
                    perform(publisher.rowsRead(request, last: found.last?.seq, at: .zero))
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
        }

        private mutating func perform(_ effects: [Publisher.Effect]) {
            for effect in effects {
                switch effect {
                case .connect: _ = uplink.connect()
                case .disconnect: _ = uplink.disconnect()
                case .read(let after, let request):
                    _ = journal.read(
                        after: after, maximumRows: batch, maximumBytes: Publisher.batchBytes, request: request)
                case .publish(let request):
                    let found = rows.removeValue(forKey: request) ?? []
                    _ = uplink.publishRows(topic: topic, rows: found.map(\.payload), token: request)
                case .acknowledge(let seq): _ = journal.acknowledge(upTo: seq)
                }
            }
        }
    }
}
