internal import Glibc
internal import HubMessages
internal import Journal
internal import LinuxIO

/// Rows of 200 bytes through the journal's queue until the journal says that they are on disk.
enum JournalIngest {
    /// What this process has had written to the disk so far, in bytes (proc(5): write_bytes).
    static func bytesWritten() -> Int {
        guard let file = fopen("/proc/self/io", "r") else { exit(1) }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        while fgets(&line, CInt(line.count), file) != nil {
            let words = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }.split(
                separator: UInt8(ascii: " "))
            if words.count == 2, words[0].elementsEqual("write_bytes:".utf8) {
                return Int(String(decoding: words[1], as: UTF8.self)) ?? 0
            }
        }
        exit(1)
    }

    /// Hands over `rows` in all, `batch` to a commit. With single rows the next follows when the one before is durable;
    /// with more, up to four batches are under way, as they are when events come faster than the disk.
    static func seconds(directory: String, rows: Int, batch: Int, pageSize: Int? = nil) -> Double {
        do throws(JournalError) {
            let inFlight = batch == 1 ? 1 : batch * 4
            var configuration = JournalConfiguration(directory: directory)
            configuration.rowQueueCapacity = max(inFlight, 16)
            configuration.maximumRowsPerCommit = batch
            if let pageSize { configuration.pageSize = pageSize }
            let journal = try Journal.open(configuration, newID: JournalID(high: 1, low: 2))
            let payload = [UInt8](repeating: UInt8(ascii: "x"), count: 200)
            let start = HubBench.now()
            var appended = 0
            var committed = 0
            while committed < rows {
                while appended < rows, appended - committed < inFlight {
                    let row = JournalRow(
                        seq: UInt64(appended + 1), wall: WallTime(milliseconds: 0), kind: "passage", payload: payload)
                    guard journal.append(row) else { break }
                    appended += 1
                }
                journal.noticesArrived.wait()
                while let notice = journal.nextNotice() {
                    if case .committed(let seq, _) = notice { committed = Int(seq) }
                }
            }
            let seconds = HubBench.now() - start
            _ = journal.close(within: .seconds(10))
            return seconds
        } catch {
            print("hubbench: \(error)")
            exit(1)
        }
    }
}
