internal import HubMessages

// How spaces are used, for people.
extension Language {
    /// An event of a space's use; empty for any other.
    func useText(_ event: JournalEvent) -> String {
        switch event {
        case .utilization(let record):
            return "\(record.space): " + self("quarter-hour ", "Viertelstunde ")
                + "\(local(record.start, "%H:%M")): " + text(record.use) + revised(record.revision)
        case .utilizationSummary(let summary):
            let period =
                switch summary.period {
                case .day: self("day", "Tag")
                case .month: self("month", "Monat")
                }
            return "\(summary.space): \(period) \(summary.name): " + text(summary.use) + revised(summary.revision)
        case .districtQuarter(let quarter):
            return "\(quarter.space): " + self("for the district: ", "an den Landkreis: ")
                + "\(local(quarter.start, "%H:%M")) " + text(quarter)
        case .districtMonth(let month):
            return "\(month.space): " + self("for the district: month ", "an den Landkreis: Monat ") + month.month
        case .capacityChanged(let change):
            return "\(change.space): " + word(change.level) + " (\(change.estimate) [\(change.minimum)–"
                + "\(change.maximum)] / \(change.capacity))"
        case .bookingArrived(let arrival):
            let delay = arrival.after / 60
            let late = arrival.late ? self(", was a no-show", ", galt als nicht erschienen") : ""
            return "\(arrival.space): "
                + self("somebody is there for \(arrival.booking), ", "jemand ist da für \(arrival.booking), ")
                + self("after \(delay) min", "nach \(delay) min") + late
        case .bookingNoShow(let noShow):
            return "\(noShow.space): "
                + self(
                    "NO-SHOW: nobody came for \(noShow.booking) within \(noShow.grace / 60) min",
                    "NICHT ERSCHIENEN: niemand kam für \(noShow.booking) innerhalb von \(noShow.grace / 60) min")
        case .bookingOverstay(let overstay):
            return "\(overstay.space): "
                + self("still there after \(overstay.booking)", "noch da nach \(overstay.booking)")
                + lasted(overstay.seconds)
        case .walkIn(let walkIn):
            return "\(walkIn.space): " + self("somebody without a booking", "jemand ohne Buchung")
                + lasted(walkIn.seconds)
        case _: return ""
        }
    }

    func word(_ level: CapacityLevel) -> String {
        switch level {
        case .free: self("has room", "hat Platz")
        case .near: self("nearly full", "fast voll")
        case .full: self("full", "voll")
        case .over: self("OVER CAPACITY", "ÜBERBELEGT")
        }
    }

    private func text(_ use: UseNumbers) -> String {
        self(
            "used \(use.used / 60) min, peak \(use.peak)", "\(use.used / 60) min genutzt, höchstens \(use.peak)")
    }

    private func text(_ quarter: DistrictUtilization) -> String {
        guard quarter.inUse else { return self("nobody there", "niemand da") }
        guard let people = quarter.people else { return self("numbers left out", "Zahlen unterdrückt") }
        return self("at least \(people) people", "mindestens \(people) Personen")
    }

    private func revised(_ revision: Int) -> String {
        revision == 0 ? "" : self(", revision \(revision)", ", Fassung \(revision)")
    }

    private func lasted(_ seconds: Int?) -> String {
        seconds.map { self(", over after \($0 / 60) min", ", beendet nach \($0 / 60) min") } ?? ""
    }
}
