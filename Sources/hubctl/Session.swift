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
            return Session(client: try ControlClient(path: path), isJSON: json)
        } catch {
            throw Failure(error)
        }
    }
}

/// A connection to the daemon, and where answers are printed.
struct Session {
    let client: ControlClient
    let isJSON: Bool
    let coding = MessageCoding()

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

/// Prints one line at once, also into a pipe.
func printLine(_ line: String) {
    print(line)
    fflush(nil)
}
