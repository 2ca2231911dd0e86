// On the wire the numbers stand beside the other fields, in one flat object. Those that an older version did not have are
// read as zero.
extension UseNumbers: Codable {
    private enum CodingKeys: String, CodingKey {
        case covered, healthy, booked, used, usedBooked, peak, mean, entries, bookings, noShows, walkIns, overstays
        case ownPeak, climate, energy
    }

    /// Decodes the numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        covered = try container.decode(Int.self, forKey: .covered)
        healthy = try container.decode(Int.self, forKey: .healthy)
        booked = try container.decode(Int.self, forKey: .booked)
        used = try container.decode(Int.self, forKey: .used)
        peak = try container.decode(Int.self, forKey: .peak)
        mean = try container.decode(Double.self, forKey: .mean)
        entries = try container.decode(Int.self, forKey: .entries)
        usedBooked = try container.decodeIfPresent(Int.self, forKey: .usedBooked) ?? 0
        bookings = try container.decodeIfPresent(Int.self, forKey: .bookings) ?? 0
        noShows = try container.decodeIfPresent(Int.self, forKey: .noShows) ?? 0
        walkIns = try container.decodeIfPresent(Int.self, forKey: .walkIns) ?? 0
        overstays = try container.decodeIfPresent(Int.self, forKey: .overstays) ?? 0
        ownPeak = try container.decodeIfPresent(Int.self, forKey: .ownPeak)
        climate = try container.decodeIfPresent(ClimateSummary.self, forKey: .climate)
        energy = try container.decodeIfPresent(Double.self, forKey: .energy)
    }

    /// Encodes the numbers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(covered, forKey: .covered)
        try container.encode(healthy, forKey: .healthy)
        try container.encode(booked, forKey: .booked)
        try container.encode(used, forKey: .used)
        try container.encode(usedBooked, forKey: .usedBooked)
        try container.encode(peak, forKey: .peak)
        try container.encode(mean, forKey: .mean)
        try container.encode(entries, forKey: .entries)
        try container.encode(bookings, forKey: .bookings)
        try container.encode(noShows, forKey: .noShows)
        try container.encode(walkIns, forKey: .walkIns)
        try container.encode(overstays, forKey: .overstays)
        try container.encodeIfPresent(ownPeak, forKey: .ownPeak)
        try container.encodeIfPresent(climate, forKey: .climate)
        try container.encodeIfPresent(energy, forKey: .energy)
    }
}

extension UtilizationRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case space, module, start, revision
    }

    /// Decodes one flat object.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            space: try container.decode(SpaceID.self, forKey: .space),
            module: try container.decode(SpaceModule.self, forKey: .module),
            start: try container.decode(WallTime.self, forKey: .start),
            revision: try container.decodeIfPresent(Int.self, forKey: .revision) ?? 0,
            use: try UseNumbers(from: decoder))
    }

    /// Encodes one flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(space, forKey: .space)
        try container.encode(module, forKey: .module)
        try container.encode(start, forKey: .start)
        try container.encode(revision, forKey: .revision)
        try use.encode(to: encoder)
    }
}

extension UtilizationSummary: Codable {
    private enum CodingKeys: String, CodingKey {
        case space, module, period, name, from, to, revision, quarters, head
    }

    /// Decodes one flat object.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            space: try container.decode(SpaceID.self, forKey: .space),
            module: try container.decode(SpaceModule.self, forKey: .module),
            period: try container.decode(Period.self, forKey: .period),
            name: try container.decode(String.self, forKey: .name),
            from: try container.decode(WallTime.self, forKey: .from),
            to: try container.decode(WallTime.self, forKey: .to),
            revision: try container.decode(Int.self, forKey: .revision),
            quarters: try container.decode(Int.self, forKey: .quarters),
            use: try UseNumbers(from: decoder),
            head: try container.decodeIfPresent(JournalHead.self, forKey: .head))
    }

    /// Encodes one flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(space, forKey: .space)
        try container.encode(module, forKey: .module)
        try container.encode(period, forKey: .period)
        try container.encode(name, forKey: .name)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(revision, forKey: .revision)
        try container.encode(quarters, forKey: .quarters)
        try container.encodeIfPresent(head, forKey: .head)
        try use.encode(to: encoder)
    }
}
