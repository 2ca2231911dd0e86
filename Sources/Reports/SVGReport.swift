internal import HubMessages

// Plots with axes, units and legends, as SVG 1.1.
extension UseReport {
    /// All spaces' plots in one picture.
    public func svg(_ language: ReportLanguage) -> String {
        var height = 40
        var plots: [String] = []
        for (index, space) in spaces.enumerated() {
            let plot = SpacePlot(space, language, id: "p\(index)")
            plots.append("<g transform=\"translate(0 \(height))\">\(plot.alone)</g>")
            height += plot.heightAlone
        }
        let title = Markup.escaped(language.title(self))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(SpacePlot.width) \(height)" \
            role="img" aria-label="\(title)" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="20" y="26" font-size="18" font-weight="bold">\(title)</text>
            \(plots.joined(separator: "\n"))
            </svg>

            """
    }
}

/// One space: the heat map of its week, and its days, booked against used.
struct SpacePlot {
    static let width = 760
    private static let height = 445
    private static let headed = 28
    private static let line = 18

    let report: UseReport.SpaceReport
    let language: ReportLanguage
    let id: String

    init(_ report: UseReport.SpaceReport, _ language: ReportLanguage, id: String) {
        self.report = report
        self.language = language
        self.id = id
    }

    /// The plot for a page that has the heading and the key figures.
    var document: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 \(Self.headed) \(Self.width) \(Self.height - Self.headed)" role="img" \
        aria-labelledby="\(id)-title \(id)-text" font-family="sans-serif" font-size="12">
        <title id="\(id)-title">\(Markup.escaped(report.space.name))</title>
        <desc id="\(id)-text">\(language(
            "The share of the time in use by weekday and hour, and booked and used hours by day; the numbers are in the table.",
            "Anteil genutzter Zeit nach Wochentag und Stunde, und gebuchte und genutzte Stunden je Tag; die Zahlen stehen in der Tabelle."
        ))</desc>
        \(heat)
        \(days)
        </svg>
        """
    }

    /// The plot with its heading and the key figures below, for a picture that stands alone.
    var alone: String {
        let name = "\(report.space.name) (\(language.word(report.module)))"
        let rows = language.figures(report).enumerated().flatMap { index, figure in
            let y = Self.height + Self.line * (index + 1)
            return [
                text(Self.left, y, figure.name, anchor: "start"),
                text(Self.left + 200, y, figure.value, anchor: "start"),
                text(Self.left + 470, y, figure.share.map { language.percent($0) } ?? "", anchor: "end"),
            ]
        }
        return """
            <text x="20" y="20" font-size="15" font-weight="bold">\(Markup.escaped(name))</text>
            \(heat)
            \(days)
            \(rows.joined(separator: "\n"))
            """
    }

    var heightAlone: Int { Self.height + Self.line * (language.figures(report).count + 3) }

    // MARK: The week

    private static let cell = (width: 24, height: 20)
    private static let left = 70
    private static let colors = ["#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c"]
    // Booked and used. An edge where the area is too light to be seen on paper.
    private static let booked = "fill=\"#fdae61\" stroke=\"#8c510a\" stroke-width=\"0.8\""
    private static let used = "fill=\"#2166ac\""

    private var heat: String {
        var parts = [
            text(Self.left, 48, language("share of the time in use", "Anteil genutzter Zeit"), anchor: "start")
        ]
        for (weekday, hours) in report.week.enumerated() {
            let y = 58 + weekday * Self.cell.height
            parts.append(text(Self.left - 8, y + 14, language.weekdays[weekday], anchor: "end"))
            for (hour, cell) in hours.enumerated() {
                let x = Self.left + hour * Self.cell.width
                let label = "\(language.weekdays[weekday]) \(hour)–\(hour + 1): \(language.percent(cell.share))"
                parts.append(
                    "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(Self.cell.width - 1)\" height=\"\(Self.cell.height - 1)\" "
                        + "fill=\"\(Self.color(cell.share))\" stroke=\"#999\" stroke-width=\"0.3\"><title>\(label)</title></rect>"
                )
            }
        }
        let bottom = 58 + 7 * Self.cell.height
        for hour in stride(from: 0, through: 24, by: 3) {
            parts.append(text(Self.left + hour * Self.cell.width, bottom + 15, "\(hour)"))
        }
        parts.append(
            text(Self.left + 12 * Self.cell.width, bottom + 32, language("hour of the day", "Uhrzeit (Stunde)")))
        return (parts + legend(y: bottom + 42)).joined(separator: "\n")
    }

