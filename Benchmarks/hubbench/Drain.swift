internal import Delivery
internal import Glibc
internal import HubMessages
internal import Journal
internal import LinuxIO

/// A journal full of rows, delivered: read, sent as arrays, acknowledged, deleted.
enum Drain {
    /// Fills a new journal with `rows` rows of 200 bytes.
    static func fill(directory: String, rows: Int) {
        _ = JournalIngest.seconds(directory: directory, rows: rows, batch: 1_000)
    }

    /// Seconds until everything in `directory` is acknowledged, and until all but the last rows are deleted, too.
    static func seconds(
        directory: String, port: UInt16, topic: String, batch: Int
    ) -> (delivered: Double, deleted: Double) {
        var configuration = JournalConfiguration(directory: directory)
        configuration.keepAcknowledged = 1_024
        var loop = DeliveryLoop(configuration, port: port, topic: topic, batch: batch)
        let last = loop.committed
        let start = HubBench.now()
        while loop.publisher.acknowledged < last { loop.turn(milliseconds: -1) }
        let delivered = HubBench.now() - start
        // At most a stretch of 1,024 stays beside those to keep.
        while firstRow(loop.journal) + UInt64(configuration.keepAcknowledged) + 1_024 <= last { usleep(5_000) }
        let deleted = HubBench.now() - start
        loop.close()
        return (delivered, deleted)
    }

    private static func firstRow(_ journal: Journal) -> SequenceNumber {
        guard journal.read(after: 0, maximumRows: 1, maximumBytes: .max, request: .max) else { exit(1) }
        while true {
            journal.noticesArrived.wait()
            while let notice = journal.nextNotice() {
                if case .rows(.max, let found) = notice { return found.first?.seq ?? 0 }
            }
        }
    }
}
