internal import HubConfiguration
public import HubMessages
internal import Sensing

extension Hub {
    /// Every configured line and how busy it is, in the order of doors and sensors; levels are read by whoever asks.
    public func lineReports(at time: MonotonicTime) -> [(report: LineReport, role: LineRole)] {
        wiring.sorted { $0.key < $1.key }.flatMap { device, lines in
            lines.lines.map { line in
                var report = LineReport(
                    device: device, role: line.role, line: line.address, purpose: purpose(of: device),
                    output: line.use == .output, activeWhen: line.activeWhen.rawValue)
                if let activity = activities[DeviceLine(device: device, line: line.role)] {
                    report.edgesPerMinute = activity.edgesPerMinute(at: time)
                    report.edges = activity.edges
                    report.lostPerHour = activity.lostPerHour(at: time)
                    report.lost = activity.lost
                }
                return (report, line.role)
            }
        }
    }

    private func purpose(of device: DeviceID) -> String {
        switch device {
        case .reader: "reader"
        case .innerReader: "inner-reader"
        case .bolt: "bolt"
        case .tamper: "tamper"
        case .fire: "fire"
        case .faultLED: "fault-led"
        case .contact: "contact"
        case .exitButton: "exit-button"
        case .lock: "lock"
        case .signal: "signal"
        case .innerSignal: "inner-signal"
        case .sensor(let id): sensors[id]?.settings.kind.name ?? "sensor"
        }
    }
}

extension SensorSettings.Kind {
    /// The kind as the configuration names it.
    var name: String {
        switch self {
        case .presence: "presence"
        case .seat: "seat"
        case .beamCounter: "beam-counter"
        case .peopleCounter: "people-counter"
        case .climate: "dht"
        case .co2: "co2-pwm"
        case .driver: "driver"
        case .meter: "meter"
        case .feedback: "feedback"
        case .input(_, let input):
            switch input {
            case .window: "window"
            case .waterLeak: "water-leak"
            case .smokeAlarm: "smoke-alarm"
            case .tamper: "tamper"
            case .mainsFailure: "mains-failure"
            case .batteryLow: "battery-low"
            case .armed: "alarm-armed"
            }
        }
    }
}
