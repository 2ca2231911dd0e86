internal import ArgumentParser
internal import HubMessages

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the hub is: clock, network, disk, spaces.")
    @OptionGroup var options: SessionOptions

    func run() throws {
        let session = try options.connect()
        guard case .status(let report) = try session.ask(.status) else { return }
        if session.isJSON {
            print(session.text(report))
            return
        }
        let language = Language.current
        for line in language.lines(report) + [""] + language.lines(report.spaces) { print(line) }
        if !report.sensors.isEmpty { for line in [""] + language.lines(report.sensors) { print(line) } }
    }
}

struct DoorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doors", abstract: "Show all doors: lock, contact, alarms.")
    @OptionGroup var options: SessionOptions

    func run() throws {
        let session = try options.connect()
        guard case .doors(let doors) = try session.ask(.doors) else { return }
        if session.isJSON {
            for door in doors { print(session.text(door)) }
        } else {
            for line in Language.current.lines(doors) { print(line) }
        }
    }
}
