internal import GPIO
internal import Glibc
internal import HubMessages
internal import LinuxIO
internal import Sensing

/// Edges through `GPIO` and `Sensing`, as the loop takes them: an epoll, one read of what waits, a sequence monitor for
/// each line, the reader's decoder. What `edge-floor.c` does, and what comes after it.
enum EdgeReading {
    /// Reads the two lines until `count` edges were read or lost. Prints "ready" once they are requested, then
    /// "edges lost seconds cpu_seconds peak_kB".
    static func run(chip: String, lines: [UInt32], count: UInt64) throws {
        let input = LineSettings.input(InputSettings(edges: .falling))
        let provider = LibgpiodProvider()
        let request = try provider.request(
            LineRequestDescription(
                consumer: "hubbench",
                lines: lines.map { LineRequestDescription.Line(.offset(chip: chip, line: $0), input) },
                eventBufferSize: 1_024))
        var poller = try Poller()
        try poller.watch(request.descriptor)
        print("ready")
        fflush(nil)
        var monitors = [SequenceMonitor(), SequenceMonitor()]
        var decoder = WiegandDecoder()
        var edges: [LineEdge] = []
        edges.reserveCapacity(1_024)
        var read: UInt64 = 0
        var lost: UInt64 = 0
        var frames: UInt64 = 0
        var start = 0.0
        var cpu = 0.0
        var ready: Set<CInt> = []
        while read + lost < count {
            ready.removeAll(keepingCapacity: true)
            try poller.wait(into: &ready)
            if start == 0 {
                start = now(CLOCK_MONOTONIC)
                cpu = now(CLOCK_PROCESS_CPUTIME_ID)
            }
            edges.removeAll(keepingCapacity: true)
            try request.readEdges(into: &edges)
            for edge in edges {
                let missing = monitors[edge.line].missing(before: edge.lineSequence)
                if missing > 0 {
                    lost += missing
                    if decoder.edgesLost(at: edge.time) != nil { frames += 1 }
                }
                if decoder.pulse(edge.line == 1, at: edge.time) != nil { frames += 1 }
            }
            read += UInt64(edges.count)
        }
        let seconds = now(CLOCK_MONOTONIC) - start
        let used = now(CLOCK_PROCESS_CPUTIME_ID) - cpu
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print("\(read) \(lost) \(seconds) \(used) \(usage.ru_maxrss)")
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
