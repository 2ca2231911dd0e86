internal import HubMessages

extension UseReport {
    /// One row per space and day (RFC 4180), numbers with a point, seconds as in docs/utilization.md; a field is empty where
    /// there is no reading.
    public var csv: String {
        var rows = [Self.columns.joined(separator: ",")]
        for space in spaces {
            for day in space.days {
                let use = day.use
                let counts = [
                    use.covered, use.healthy, use.booked, use.used, use.usedBooked, use.peak, use.entries, use.bookings,
                    use.noShows, use.walkIns, use.overstays,
                ]
                let climate = use.climate
                let readings: [Double?] = [
                    use.mean, climate?.temperature?.mean, climate?.temperature?.minimum, climate?.temperature?.maximum,
                    climate?.humidity?.mean, climate?.co2?.mean, climate?.co2?.maximum,
                ]
                let comfort = climate?.co2Comfortable.flatMap { share($0, of: climate?.co2?.count ?? 0) }
                rows.append(
                    ([space.space.space.rawValue, Self.quoted(space.space.name), space.module.rawValue, day.date]
                        + counts.map(String.init) + (readings + [comfort, use.energy]).map { $0.map { "\($0)" } ?? "" }
                        + [space.space.capacity.map(String.init) ?? ""])
                        .joined(separator: ","))
            }
        }
        return rows.joined(separator: "\r\n") + "\r\n"
    }

    private static let columns = [
        "space", "name", "module", "date", "covered_s", "healthy_s", "booked_s", "used_s", "used_booked_s", "peak",
        "entries", "bookings", "no_shows", "walk_ins", "overstays", "mean", "temperature_mean_c", "temperature_min_c",
        "temperature_max_c", "humidity_mean_percent", "co2_mean_ppm", "co2_max_ppm", "co2_under_1000_share",
        "energy_kwh", "capacity",
    ]

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        // What begins like a formula is none: spreadsheets would compute it.
        if let first = text.first, "=+-@".contains(first) { quoted += "'" }
        for character in text { quoted += character == "\"" ? "\"\"" : String(character) }
        return quoted + "\""
    }
}
