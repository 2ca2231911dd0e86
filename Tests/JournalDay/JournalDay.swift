internal import Glibc
internal import HubMessages
internal import Journal
internal import LinuxIO

/// A scripted day of a journal, for the test that cuts the power at every write: rows, acknowledgements, deletions,
/// retention, erasure, making room, restarts. The same calls in the same order every time.
///
///     journalday DIRECTORY
///
/// What the journal confirms goes into `DIRECTORY/notes`, one line each: `committed SEQ`, `acknowledged SEQ`,
/// `erased`, `opened`.
@main
struct JournalDay {
    private let journal: Journal
    private let notes: CInt
    private var committed: SequenceNumber
    private var next: UInt64 = 1

    static func main() {
        guard CommandLine.arguments.count == 2 else { exit(2) }
        let directory = CommandLine.arguments[1]
        do throws(JournalError) {
            // Three lives: the second and third begin with what the one before left.
            for life in 0..<3 as Range<SequenceNumber> {
                var day = try JournalDay(directory)
                day.live(life)
            }
        } catch {
            print("journalday: \(error)")
            exit(1)
        }
    }

    private init(_ directory: String) throws(JournalError) {
        notes = open(directory + "/notes", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        journal = try Journal.open(Self.configuration(directory), newID: JournalID(high: 7, low: 7))
        committed = journal.opening.lastSeq
        note("opened \(committed)")
    }

    /// Small enough that everything happens within a few hundred rows.
    static func configuration(_ directory: String) -> JournalConfiguration {
        var configuration = JournalConfiguration(directory: directory)
        configuration.maximumBytes = 800 << 10
        configuration.keepAcknowledged = 300
        configuration.ladder = [.fold(["passage"]), .acknowledged, .remove(["passage"]), .remove(["access"])]
        configuration.reserveBytes = 64 << 10
        return configuration
    }

    /// The row of that place, whoever asks.
    static func row(_ seq: SequenceNumber) -> JournalRow {
        let kind = seq % 3 == 0 ? "access" : "passage"
        let name = seq % 30 == 0 ? "7d9098bc3e99" : "nobody"
        let text =
            "{\"credential\":\"\(name)\",\"fill\":\"\(String(repeating: "x", count: 200 + Int(seq % 50)))\",\"seq\":\(seq)}"
        return JournalRow(
            seq: seq, wall: WallTime(milliseconds: 1_795_000_000_000 + Int64(seq) * 60_000), kind: kind,
            payload: Array(text.utf8))
    }

    private mutating func live(_ life: SequenceNumber) {
        for round in 0..<18 as Range<SequenceNumber> {
            // Bursts of every size, so that commits are of one row and of many.
            append([1, 3, 20, 90][Int(round % 4)])
            if round % 3 == 2 { acknowledge(committed - min(committed, 5)) }
            if round == 8 { erase() }
            if round == 12 {
                let start = WallTime(milliseconds: 1_795_000_000_000)
                let limit = start + .seconds(Int64(committed) * 20)
                _ = journal.expire(["access": limit], now: start + .seconds(Int64(committed) * 60))
                settle()
            }
            if round == 15 { compact() }
        }
        // Enough to come near the limit.
        if life > 0 { for _ in 0..<8 { append(250) } }
        _ = journal.close(within: .seconds(30))
        note("closed")
    }

    private mutating func append(_ count: SequenceNumber) {
        let last = committed + count
        for seq in committed + 1...last {
            while !journal.append(Self.row(seq)) { _ = take() }
        }
        while committed < last { _ = take() }
    }

    private mutating func acknowledge(_ seq: SequenceNumber) {
        _ = journal.acknowledge(upTo: seq)
        // The next commit is behind it.
        append(1)
        note("acknowledged \(seq)")
    }

    private mutating func erase() {
        next += 1
        _ = journal.erase(PersonSearch(names: ["7d9098bc3e99"]), through: committed, request: next)
        while true { if case .erased = take() { break } }
        note("erased \(committed)")
    }

    private mutating func compact() {
        next += 1
        _ = journal.compact(request: next)
        while true { if case .compacted = take() { break } }
    }

    /// Waits until what was asked before is done.
    private mutating func settle() {
        next += 1
        _ = journal.verify([], request: next)
        while true { if case .verified = take() { break } }
    }

    private mutating func take() -> JournalNotice {
        while true {
            if let notice = journal.nextNotice() {
                if case .committed(let seq, _) = notice {
                    committed = seq
                    note("committed \(seq)")
                }
                return notice
            }
            journal.noticesArrived.wait()
        }
    }

    private func note(_ text: String) {
        // With the zero that ends a C string: the recorder takes it as one.
        let line = Array(text.utf8CString)
        line.withUnsafeBytes { _ = write(notes, $0.baseAddress, $0.count) }
    }
}
