internal import HubMessages

extension UseReport {
    /// The report for a terminal: key figures with bars, and a week of hours in shades.
    public func text(_ language: ReportLanguage) -> String {
        guard !spaces.isEmpty else {
            return language("nothing was recorded in this time\n", "in dieser Zeit ist nichts aufgezeichnet\n")
        }
        var lines = [language.title(self), ""]
        let all = spaces.flatMap(language.figures)
        let names = all.map(\.name.count).max() ?? 0
        let values = all.map(\.value.count).max() ?? 0
        // What a terminal of 80 columns leaves beside indent, gaps and a share of up to 100 %.
        let bar = min(max(Self.columns - 2 - names - 2 - values - 2 - 6, 5), 20)
        for space in spaces {
            lines.append("\(space.space.name) (\(language.word(space.module)))")
            for figure in language.figures(space) {
                var line = "  " + Self.padded(figure.name, names) + "  " + Self.padded(figure.value, values)
                if let share = figure.share {
                    line += "  \(Self.bar(share, bar)) \(language.percent(share))"
                }
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
        return lines.map(Self.trimmed).joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// How wide a terminal is at least.
    private static let columns = 80

    /// A bar of so many characters in eighths.
    static func bar(_ share: Double, _ width: Int) -> String {
        let eighths = Int((min(max(share, 0), 1) * Double(width * 8)).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let bar = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        return bar + String(repeating: "·", count: width - bar.count)
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
