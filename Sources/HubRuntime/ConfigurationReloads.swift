internal import ConfigurationFile
internal import LinuxIO

/// Reads the configuration again on a thread of its own: the file may lie on a disk that no longer answers.
final class ConfigurationReloads {
    typealias Outcome = Result<DaemonConfiguration, ConfigurationFile.Failure>

    private let outcomes = HandoffQueue<Outcome>(capacity: 4)
    private let counter: EventCounter
    private var isReading = false
    private var again: String?

    init() throws(SystemError) {
        counter = try EventCounter()
    }

    /// Readable when ``next()`` has something.
    var arrived: CInt { counter.descriptor }

    /// Begins to read the file at `path`; while one reading is under way, the next begins after it.
    func load(_ path: String) {
        guard !isReading else {
            again = path
            return
        }
        isReading = true
        Thread { [outcomes, counter] in
            let outcome: Outcome
            do throws(ConfigurationFile.Failure) {
                outcome = .success(try DaemonConfiguration.load(path))
            } catch {
                outcome = .failure(error)
            }
            // One reading at a time and four places: there is room.
            _ = outcomes.push(outcome)
            counter.signal()
        }.detach()
    }

    /// Takes what a reading found; `nil` where none has ended.
    func next() -> Outcome? {
        counter.drain()
        guard let outcome = outcomes.pop() else { return nil }
        isReading = false
        if let path = again {
            again = nil
            load(path)
        }
        return outcome
    }
}
