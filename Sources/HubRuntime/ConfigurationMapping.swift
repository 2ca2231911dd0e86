internal import Delivery
internal import HubConfiguration
internal import HubMessages
internal import Journal
internal import MessageCoding
internal import Uplink

extension JournalConfiguration {
    /// The journal's part of a configuration.
    ///
    /// The writer's queue takes all that has a place and waits for the disk, and at a stop everything that waits.
    init(_ settings: JournalSettings, coding: MessageCoding) {
        self.init(directory: settings.directory)
        keepAcknowledged = settings.keepAcknowledged
        rowQueueCapacity = EventLog.largestWindow + 64
        maximumBytes = settings.maximumSize
        reserveBytes = settings.reserve
        knownKinds = JournalEvent.allTypes
        ladder = Self.climbedDown
        // Both run on the writer's thread, each with a coder of its own.
        subject = { row in "\(row.kind) \(Self.sensor(in: row.payload) ?? "")" }
        toldHead = { row in
            guard row.kind == JournalEvent.daySummaryType else { return nil }
            do throws(MessageFault) {
                let envelope = try MessageCoding().decode(JournalEnvelope.self, from: row.payload)
                if case .daySummary(let summary) = envelope.event { return summary.head }
            } catch {}
            return nil
        }
    }

    /// What goes when room is short: climate is thinned, counts whose quarter-hour is over go, then what the network
    /// has; then, as a loss, the rest class by class. What tells of losses stays as long as alarms do.
    static var climbedDown: [EvictionRung] {
        [.thin(EventClass.climate.types), .fold(EventClass.counts.types), .acknowledged]
            + EventClass.allCases.map { .remove($0.types) }
    }

    /// The value of `sensor` in an event, or `space` where it has none: what a reading is of.
    private static func sensor(in payload: [UInt8]) -> String? {
        for key in ["\"sensor\":\"", "\"space\":\""] {
            let bytes = Array(key.utf8)
            guard payload.count > bytes.count else { continue }
            for start in 0..<payload.count - bytes.count
            where payload[start] == bytes[0] && payload[start..<start + bytes.count].elementsEqual(bytes) {
                let value = payload[(start + bytes.count)...].prefix { $0 != UInt8(ascii: "\"") }
                return String(decoding: value, as: UTF8.self)
            }
        }
        return nil
    }
}

extension Loss {
    /// What the journal's ledger says.
    init(_ entry: LedgerEntry) {
        let cause: LossCause =
            switch entry.cause {
            case .limit: .roomNeeded
            case .age: .retention
            case .missing: .diskLostEvents
            }
        self.init(
            cause: cause, source: entry.kind.isEmpty ? "journal.db" : entry.kind, count: entry.count,
            first: entry.first,
            last: entry.last)
    }
}

extension LedgerEntry {
    /// The entry of the ledger that an event tells; `nil` for events that tell of none.
    init?(_ event: JournalEvent) {
        guard case .loss(let loss) = event, let first = loss.first, let last = loss.last else { return nil }
        let cause: Cause
        switch loss.cause {
        case .roomNeeded: cause = .limit
        case .retention: cause = .age
        case .diskLostEvents: cause = .missing
        case .edgesLost, .journalQueueFull, .diskFailed, .journalDamaged, .bookingsDamaged, .bookingsOmitted,
            .messageDropped:
            return nil
        }
        self.init(
            cause: cause, kind: loss.source == "journal.db" ? "" : loss.source, first: first, last: last,
            count: loss.count)
    }
}

extension UplinkTLS {
    /// The TLS of a broker's configuration; `nil` for none.
    init?(_ settings: BrokerSettings) {
        guard let tls = settings.tls else { return nil }
        self.init(serverName: tls.serverName ?? settings.host)
        authorityFile = tls.authorityFile
        certificateFile = tls.certificateFile
        keyFile = tls.keyFile
    }
}

extension MessageCoding {
    /// A row as it is delivered: its own bytes, or what stands for rows that are gone.
    func published(_ row: JournalRow, _ hub: HubID, _ journal: JournalID) -> [UInt8] {
        guard let first = row.removedFrom else { return row.payload }
        let removed = EventsRemoved(first: first, was: row.kind.isEmpty ? nil : row.kind)
        return encode(
            JournalEnvelope(
                hub: hub, journal: journal, seq: row.seq, time: row.wall, clock: .unknown, event: .removed(removed)))
    }
}

extension HubConfiguration {
    /// Takes over from `old` what only a start can change. Returns the settings that differed.
    mutating func keepWhatNeedsRestart(of old: HubConfiguration) -> [String] {
        var kept: [String] = []
        func keep<Value: Equatable>(_ name: String, _ path: WritableKeyPath<HubConfiguration, Value>) {
            guard self[keyPath: path] != old[keyPath: path] else { return }
            self[keyPath: path] = old[keyPath: path]
            kept.append(name)
        }
        // The default topics and client identifier follow from the id.
        if hub != old.hub { mqtt = old.mqtt }
        keep("hub.id", \.hub)
        keep("hub.time_zone", \.timeZone)
        keep("gpio.backend", \.gpio)
        keep("simulation", \.simulation)
        keep("journal", \.journal)
        keep("access.key_file", \.access.keyFile)
        keep("control.socket", \.control.socket)
        keep("dashboard", \.dashboard)
        return kept
    }
}