    private func legend(y: Int) -> [String] {
        let entries: [(String, String)] =
            [("#fff", "0 %")]
            + zip(Self.colors, ["≤ 20 %", "≤ 40 %", "≤ 60 %", "≤ 80 %", "≤ 100 %"]).map { ($0, $1) }
            + [("#d9d9d9", language("not observed", "nicht beobachtet"))]
        return entries.enumerated().flatMap { index, entry in
            [
                "<rect x=\"\(Self.left + index * 84)\" y=\"\(y)\" width=\"14\" height=\"12\" fill=\"\(entry.0)\" "
                    + "stroke=\"#666\" stroke-width=\"0.5\"/>",
                text(Self.left + index * 84 + 20, y + 11, entry.1, anchor: "start"),
            ]
        }
    }

    private static func color(_ share: Double?) -> String {
        guard let share else { return "#d9d9d9" }
        guard share > 0 else { return "#fff" }
        return colors[min(Int((share * 5).rounded(.up)) - 1, 4)]
    }

    // MARK: The days

    private var days: String {
        let top = 285
        let height = 120
        let width = 24 * Self.cell.width
        let most = report.days.map { max($0.use.booked, $0.use.used) }.max() ?? 0
        let scale = [1, 2, 4, 6, 8, 12, 16, 24, 25].first { $0 * 3_600 >= most } ?? 25
        let slot = Double(width) / Double(max(report.days.count, 1))
        let bar = max(min(slot * 0.38, 18), 1)
        func y(_ seconds: Int) -> Double { Double(height) * Double(seconds) / Double(scale * 3_600) }
        var parts = [
            text(
                Self.left, top - 10,
                language("hours a day, booked and used", "Stunden je Tag, gebucht und genutzt"), anchor: "start")
        ]
        // Quarters of the scale, as many digits as they have.
        let digits = scale % 4 == 0 ? 0 : scale % 2 == 0 ? 1 : 2
        for step in 0...4 {
            let line = top + height - step * height / 4
            parts.append(
                "<line x1=\"\(Self.left)\" x2=\"\(Self.left + width)\" y1=\"\(line)\" y2=\"\(line)\" stroke=\"#ccc\"/>")
            parts.append(
                text(
                    Self.left - 8, line + 4, language.number(Double(scale * step) / 4, digits) + " h",
                    anchor: "end"))
        }
        for (index, day) in report.days.enumerated() {
            let x = Double(Self.left) + Double(index) * slot + slot / 2
            for (offset, seconds, color, what) in [
                (-bar, day.use.booked, Self.booked, language("booked", "gebucht")),
                (0, day.use.used, Self.used, language("used", "genutzt")),
            ] {
                parts.append(
                    "<rect x=\"\(short(x + offset))\" y=\"\(short(Double(top + height) - y(seconds)))\" "
                        + "width=\"\(short(bar))\" height=\"\(short(y(seconds)))\" \(color)>"
                        + "<title>\(language.date(day.date)): \(what) \(language.hours(seconds))</title></rect>")
            }
            let every = max((report.days.count + 9) / 10, 1)
            if index % every == 0 { parts.append(text(Int(x), top + height + 15, language.shortDate(day.date))) }
        }
        parts.append(text(Self.left + width / 2, top + height + 32, language("day", "Tag")))
        for (index, entry) in [
            (Self.booked, language("booked", "gebucht")), (Self.used, language("used", "genutzt")),
        ].enumerated() {
            let x = Self.left + width - 170 + index * 90
            parts.append("<rect x=\"\(x)\" y=\"\(top - 20)\" width=\"14\" height=\"12\" \(entry.0)/>")
            parts.append(text(x + 20, top - 9, entry.1, anchor: "start"))
        }
        return parts.joined(separator: "\n")
    }

    private func text(_ x: Int, _ y: Int, _ text: String, anchor: String = "middle") -> String {
        "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(Markup.escaped(text))</text>"
    }

    private func short(_ value: Double) -> String { ReportLanguage.english.number(value, 1) }
}

/// Text in XML and HTML.
enum Markup {
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case _: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
