internal import HubMessages
internal import Sensing

// Reads doors, their locks, contacts and readers, the fire input and the interlocks.
extension HouseParser {
    mutating func door(_ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]) -> DoorSettings? {
        var table = TableReader(node, name: "[[door]]", &mistakes)
        let id: DoorID? = table.identifier("id", &mistakes)
        claim(id, in: &doors, "door", at: node.position, &mistakes)
        table.name = id.map { "[[door]] '\($0)'" } ?? table.name
        let name = table.string("name", "the door's name for people", &mistakes)
        let lock = lock(&table, &mistakes)
        let contact = contact(&table, &mistakes)
        let exitButton = input("exit_button", active: "pressed_when", default: .low, &table, &mistakes)
        let reader = reader("reader", &table, &mistakes)
        let innerReader = self.reader("inner_reader", &table, &mistakes)
        let tamper = input("tamper", active: "open_when", default: .high, &table, &mistakes)
        let releases = Duration.seconds(3)...Duration.seconds(300)
        let opens = Duration.seconds(5)...Duration.seconds(3600)
        let release = table.duration("release_time", default: .seconds(5), in: releases, &mistakes)
        let open = table.duration("open_time", default: .seconds(30), in: opens, &mistakes)
        let extendedRelease = extended(
            "extended_release_time", of: release, "release_time", in: releases, &table, node, &mistakes)
        let extendedOpen = extended("extended_open_time", of: open, "open_time", in: opens, &table, node, &mistakes)
        let warning = table.duration(
            "warning_time", default: .nanoseconds(min(10_000_000_000, open.nanoseconds / 2)),
            in: .zero...Duration.seconds(3600), &mistakes)
        if warning >= open {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position,
                    "\(table.name) warns \(DurationText.format(warning)) before an open time of "
                        + "\(DurationText.format(open)) ends; expected a warning_time shorter than open_time"))
        }
        let relockNode = table.node("relock")
        let relock = table.choice("relock", default: DoorSettings.Relock.onOpen, &mistakes) ?? .onOpen
        if relock == .onClose, contact == nil {
            mistakes.append(
                ConfigurationMistake(
                    at: relockNode?.position ?? node.position,
                    "\(table.name) locks when it is closed, and has no 'contact' to tell; expected a contact"))
        }
        let relockDelay = table.duration("relock_delay", default: .zero, in: .zero...Duration.seconds(30), &mistakes)
        let hours = openingHours(of: id, &table, &mistakes)
        table.finish(&mistakes)
        guard let id, let name, let lock else { return nil }
        return DoorSettings(
            id: id, name: name, lock: lock, contact: contact, exitButton: exitButton, reader: reader,
            innerReader: innerReader, tamper: tamper, release: release, extendedRelease: extendedRelease, open: open,
            extendedOpen: extendedOpen, warning: warning, openingHours: hours.schedule,
            firstPersonIn: hours.firstPersonIn, relock: relock, relockDelay: relockDelay)
    }

    mutating func fire(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> FireSettings? {
        guard var table = reader.table("fire", name: "[fire]", &mistakes) else { return nil }
        defer { table.finish(&mistakes) }
        let input = requiredInput("input", active: "active_when", default: .high, &table, &mistakes)
        let names = table.node("doors") == nil ? nil : known("doors", of: &table, "releases", &mistakes)
        return input.map { FireSettings(input: $0, doors: names ?? doors) }
    }

    mutating func interlock(
        _ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]
    ) -> Set<DoorID>? {
        var table = TableReader(node, name: "[[interlock]]", &mistakes)
        defer { table.finish(&mistakes) }
        let names = known("doors", of: &table, "joins", &mistakes)
        if names.count < 2 {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position, "[[interlock]] has \(names.count) doors; expected two or more in 'doors'"))
            return nil
        }
        for (door, position) in hoursOf where names.contains(door) {
            mistakes.append(
                ConfigurationMistake(
                    at: position,
                    "door '\(door)' is interlocked, so no hours can unlock it; remove one of the two"))
        }
        return names
    }

    private func known(
        _ key: String, of table: inout TableReader, _ verb: String, _ mistakes: inout [ConfigurationMistake]
    ) -> Set<DoorID> {
        let names = table.identifiers(key, as: DoorName.self, &mistakes)
        for name in names where !doors.contains(name.id) {
            mistakes.append(
                ConfigurationMistake(
                    at: name.position, "\(table.name) \(verb) door '\(name.id)', which is not configured",
                    hint: NearMiss.hint(name.id.rawValue, among: doors.map(\.rawValue))))
        }
        return Set(names.map(\.id))
    }

    /// A longer time for whoever needs it; the usual one where none is given.
    private func extended(
        _ key: String, of usual: Duration, _ usualKey: String, in range: ClosedRange<Duration>,
        _ table: inout TableReader, _ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]
    ) -> Duration {
        let time = table.duration(
            key, default: min(.nanoseconds(usual.nanoseconds * 3), range.upperBound), in: range, &mistakes)
        if time < usual {
            mistakes.append(
                ConfigurationMistake(
                    at: node.position,
                    "\(table.name) has an \(key) of \(DurationText.format(time)), shorter than its \(usualKey) of "
                        + "\(DurationText.format(usual)); expected at least that"))
        }
        return time
    }

    private mutating func lock(
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> LockSettings? {
        guard table.required("lock", "a table such as { line = \"GPIO17\" }", &mistakes) != nil,
            var lock = table.table("lock", name: "'lock' of \(table.name)", &mistakes)
        else { return nil }
        defer { lock.finish(&mistakes) }
        let line = line("line", &lock, &mistakes)
        let kind = lock.choice("kind", default: LockSettings.Kind.strike, &mistakes) ?? .strike
        let isFailSafe = kind == .maglock
        let level = lock.choice("released_when", default: isFailSafe ? LineLevel.low : .high, &mistakes)
        let rest = lock.choice("at_rest", default: isFailSafe ? LockSettings.Rest.released : .locked, &mistakes)
        let bolt = input("bolt", active: "locked_when", default: .low, &lock, &mistakes)
        let boltTime = lock.duration(
            "bolt_time", default: .seconds(5), in: .milliseconds(200)...Duration.seconds(60), &mistakes)
        guard let line, let level, let rest else { return nil }
        return LockSettings(
            line: line, kind: kind, releasedWhen: level, atRest: rest, bolt: bolt, boltTime: boltTime)
    }

    private mutating func contact(
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> ContactSettings? {
        var second: String?
        let input = input("contact", active: "open_when", default: .high, &table, &mistakes) {
            parser, reader, mistakes in
            if reader.node("second_line") != nil { second = parser.line("second_line", &reader, &mistakes) }
        }
        return input.map { ContactSettings(input: $0, second: second) }
    }

    private mutating func reader(
        _ key: String, _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> ReaderSettings? {
        guard var reader = table.table(key, name: "'\(key)' of \(table.name)", &mistakes) else { return nil }
        defer { reader.finish(&mistakes) }
        let format = reader.name(
            "format", default: WiegandFormat.h10301.name, of: "the name of a card format", among: formats.names,
            &mistakes)
        let usual = WiegandLimits()
        let limits = WiegandLimits(
            shortestGap: reader.duration(
                "shortest_gap", default: usual.shortestGap, in: WiegandLimits.shortestGaps, &mistakes),
            longestGap: reader.duration(
                "longest_gap", default: usual.longestGap, in: WiegandLimits.longestGaps, &mistakes),
            endOfFrame: reader.duration(
                "end_of_frame", default: usual.endOfFrame, in: WiegandLimits.endsOfFrame, &mistakes),
            pulse: pulse(&reader, &mistakes))
        let bias = reader.choice("bias", default: LineBias.pullUp, &mistakes) ?? .pullUp
        let data0 = line("data0", &reader, &mistakes)
        let data1 = line("data1", &reader, &mistakes)
        guard let format = format.flatMap(formats.named) else { return nil }
        let keypad = keypad(&reader, format: format, &mistakes)
        let led = output("led", &reader, &mistakes)
        let buzzer = output("buzzer", &reader, &mistakes)
        guard let data0, let data1 else { return nil }
        return ReaderSettings(
            format: format, limits: limits, data0: data0, data1: data1, bias: bias, keypad: keypad, led: led,
            buzzer: buzzer)
    }

    mutating func faultLED(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> OutputSettings? {
        output("fault_led", named: "[fault_led]", &reader, &mistakes)
    }

    private mutating func output(
        _ key: String, named name: String? = nil, _ table: inout TableReader,
        _ mistakes: inout [ConfigurationMistake]
    ) -> OutputSettings? {
        guard var output = table.table(key, name: name ?? "'\(key)' of \(table.name)", &mistakes) else { return nil }
        defer { output.finish(&mistakes) }
        let line = line("line", &output, &mistakes)
        let level = output.choice("on_when", default: LineLevel.high, &mistakes) ?? .high
        return line.map { OutputSettings(line: $0, onWhen: level) }
    }
}
