internal import Glibc

/// `hubbench WHAT …`: one measured run; prints the seconds (or nanoseconds) it took. Benchmarks/run pairs it with its floor.
@main
struct HubBench {
    static func main() {
        let arguments = CommandLine.arguments
        switch arguments.dropFirst().first {
        case "journal":
            guard (5...6).contains(arguments.count), let rows = Int(arguments[3]), let batch = Int(arguments[4]) else {
                usage()
            }
            let pageSize = arguments.count == 6 ? Int(arguments[5]) : nil
            let seconds = JournalIngest.seconds(
                directory: arguments[2], rows: rows, batch: batch, pageSize: pageSize)
            print("\(seconds) \(JournalIngest.bytesWritten())")
        case "card":
            guard arguments.count == 3, let cards = Int(arguments[2]) else { usage() }
            let (hub, decoder) = CardToRelay.nanoseconds(cards: cards)
            print("\(hub) \(decoder)")
        case "spaces":
            guard arguments.count == 3, let visits = Int(arguments[2]) else { usage() }
            let (hub, counter) = SpaceEdges.nanoseconds(visits: visits)
            print("\(hub) \(counter)")
        case "feed", "decisions":
            guard let count = arguments.count == 4 ? Int(arguments[3]) : nil else { usage() }
            do {
                if arguments[1] == "feed" {
                    print(try BookingsBench.fill(directory: arguments[2], count: count, version: 1))
                } else {
                    print(try BookingsBench.run(directory: arguments[2], count: count, decisions: 50_000))
                }
            } catch {
                print("\(error)")
                exit(1)
            }
        case "edges":
            guard arguments.count == 6, let first = UInt32(arguments[3]), let second = UInt32(arguments[4]),
                let count = UInt64(arguments[5])
            else { usage() }
            do {
                try EdgeReading.run(chip: arguments[2], lines: [first, second], count: count)
            } catch {
                print("\(error)")
                exit(1)
            }
        case "fill":
            guard arguments.count == 4, let rows = Int(arguments[3]) else { usage() }
            Drain.fill(directory: arguments[2], rows: rows)
        case "drain":
            guard arguments.count == 6, let port = UInt16(arguments[3]), let batch = Int(arguments[5]) else { usage() }
            let (delivered, deleted) = Drain.seconds(
                directory: arguments[2], port: port, topic: arguments[4], batch: batch)
            print("\(delivered) \(deleted)")
        case "live":
            guard arguments.count == 7, let port = UInt16(arguments[3]), let events = Int(arguments[5]),
                let rate = Int(arguments[6]), rate > 0
            else { usage() }
            Live.run(directory: arguments[2], port: port, topic: arguments[4], events: events, perSecond: rate)
        case _:
            usage()
        }
    }

    private static func usage() -> Never {
        print(
            "usage: hubbench journal DIRECTORY ROWS ROWS_AT_ONCE [PAGE_SIZE] | hubbench card CARDS\n       "
                + "hubbench spaces VISITS\n       "
                + "hubbench feed DIRECTORY BOOKINGS | hubbench decisions DIRECTORY BOOKINGS\n       "
                + "hubbench edges CHIP LINE0 LINE1 COUNT\n       "
                + "hubbench fill DIRECTORY ROWS | hubbench drain DIRECTORY PORT TOPIC BATCH\n       "
                + "hubbench live DIRECTORY PORT TOPIC EVENTS PER_SECOND")
        exit(2)
    }

    /// Seconds on the monotonic clock.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
