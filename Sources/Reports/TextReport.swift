internal import HubMessages

extension UseReport {
    /// The report for a terminal: key figures with bars, and a week of hours in shades.
    public func text(_ language: ReportLanguage) -> String {
        guard !spaces.isEmpty else {
            return language("nothing was recorded in this time\n", "in dieser Zeit ist nichts aufgezeichnet\n")
        }
        var lines = [language.title(self), ""]
        for space in spaces {
            lines.append("\(space.space.name) (\(language.word(space.module)))")
            let figures = language.figures(space)
            let names = figures.map(\.name.count).max() ?? 0
            let values = figures.map(\.value.count).max() ?? 0
            for figure in figures {
                var line = "  " + Self.padded(figure.name, names) + "  " + Self.padded(figure.value, values)
                if let share = figure.share { line += "  \(Self.bar(share)) \(language.percent(share))" }
                while line.last == " " { line.removeLast() }
                lines.append(line)
            }
            lines.append("")
            lines.append(
                "  "
                    + language(
                        "share of the time in use, by weekday and hour",
                        "Anteil genutzter Zeit, nach Wochentag und Stunde"))
            lines.append("       " + stride(from: 0, to: 24, by: 3).map { Self.padded("\($0)", 6) }.joined())
            for (weekday, hours) in space.week.enumerated() {
                let cells = hours.map { hour in
                    String(repeating: hour.share.map(Self.shade) ?? "·", count: 2)
                }
                lines.append("  " + Self.padded(language.weekdays[weekday], 5) + cells.joined())
            }
            lines.append(
                "       "
                    + language(
                        "blank 0 %, ░ up to 25 %, ▒ 50 %, ▓ 75 %, █ 100 %, · not observed",
                        "leer 0 %, ░ bis 25 %, ▒ 50 %, ▓ 75 %, █ 100 %, · nicht beobachtet"))
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    /// A bar of 20 characters in eighths.
    static func bar(_ share: Double) -> String {
        let eighths = Int((min(max(share, 0), 1) * 160).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let bar = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        return bar + String(repeating: "·", count: 20 - bar.count)
    }

    static func shade(_ share: Double) -> String {
        switch share {
        case ...0: " "
        case ...0.25: "░"
        case ...0.5: "▒"
        case ...0.75: "▓"
        case _: "█"
        }
    }
}
