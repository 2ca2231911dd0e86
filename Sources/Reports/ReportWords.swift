internal import HubMessages

/// The language of a report.
public enum ReportLanguage: Hashable, Sendable {
    /// German, with a comma in numbers.
    case german
    /// English.
    case english

    /// One of two texts.
    func callAsFunction(_ english: String, _ german: String) -> String {
        switch self {
        case .english: english
        case .german: german
        }
    }

    /// The language's tag (BCP 47).
    var tag: String { self("en", "de") }

    /// Monday to Sunday, short.
    var weekdays: [String] {
        switch self {
        case .english: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        case .german: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]
        }
    }

    /// A number with so many digits after the decimal sign, rounded half away from zero.
    func number(_ value: Double, _ digits: Int = 1) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled != 0 ? "−" : ""
        let whole = "\(scaled / Int64(scale))"
        guard digits > 0 else { return sign + whole }
        let rest = "\(scaled % Int64(scale))"
        return sign + whole + self(".", ",") + String(repeating: "0", count: digits - rest.utf8.count) + rest
    }

    /// A share as per cent.
    /// What is not nothing is not 0 %, and what is not all not 100 %.
    func percent(_ share: Double?) -> String {
        guard let share else { return "–" }
        if share > 0, share < 0.005 { return "<1 %" }
        if share < 1, share >= 0.995 { return ">99 %" }
        return number(share * 100, 0) + " %"
    }

    /// A date, `YYYY-MM-DD`, as people write it.
    func date(_ date: String) -> String {
        let parts = date.split(separator: "-")
        guard self == .german, parts.count == 3 else { return date }
        return "\(parts[2]).\(parts[1]).\(parts[0])"
    }

    /// The same without the year.
    func shortDate(_ date: String) -> String {
        switch self {
        case .english: String(date.suffix(5))
        case .german: String(self.date(date).prefix(6))
        }
    }

    /// Seconds as hours.
    func hours(_ seconds: Int) -> String { number(Double(seconds) / 3_600) + " h" }

    func word(_ module: SpaceModule) -> String {
        switch module {
        case .coworking: "Coworking"
        case .meeting: self("meeting room", "Besprechung")
        case .workshop: self("workshop", "Werkstatt")
        case .shop: self("shop", "Laden")
        case .consulting: self("consulting hours", "Sprechstunde")
        case .parcel: self("parcel station", "Paketstation")
        case .assembly: self("assembly", "Versammlung")
        case .circulation: self("circulation", "Verkehrsfläche")
        }
    }
}

/// One line of a space's key figures: what it is, its value in words (empty where the share says it), and its share where it
/// has one.
struct KeyFigure {
    let name: String
    let value: String
    let share: Double?
}

extension ReportLanguage {
    /// A space's key figures, in the order in which they are read.
    func figures(_ report: UseReport.SpaceReport) -> [KeyFigure] {
        let use = report.use
        let capacity = report.space.capacity
        let peak = capacity.map { self("\(use.peak) of \($0)", "\(use.peak) von \($0)") } ?? "\(use.peak)"
        let people =
            (capacity ?? use.peak) == 1 ? self(" person", " Person") : self(" people", " Personen")
        var figures = [
            KeyFigure(
                name: self("in use", "genutzt"),
                value: self(
                    "\(hours(use.used)) of \(hours(use.covered)) observed",
                    "\(hours(use.used)) von \(hours(use.covered)) beobachtet"), share: report.usedShare),
            KeyFigure(
                name: self("booked and used", "gebucht und genutzt"),
                value: use.booked == 0
                    ? self("nothing booked", "nichts gebucht")
                    : self(
                        "\(hours(use.usedBooked)) of \(hours(use.booked)) booked",
                        "\(hours(use.usedBooked)) von \(hours(use.booked)) gebucht"), share: report.usedOfBooked),
            KeyFigure(
                name: self("no-shows", "nicht erschienen"),
                value: use.bookings == 0
                    ? self("no bookings", "keine Buchungen")
                    : self(
                        "\(use.noShows) of \(use.bookings) bookings", "\(use.noShows) von \(use.bookings) Buchungen"),
                share: report.noShowRate),
            KeyFigure(
                name: self("peak", "Höchstbelegung"), value: peak + people,
                share: capacity.flatMap { Reports.share(use.peak, of: $0) }),
            KeyFigure(name: self("visits", "Eintritte"), value: "\(use.entries)", share: nil),
            KeyFigure(
                name: self("without a booking", "ohne Buchung"),
                value: use.walkIns == 1 ? self("1 time", "1 Mal") : self("\(use.walkIns) times", "\(use.walkIns) Mal"),
                share: nil),
        ]
        if let comfort = report.comfort {
            figures.append(
                KeyFigure(
                    name: self("CO₂ under 1000 ppm", "CO₂ unter 1000 ppm"), value: "", share: comfort))
        }
        if let energy = report.energyPerUsedHour {
            figures.append(
                KeyFigure(
                    name: self("energy per hour in use", "Energie je genutzter Stunde"),
                    value: number(energy, 2) + " kWh", share: nil))
        }
        figures.append(
            KeyFigure(
                name: self("sensors worked", "Sensoren in Ordnung"), value: "", share: report.quality))
        return figures
    }

    func title(_ report: UseReport) -> String {
        self("Use of spaces, ", "Nutzung der Räume, ") + date(report.from) + self(" to ", " bis ") + date(report.to)
    }
}
