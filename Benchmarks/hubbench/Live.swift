internal import Delivery
internal import Glibc
internal import HubMessages
internal import Journal

/// Events at a steady rate, from the moment they happen to the network's acknowledgement.
enum Live {
    /// Prints for each event its number and the moments (CLOCK_MONOTONIC, nanoseconds) at which it was handed to the
    /// journal and at which the loop learned that it is on disk.
    static func run(directory: String, port: UInt16, topic: String, events: Int, perSecond: Int) {
        var loop = DeliveryLoop(JournalConfiguration(directory: directory), port: port, topic: topic, batch: 100)
        // A connection first, as the floor has it.
        let connected = HubBench.now() + 1
        while HubBench.now() < connected { loop.turn(milliseconds: 50) }
        var before: [UInt64] = []
        var after: [UInt64] = []
        let step = 1_000_000_000 / UInt64(perSecond)
        var due = now() + step
        while loop.publisher.acknowledged < UInt64(events) {
            let time = now()
            if before.count < events, due <= time {
                let seq = UInt64(before.count + 1)
                let start = "{\"seq\":\(seq),\"text\":\""
                let payload = Array(start.utf8) + Array(repeating: UInt8(ascii: "x"), count: 196 - start.utf8.count)
                before.append(now())
                guard
                    loop.append(
                        JournalRow(
                            seq: seq, wall: WallTime(milliseconds: 0), kind: "door.opened",
                            payload: payload + Array("\"}".utf8), isUrgent: true))
                else { exit(1) }
                due += step
                continue
            }
            let left = before.count < events ? due - time : 100_000_000
            loop.turn(milliseconds: CInt((left + 999_999) / 1_000_000))
            let seen = now()
            while after.count < Int(loop.committed) { after.append(seen) }
        }
        loop.close()
        for (index, moments) in zip(before, after).enumerated() { print(index + 1, moments.0, moments.1) }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
