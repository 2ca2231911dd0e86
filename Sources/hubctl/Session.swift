internal import ArgumentParser
internal import ControlSocket
internal import Glibc
internal import HubMessages
internal import MessageCoding

/// The options that every command has.
struct SessionOptions: ParsableArguments {
    @Option(help: "The daemon's control socket; default: $REGIOHUB_SOCKET, else /run/regiohub/control.sock.")
    var socket: String?

    @Flag(help: "Print JSON, one object per line.")
    var json = false

    /// A connection to the daemon.
    func connect() throws -> Session {
        let path =
            socket ?? getenv("REGIOHUB_SOCKET").map { String(cString: $0) } ?? "/run/regiohub/control.sock"
        do throws(ControlSocketError) {
            return Session(client: try ControlClient(path: path), options: self)
        } catch {
            throw Failure(error)
        }
    }
}

/// A connection to the daemon, and where answers are printed.
struct Session {
    let client: ControlClient
    let options: SessionOptions
    let coding = MessageCoding()

    var isJSON: Bool { options.json }

    /// Sends `request` and returns its answer; a refusal is thrown.
    func ask(_ request: ControlRequest) throws -> ControlResponse {
        let response: ControlResponse
        do throws(ControlSocketError) {
            response = try client.ask(request)
        } catch {
            throw Failure(error)
        }
        return try checked(response)
    }

    /// Sends `request`, which the journal's thread answers, and waits as ``nextAtLength()`` does.
    func askAtLength(_ request: ControlRequest) throws -> ControlResponse {
        try send(request)
        return try nextAtLength()
    }

    /// Waits for the next answer of the journal's thread: going over a whole journal may take minutes. It is given up where
    /// the daemon does not answer others either, or its disk may not.
    func nextAtLength() throws -> ControlResponse {
        while true {
            if let response = try answer() { return try checked(response) }
            guard case .status(let report) = try options.connect().ask(.status), !report.hub.journalHealthy
            else { continue }
            throw Failure.refused(
                Language.current(
                    "the disk takes no events and may not answer; see 'hubctl status'",
                    "die Platte nimmt keine Ereignisse an und antwortet vielleicht nicht; siehe 'hubctl status'"))
        }
    }

    /// The next answer; `nil` where none has come for the client's patience.
    private func answer() throws -> ControlResponse? {
        do throws(ControlSocketError) {
            return try client.next(within: ControlClient.patience)
        } catch {
            if error == .silent { return nil }
            throw Failure(error)
        }
    }

    /// Gives `body` all events behind `after`, in order, part by part, until it returns `false`. Returns what lies between
    /// them and cannot be read, because the disk has damaged it.
    func readJournal(
        after: SequenceNumber = 0, _ body: ([JournalEnvelope]) throws -> Bool
    ) throws -> [ClosedRange<SequenceNumber>] {
        var position = after
        var unreadable: [ClosedRange<SequenceNumber>] = []
        while true {
            switch try askAtLength(.journalRead(after: position, count: ControlRequest.maximumEvents)) {
            case .events(let events):
                guard let last = events.last, try body(events) else { return unreadable }
                position = last.seq
            case .unreadable(let first, let last):
                guard first <= last, last > position else { return unreadable }
                unreadable.append(first...last)
                position = last
            case _: return unreadable
            }
        }
    }

    /// Sends `request`, whose answers are taken with ``next()``.
    func send(_ request: ControlRequest) throws {
        do throws(ControlSocketError) {
            try client.send(request)
        } catch {
            throw Failure(error)
        }
    }

    /// Waits for the next answer, for ever.
    func next() throws -> ControlResponse {
        let response: ControlResponse
        do throws(ControlSocketError) {
            response = try client.next()
        } catch {
            throw Failure(error)
        }
        return try checked(response)
    }

    /// Waits for the next answer for so many seconds; `nil` where none came.
    func next(within seconds: Double) -> ControlResponse? {
        do throws(ControlSocketError) {
            return try client.next(within: .milliseconds(Int64(max(0, seconds) * 1_000)))
        } catch {
            return nil
        }
    }

    /// Asks for something that is only done or refused.
    func order(_ request: ControlRequest) throws {
        _ = try ask(request)
        if isJSON { print(text(["done": true])) }
    }

    /// `value` as JSON on one line.
    func text(_ value: some Encodable) -> String {
        String(decoding: coding.encode(value), as: UTF8.self)
    }

    private func checked(_ response: ControlResponse) throws -> ControlResponse {
        if case .refused(let reason) = response { throw Failure.refused(reason) }
        return response
    }
}

extension Language {
    /// What is said of events that cannot be read; `nil` where all can.
    func text(unreadable ranges: [ClosedRange<SequenceNumber>]) -> String? {
        guard !ranges.isEmpty else { return nil }
        let named = ranges.prefix(10).map { "\($0.lowerBound)–\($0.upperBound)" }.joined(separator: ", ")
        let rest = ranges.count > 10 ? ", …" : ""
        return self(
            "the disk has damaged events that cannot be read: \(named)\(rest); all others are there",
            "die Platte hat Ereignisse beschädigt, die nicht zu lesen sind: \(named)\(rest); alle anderen sind da")
    }
}

/// Prints one line at once, also into a pipe.
func printLine(_ line: String) {
    print(line)
    fflush(nil)
}
